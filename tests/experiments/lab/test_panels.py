"""Levels together in the lab: side by side where there is room, with their questions at the same height."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from experiments.lab.parts import Card
from experiments.screen import Ask


def boxes(page: Any) -> list[Any]:
    """Return the boxes of the panels in their order."""
    return [part.box for part in page.layout.content if isinstance(part, Card)]


def question(page: Any, panel: int) -> Any:
    return page.control(f"joint.gift@{panel}").box


@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080)])
@pytest.mark.parametrize("language", ["en", "he"])
def test_levels_are_side_by_side_from_the_side_where_one_begins_to_read(page, language, size):
    made = page("joint.gift", language, size)
    first, second = boxes(made)[:2]
    assert first.top() == second.top()
    assert first.height() == second.height()
    assert first.width() == pytest.approx(second.width())
    assert (first.left() < second.left()) == (language == "en")
    one, other = question(made, 1), question(made, 2)
    assert one.top() == pytest.approx(other.top())
    assert first.contains(one)
    assert second.contains(other)


def test_more_levels_than_there_is_room_for_are_in_several_rows(page, english):
    screen = english.screens[english.index["joint.gift"]]
    four = replace(
        screen,
        panels=screen.panels * 2,
        asks=tuple(Ask("gift", "Give?", entry="text").in_panel(number) for number in range(1, 5)),
        kind="write",
    )
    first, second, third, fourth = boxes(page(four))[:4]
    assert first.top() == second.top()
    assert (first.left(), second.left()) == (third.left(), fourth.left())
    assert first.bottom() < third.top()


def test_the_questions_of_a_panel_come_before_those_of_the_next(page):
    names = [control.name for control in page("joint.felt").layout.controls()]
    asked = [name for name in names if name.startswith("joint.")]
    assert asked == ["joint.felt1@1", "joint.felt2@1", "joint.felt1@2", "joint.felt2@2"]


def test_boxes_hold_an_amount_in_each_panel(page):
    answers = {"joint.pools.a@1": 1, "joint.pools.b@1": 3, "joint.pools.a@2": 1}
    made = page("joint.pools", answers=answers)
    assert set(made.form.faults) == {"joint.pools.a@2"}
