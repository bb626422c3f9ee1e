"""Parts of a session: what comes between belongs to the part in which it comes, and no way leads back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import every_kind
import pytest

from experiments.lab.frame import PageContext
from experiments.screen import Phase, Rule, Screen
from experiments.study import open_study

SHIPPED = sorted((Path(__file__).resolve().parents[3] / "protocols").glob("*.yaml"))


def parts(*screens: Screen) -> list[int]:
    return list(replace(every_kind.load("en"), screens=screens).parts)


def shown(name: str, phase: Phase, *after: str, ends: str = "") -> Screen:
    return Screen(name, "read", phase, "page", after=tuple(map(Rule, after)), ends=ends)


def test_a_text_or_an_instrument_between_two_tasks_begins_no_part_a_second_time():
    assert parts(
        shown("welcome", "instructions"),
        shown("task", "trials"),
        shown("next", "instructions"),
        shown("felt", "scales"),
        shown("again", "trials"),
        shown("end", "debrief", ends="complete"),
    ) == [1, 2, 2, 3, 3, 4]


def test_an_explanation_belongs_to_the_screen_that_leads_to_it():
    assert parts(
        shown("check", "checks", "explained"),
        shown("task", "trials"),
        shown("end", "debrief", ends="complete"),
        shown("explained", "checks", "check"),
    ) == [1, 2, 3, 1]


def test_an_early_end_is_no_part():
    screens = (
        shown("agree", "consent", "declined"),
        shown("task", "trials"),
        shown("end", "debrief", ends="complete"),
        shown("declined", "payment", ends="declined"),
    )
    assert max(parts(*screens)) == 3
    context = PageContext(replace(every_kind.load("en"), screens=screens), Path())
    assert context.progress(screens[-1]) == (3, 3)


def test_who_goes_back_to_a_screen_keeps_the_part_that_was_reached():
    screens = (shown("read", "trials"), shown("end", "debrief", ends="complete"))
    context = PageContext(replace(every_kind.load("en"), screens=screens), Path())
    assert context.progress(screens[0]) == (1, 2)
    assert context.at(screens[1]).progress(screens[0]) == (2, 2)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_no_way_leads_back_in_any_shipped_study(file):
    study = open_study(file)
    for mode in study.modes:
        timeline = study.timeline(study.first_slots(mode)[0])
        number = dict(zip(timeline.index, timeline.parts, strict=True))
        closing = {rule.go for screen in timeline.screens for rule in screen.after}
        ways = [number[screen.id] for screen in timeline.screens if screen.id not in closing]
        assert ways == sorted(ways)
        assert set(ways) == set(range(1, max(ways) + 1))
        for screen in timeline.screens:
            for rule in screen.after:
                end = timeline.screens[timeline.index[rule.go]].ends
                assert end or number[rule.go] == number[screen.id]
