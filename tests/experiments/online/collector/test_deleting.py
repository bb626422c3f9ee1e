"""A participant who withdraws is deleted from the database, from its files, and from a running server's memory."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import httpx
import pytest
from small_export import PASSWORD, rows_of

from experiments.online.collector import DatabaseError, delete_from, give, payments, sqlite
from experiments.package import DataError
from experiments.package.deleting import hash_of

BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgres"])
SECRET = "my very own secret"


def person(number: int) -> dict[str, dict[str, str]]:
    """Return the body of an opening by the participant with this number."""
    return {"recruitment": {"source": "prolific", "id": f"person{number}", "STUDY_ID": "s"}}


def send_all(server, number: int, until: int | None = None) -> tuple[dict, list]:
    """Open a session and send rows, drafts and an event, also what is refused."""
    opened = server.open(**person(number))
    rows = rows_of(opened, {"note": SECRET})
    server.post(opened, "drafts", drafts={"screen": "note", "answers": {"note": f"{SECRET} begun"}})
    server.post(opened, "drafts", drafts={"screen": "note", "answers": {}})
    server.post(opened, "rows", rows=rows[:until])
    server.post(opened, "rows", rows=[{**rows[0], "value": SECRET}, {"bad": SECRET}])
    note = {"event": "fault", "time": "2026-01-31T12:00:00.000Z", "detail": {"message": SECRET}}
    server.post(opened, "events", events=[note])
    return opened, rows


def everything(server) -> bytes:
    """Return all bytes of the database's files."""
    folder = Path(server.database).parent
    files = sorted(folder.glob("study*.sqlite*"))
    assert len(files) >= 2
    return b"".join(file.read_bytes() for file in files)


@BOTH
def test_nothing_stays_but_the_slot_and_a_hash(start, kind):
    server = start(kind, slots=8)
    opened, rows = send_all(server, 1)
    assert server.post(opened, "finish", outcome="complete").json()["confirmed"]
    stays = server.complete(**person(2))
    before = give(server.database)
    gone = delete_from(server.database, "person1")
    assert (gone.participant, gone.sessions, gone.rows) == (opened["participant"], 1, len(rows))
    given = give(server.database)
    assert [one["session"] for one in given.sessions] == [stays["session"]]
    assert list(given.rows) == rows_of(stays)
    assert given.drafts == given.events == given.refused == ()
    assert [one["id"] for one in payments(server.database)] == ["person2"]
    assert given.deleted == {hash_of(opened["participant"])}
    assert [line["what"] for line in given.allocation] == [
        *(line["what"] for line in before.allocation),
        "deleted",
    ]
    assert [line["slot"] for line in given.allocation if "deleted-" in line["session"]] == [1] * 3
    # The slot of a complete session stays filled, so that the balance can be checked.
    assert server.open(**person(3))["slot"] == 3
    if kind == "sqlite":
        assert gone.still_to_do == ""
        for trace in (SECRET, opened["session"], opened["participant"], "person1"):
            assert trace.encode() not in everything(server), trace
    else:
        assert "VACUUM FULL" in gone.still_to_do


@BOTH
def test_a_page_that_is_still_open_brings_nothing_back(start, kind):
    server = start(kind, slots=4)
    opened, rows = send_all(server, 1, until=3)
    other = server.open(**person(2))
    delete_from(server.database, opened["participant"])
    event = {"event": "hidden", "time": "2026-01-31T12:00:00.000Z"}
    for what, body in (
        ("rows", {"rows": rows}),
        ("drafts", {"drafts": {"a": SECRET}}),
        ("events", {"events": [event]}),
        ("finish", {"outcome": "complete"}),
        ("rows", {"rows": rows}),
    ):
        assert server.post(opened, what, **body).status_code == 401, what
    beacon = {"token": opened["token"], "rows": rows, "drafts": {"a": SECRET}}
    assert server.client.post("/api/beacon", json=beacon).status_code == 401
    assert server.post(other, "rows", rows=rows_of(other)).json()["rejected"] == []
    given = give(server.database)
    assert {row["session"] for row in given.rows} == {other["session"]}
    assert len(given.sessions) == 1
    if kind == "sqlite":
        assert SECRET.encode() not in everything(server)
    # A participant who returns after all counts as a new one, in the released slot.
    again = server.open(**person(1), resume=opened["token"])
    assert (again["state"], again["slot"], again["rows"]) == ("new", opened["slot"], [])
    assert again["participant"] != opened["participant"]
    what = [line["what"] for line in given.allocation]
    assert what == ["taken", "taken", "released", "deleted"]


def test_the_first_request_after_the_deletion_may_be_the_finish(start):
    server = start(slots=4)
    opened, _ = send_all(server, 1)
    delete_from(server.database, opened["participant"])
    assert server.post(opened, "finish", outcome="complete").status_code == 401


def test_the_live_page_goes_on_counting(start):
    server = start(slots=8)
    opened, _ = send_all(server, 1)
    server.post(opened, "finish", outcome="complete")
    server.complete()
    delete_from(server.database, opened["participant"])
    with httpx.Client(base_url=server.client.base_url, verify=False) as browser:
        browser.post("/live/login", data={"password": PASSWORD})
        counts = browser.get("/live/data").json()
    assert (counts["started"], counts["completed"], counts["deleted"]) == (1, 1, 1)


def test_a_copy_from_before_brings_nobody_back(start, tmp_path):
    server = start(slots=4)
    opened, _ = send_all(server, 1)
    stays = server.complete(**person(2))
    copies = tmp_path / "copy"
    copies.mkdir()
    for file in Path(server.database).parent.glob("study*.sqlite*"):
        shutil.copy(file, copies / file.name)
    delete_from(server.database, opened["participant"])
    copy = str(copies / "study.sqlite")
    assert len(give(copy).sessions) == 2
    for order in ([copy, server.database], [server.database, copy]):
        given = give(order)
        assert {one["session"] for one in given.sessions} == {stays["session"]}
        assert {row["session"] for row in given.rows} == {stays["session"]}
        assert given.events == given.drafts == given.refused == ()
        assert opened["session"] not in str(given.allocation)
    assert delete_from(copy, opened["participant"]).sessions == 1


def test_a_reader_that_keeps_old_bytes_alive_is_reported(start, monkeypatch):
    monkeypatch.setattr(sqlite, "LOCK_TIMEOUT_S", 0.2)
    server = start(slots=4)
    opened, _ = send_all(server, 1)
    reader = sqlite3.connect(server.database, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM rows").fetchall()
    with pytest.raises(DatabaseError, match="delete again"):
        delete_from(server.database, opened["participant"])
    assert give(server.database).sessions == ()
    reader.close()
    assert delete_from(server.database, opened["participant"]).sessions == 0
    assert SECRET.encode() not in everything(server)


def test_an_unknown_participant_is_reported(start, tmp_path):
    server = start(slots=4)
    first, second = server.open(**person(1)), {"source": "sona", "id": "person1"}
    second = server.open(recruitment=second)
    with pytest.raises(DataError, match="has no participant with"):
        delete_from(server.database, "person9")
    with pytest.raises(DataError, match="of several participants") as raised:
        delete_from(server.database, "person1")
    assert first["participant"] in str(raised.value)
    assert second["participant"] in str(raised.value)
    with pytest.raises(DatabaseError, match="does not exist"):
        delete_from(tmp_path / "nothing.sqlite", "p1")
    assert not (tmp_path / "nothing.sqlite").exists()
    assert len(give(server.database).sessions) == 2


def test_after_payment_a_participant_is_deleted_by_the_code(start):
    server = start(slots=4)
    opened, _ = send_all(server, 1)
    stays = server.complete(**person(2))
    server.stop()
    for file in Path(server.database).parent.glob("study.identities.sqlite*"):
        file.unlink()
    with pytest.raises(DataError, match="has no participant with"):
        delete_from(server.database, "person1")
    assert delete_from(server.database, opened["participant"]).sessions == 1
    assert [one["session"] for one in give(server.database).sessions] == [stays["session"]]
    assert not list(Path(server.database).parent.glob("study.identities.sqlite*"))
