"""Timed trials in the browser: what is on the screen, keys of several keyboards, touch, and interruptions."""

from __future__ import annotations

from typing import Any

import hand
import pytest
from arrived import last, names_of_events, settled
from places import begin
from stub import Stub

pytestmark = pytest.mark.browser
ASKS = 'form.timed[data-screen="{}"]:not([data-asks=""])'


def rows_of(stub: Stub, screen: str) -> list[dict[str, Any]]:
    return [row for row in stub.rows() if row["screen"] == screen]


def asked(page: Any, screen: str) -> None:
    page.locator(ASKS.format(screen)).wait_for()


def test_nothing_but_the_stimulus_is_on_the_screen(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "timed.key")
    asked(page, "timed.key")
    seen = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((each) =>
          each.textContent.trim() && !each.children.length && getComputedStyle(each).visibility === "visible"
          && each.getClientRects().length && !each.closest("script, style")).map((each) => each.textContent)"""
    )
    assert seen == ["to hug"]


def test_the_stimulus_is_where_it_is_in_the_lab(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "timed.right")
    asked(page, "timed.right")
    boxes = page.evaluate(
        """() => [...document.querySelectorAll(".display.is-visible .stimulus")].map((each) => {
          const { x, y, width, height } = each.getBoundingClientRect();
          return [each.textContent, (x + width / 2) / innerWidth, (y + height / 2) / innerHeight];
        })"""
    )
    assert {name: (round(x, 2), round(y, 2)) for name, x, y in boxes} == {
        "to hug": (0.5, 0.5),
        "Kind": (0.2, 0.14),
        "Unkind": (0.8, 0.14),
    }
    assert not page.locator(".wrong.is-visible").count()
    page.keyboard.press("i")
    page.locator(".wrong.is-visible").wait_for()
    page.keyboard.press("e")
    settled(stub, lambda: bool(rows_of(stub, "timed.right")), page)
    first, last_key = (
        next(row for row in rows_of(stub, "timed.right") if row["measure"] == name)
        for name in ("sort.first", "sort")
    )
    assert first["response_time"] < last_key["response_time"]
    assert [row["correct"] for row in (first, last_key)] == [False, False]


@pytest.mark.parametrize(
    "event",
    [
        {"key": "e", "code": "KeyE"},
        {"key": "E", "code": "KeyE"},
        # What is printed on the key, where another script is typed.
        {"key": "ק", "code": "KeyE"},
    ],
)
def test_a_key_counts_whatever_the_keyboard_types(
    context: Any, stub: Stub, event: dict[str, str]
) -> None:
    page = begin(context, stub, "timed.key")
    asked(page, "timed.key")
    page.evaluate(
        """(event) => {
          const press = (more) => document.dispatchEvent(new KeyboardEvent("keydown", { ...event, ...more }));
          press({ repeat: true });
          press({ ctrlKey: true });
          setTimeout(() => press({}), 100);
        }""",
        event,
    )
    hand.wait_for_next(page, "timed.key")
    settled(stub, lambda: bool(rows_of(stub, "timed.key")), page)
    (row,) = (row for row in rows_of(stub, "timed.key") if row["measure"] == "quick")
    assert row["value"] == "kind"
    assert row["response_time"] >= 0.09


def test_escape_asks_and_then_the_trial_begins_again(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "timed.right")
    asked(page, "timed.right")
    page.keyboard.press("i")
    page.keyboard.press("Escape")
    page.locator('dialog [data-choice="stay"]').click()
    asked(page, "timed.right")
    page.keyboard.press("e")
    hand.wait_for_next(page, "timed.right")
    settled(stub, lambda: bool(rows_of(stub, "timed.right")), page)
    rows = rows_of(stub, "timed.right")
    assert [(row["measure"], row["value"], row["visit"]) for row in rows] == [
        ("show.1", None, 1),
        ("show.2", None, 1),
        ("sort", "kind", 1),
        ("sort.first", "kind", 1),
    ]
    settled(stub, lambda: "restarted" in names_of_events(stub), page)


def test_a_participant_can_leave_during_a_trial(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "timed.right")
    asked(page, "timed.right")
    page.keyboard.press("Escape")
    page.locator('dialog [data-choice="leave"]').click()
    settled(stub, lambda: last(stub) == "timed.right", page)
    (row,) = rows_of(stub, "timed.right")
    assert (row["measure"], row["status"]) == ("leave", "left")


def test_a_trial_that_was_hidden_begins_again(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "timed.right")
    asked(page, "timed.right")
    hide = """(hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    page.keyboard.press("e")
    assert not rows_of(stub, "timed.right")
    page.evaluate(hide, False)
    asked(page, "timed.right")
    page.keyboard.press("e")
    hand.wait_for_next(page, "timed.right")
    settled(stub, lambda: "restarted" in names_of_events(stub), page)


def test_a_phone_has_the_keys_as_buttons(browser: Any, stub: Stub) -> None:
    context = browser.new_context(
        viewport={"width": 375, "height": 700}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(hand.PATIENCE)
    page = begin(context, stub, "timed.right")
    asked(page, "timed.right")
    assert page.locator(".touch .key").all_inner_texts() == ["E", "I"]
    page.locator('.touch .key[data-key="e"]').tap()
    settled(stub, lambda: len(rows_of(stub, "timed.right")) == 4, page)
    (row,) = (row for row in rows_of(stub, "timed.right") if row["measure"] == "sort")
    assert (row["value"], row["correct"]) == ("kind", True)
    assert row["clock"].endswith("touch")
    context.close()
