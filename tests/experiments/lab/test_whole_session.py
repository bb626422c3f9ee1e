"""A whole session at the real window has the rows of the session machine."""

from __future__ import annotations

import contract
import pytest
import small_study
from simulated_answers import Somebody

from experiments.session.collection import open_collection
from experiments.session.journal import read_journal
from experiments.session.session import begin
from experiments.timeline.session_run import SessionIdentity, SessionRun

pytestmark = pytest.mark.window


def without_renderer(row: dict) -> dict:
    return {**contract.without_clocks(row), "renderer": ""}


def test_the_rows_are_those_of_the_machine(window, tmp_path):
    from experiments.lab.session import at_window

    study = small_study.write(tmp_path)
    collection = open_collection(tmp_path / "data", study, simulated=True)
    identity = SessionIdentity("p01", "1", True, "lab")
    session = begin(study, collection, "main", identity, "en", {})
    somebody = Somebody()

    def decide(screen):
        return {ask.measure: somebody.answer(screen, ask) for ask in screen.asks}

    assert at_window(session, window, decide=decide) == "complete"
    rows = read_journal(collection.journal("p01", "1")).rows

    machine = SessionRun(session.progress.timeline, identity)
    expected = []
    while (screen := machine.current()) is not None:
        expected += machine.take(Somebody().respond(screen, {}))
    assert [without_renderer(row) for row in rows] == [without_renderer(row) for row in expected]
