"""Names in the stored numbers of 0.1.0 -> names today.

A name consists of parts (``real | contrasts | gift | ... | p``). The numbers are the same; these parts have other names:
terms of the field, and the names that the studies have in the second edition of the protocol language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Value = TypeVar("Value")

IN_EVERY_STUDY = {
    "contest": "comparison",
    "survivor": "best_supported",
    "persons": "participants",
    "persons_higher": "participants_higher",
    "persons_lower": "participants_lower",
    "stimulus": "item",
    "levels of stimulus": "levels of item",
    "no_consent": "no consent",
    "duplicate": "took part again",
    "under_age": "not eligible",
    "device_failure": "device failure",
    "too_fast": "duration < 1/3 median",
    "attention_check": "attention.attention",
    "money_check": "comprehension.money",
}
OF_A_STUDY = {
    "identified_victim": {
        "failed_checks": "attention wrong and money wrong",
        "missing_primary": "donation missing",
        "one child": "one named child",
        "both": "the child and the statistics",
        "identified against statistical": "identified - statistical",
        "identified against joint": "identified - joint",
        "joint against statistical": "joint - statistical",
        "stimulus:victim": "item:victim",
        "levels of stimulus:victim": "levels of item:victim",
        "manipulation_single": "manipulation.single",
        "manipulation_numbers": "manipulation.numbers",
    },
    "compassion_collapse": {
        "failed_checks": "attention wrong and money wrong",
        "missing_primary": "donation missing",
        "one against eight": "1 - 8",
        "one against two": "1 - 2",
        "one against 800 000": "1 - 800000",
        "stimulus:victims": "item:victims",
        "levels of stimulus:victims": "levels of item:victims",
    },
    "parochial_vignettes": {
        "failed_checks": "attention wrong",
        "missing_primary": "compassion missing",
        "in against none": "in - none",
        "none against out": "none - out",
        "stimulus:group": "item:group",
        "levels of stimulus:group": "levels of item:group",
        "group_check": "remembered",
        "in-group": "a member of your group",
        "out-group": "a member of the other group",
        "unaffiliated": "a person who belongs to neither group",
    },
}
MODELS = {
    "identified_victim": {
        "feelings": "feelings: feelings5",
        "perceived impact": "feelings: perceived_impact3",
    },
    "compassion_collapse": {
        "compassion": "feelings: compassion",
        "distress": "feelings: distress",
        "perceived impact": "feelings: impact",
    },
    "parochial_vignettes": {"distress": "others: distress", "dictator share": "others: share"},
}
#: Table -> place of the model in a name.
PLACES = {"model": 2, "contrasts": 2, "sensitivity": 3}


def renamed(before: Mapping[str, Value], study: str) -> dict[str, Value]:
    """Return stored numbers of a study under their names of today."""
    parts, models = IN_EVERY_STUDY | OF_A_STUDY[study], MODELS[study]
    now = {}
    for name, number in before.items():
        words = name.split(" | ")
        place = PLACES.get(words[1])
        if place is not None:
            words[place] = models.get(words[place], words[place])
        if words[1:3] == ["contest", "cells"]:
            words[3] = _number(words[3])
        # A coefficient of an item, if items are fixed effects.
        words = [parts.get(word, word.replace("stimulus[", "item[")) for word in words]
        now[" | ".join(words)] = number
    return now


def _number(level: str) -> str:
    """Return a level that is a number as it is now written: 8.0."""
    return f"{level}.0" if level.isdigit() else level
