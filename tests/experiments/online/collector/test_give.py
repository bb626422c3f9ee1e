"""The data as they are passed to the import: all, once, in order."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from small_export import rows_of

from experiments.online.collector import DatabaseError, give, payments
from experiments.online.collector.give import CombinedDatabasesError
from experiments.schema import faults_of


def test_a_copy_beside_the_database_changes_nothing(start, tmp_path):
    server = start(slots=8)
    first = server.complete(recruitment={"source": "sona", "id": "1"})
    half = server.open()
    server.post(half, "rows", rows=list(reversed(rows_of(half)[:5])))
    server.post(half, "drafts", drafts={"a": 1})
    copies = tmp_path / "copy"
    copies.mkdir()
    for file in Path(server.database).parent.glob("study*.sqlite*"):
        shutil.copy(file, copies / file.name)
    server.post(half, "rows", rows=rows_of(half)[5:7])
    server.post(half, "drafts", drafts={"a": 2})
    given = give([copies / "study.sqlite", server.database])
    assert given == give([server.database, copies / "study.sqlite"])
    assert given.rows == give(server.database).rows
    order = [first["session"], half["session"]]
    assert [one["session"] for one in given.sessions] == order
    assert list(given.rows) == [*rows_of(first), *rows_of(half)[:7]]
    assert not any(faults_of(row) for row in given.rows)
    assert [draft["drafts"] for draft in given.drafts] == [{"a": 2}]
    assert given.sessions[1]["row_count"] == 7
    assert given.about["study"] == "small"


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_all_that_was_sent_is_given(start, kind):
    server = start(kind, slots=8)
    opened = server.open(recruitment={"source": "prolific", "id": "1", "STUDY_ID": "s"})
    rows = rows_of(opened)
    pause = {"event": "pause", "time": "2026-01-31T12:00:00.000Z", "detail": {"screen": "note"}}
    server.post(opened, "rows", rows=[rows[0], {**rows[1], "measure": "other\x00\ud83d"}])
    server.post(opened, "events", events=[pause])
    server.post(opened, "drafts", drafts={"note": "nul \x00, half \ud83d, whole 😀"})
    given = give(server.database)
    assert list(given.rows) == rows[:1]
    assert [(one["event"], one["detail"]) for one in given.events] == [
        ("pause", {"screen": "note"})
    ]
    assert given.drafts[0]["drafts"] == {"note": "nul \x00, half \ufffd, whole 😀"}
    assert "does not ask" in given.refused[0]["reason"]
    assert given.sessions[0]["participant"] == opened["participant"]
    assert [line["what"] for line in given.allocation] == ["taken"]


def test_reading_does_not_disturb_a_running_server(start):
    server = start(slots=4)
    opened = server.open()
    rows = rows_of(opened)
    for number, row in enumerate(rows, start=1):
        server.post(opened, "rows", rows=[row])
        assert len(give(server.database).rows) == number


def test_what_is_no_database_is_reported(tmp_path):
    with pytest.raises(DatabaseError, match="does not exist"):
        give(tmp_path / "nothing.sqlite")
    (tmp_path / "text.sqlite").write_text("hello " * 1000)
    with pytest.raises(DatabaseError, match="damaged or not an SQLite"):
        give(tmp_path / "text.sqlite")
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(DatabaseError, match="not a database that this version"):
        give(tmp_path / "empty.sqlite")


def test_different_studies_are_not_given_together(start, tmp_path):
    first = start(slots=4)
    other = tmp_path / "other.sqlite"
    first.stop()
    shutil.copy(first.database, other)
    with sqlite3.connect(other) as connection:
        connection.execute("UPDATE about SET value = 'pilot' WHERE name = 'mode'")
    connection.close()
    with pytest.raises(CombinedDatabasesError, match="pilot"):
        give([first.database, other])


def test_identities_can_be_deleted_after_payment(start):
    server = start(slots=4)
    server.complete(recruitment={"source": "sona", "id": "somebody"})
    server.stop()
    assert [one["id"] for one in payments(server.database)] == ["somebody"]
    for file in server.export.parent.glob("study.identities.sqlite*"):
        file.unlink()
    assert len(give(server.database).sessions) == 1
    with pytest.raises(DatabaseError, match="no file of payment identities"):
        payments(server.database)
    # Continuing without them would lose track of earlier participants.
    from experiments.online.collector import serve

    with pytest.raises(DatabaseError, match="is missing"):
        serve(server.export, port=0, database=server.database, password="x")
