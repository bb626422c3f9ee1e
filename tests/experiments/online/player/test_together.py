"""Parts of one question that are answered together: check boxes, rankings, boxes that hold an amount."""

from __future__ import annotations

from typing import Any

import hand
import pytest
from places import begin
from stub import Stub

pytestmark = pytest.mark.browser


def fault(page: Any) -> str:
    """Press Continue, and return what is missing."""
    hand.go_on(page)
    return str(page.get_by_role("alert").inner_text())


def values(stub: Stub, *measures: str) -> list[Any]:
    """Return the numbers that were posted."""
    return [stub.row_of(measure)["number"] for measure in measures]


def test_too_few_and_too_many_boxes_are_said(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "select.some")
    box = page.get_by_role("checkbox")
    assert fault(page) == "Please choose an answer or skip the question."
    box.nth(0).click()
    assert fault(page) == "Please choose at least this number of answers: 2"
    for place in (1, 2, 3):
        box.nth(place).click()
    assert fault(page) == "Please choose at most this number of answers: 3"
    box.nth(0).click()
    hand.go_on(page)
    assert values(stub, "did.a", "did.b", "did.c", "did.d") == [0, 1, 1, 1]
    times = [stub.row_of(f"did.{letter}")["response_time"] for letter in "bcda"]
    assert times == sorted(times)


def test_none_of_these_clears_the_others_and_they_clear_it(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "select.none")
    box = page.get_by_role("checkbox")

    def checked() -> list[bool]:
        return [one.is_checked() for one in box.all()]

    box.nth(0).click()
    box.nth(2).click()
    box.nth(3).focus()
    page.keyboard.press("Space")
    assert checked() == [False, False, False, True]
    box.nth(1).focus()
    page.keyboard.press("Space")
    assert checked() == [False, True, False, False]
    assert fault(page) == "Please choose at least this number of answers: 2"
    box.nth(3).click()
    hand.go_on(page)
    assert values(stub, "had.a", "had.b", "had.c", "had.d") == [0, 0, 0, 1]


def test_an_option_loses_its_place_when_it_is_pressed_again(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "rank.four")
    option = page.locator("button.part")
    for place in (3, 0, 1):
        option.nth(place).click()
    assert fault(page) == "Please give every option its place."
    option.nth(0).click()
    assert [text.splitlines()[0] for text in option.all_inner_texts()] == [
        "Fairness", "2", "Loyalty", "1",
    ]  # fmt: skip
    option.nth(2).click()
    option.nth(0).click()
    assert option.nth(0).get_attribute("aria-pressed") == "true"
    hand.go_on(page)
    assert values(stub, *(f"values.{letter}" for letter in "abcd")) == [4, 2, 3, 1]


def test_no_box_takes_more_than_the_others_leave(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "split.ten")
    hand.answer(page, "pools.a", 4)
    assert fault(page) == "Still to divide: $6"
    hand.answer(page, "pools.b", 9)
    assert page.locator(".part strong").all_inner_texts() == ["$4", "$6", "$0"]
    hand.answer(page, "pools.a", 1)
    assert page.get_by_text("Still to divide: $3").is_visible()
    line = page.locator(".part .line").nth(2)
    line.focus()
    line.press("End")
    assert line.get_attribute("aria-valuetext") == "$3"
    hand.go_on(page)
    assert values(stub, "pools.a", "pools.b", "pools.c") == [1, 6, 3]


def test_parts_are_skipped_and_resumed_together(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "split.ten")
    hand.answer(page, "pools.a", 4)
    page.reload()
    assert hand.screen_of(page) == "split.ten"
    assert page.locator(".part strong").all_inner_texts() == ["$4", "–", "–"]
    page.locator("button.skip").click()
    assert page.locator(".part strong").all_inner_texts() == ["–", "–", "–"]
    page.reload()
    assert hand.screen_of(page) == "split.ten"
    assert page.locator("button.skip").get_attribute("aria-pressed") == "true"
    hand.go_on(page)
    assert values(stub, "pools.a", "pools.b", "pools.c") == [None, None, None]
