"""Simulated participants go back now and then, give the same answers again, and all that they did is in the rows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import going_back
import pytest

from analysis.data.conditions import with_conditions
from analysis.data.load import load
from analysis.simulate import Assumptions, SimulatedParticipant, population, simulate
from analysis.simulate.at_window import decision_of
from analysis.simulate.sessions import PlannedSession, take_part
from experiments.lab.simulated_participant import BACK
from experiments.schema import faults_of
from experiments.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return going_back.write(tmp_path_factory.mktemp("study"))


def rows_with(study: Study, goes_back: float, number: int = 1) -> list[dict]:
    assumed = Assumptions(goes_back=goes_back, declines=0)
    people = population(study, seed=3, dropout=0, assumed=assumed)
    sat = take_part(people, PlannedSession(number, number, "complete"))
    assert sat.outcome == "complete"
    return sat.rows


def test_everybody_who_can_go_back_does_so_once(study: Study) -> None:
    rows = rows_with(study, 1)
    assert [fault for row in rows for fault in faults_of(row)] == []
    went = Counter(row["screen"] for row in rows if row["status"] == "back")
    shown = {row["screen"] for row in rows}
    possible = study.timeline(study.slots("main")[0]).screens
    assert set(went) == {each.id for each in possible if each.back and each.id in shown}
    visits = Counter((row["screen"], row["measure"]) for row in rows if row["status"] == "back")
    assert set(visits.values()) == {1}


def test_nobody_goes_back_if_nobody_does(study: Study) -> None:
    assert {row["status"] for row in rows_with(study, 0)} <= {"answered", "skipped", "shown"}


def test_now_and_then_is_decided_by_the_seed(study: Study) -> None:
    some = [rows_with(study, 0.3, number) for number in (1, 2, 1)]
    assert some[0] == some[2]
    went = [[row["screen"] for row in rows if row["status"] == "back"] for rows in some]
    assert went[0] != went[1]
    assert 0 < len(went[0]) < 12


def test_going_back_changes_no_answer_that_counts(study: Study, tmp_path: Path) -> None:
    def values(goes_back: float) -> list[list[dict]]:
        folder = tmp_path / str(goes_back)
        assumed = Assumptions(goes_back=goes_back)
        simulate(study, folder, 6, seed=5, dropout=0, assumed=assumed)
        data = with_conditions(load(folder), study)
        tables = [
            table[[name for name in table if not str(name).endswith("_time")]]
            for table in (data.trials, data.participants)
        ]
        return [table.astype(str).to_dict("records") for table in tables]

    assert values(0) == values(1)


def test_what_is_decided_at_the_window_is_what_is_simulated(study: Study) -> None:
    people = population(study, seed=3, dropout=0, assumed=Assumptions(goes_back=1))
    participant = SimulatedParticipant(people, study.timeline(study.slots("main")[0]), 1)
    screen = next(each for each in participant.timeline.screens if each.id == "gift")
    can = participant.timeline.screens[participant.timeline.index["step_7"]]
    assert BACK not in decision_of(participant, screen)
    assert decision_of(participant, can) == {BACK: None}
    assert decision_of(participant, can) == {}
