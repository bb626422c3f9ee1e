"""Conditions of steps: decided by the slot, or by earlier answers."""

from __future__ import annotations

import pytest
from step_desk import Desk

from experiments.screen import Given
from experiments.steps.not_yet import NotYetError

ASKED = """
  - name: before
    ask:
      mood: {choice: How?, options: {good: Good, bad: Bad}, correct: good}
      sure: {rating: Sure?, points: 5, from: No, to: Yes}
      age: {number: Age?, least: 0, most: 120}
"""
SCREENS = {"mood": "before", "sure": "before.sure", "age": "before.age"}


@pytest.mark.parametrize(
    ("condition", "name", "given"),
    [
        ("mood = good or bad", "mood", {"equals": ("good", "bad")}),
        ("mood != bad", "mood", {"differs": ("bad",)}),
        ("mood wrong", "mood", {"differs": ("good",)}),
        ("mood missing", "mood", {"missing": True}),
        ("mood.correct = yes", "mood", {"equals": ("good",)}),
        ("mood.correct = no", "mood", {"differs": ("good",)}),
        ("mood.correct != yes", "mood", {"differs": ("good",)}),
        ("sure = 5", "sure", {"equals": (5,)}),
        ("before.sure >= 4", "sure", {"sign": ">=", "limit": 4.0}),
        ("age < 18", "age", {"sign": "<", "limit": 18.0}),
        ("age = 18", "age", {"equals": (18,)}),
    ],
)
def test_a_condition_on_an_answer(
    desk: Desk, condition: str, name: str, given: dict[str, object]
) -> None:
    shown = desk.screens(f"{ASKED}  - {{when: {condition}, page: Shown.}}")[-1]
    assert shown.given == (Given(SCREENS[name], f"before.{name}", **given),)  # type: ignore[arg-type]


def test_conditions_of_step_and_parts_all_hold(desk: Desk) -> None:
    flow = """
  - when: mood = bad and age > 20
    use: suspicion
"""
    shown = desk.screens(ASKED + flow)[-1]
    assert [each.measure for each in shown.given] == ["before.mood", "before.age"]


@pytest.mark.parametrize(
    ("condition", "groups"),
    [
        ("group = us", {"us"}),
        ("group != us", {"them"}),
        ("mode = main", {"us", "them"}),
        ("mode = main and group = them", {"them"}),
    ],
)
def test_a_condition_on_the_slot_is_decided_beforehand(
    desk: Desk, condition: str, groups: set[str]
) -> None:
    flow = f"  - {{when: {condition}, page: Shown.}}"
    study = desk.study(flow)
    shown = set()
    for slot in study.slots("main"):
        texts = [block.text for s in study.timeline(slot).screens for block in s.content]
        shown |= {slot.cells["group"]} if "Shown." in texts else set()
    assert shown == groups


MODES = "modes: {short: {}, long: {}}"
ONLY_LONG = (
    '  - {when: mode = long, ask: {mood: {choice: How?, options: {good: Good, bad: "Bad"}}}}\n'
)


@pytest.mark.parametrize(
    ("condition", "is_shown"),
    [("mood = good", False), ("mood != good", True), ("mood missing", True)],
)
def test_a_question_that_is_not_asked_counts_as_skipped(
    desk: Desk, condition: str, is_shown: bool
) -> None:
    flow = f"{ONLY_LONG}  - {{when: {condition}, page: Shown.}}"
    assert len(desk.screens(flow, MODES, mode="short")) == is_shown
    assert len(desk.screens(flow, MODES, mode="long")) == 2


def test_an_answer_in_a_loop_is_that_for_the_same_item(desk: Desk) -> None:
    flow = """
  - name: first
    each: people.csv
    ask: {close: {choice: Close?, options: yes_no}}
  - name: second
    each: people.csv
    page: "{close}"
    ask: {gift: {slider: How much?, when: close = yes}}
"""
    screens = desk.screens(flow)
    asked = {screen.id: screen.stimulus for screen in screens if screen.id.startswith("first")}
    second = [screen for screen in screens if screen.id.startswith("second")]
    assert len(second) == 4
    for screen in second:
        assert asked[screen.given[0].screen] == screen.stimulus
        assert asked[screen.fills[0].screen] == screen.stimulus


def test_an_answer_that_is_computed_later_cannot_be_used(desk: Desk) -> None:
    flow = "  - scale: feelings5\n  - {when: feelings5 > 3, page: Shown.}"
    with pytest.raises(NotYetError, match="'feelings5' cannot be used on a later screen yet"):
        desk.screens(flow)


def test_an_item_of_an_instrument_can_be_used(desk: Desk) -> None:
    flow = "  - scale: feelings5\n  - {when: feelings5.upset > 3, page: Shown.}"
    shown = desk.screens(flow)[-1]
    assert shown.given == (Given("feelings5.1", "feelings5.upset", sign=">", limit=3.0),)


def test_the_mode_decides_before_a_factor_that_has_no_level_in_it(desk: Desk) -> None:
    flow = """
  - name: main
    each: people.csv
    rotate: group
    page: "{group}: {text}"
  - {when: group = us and mode = long, page: Shown.}
"""
    modes = "modes: {long: {}, short: {within: [group]}}"
    for mode, last in (("long", "Shown."), ("short", "Story")):
        (shown,) = desk.screens(flow, modes, mode=mode)[-1].content
        assert last in shown.text
