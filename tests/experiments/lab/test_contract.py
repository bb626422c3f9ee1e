"""Walks through every kind of screen at the real window give the committed rows, by mouse and by keys."""

from __future__ import annotations

import json

import contract
import every_kind
import pytest

from experiments.timeline.session_run import SessionIdentity, SessionRun

pytestmark = pytest.mark.window


def walk(window, timeline, steps, by: str) -> list[dict]:
    from experiments.lab.responder import LabResponder
    from experiments.lab.simulated_participant import WindowParticipant

    progress = SessionRun(timeline, SessionIdentity("p", "1", True, "lab"))
    responder = LabResponder(window, timeline, root=every_kind.HERE, simulated=True, settling=0.0)
    participant = WindowParticipant(
        responder, lambda screen: contract.scripted(steps, screen, progress.visit), by
    )
    rows = []
    try:
        while (screen := progress.current()) is not None:
            rows += progress.take(responder.respond(screen, progress.drafts))
    finally:
        participant.stop()
        responder.close()
    return rows


@pytest.mark.parametrize(
    ("language", "by", "name"),
    [
        ("en", "mouse", "answered"),
        ("he", "keyboard", "answered"),
        ("he", "mouse", "skipped"),
        ("zh", "keyboard", "skipped"),
        ("zh", "mouse", "left"),
        ("he", "keyboard", "declined"),
    ],
)
def test_the_rows_are_those_of_the_contract(window, timelines, language, by, name):
    path = every_kind.HERE / f"every_kind.{language}.rows.json"
    committed = json.loads(path.read_text(encoding="utf-8"))[name]
    rows = walk(window, timelines[language], committed["walk"], by)
    assert [contract.without_clocks(row) for row in rows] == committed["rows"]
    for row in rows:
        assert row["renderer"] == "lab"
        assert row["clock"].startswith("psychopy: ")
        clock = "keyboard (psychtoolbox)" if by == "keyboard" else "mouse, frames of"
        assert clock in row["clock"] or "flips" in row["clock"]
    contract.check_times(rows)
    contract.check_onsets(rows)
