"""Periods and waits for the experimenter in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import hand
import pytest
from stub import Stub

from experiments.interface import interface
from experiments.screen import Block, Screen
from experiments.timeline.timeline import Timeline

pytestmark = pytest.mark.browser
SCREENS = (
    Screen(
        "sensors", "look", "instructions", "wait", (Block("text", "Please wait."),),
        until="experimenter", period="sensors.fitting",
    ),
    Screen("welcome", "read", "instructions", "page", (Block("text", "Hello."),), proceed="Continue", period="rest"),
    Screen("end", "read", "debrief", "page", (Block("heading", "The end"),), ends="complete"),
)  # fmt: skip


def test_only_the_experimenter_ends_the_wait_and_its_period_is_noted(
    participant: Any, serve_screens: Callable[..., Stub]
) -> None:
    stub = serve_screens(SCREENS)
    file = stub.folder / "slots" / "0007.json"
    timeline = Timeline.from_json(json.loads(file.read_text("utf-8")))
    shown = replace(timeline, interface=interface("en").of_session(paid=True))
    file.write_text(json.dumps(shown.to_json()), "utf-8")
    page = participant.new_page()
    page.goto(f"{stub.address}?lang=en")
    page.locator("form.is-shown.look").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert page.locator("form.look").get_attribute("data-screen") == "sensors"
    assert "Shift" in page.locator(".how").inner_text()
    page.keyboard.press("Shift+Enter")
    assert hand.screen_of(page) == "welcome"
    hand.leave(page)
    assert hand.screen_of(page) == "end"
    notes = [each for each in stub.the_session().events if each["event"].startswith("period_")]
    # What was on its way when the next event came was posted again.
    notes = list({(each["event"], each["time"]): each for each in notes}.values())
    assert [(each["event"], each["detail"]["period"]) for each in notes] == [
        ("period_begin", "sensors.fitting"),
        ("period_end", "sensors.fitting"),
        ("period_begin", "rest"),
    ]
    detail, row = notes[1]["detail"], stub.row_of("look")
    assert (detail["screen"], detail["visit"], detail["held"]) == ("sensors", 1, 0)
    assert abs(detail["seconds"] - row["response_time"]) < 1e-3
    assert abs(detail["onset"] - row["onset"]) < 1e-3
