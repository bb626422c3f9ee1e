"""Periods and waits for the experimenter at a real window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flips import at_flip, screen_of
from simulated_answers import Somebody

from experiments.interface import interface
from experiments.lab.footer import Notice
from experiments.screen import Block, Screen
from experiments.session.collection import open_collection
from experiments.session.journal import read_journal
from experiments.session.session import begin
from experiments.study import open_study
from experiments.timeline.session_run import SessionIdentity

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


STUDY = """\
study: rests
title: Rests
factors: {between: {group: [us, them]}}
flow:
  - use: consent
    about: rest
  - {name: sensors, wait: Please wait., until: experimenter}
  - {name: baseline, wait: Please sit still., time: 0.3 s, period: rest}
  - ask: {calm: {rating: How calm are you?, from: Not, to: Very}}
    period: asked
analysis: {formula: calm ~ group, contrasts: [us - them]}
sample: {participants: 4}
"""


def test_the_journal_of_a_session_has_its_periods(window, tmp_path):
    from experiments.lab.session import at_window

    path = tmp_path / "rests.yaml"
    path.write_text(STUDY, encoding="utf-8")
    study = open_study(path)
    collection = open_collection(tmp_path / "data", study, simulated=True)
    session = begin(study, collection, "main", SessionIdentity("p01", "1", True, "lab"), "en", {})
    somebody = Somebody()

    def decide(screen):
        return {ask.measure: somebody.answer(screen, ask) for ask in screen.asks}

    assert at_window(session, window, decide=decide) == "complete"
    record = read_journal(collection.journal("p01", "1"))
    marks = [each for each in record.events if each["event"].startswith("period_")]
    assert [(each["event"], each["period"], each["visit"]) for each in marks] == [
        ("period_begin", "baseline.rest", 1),
        ("period_end", "baseline.rest", 1),
        ("period_begin", "asked", 1),
        ("period_end", "asked", 1),
    ]
    rows = {row["screen"]: row for row in record.rows}
    assert rows["sensors"]["status"] == "shown"
    for mark in marks[1::2]:
        row = rows[mark["screen"]]
        assert mark["onset"] == row["onset"]
        assert mark["seconds"] >= row["response_time"] - 1e-6
    assert marks[1]["seconds"] == rows["baseline"]["response_time"]
