"""The progress bar in Chromium shows the parts that the lab shows, and never goes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hand
import pytest
from stub import Stub

from experiments.lab.frame import PageContext
from experiments.screen import Ask, Block, Option, Phase, Rule, Screen
from experiments.timeline.timeline import Timeline

pytestmark = pytest.mark.browser


def read(name: str, phase: Phase, **more: Any) -> Screen:
    """Return a screen to read."""
    return Screen(name, "read", phase, "page", (Block("text", name),), **more)


#: An explanation, a text between two scales, and a way back to the practice, from which the trials were reached before.
SCREENS = (
    read("welcome", "instructions"),
    Screen(
        "check", "choose", "checks", "page",
        asks=(Ask("check", "Right?", options=(Option("yes", "Yes"), Option("no", "No"))),),
        after=(Rule("explained", "check", equals=("no",)),),
    ),
    read("practised", "practice"),
    read("tried", "trials", after=(Rule("practised", visits_below=2),)),
    read("between", "instructions"),
    read("asked", "scales", ends="complete"),
    read("explained", "checks", after=(Rule("check"),)),
)  # fmt: skip
WALK = {
    "welcome": [1], "check": [2, 2], "explained": [2], "practised": [3, 4], "tried": [4, 4], "between": [4],
    "asked": [5],
}  # fmt: skip


def test_the_bar_never_goes_back(participant: Any, serve_screens: Callable[..., Stub]) -> None:
    stub = serve_screens(SCREENS)
    page = participant.new_page()
    page.goto(f"{stub.address}?lang=en")
    shown: dict[str, list[int]] = {}
    timeline = Timeline.from_json(json.loads((stub.folder / "slots" / "0007.json").read_text()))
    context = PageContext(timeline, Path())
    while True:
        name = hand.screen_of(page)
        screen = timeline.screens[timeline.index[name]]
        context = context.at(screen)
        part, of = context.progress(screen)
        assert page.get_by_role("heading").first.inner_text() == f"Part {part} of {of}"
        assert page.locator(".thread .is-done").count() == part
        assert page.locator(".thread span").count() == of == 5
        shown.setdefault(name, []).append(part)
        if screen.ends:
            break
        hand.respond(
            page, {"check": "yes" if "explained" in shown else "no"} if screen.asks else {}
        )
        hand.wait_for_next(page, name)
    assert shown == WALK
