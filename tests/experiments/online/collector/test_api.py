"""What pages send, and how the real server answers."""

from __future__ import annotations

import json

import pytest
from small_export import HASH, rows_of

from experiments.online.collector import give
from experiments.schema import NAMES
from experiments.screen import Screen


def test_a_session_from_its_first_page_to_the_data(server):
    opened = server.open(recruitment=None, resume=None, language="en")
    assert opened["state"] == "new"
    assert opened["next_sequence"] == 0
    assert opened["rows"] == []
    assert opened["drafts"] == {}
    assert opened["timeline"]["slot"] == opened["slot"]
    assert Screen.from_json(opened["timeline"]["screens"][0]).id == "consent"
    rows = rows_of(opened)
    answer = server.post(opened, "rows", rows=rows).json()
    assert answer == {"accepted": list(range(len(rows))), "known": [], "rejected": []}
    finished = server.post(opened, "finish", outcome="complete").json()
    assert finished["confirmed"]
    assert finished["missing"] == []
    given = give(server.database)
    assert [row for row in given.rows if row["session"] == opened["session"]] == rows
    assert set(given.rows[0]) == set(NAMES)
    session = next(one for one in given.sessions if one["session"] == opened["session"])
    assert (session["outcome"], session["confirmed"], session["row_count"]) == (
        "complete",
        True,
        len(rows),
    )


def test_a_doubled_post_is_kept_once(server):
    opened = server.open()
    rows = rows_of(opened)[:3]
    assert server.post(opened, "rows", rows=rows).json()["accepted"] == [0, 1, 2]
    again = server.post(opened, "rows", rows=rows + rows).json()
    assert again == {"accepted": [], "known": [0, 1, 2, 0, 1, 2], "rejected": []}
    kept = [row for row in give(server.database).rows if row["session"] == opened["session"]]
    assert kept == rows


def test_another_row_under_a_known_sequence_is_refused_and_put_aside(server):
    opened = server.open()
    rows = rows_of(opened)
    server.post(opened, "rows", rows=rows[:2])
    other = {**rows[1], "value": "7", "number": 7}
    answer = server.post(opened, "rows", rows=[other]).json()
    assert answer["accepted"] == answer["known"] == []
    assert answer["rejected"][0]["sequence"] == 1
    assert "a different row is already stored" in answer["rejected"][0]["reason"]
    given = give(server.database)
    assert [row["value"] for row in given.rows if row["session"] == opened["session"]][1] == "1"
    aside = [one for one in given.refused if one["session"] == opened["session"]]
    assert [json.loads(one["row"])["value"] for one in aside] == ["7"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"session": "other"}, "session"),
        ({"participant": "p0"}, "participant"),
        ({"study": "another"}, "study"),
        ({"protocol_hash": "f" * 16}, "protocol_hash"),
        ({"slot": 10_000}, "slot"),
        ({"mode": "pilot"}, "mode"),
        ({"renderer": "lab"}, "renderer"),
        ({"language": "he"}, "language"),
        ({"screen": "appeal.99"}, "appeal.99"),
        ({"screen": ["a"]}, "screen"),
        ({"measure": "password"}, "does not ask"),
        ({"measure": None}, "does not ask"),
        ({"cells": {"victim": "neither"}}, "cells"),
        ({"stimulus": "appeal_9"}, "stimulus"),
        ({"sequence": -1}, "sequence"),
        ({"sequence": 2**70}, "sequence"),
        ({"sequence": "1"}, "sequence"),
        ({"number": 10**400}, "number"),
        ({"number": "5"}, "number"),
        ({"status": "invented"}, "status"),
        ({"visit": 0}, "visit"),
        ({"clock": "x" * 40_000}, "longer"),
        ({"simulated": True}, "simulated"),
        ({"value": "9", "number": 9}, "not offered"),
        ({"extra": 1}, "extra"),
        ({"\ud83d\x00": 1}, "unknown"),
    ],
)
def test_a_foreign_row_is_refused_with_its_reason(server, change, word):
    opened = server.open()
    good, row = rows_of(opened)[:2]
    answer = server.post(opened, "rows", rows=[good, {**row, **change}]).json()
    assert answer["accepted"] == [0]
    assert len(answer["rejected"]) == 1
    assert word in answer["rejected"][0]["reason"]


@pytest.mark.parametrize("row", [None, 5, "row", [], {}, {"sequence": 0}])
def test_what_is_no_row_is_refused(server, row):
    opened = server.open()
    answer = server.post(opened, "rows", rows=[row]).json()
    assert answer["accepted"] == []
    assert answer["rejected"][0]["reason"]


def test_half_an_emoji_is_replaced_and_not_lost(server):
    opened = server.open()
    note = next(row for row in rows_of(opened) if row["measure"] == "note")
    row = {**note, "sequence": 0, "value": "cut \ud83d"}
    raw = json.dumps({"rows": [row]})
    headers = {"Authorization": f"Bearer {opened['token']}"}
    for expected in ("accepted", "known"):
        answer = server.client.post("/api/rows", content=raw, headers=headers).json()
        assert answer[expected] == [0]
    kept = [row for row in give(server.database).rows if row["session"] == opened["session"]]
    assert kept[0]["value"] == "cut \ufffd"


@pytest.mark.parametrize("what", ["rows", "drafts", "events", "finish"])
def test_without_a_good_token_nothing_is_taken(server, what):
    opened = server.open()
    session, signature = opened["token"].split(".")
    other = server.open()["token"].split(".")[1]
    for token in ("x", session, f"{session}.{other}", f"{session}.{signature[:-1]}", "é.é"):
        headers = {"Authorization": f"Bearer {token}".encode()}
        answer = server.client.post(f"/api/{what}", json={"rows": []}, headers=headers)
        assert answer.status_code == 401
        assert set(answer.json()) == {"error", "remedy"}
    assert server.client.post(f"/api/{what}", json={}).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"rows": [NaN]}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"rows": ' + b"[" * 1000 + b"]" * 1000 + b"}", 400),
        (b'{"rows": [' + b"9" * 5000 + b"]}", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"rows": {}}', 422),
        (b'{"rows": [' + b"1," * 500 + b"1]}", 422),
        (b'{"rows": ["' + b"x" * 1_100_000 + b'"]}', 413),
        (b"x" * 5_000_000, 413),
    ],
)
def test_a_malformed_or_oversize_body_is_refused(server, body, status):
    opened = server.open()
    headers = {"Authorization": f"Bearer {opened['token']}"}
    answer = server.client.post("/api/rows", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error", "remedy"}
    assert server.client.get("/").status_code == 200


def test_drafts_come_back_until_they_are_replaced(server):
    opened = server.open()
    for drafts in ({"screen": "appeal.1", "answers": {"moved": 3}}, {"a": "שלום"}, {}):
        assert server.post(opened, "drafts", drafts=drafts).status_code == 200
        assert server.open(resume=opened["token"])["drafts"] == drafts
    assert server.post(opened, "drafts", drafts=[1]).status_code == 422
    assert server.post(opened, "drafts", drafts={"a": "x" * 40_000}).status_code == 413


def test_events_are_kept_once_and_without_what_identifies(server):
    opened = server.open()
    time = "2026-01-31T12:00:00.000Z"
    browser = {"name": "Firefox", "version": 140, "user_agent": "Mozilla/5.0", "fonts": ["a"]}
    events = [
        {"event": "browser", "time": time, "detail": browser},
        {"event": "pause", "time": time, "detail": {"screen": "appeal.1"}},
        {"event": "spy", "time": time},
        {"event": "resume", "time": "\ud83d"},
        "pause",
    ]
    for _ in range(2):
        answer = server.post(opened, "events", events=events).json()
        assert answer["accepted"] == 2
        assert len(answer["rejected"]) == 3
    kept = [one for one in give(server.database).events if one["session"] == opened["session"]]
    assert {one["event"]: one["detail"] for one in kept} == {
        "browser": {"name": "Firefox", "version": 140},
        "pause": {"screen": "appeal.1"},
    }
    assert server.post(opened, "events", events={}).status_code == 422


def test_a_beacon_brings_rows_drafts_and_events(server):
    opened = server.open()
    rows = rows_of(opened)[:5]
    event = {"event": "hidden", "time": "2026-01-31T12:00:00.000Z"}
    body = {"token": opened["token"], "rows": rows, "drafts": {"a": 1}, "events": [event]}
    headers = {"Content-Type": "text/plain;charset=UTF-8"}
    answer = server.client.post("/api/beacon", content=json.dumps(body), headers=headers)
    assert answer.json()["accepted"] == [0, 1, 2, 3, 4]
    back = server.open(resume=opened["token"])
    assert back["rows"] == rows
    assert back["drafts"] == {"a": 1}
    forged = {**body, "token": "a.b"}
    assert server.client.post("/api/beacon", json=forged).status_code == 401
    large = {**body, "drafts": {"a": "x" * 70_000}}
    assert server.client.post("/api/beacon", json=large).status_code == 413


def test_a_finish_reports_what_is_missing(server):
    opened = server.open()
    rows = rows_of(opened)
    server.post(opened, "rows", rows=rows[:2] + rows[4:])
    answer = server.post(opened, "finish", outcome="complete").json()
    assert (answer["confirmed"], answer["missing"]) == (False, [2, 3])
    server.post(opened, "rows", rows=rows[2:4])
    assert server.post(opened, "finish", outcome="complete").json()["confirmed"]
    assert server.post(opened, "finish", outcome="forged").status_code == 422


def test_a_claimed_end_that_rows_do_not_reach_is_marked(server):
    opened = server.open()
    server.post(opened, "rows", rows=rows_of(opened)[:1])
    assert not server.post(opened, "finish", outcome="complete").json()["confirmed"]
    session = next(
        one for one in give(server.database).sessions if one["session"] == opened["session"]
    )
    assert session["outcome"] == "complete"
    assert not session["confirmed"]


def test_declining_is_an_end_of_its_own(server):
    opened = server.open()
    rows = rows_of(opened, {"consent": "no"})
    server.post(opened, "rows", rows=rows)
    assert server.post(opened, "finish", outcome="declined").json()["confirmed"]
    again = server.open(resume=opened["token"])
    assert (again["state"], again["outcome"]) == ("finished", "declined")


def test_the_first_outcome_counts(server):
    opened = server.complete()
    assert server.post(opened, "finish", outcome="left").json()["outcome"] == "complete"


def test_the_language_of_the_link_is_kept(server):
    opened = server.open(language="he")
    assert opened["timeline"]["language"] == "he"
    assert server.open(resume=opened["token"], language="en")["timeline"]["language"] == "he"
    assert server.open(language="xx")["timeline"]["language"] == "en"


def test_rows_of_the_hash_in_the_export(server):
    assert rows_of(server.open())[0]["protocol_hash"] == HASH


@pytest.mark.parametrize(
    "body",
    [
        {"recruitment": "prolific"},
        {"recruitment": {"source": "x"}},
        {"recruitment": {"source": "prolific"}},
        {"recruitment": {"source": "prolific", "id": "{{%PROLIFIC_PID%}}"}},
        {"recruitment": {"source": "sona", "id": "\ud83d"}},
        {"recruitment": {"source": "\ud83d", "id": "1"}},
    ],
)
def test_a_link_that_cannot_be_is_refused(server, body):
    answer = server.client.post("/api/sessions", content=json.dumps(body))
    assert answer.status_code == 422
    assert set(answer.json()) == {"error", "remedy"}


def test_a_preview_takes_no_slot(server):
    before = len(give(server.database).sessions)
    details = {"assignmentId": "ASSIGNMENT_ID_NOT_AVAILABLE", "hitId": "H"}
    answer = server.client.post(
        "/api/sessions", json={"recruitment": {"source": "mturk", "id": None, **details}}
    )
    assert (answer.status_code, answer.json()) == (200, {"preview": True})
    assert len(give(server.database).sessions) == before
