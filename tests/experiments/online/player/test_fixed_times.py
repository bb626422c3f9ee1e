"""Screens that end by themselves, and not before their time, in Chromium: they have no Continue button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hand
import pytest
from stub import Stub

from experiments.screen import Ask, Block, Option, Screen

pytestmark = pytest.mark.browser
OPTIONS = (Option("yes", "Yes"), Option("no", "No"))
SCREENS = (
    Screen(
        "chosen", "choose", "trials", "page", asks=(Ask("chosen", "Which?", options=OPTIONS),),
        proceed="Continue", at_most=600.0,
    ),
    Screen(
        "typed", "write", "trials", "page", (Block("text", "Write."),),
        (Ask("typed", "A word", entry="text", longest=80),),
        proceed="Continue", at_least=600.0, at_most=600.0, countdown=True,
    ),
    Screen("end", "read", "debrief", "page", (Block("heading", "The end"),), ends="complete"),
)  # fmt: skip


def test_a_screen_of_a_fixed_time_has_no_button_and_no_key_that_ends_it(
    participant: Any, serve_screens: Callable[..., Stub]
) -> None:
    stub = serve_screens(SCREENS)
    page = participant.new_page()
    page.goto(f"{stub.address}?lang=en")
    # Where one can go on before the end, there is a button.
    hand.respond(page, {"chosen": "yes"})
    assert hand.screen_of(page) == "typed"
    assert page.locator(".proceed").count() == 0
    for shown in (".foot .pause", ".foot .leave", ".skip", ".time"):
        assert page.locator(shown).is_visible()
    page.keyboard.press("Tab")
    assert page.locator(".how").inner_text() == "Keyboard: Tab to move, arrow keys to choose."
    page.get_by_role("textbox").fill("word")
    page.get_by_role("textbox").press("Enter")
    hand.leave(page)
    assert hand.screen_of(page) == "end"
    assert stub.row_of("leave")["screen"] == "typed", "Enter has ended the screen"
