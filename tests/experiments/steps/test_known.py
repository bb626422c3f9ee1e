"""Screens that several sessions share are composed once, and are what each session would compose for itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from experiments.places import find
from experiments.study import Study, open_study
from tests.small_study import TEXT, write

RANDOM = TEXT.replace(
    "  - use: debriefing\n",
    """\
  - ask:
      why: {choice: Why?, options: {a: A, b: B, c: C, d: D}, order: random}
  - when: why = a or b
    page: "You said {why}, and {compassion} at last."
  - use: debriefing
""",
)
ITEM_BY_ITEM = TEXT.replace(
    "    ask:\n      compassion:",
    """\
    ask:
      seen: {choice: Have you read it?, options: yes_no, correct: yes, attempts: 2, explain: Read it.}
      compassion:""",
)


def alike(study: Study, slots: int) -> None:
    for mode in study.modes:
        for slot in study.slots(mode)[:slots]:
            # A study that has composed nothing yet.
            assert study.timeline(slot) == replace(study).timeline(slot)


@pytest.mark.parametrize(
    "name", ["identified_victim", "compassion_collapse", "parochial_vignettes"]
)
def test_the_shipped_studies_have_the_screens_of_each_slot(name: str) -> None:
    alike(open_study(find(f"{name}.yaml", "protocols")), 25)


@pytest.mark.parametrize("text", [TEXT, RANDOM, ITEM_BY_ITEM])
def test_what_differs_between_participants_is_composed_for_each(text: str, tmp_path: Path) -> None:
    study = write(tmp_path, text)
    alike(study, 20)


def test_a_random_order_differs_between_slots(tmp_path: Path) -> None:
    study = write(tmp_path, RANDOM)
    orders = {
        tuple(option.value for option in ask.options)
        for slot in study.slots(study.modes[0])[:20]
        for screen in study.timeline(slot).screens
        for ask in screen.asks
        if ask.measure == "why"
    }
    assert len(orders) > 5
