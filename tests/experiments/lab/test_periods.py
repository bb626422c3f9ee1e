"""Periods and waits for the experimenter at a real window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flips import at_flip, screen_of

from experiments.interface import interface
from experiments.lab.footer import Notice
from experiments.screen import Block, Screen

pytestmark = pytest.mark.window
WAIT = Screen(
    "sensors", "look", "instructions", "wait", content=(Block("text", "Please wait."),),
    period="sensors.fitting", until="experimenter",
)  # fmt: skip


def test_only_the_experimenter_ends_the_wait(responder, window, english):
    noted = []
    timeline = replace(english, interface=interface("en").of_session(paid=True))
    lab = responder(timeline, on_event=lambda event, **details: noted.append((event, details)))
    keys = lab.devices.keys
    for flip, name in enumerate(("return", "space", "right"), start=3):
        at_flip(window, 2 * flip, lambda name=name: keys.press_key(name)())
    after = []
    at_flip(window, 20, lambda: after.append(lab.page.done))
    at_flip(window, 24, lambda: keys.press_key("return", shift=True)())
    response = lab.respond(WAIT, {})
    assert after == [""]
    assert response.way == "on"
    hints = [part.hint for part in lab.page.layout.fixed if isinstance(part, Notice)]
    assert hints == ["For the experimenter: press Shift and Enter together to go on."]
    (begin, first), (end, last) = noted
    assert (begin, end) == ("period_begin", "period_end")
    assert first == {
        "screen": "sensors",
        "period": "sensors.fitting",
        "onset": round(response.onset, 6),
    }
    assert last == {**first, "seconds": round(response.times["look"], 6), "held": 0.0}


def test_a_period_that_is_cut_off_has_a_begin_and_no_end(responder, window, english):
    noted = []
    lab = responder(on_event=lambda event, **details: noted.append(event))
    at_flip(window, 5, lambda: window.win.winHandle.dispatch_event("on_close"))
    with pytest.raises(Exception, match="closed"):
        lab.respond(replace(screen_of(english, "welcome"), period="rest"), {})
    assert noted == ["period_begin", "interrupted"]
