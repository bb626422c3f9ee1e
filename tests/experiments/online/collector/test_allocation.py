"""Slots under simultaneous openings, time-outs and late returns, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

import httpx
import pytest
from apart import run
from small_export import rows_of

from experiments.online.collector import application, give, payments

BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgres"])


def person(number: int, source: str = "prolific") -> dict[str, dict[str, str]]:
    """Return the body of an opening by the participant with this number."""
    return {"recruitment": {"source": source, "id": f"person{number}", "STUDY_ID": "s"}}


def open_at_once(server, bodies) -> list[httpx.Response]:
    """Open many sessions at the same time."""

    async def all_at_once() -> list[httpx.Response]:
        options = {"limits": httpx.Limits(max_connections=None), "timeout": 90, "verify": False}
        async with httpx.AsyncClient(base_url=server.client.base_url, **options) as client:
            return await asyncio.gather(
                *(client.post("/api/sessions", json=body) for body in bodies)
            )

    return run(all_at_once())


@BOTH
def test_simultaneous_openings_never_share_a_slot(start, kind):
    server = start(kind, slots=48)
    answers = open_at_once(server, [person(number) for number in range(60)])
    opened = [answer.json() for answer in answers if answer.status_code == 201]
    assert Counter(answer.status_code for answer in answers) == {201: 48, 409: 12}
    assert sorted(one["slot"] for one in opened) == list(range(1, 49))
    assert len({one["participant"] for one in opened}) == 48
    log = give(server.database).allocation
    assert Counter(line["what"] for line in log) == {"taken": 48, "full": 12}


@BOTH
def test_slots_are_taken_in_the_order_of_the_list(start, kind):
    server = start(kind, slots=48)
    opened = [answer.json() for answer in open_at_once(server, [{} for _ in range(22)])]
    assert sorted(one["slot"] for one in opened) == list(range(1, 23))
    cells = Counter(one["timeline"]["screens"][1]["cells"]["victim"] for one in opened)
    # A block holds each cell twice, so that an open block can put the cells two apart at most.
    assert abs(cells["one"] - cells["many"]) <= 2


@BOTH
def test_simultaneous_openings_by_one_person_are_one_session(start, kind):
    server = start(kind, slots=12)
    opened = [answer.json() for answer in open_at_once(server, [person(1) for _ in range(20)])]
    assert len({one["session"] for one in opened}) == 1
    assert len({one["token"] for one in opened}) == 1
    given = give(server.database)
    assert [line["what"] for line in given.allocation] == ["taken"]


@BOTH
def test_two_servers_on_one_database_share_the_list(start, kind):
    first = start(kind, slots=12)
    second = type(first)(first.export, first.database).start()
    try:
        answers = open_at_once(first, [person(number) for number in range(6)])
        answers += open_at_once(second, [person(number) for number in range(3, 9)])
    finally:
        second.kill()
    opened = {one["participant"]: one["slot"] for one in (answer.json() for answer in answers)}
    assert sorted(opened.values()) == list(range(1, 10))


def test_the_same_id_from_elsewhere_is_somebody_else(start):
    server = start()
    sessions = {server.open(**person(1, source))["session"] for source in ("prolific", "sona")}
    assert len(sessions) == 2


def test_the_link_overrules_the_token_of_another_person(start):
    server = start()
    first, second = server.open(**person(1)), server.open(**person(2))
    assert server.open(**person(1), resume=second["token"])["session"] == first["session"]
    third = server.open(**person(3), resume=second["token"])
    assert third["state"] == "new"
    assert third["session"] != second["session"]


def test_a_direct_link_comes_back_by_its_token(start):
    server = start()
    first = server.open()
    again = server.open(resume=first["token"])
    assert (again["session"], again["state"]) == (first["session"], "running")
    assert server.open()["session"] != first["session"]
    assert server.open(resume="forged.token")["state"] == "new"


@BOTH
def test_a_dropouts_slot_returns_and_the_late_returner_is_surplus(start, kind, monkeypatch):
    # Only the test triggers the search for drop-outs, however long its requests take.
    monkeypatch.setattr(application, "DROPOUT_CHECK_S", 3600)
    server = start(kind, slots=4, dropout_minutes=0.01)
    lost = server.open(**person(0))
    rows = rows_of(lost)
    server.post(lost, "rows", rows=rows[:3])
    time.sleep(0.8)
    replacement = server.complete(**person(1))
    assert replacement["slot"] == lost["slot"] == 1
    back = server.open(**person(0))
    assert (back["session"], back["slot"], back["surplus"]) == (lost["session"], 1, True)
    assert back["rows"] == rows[:3]
    assert server.post(back, "rows", rows=rows).json()["known"] == [0, 1, 2]
    assert server.post(back, "finish", outcome="complete").json()["confirmed"]
    given = give(server.database)
    sessions = {one["session"]: one for one in given.sessions}
    assert sessions[lost["session"]]["surplus"]
    assert not sessions[replacement["session"]]["surplus"]
    assert len(given.rows) == 2 * len(rows)
    what = [(line["what"], line["slot"]) for line in given.allocation]
    assert what[:4] == [("taken", 1), ("released", 1), ("taken", 1), ("completed", 1)]
    assert ("surplus", 1) in what


@pytest.mark.parametrize("outcome", ["declined", "left"])
def test_an_early_end_returns_the_slot_at_once(start, outcome):
    server = start(slots=4)
    opened = server.open()
    server.post(opened, "finish", outcome=outcome)
    assert server.open()["slot"] == opened["slot"]
    log = give(server.database).allocation
    assert [(line["what"], line["why"]) for line in log][1] == ("released", outcome)


def test_a_full_study_says_so(start):
    codes = {"complete": "C", "full": "F"}
    server = start(slots=1, recruitment={"source": "prolific", "codes": codes})
    server.open(**person(0))
    answer = server.client.post("/api/sessions", json=person(1))
    assert answer.status_code == 409
    assert answer.json()["redirect"].endswith("?cc=F")
    assert server.open(**person(0))["state"] == "running"


def test_a_participant_from_outside_the_recruiting_site_gets_no_slot(start):
    server = start(slots=1, recruitment={"source": "prolific", "codes": {"complete": "C"}})
    for recruitment in (None, {"source": "direct", "id": "person0"}, {"source": "sona", "id": "1"}):
        answer = server.client.post("/api/sessions", json={"recruitment": recruitment})
        assert answer.status_code == 422
        assert answer.json() == {
            "error": "this study recruits through prolific, and the link does not come from there",
            "remedy": "Open the study from prolific.",
        }
    assert not give(server.database).sessions
    assert server.open(**person(0))["state"] == "new"


@BOTH
def test_payment_identities_are_stored_apart(start, kind):
    server = start(kind, recruitment={"source": "prolific", "codes": {"complete": "C9"}})
    opened = server.open(**person(7))
    server.post(opened, "rows", rows=rows_of(opened))
    back = server.post(opened, "finish", outcome="complete").json()
    assert back["redirect"] == "https://app.prolific.com/submissions/complete?cc=C9"
    assert server.open(**person(7))["redirect"] == back["redirect"]
    (paid,) = payments(server.database)
    assert (paid["source"], paid["id"], paid["participant"], paid["outcome"]) == (
        "prolific",
        "person7",
        opened["participant"],
        "complete",
    )
    assert "person7" not in repr(give(server.database))
    if kind == "sqlite":
        server.stop()
        for file in server.export.parent.glob("study.sqlite*"):
            assert b"person7" not in file.read_bytes()


def test_nothing_stored_identifies_participants(start):
    server = start()
    server.client.headers["User-Agent"] = "Fingerprint/1.0"
    server.client.headers["X-Forwarded-For"] = "203.0.113.77"
    server.complete(**person(1))
    server.stop()
    files = list(server.export.parent.glob("study*.sqlite*"))
    assert files
    for file in files:
        content = file.read_bytes()
        for trace in (b"Fingerprint", b"203.0.113.77", b"127.0.0.1"):
            assert trace not in content
