"""Screens with a least length of text, and screens that end by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import hand
import pytest
from places import begin
from stub import Stub

pytestmark = pytest.mark.browser


def test_a_text_is_an_answer_once_it_is_long_enough(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "write.least")
    assert page.get_by_role("timer").inner_text().startswith("Time left: 0:0")
    assert page.get_by_text("Characters still needed: 12").is_visible()
    hand.answer(page, "reasons", "too short ")
    assert page.get_by_text("Characters still needed: 3").is_visible()
    hand.go_on(page)
    fault = page.get_by_role("alert")
    assert fault.inner_text() == "Characters still needed: 3"
    assert hand.screen_of(page) == "write.least"
    page.keyboard.type("for it")
    assert not page.get_by_text("Characters still needed").is_visible()
    hand.go_on(page)
    row = stub.row_of("reasons")
    assert (row["value"], row["status"]) == ("too short for it", "answered")


@pytest.mark.parametrize(("typed", "number"), [("10,25", 10.25), ("７", 7)])
def test_a_number_has_its_decimals_after_a_point_or_a_comma(
    context: Any, stub: Stub, typed: str, number: float
) -> None:
    page = begin(context, stub, "write.decimal")
    hand.answer(page, "price", "99.5")
    hand.go_on(page)
    assert page.get_by_role("alert").inner_text() == "Please type a number from 0 to 50."
    page.locator("input").fill(typed)
    hand.go_on(page)
    assert stub.row_of("price")["number"] == number


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("too short", ("too short", "answered")), ("", (None, "skipped"))],
)
def test_a_screen_ends_by_itself_with_what_was_typed(
    serve: Callable[..., Any],
    participant: Any,
    typed: str,
    expected: tuple[str | None, str],
) -> None:
    stub = serve("static")
    file = stub.folder / "slots" / "0007.json"
    timeline = json.loads(file.read_text("utf-8"))
    screen = next(each for each in timeline["screens"] if each["id"] == "write.least")
    screen |= {"at_least": 0.0, "at_most": 4.0, "countdown": True}
    screen["asks"][0]["required"] = True
    file.write_text(json.dumps(timeline), "utf-8")
    page = begin(participant, stub, "write.least")
    assert page.get_by_role("timer").inner_text().startswith("Time left: 0:0")
    if typed:
        hand.answer(page, "reasons", typed)
    hand.wait_for_next(page, "write.least")
    row = stub.row_of("reasons")
    assert (row["value"], row["status"]) == expected
    assert (row["response_time"] is None) == (not typed)
    assert page.get_by_role("timer").inner_text() == ""
