"""A simulated collection: the lab's files, marked as simulated, and the same to the byte for a seed."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from analysis.data.load import load
from analysis.errors import AnalysisError
from analysis.simulate import population, sessions, simulate
from analysis.simulate.sessions import plan_sessions, take_part
from experiments.schema import faults_of
from experiments.session.allocation import AllocationLog
from experiments.session.collection import open_collection, read_collection
from experiments.session.journal import JournalError, read_journal
from experiments.study import Study, open_study
from tests.small_study import TEXT, write

SMALL = Path(__file__).resolve().parent.parent / "small_study" / "small.yaml"
WITH_ENDS = TEXT.replace(
    "  - each: vignettes.csv",
    """\
  - ask: {club: {choice: Which club do you follow?, options: {red: Red, blue: Blue, neither: Neither}, order: random}}
  - {when: club = neither, end: Thank you., outcome: ineligible}
  - when: club = red
    ask: {song: {choice: Do you know its song?, options: yes_no}}
  - {when: song = no, end: Thank you., outcome: ineligible}
  - each: vignettes.csv""",
)


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study(SMALL)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(study: Study, tmp_path: Path) -> None:
    simulate(study, tmp_path / "one", 30, "M5", 7)
    simulate(study, tmp_path / "two", 30, "M5", 7, workers=2)
    simulate(study, tmp_path / "other", 30, "M5", 8)
    one = contents(tmp_path / "one")
    assert one == contents(tmp_path / "two")
    assert one.keys() == contents(tmp_path / "other").keys()
    assert one != contents(tmp_path / "other")


def test_a_worker_makes_the_same_population(study: Study, tmp_path: Path) -> None:
    severity = write(tmp_path)
    for people in (
        population(study, "M5", 7),
        population(severity, None, 7),
        population(severity.allocated("a secret"), None, 7, effect=0.3),
    ):
        other = pickle.loads(pickle.dumps(people))
        assert other.curve == people.curve
        assert [one.rows for one in sessions(other, 3)] == [one.rows for one in sessions(people, 3)]
    copied = pickle.dumps(population(severity, None, 7))
    write(tmp_path, TEXT.replace("60", "80"))
    with pytest.raises(AnalysisError, match="was changed while"):
        pickle.loads(copied)


def test_modes_have_different_participants(study: Study, tmp_path: Path) -> None:
    for mode in study.modes:
        simulate(study, tmp_path / mode, 4, "M5", 7, mode=mode)
    found = load([tmp_path / mode for mode in study.modes]).sessions
    assert len(study.modes) > 1
    assert found["participant"].nunique() == len(found) == 4 * len(study.modes)


def test_journals_are_those_of_the_lab_and_marked_as_simulated(
    study: Study, tmp_path: Path
) -> None:
    seen: list[int] = []
    made = simulate(study, tmp_path / "s", 40, "M5", 3, dropout=0.3, progress=seen.append)
    assert sum(seen) == 40 == sum(made.outcomes.values())
    assert made.outcomes["left"] > 3
    assert read_collection(tmp_path / "s").simulated
    assert json.loads((tmp_path / "s" / "simulation.json").read_text())["hypothesis"]
    for path in made.collection.journals():
        record = read_journal(path)
        assert record.damage == ()
        assert record.session["simulated"] is True
        assert record.session["participant"].startswith("sim")
        assert all(row["simulated"] and not faults_of(row) for row in record.rows)
        assert [row["sequence"] for row in record.rows] == list(range(len(record.rows)))
        left = any(row["status"] == "left" for row in record.rows)
        assert left == (record.outcome == "left")


def test_sessions_end_as_planned(tmp_path: Path) -> None:
    people = population(write(tmp_path, WITH_ENDS), None, 5, dropout=0.5)
    planned = plan_sessions(people, 300)
    found = list(sessions(people, 300))
    assert [one.outcome for one in found] == [one.outcome for one in planned]
    assert {"complete", "ineligible", "left"} <= {one.outcome for one in planned}
    ended = {one.rows[-1]["screen"] for one in found if one.outcome == "ineligible"}
    assert len(ended) == 2


def test_slots_of_drop_outs_are_taken_again(study: Study, tmp_path: Path) -> None:
    made = simulate(study, tmp_path, 60, "M5", 3, dropout=0.4)
    log = AllocationLog(tmp_path, "within", 400)
    complete = made.outcomes["complete"]
    assert sorted(log.taken()) == list(range(1, complete + 1))
    assert len(log.draws()) == 60 + (60 - complete)


def test_the_list_goes_on_if_more_are_simulated_than_planned(tmp_path: Path) -> None:
    few, many = (population(write(tmp_path), None, 3, dropout=0.2) for _ in range(2))
    assert len(few.study.slots("main")) == 60
    planned = plan_sessions(many, 200)
    assert planned[:60] == plan_sessions(few, 60)
    assert max(one.slot for one in planned) > 60
    assert many.study.slots("main")[:60] == few.study.slots("main")[:60]
    session = take_part(many, planned[-1])
    assert {row["slot"] for row in session.rows} == {planned[-1].slot}
    with pytest.raises(AnalysisError, match="0 participants"):
        plan_sessions(few, 0)


def test_nothing_is_overwritten_or_mixed(study: Study, tmp_path: Path) -> None:
    simulate(study, tmp_path / "s", 2, "M5", 3)
    before = contents(tmp_path / "s")
    with pytest.raises(JournalError, match="already contains 2 simulated sessions"):
        simulate(study, tmp_path / "s", 2, "M5", 3)
    assert contents(tmp_path / "s") == before
    open_collection(tmp_path / "real", study, simulated=False)
    with pytest.raises(JournalError, match="has collected data"):
        simulate(study, tmp_path / "real", 2, "M5", 3)
