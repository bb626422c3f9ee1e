"""Opening the study at a place: at its start, or as a participant who has reached a given screen."""

from __future__ import annotations

from typing import Any

import contract
import hand
from stub import Kept, Stub

WALK = contract.walks("en")["answered"]
LINK = "?lang=en&PROLIFIC_PID=abc"


def start(context: Any, stub: Stub, link: str = LINK) -> Any:
    """Open the study in a new tab."""
    page = context.new_page()
    page.goto(stub.address + link)
    return page


def begin(context: Any, stub: Stub, screen: str, language: str = "en", page: Any = None) -> Any:
    """Open the study for a participant who has reached a screen."""
    person = {"participant": "p1", "session": "s1", "renderer": "browser", "time": "", "clock": ""}
    rows = [
        {**row, **person}
        for row in contract.rows_of(language, contract.walks(language)["answered"])
    ]
    until = next(place for place, row in enumerate(rows) if row["screen"] == screen)
    kept = {row["sequence"]: row for row in rows[:until]}
    identity = "abc" if language == "en" and page is None else f"{language}.{screen}"
    stub.sessions[identity] = Kept(f"token-{identity}", "s1", language, kept)
    page = page or context.new_page()
    page.goto(f"{stub.address}?lang={language}&PROLIFIC_PID={identity}")
    assert hand.screen_of(page) == screen
    return page


def go(page: Any, until: str) -> None:
    """Answer as scripted until a screen is shown, without going back."""
    while (screen := hand.screen_of(page)) != until:
        onward = (each for each in WALK.get(screen, ()) if hand.BACK not in each)
        hand.respond(page, next(onward, {}))
        hand.wait_for_next(page, screen)
