"""Screens in other languages; ``tests/before/test_timelines.py`` compares their texts with those of the first edition."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from experiments.places import shipped_folder
from experiments.protocol.slots import Slot
from experiments.screen import Screen
from experiments.study import Study, open_study

MODES = ("real", "lottery", "hypothetical")


@cache
def study() -> Study:
    """Return the study that is in several languages."""
    return open_study(shipped_folder("protocols") / "identified_victim.yaml")


def composed(slot: Slot, language: str) -> tuple[Screen, ...]:
    """Return the screens of a slot."""
    return study().timeline(slot, language).screens


def slots(mode: str) -> list[Slot]:
    """Return the first slot of each cell, drawn in the lottery and not drawn."""
    return [
        replace(slot, draws={**slot.draws, "implemented": drawn})
        for slot in study().first_slots(mode)
        for drawn in (True, False)
    ]


def words(screens: tuple[Screen, ...]) -> list[str]:
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


def test_what_is_not_read_is_the_same_in_every_language() -> None:
    slot = slots("real")[0]

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
    for slot in slots(mode):
        english = {text for text in words(composed(slot, "en")) if any(map(str.isalpha, text))}
        assert english & set(words(composed(slot, language))) == set()
