"""Screens in other languages: Hebrew and Chinese are those of the first edition, but for the differences named here."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from experiments.design.slots import Slot as FirstSlot
from experiments.interface import interface
from experiments.places import shipped_folder
from experiments.protocol.check import read_study
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.slots import Slot, Trial
from experiments.screen import Screen
from experiments.steps.compose import compose
from experiments.steps.here import Session
from experiments.study import Study, open_study

PROTOCOLS = shipped_folder("protocols")
MODES = ("real", "lottery", "hypothetical")
LOOP = "appeal"

DIFFERENT = {
    "he": {
        # A choice has a question in words.
        "האם אתם משתתפים?": "",
        # How the money is paid is a sentence of its own.
        ". מה ששמרתם ישולם לכם נוסף על התשלום על ההשתתפות.": ", נוסף על התשלום על ההשתתפות.",
    },
    "zh": {
        "您参加吗？": "",
        "。您留下的钱会在参与报酬之外另行付给您。": "，另加您的参与报酬。",
        "在研究开始前，随机数已确定谁会被抽中。": "谁会被抽中，在研究开始前已由随机数确定。",
    },
}
"""Words of the second edition -> those of the first."""


@cache
def first() -> Study:
    """Return the study in the first edition."""
    return open_study(PROTOCOLS / "identified_victim.yaml")


@cache
def second() -> OpenedStudy:
    """Return the study in the second edition."""
    return read_study(PROTOCOLS / "drafts" / "identified_victim.yaml")


def same_slot(slot: FirstSlot) -> Slot:
    """Return the slot of the second edition with the same letter, cells and draws."""
    (loop,) = second().names.loops
    items = second().items[LOOP]
    (letter,) = slot.trials["letters"]
    row = items.names.index(letter.stimulus)
    fields = {name: values[row] for name, values in items.fields.items()}
    trial = Trial(letter.stimulus, {}, {"item": letter.stimulus} | fields)
    cells = {factor: str(level) for factor, level in slot.cells.items()}
    trials = {".".join(map(str, loop.key)): (trial,)}
    return Slot(slot.number, slot.mode, slot.block, cells, trials, slot.draws)


def composed(slot: FirstSlot, language: str) -> list[Screen]:
    """Return the screens of the second edition."""
    session = Session(second(), same_slot(slot), language, interface(language))
    return list(compose(session).screens)


def words(screens: list[Screen]) -> list[str]:
    """Return every text of the screens, each once."""
    found: dict[str, None] = {}
    for screen in screens:
        found.update({block.text: None for block in screen.content})
        found.update(
            {image.get("alt", ""): None for block in screen.content for image in block.images}
        )
        for ask in screen.asks:
            found.update({ask.prompt: None, ask.low_label: None, ask.high_label: None})
            found.update({option.label: None for option in ask.options})
        found[screen.proceed] = None
    return sorted(found)


def as_before(text: str, language: str) -> str:
    """Return a text of the second edition with its differences from the first undone."""
    for new, old in DIFFERENT[language].items():
        text = text.replace(new, old)
    return text


@pytest.mark.parametrize("language", ["he", "zh"])
@pytest.mark.parametrize("mode", MODES)
def test_participants_read_what_they_read_in_the_first_edition(mode: str, language: str) -> None:
    for slot in (
        replace(each, draws={**each.draws, "implemented": drawn})
        for each in first().first_slots(mode)
        for drawn in (True, False)
    ):
        old = words(list(first().timeline(slot, language).screens))
        new = words(composed(slot, language))
        assert sorted({as_before(text, language) for text in new}) == old


@pytest.mark.parametrize("language", ["he", "zh"])
def test_every_difference_is_needed(language: str) -> None:
    screens = [
        screen
        for mode in MODES
        for slot in first().first_slots(mode)
        for drawn in (True, False)
        for screen in composed(replace(slot, draws={**slot.draws, "implemented": drawn}), language)
    ]
    read = "\n".join(words(screens))
    assert [new for new in DIFFERENT[language] if new not in read] == []


def test_what_is_not_read_is_the_same_in_every_language() -> None:
    slot = next(iter(first().first_slots("real")))

    def structure(language: str) -> list[Any]:
        return [
            (screen.id, screen.kind, screen.given, screen.after, screen.cells,
             [(ask.measure, ask.correct, [option.value for option in ask.options]) for ask in screen.asks])
            for screen in composed(slot, language)
        ]  # fmt: skip

    assert structure("he") == structure("zh") == structure("en")


@pytest.mark.parametrize("language", ["he", "zh", "de"])
@pytest.mark.parametrize("mode", MODES)
def test_nothing_on_a_screen_stays_english(mode: str, language: str) -> None:
    for slot in first().first_slots(mode):
        english = {text for text in words(composed(slot, "en")) if any(map(str.isalpha, text))}
        assert english & set(words(composed(slot, language))) == set()
