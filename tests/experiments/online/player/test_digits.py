"""Digits answer as in the lab, once a control has the focus: by number, by value, by amount."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import hand
import pytest
from places import begin, start
from stub import Stub

pytestmark = pytest.mark.browser
#: Attempts at typing a number, until its digits follow each other within a second.
TRIES = 50


def answered(page: Any) -> str | None:
    """Return what is chosen on the page."""
    chosen = page.locator("input:checked")
    return chosen.get_attribute("data-value") if chosen.count() else None


def type_until(page: Any, digits: str, value: str) -> None:
    """Type digits that make one number, again if the machine was too slow for that."""
    for _ in range(TRIES):
        page.keyboard.type(digits)
        if answered(page) == value:
            return
    raise AssertionError(f"'{digits}' gives {answered(page)}")


@pytest.mark.parametrize(
    ("screen", "measure", "digit", "value", "without_a_meaning"),
    [
        ("choose.5", "thought", "4", "o4", "06"),
        ("rate.seven", "impact", "5", "5", "089"),
        ("give.five", "donation", "3", "3", "6"),
    ],
)
def test_a_digit_answers(
    context: Any,
    stub: Stub,
    screen: str,
    measure: str,
    digit: str,
    value: str,
    without_a_meaning: str,
) -> None:
    page = begin(context, stub, screen)
    page.keyboard.press(digit)
    assert answered(page) is None, "a digit belongs to screen readers until a control has the focus"
    page.keyboard.press("Tab")
    page.keyboard.type(without_a_meaning)
    assert answered(page) is None
    page.keyboard.press(digit)
    assert answered(page) == value
    page.keyboard.press("Control+1")
    assert answered(page) == value
    page.keyboard.press("Enter")
    hand.wait_for_next(page, screen)
    row = stub.row_of(measure)
    assert (row["value"], row["clock"].split("; ")[-1]) == (value, "keyboard")
    assert row["response_time"] >= 0


def test_digits_that_follow_each_other_soon_make_one_amount(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "give.twenty")
    page.keyboard.press("Tab")
    type_until(page, "15", "15")
    assert page.locator(".tray.given .sum").inner_text() == "$15"
    page.wait_for_timeout(1100)
    page.keyboard.press("2")
    assert answered(page) == "2"
    page.keyboard.press("9")
    assert answered(page) == "9"


def test_digits_make_a_number_as_long_as_an_amount_begins_with_it(
    serve: Callable[..., Stub], participant: Any
) -> None:
    stub = serve("static")
    path = stub.folder / "slots" / "0007.json"
    timeline = json.loads(path.read_text("utf-8"))
    (screen,) = (each for each in timeline["screens"] if each["id"] == "give.five")
    screen["asks"][0] |= {"low": 0, "high": 1000, "step": 100}
    path.write_text(json.dumps({**timeline, "screens": [screen]}), "utf-8")
    page = start(participant, stub)
    assert hand.screen_of(page) == "give.five"
    page.keyboard.press("Tab")
    for digits, value in (("300", "300"), ("1000", "1000"), ("50700", "700"), ("0", "0")):
        page.wait_for_timeout(1100)
        type_until(page, digits, value)
