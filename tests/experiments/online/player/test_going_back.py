"""Back in the page: what was answered comes back, also after a reload, and the buttons are where one expects them."""

from __future__ import annotations

from typing import Any

import hand
import pytest
from arrived import assert_whole, last, settled
from places import begin
from stub import Stub

pytestmark = pytest.mark.browser


def go_back(page: Any, to: str) -> None:
    page.locator("form.screen button.back").click()
    page.locator(f'form.screen.is-shown[data-screen="{to}"]').wait_for()


def rows_of(stub: Stub, screen: str) -> list[tuple[Any, ...]]:
    names = ("visit", "status", "value", "response_time")
    found = [
        tuple(row.get(name) for name in names) for row in stub.rows() if row["screen"] == screen
    ]
    return [(visit, status, value, time is None) for visit, status, value, time in found]


def test_answers_come_back_and_are_changed_or_left_as_they_are(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "rate.seven")
    hand.answer(page, "impact", 2)
    go_back(page, "rate.feelings")
    assert page.locator('[data-measure="feeling1"] input:checked').count() == 1
    hand.go_on(page)
    hand.wait_for_next(page, "rate.feelings")
    assert page.locator('input[data-value="2"]').is_checked()
    hand.go_on(page)
    hand.wait_for_next(page, "rate.seven")
    settled(stub, lambda: last(stub) == "rate.seven", page)
    assert rows_of(stub, "rate.seven") == [(1, "back", "2", False), (2, "answered", "2", True)]
    # What was left as it was has no response time of this visit.
    assert {row[3] for row in rows_of(stub, "rate.feelings") if row[0] == 2} == {True}
    assert_whole(stub)


def test_a_reload_after_going_back_continues_there(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "write.least")
    page.locator("textarea").fill("She")
    go_back(page, "write.lines")
    before = page.locator("textarea").input_value()
    assert before
    page.locator("textarea").fill(before + " more")
    page.reload()
    assert hand.screen_of(page) == "write.lines"
    assert page.locator("textarea").input_value() == before + " more"
    go_back(page, "write.line")
    page.reload()
    assert hand.screen_of(page) == "write.line"
    assert page.locator("input").input_value()
    hand.go_on(page)
    hand.wait_for_next(page, "write.line")
    assert page.locator("textarea").input_value() == before + " more"
    hand.go_on(page)
    hand.wait_for_next(page, "write.lines")
    # The text was too short for an answer, and still is.
    assert page.locator("textarea").input_value() == "She"
    hand.go_on(page)
    assert hand.screen_of(page) == "write.least"
    settled(stub, lambda: last(stub) == "write.lines", page)
    assert [row[:3] for row in rows_of(stub, "write.lines")] == [
        (1, "answered", before),
        (2, "back", before + " more"),
        (3, "answered", before + " more"),
    ]
    assert rows_of(stub, "write.least") == [(1, "back", "She", False)]
    assert [row["sequence"] for row in stub.rows()] == list(range(len(stub.rows())))


def test_another_device_continues_where_one_went_back_to(
    browser: Any, context: Any, stub: Stub
) -> None:
    page = begin(context, stub, "rate.seven")
    go_back(page, "rate.feelings")
    settled(stub, lambda: last(stub) == "rate.seven", page)
    other = browser.new_context()
    try:
        again = other.new_page()
        again.goto(page.url)
        assert hand.screen_of(again) == "rate.feelings"
        assert again.locator('[data-measure="feeling1"] input:checked').count() == 1
        assert again.locator("button.back").count() == 0
    finally:
        other.close()


def test_required_answers_and_times_do_not_hold_one_back(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "choose.3")
    hand.go_on(page)
    assert page.locator(".item.is-missing").count() == 1
    go_back(page, "choose.2")


@pytest.mark.parametrize(("language", "sign"), [("en", 1), ("he", -1)])
def test_the_button_is_before_the_one_that_goes_on(
    context: Any, stub: Stub, language: str, sign: int
) -> None:
    page = begin(context, stub, "rate.seven", language)
    boxes = [
        page.locator(f"form.screen button.{name}").bounding_box() for name in ("proceed", "back")
    ]
    assert (boxes[0]["x"] - boxes[1]["x"]) * sign > 0
    # Tab comes to the button that goes on first; Enter in a question goes on.
    page.locator("form.screen button.proceed").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "back"
    page.keyboard.press("Enter")
    page.locator('form.screen.is-shown[data-screen="rate.feelings"]').wait_for()


def test_on_a_phone_both_buttons_fit_beside_each_other(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "rate.seven")
    page.set_viewport_size({"width": 320, "height": 640})
    proceed, back = (
        page.locator(f"form.screen button.{name}").bounding_box() for name in ("proceed", "back")
    )
    assert abs(proceed["y"] + proceed["height"] / 2 - back["y"] - back["height"] / 2) < 2
    assert back["x"] >= 0
    assert proceed["x"] + proceed["width"] <= 320
    assert back["height"] >= 40
