"""Answers that stay on the device: shown again on it, also after a reload, sent nowhere, and deleted at the end."""

from __future__ import annotations

import json
from typing import Any

import hand
import pytest
from places import begin
from stub import Stub

pytestmark = pytest.mark.browser
NAME = "Eleonora"


def stored(page: Any) -> str:
    """Return all that the browser stores."""
    return str(page.evaluate("() => JSON.stringify(localStorage)"))


def sent(stub: Stub) -> str:
    """Return all that the page has sent."""
    kept = stub.the_session()
    return json.dumps([list(kept.rows.values()), kept.drafts, kept.events])


def test_a_name_is_known_to_the_page_alone(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "write.local")
    hand.answer(page, "friend", NAME)
    page.reload()
    assert hand.screen_of(page) == "write.local"
    assert page.locator("input").input_value() == NAME
    hand.go_on(page)
    hand.wait_for_next(page, "write.local")
    assert page.get_by_text(f"Please think of {NAME} for a moment.").is_visible()
    page.reload()
    assert hand.screen_of(page) == "read.local"
    assert page.get_by_text(f"Please think of {NAME} for a moment.").is_visible()
    row = stub.row_of("friend")
    assert (row["value"], row["number"], row["status"]) == (None, None, "answered")
    assert NAME in stored(page)
    for answers in ({}, {"age": 34}, {}):
        screen = hand.screen_of(page)
        hand.respond(page, answers)
        hand.wait_for_next(page, screen)
    page.locator("main.plain").wait_for()
    assert NAME not in stored(page)
    assert NAME not in sent(stub)


def test_another_device_does_not_know_it(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "read.local")
    assert page.get_by_text("Please think of … for a moment.").is_visible()
