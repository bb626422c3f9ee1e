"""Collections made before are read as their files have them, and their sessions go on."""

from __future__ import annotations

import json
import shutil

import pytest
from small_studies import COLLECTIONS, journal_rows, untouched
from two_editions import texts

from analysis.data.load import load
from analysis.simulate import SimulatedParticipant, population
from experiments.session.collection import read_collection
from experiments.session.journal import read_journal
from experiments.session.keeping import KEPT
from experiments.session.session import allocation, resume
from experiments.study import open_study
from experiments.timeline.session_run import SessionIdentity

NAMES = [*(small.study for small in COLLECTIONS), "lab_sessions"]
FEELINGS = ("upset", "sympathetic", "responsible", "moved", "appropriate")


@pytest.mark.parametrize("name", NAMES)
def test_answers_and_times_are_those_of_0_1_0(stored, old, name):
    assert untouched(journal_rows(old(name))) == stored("untouched.json")[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_study_beside_the_data_is_theirs(old, name):
    study, collection = open_study(old(name) / KEPT), read_collection(old(name))
    facts = (collection.study, collection.protocol_version, collection.protocol_hash)
    assert (study.study, study.version, study.hash) == facts


@pytest.mark.parametrize("name", NAMES)
def test_sessions_have_the_conditions_of_their_slots(old, name):
    study = open_study(old(name) / KEPT)
    for path in read_collection(old(name)).journals():
        record = read_journal(path)
        slot = study.slots(record.session["mode"])[record.session["slot"] - 1]
        for row in record.rows:
            assert texts(row["cells"]).items() >= slot.cells.items()


@pytest.mark.parametrize("name", NAMES)
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
    assert [draft["measure"] for draft in records[1].drafts] == [
        f"feelings5.{item}" for item in FEELINGS
    ]
    log = allocation(open_study(collection.folder / KEPT), collection, "real")
    # The slot of the session that was left has been taken by the next.
    assert log.taken() == {7: ("lab1", "1"), 10: ("lab2", "1"), 8: ("lab4", "1")}


def test_a_session_begun_before_goes_on(old, tmp_path):
    shutil.copytree(old("lab_sessions"), tmp_path / "c")
    collection = read_collection(tmp_path / "c")
    study = open_study(collection.folder / KEPT)
    path = collection.journal("lab2", "1")
    before = read_journal(path)
    session = resume(study, collection, SessionIdentity("lab2", "1", True, "lab"))
    assert session.progress.current().id == "feelings5.1"
    assert session.drafts == {draft["measure"]: draft["value"] for draft in before.drafts}
    people = population(study, seed=3, mode="real", dropout=0.0)
    slot = study.slots("real")[before.session["slot"] - 1]
    participant = SimulatedParticipant(people, study.timeline(slot, "en"), slot.number)
    assert session.run(participant) == "complete"
    after = read_journal(path).rows
    assert after[: len(before.rows)] == before.rows
    assert [row["sequence"] for row in after] == list(range(len(after)))
