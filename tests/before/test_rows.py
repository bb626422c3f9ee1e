"""The same seeds give the same rows as before, and collections made before are read as before."""

from __future__ import annotations

import json
import shutil

import pytest
from small_studies import (
    COLLECTIONS,
    SESSIONS,
    Small,
    journal_rows,
    rows_of_people,
    study_of,
    without_code,
)

from analysis.data.load import load
from analysis.simulate import population, simulate, simulated_participant
from experiments.session.collection import read_collection
from experiments.session.journal import read_journal
from experiments.session.session import allocation, resume
from experiments.timeline.session_run import SessionIdentity

NAMES = [small.study for small in COLLECTIONS]


@pytest.mark.parametrize(("study", "mode", "language"), SESSIONS)
def test_simulated_people_give_the_same_rows(stored, study, mode, language):
    before = stored(f"rows/{study}-{mode}-{language}.json.gz")
    now = [without_code(row) for row in rows_of_people(study, mode, language)]
    assert len(before) > 40
    assert json.loads(json.dumps(now)) == before


@pytest.mark.parametrize("small", COLLECTIONS, ids=NAMES)
def test_simulated_collections_are_the_same(old, tmp_path, small: Small):
    before, now = old(small.study), tmp_path / "now"
    simulate(study_of(small.study), now, small.n, small.hypothesis, small.seed, mode=small.mode)
    names = [
        {str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix != ".lock"}
        for folder in (before, now)
    ]
    # The stored texts are beside the protocol, so that they go into the collection; before they were shipped.
    assert names[0] == {name for name in names[1] if not name.startswith("stimuli")}
    for name in sorted(names[0]):
        if name.endswith((".jsonl", ".json")):
            assert lines_of(now / name) == lines_of(before / name), name
    assert (now / "protocol.yaml").read_bytes() == (before / "protocol.yaml").read_bytes()


def lines_of(path):
    """Return the lines of a journal, a log or a JSON file, without the version of the code."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines() if path.suffix == ".jsonl" else [text]
    return [without_code(json.loads(line)) for line in lines]


@pytest.mark.parametrize("name", [*NAMES, "lab_sessions"])
def test_a_collection_is_loaded_as_its_files_have_it(old, name):
    data = load(old(name))
    before = journal_rows(old(name))
    assert len(data.rows) == len(before) > 0
    now = data.rows.astype(object).where(data.rows.notna(), None)
    for column in before[0]:
        expected = [row[column] for row in before]
        found = now[column].tolist()
        if column == "cells":
            found = [json.loads(cell) for cell in found]
        assert found == expected, column
    for factor in data.factors:
        expected = [row["cells"].get(factor) for row in before]
        assert [str(value) for value in now[factor]] == [str(value) for value in expected], factor


def test_sessions_of_the_lab_are_read_with_what_happened_in_them(old):
    collection = read_collection(old("lab_sessions"))
    records = [read_journal(path) for path in collection.journals()]
    assert [record.outcome for record in records] == ["complete", "", "left", "complete"]
    assert [len(record.damage) for record in records] == [1, 0, 0, 0]
    assert [[event["event"] for event in record.events] for record in records] == [
        ["resumed"],
        ["device_failure"],
        [],
        [],
    ]
    assert {draft["screen"] for draft in records[1].drafts} == {"scale.feelings5.1"}
    assert len(records[1].drafts) == 5
    log = allocation(study_of("identified_victim"), collection, "real")
    # The slot of the session that was left has been taken by the next.
    assert log.taken() == {1: ("lab1", "1"), 2: ("lab2", "1"), 3: ("lab4", "1")}


def test_a_session_begun_before_goes_on(old, tmp_path):
    shutil.copytree(old("lab_sessions"), tmp_path / "c")
    study, collection = study_of("identified_victim"), read_collection(tmp_path / "c")
    path = collection.journal("lab2", "1")
    before = read_journal(path)
    session = resume(study, collection, SessionIdentity("lab2", "1", True, "lab"))
    assert session.progress.current().id == "scale.feelings5.1"
    assert session.drafts == {draft["measure"]: draft["value"] for draft in before.drafts}
    people = population(study, seed=3, mode="real", dropout=0.0)
    slot = study.slots("real")[before.session["slot"] - 1]
    participant = simulated_participant(study, slot, people=people, language="en")
    assert session.run(participant) == "complete"
    after = read_journal(path).rows
    assert after[: len(before.rows)] == before.rows
    assert [row["sequence"] for row in after] == list(range(len(after)))
