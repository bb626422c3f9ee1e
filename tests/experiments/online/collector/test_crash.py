"""Nothing that was acknowledged is lost: killed servers, full disks, orderly shutdowns."""

from __future__ import annotations

import asyncio
import json
import resource
import signal
import sqlite3
from pathlib import Path

import httpx
import pytest
from apart import run
from proving import repeated
from small_export import rows_of

from experiments.online.collector import give, sqlite

BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgres"])
CLIENTS = 16


async def send_until_the_end(server, opened, acknowledged, enough: asyncio.Event) -> None:
    """Send a session's rows one by one, noting each that the server has acknowledged."""
    headers = {"Authorization": f"Bearer {opened['token']}"}
    async with httpx.AsyncClient(
        base_url=server.client.base_url, verify=False, timeout=60
    ) as client:
        for row in rows_of(opened):
            try:
                answer = await client.post("/api/rows", json={"rows": [row]}, headers=headers)
            except httpx.TransportError:
                return
            assert answer.json()["accepted"] == [row["sequence"]]
            acknowledged.append((opened["session"], row["sequence"]))
            if len(acknowledged) >= 400:
                enough.set()


@BOTH
@repeated(100)
def test_no_acknowledged_row_is_lost_by_a_kill_under_load(start, kind, time):
    server = start(kind, slots=CLIENTS, trials=60)
    opened = [server.open(recruitment={"source": "sona", "id": str(i)}) for i in range(CLIENTS)]
    acknowledged: list[tuple[str, int]] = []

    async def load() -> None:
        enough = asyncio.Event()
        sending = [
            asyncio.create_task(send_until_the_end(server, one, acknowledged, enough))
            for one in opened
        ]
        await enough.wait()
        server.kill()
        await asyncio.gather(*sending)

    run(load())
    assert 400 <= len(acknowledged) < CLIENTS * len(rows_of(opened[0]))
    kept = {(row["session"], row["sequence"]) for row in give(server.database).rows}
    assert set(acknowledged) <= kept

    server.start()
    back = server.open(recruitment={"source": "sona", "id": "0"})
    assert back["session"] == opened[0]["session"]
    assert back["token"] == opened[0]["token"]
    rows = rows_of(back)
    assert back["next_sequence"] == len(back["rows"])
    assert back["rows"] == rows[: len(back["rows"])]
    answer = server.post(back, "rows", rows=rows).json()
    assert len(answer["known"]) == len(back["rows"])
    assert server.post(back, "finish", outcome="complete").json()["confirmed"]


def test_a_full_disk_is_reported_and_nothing_of_it_acknowledged(start):
    server = start(slots=4, trials=40)
    opened = server.open()
    rows = rows_of(opened)
    server.post(opened, "rows", rows=rows[:5])
    # The kernel refuses to let files grow, as it does on a full disk.
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
    for what, body in (("rows", {"rows": rows[5:]}), ("drafts", {"drafts": {}})):
        answer = server.post(opened, what, **body)
        assert answer.status_code == 507, answer.text
        assert set(answer.json()) == {"error", "remedy"}
        assert answer.headers["Retry-After"]
    assert server.client.post("/api/sessions", json={}).status_code == 507
    assert server.post(opened, "finish", outcome="complete").status_code == 507
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)
    answer = server.post(opened, "rows", rows=rows).json()
    assert answer["known"] == [0, 1, 2, 3, 4]
    assert len(answer["accepted"]) == len(rows) - 5
    assert server.post(opened, "finish", outcome="complete").json()["confirmed"]
    given = give(server.database)
    assert list(given.rows) == rows
    assert len(given.sessions) == 1


def test_a_postgres_that_goes_away_and_comes_back(start):
    psycopg = pytest.importorskip("psycopg")
    server = start("postgres", slots=4)
    opened = server.open()
    rows = rows_of(opened)
    server.post(opened, "rows", rows=rows[:2])
    with psycopg.connect(server.database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    statuses = [server.post(opened, "rows", rows=rows).status_code for _ in range(2)]
    assert statuses[0] == 503
    assert statuses[-1] == 200
    assert server.post(opened, "finish", outcome="complete").json()["confirmed"]
    assert list(give(server.database).rows) == rows


def test_an_end_in_good_order_answers_what_is_under_way(start):
    server = start(slots=4, trials=60)
    opened = server.open()
    rows = rows_of(opened)

    async def load() -> list[int]:
        headers = {"Authorization": f"Bearer {opened['token']}"}
        async with httpx.AsyncClient(
            base_url=server.client.base_url, verify=False, timeout=60
        ) as client:
            sending = [
                asyncio.create_task(client.post("/api/rows", json={"rows": [row]}, headers=headers))
                for row in rows[:60]
            ]
            while not any(task.done() for task in sending):
                await asyncio.sleep(0.001)
            server.process.terminate()
            answers = await asyncio.gather(*sending, return_exceptions=True)
        return [
            sequence
            for answer in answers
            if isinstance(answer, httpx.Response) and answer.status_code == 200
            for sequence in answer.json()["accepted"]
        ]

    accepted = run(load())
    assert server.stop() in {0, -signal.SIGTERM}
    # SQLite merges the log into the file only at an orderly close.
    assert not Path(f"{server.database}-wal").exists()
    kept = {row["sequence"] for row in give(server.database).rows}
    assert accepted
    assert set(accepted) <= kept


def test_an_unwritable_place_is_reported_before_anybody_comes(start, tmp_path):
    from experiments.online.collector import DatabaseError, serve

    export = start().export
    with pytest.raises(DatabaseError, match="cannot be written"):
        serve(export, port=0, database=tmp_path / "nowhere" / "study.sqlite", password="x")
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"this is no database" * 1000)
    (tmp_path / "damaged.identities.sqlite").touch()
    with pytest.raises(DatabaseError, match="damaged"):
        serve(export, port=0, database=damaged, password="x")
    assert damaged.read_bytes() == b"this is no database" * 1000


def test_a_database_belongs_to_one_study(start, tmp_path):
    from experiments.online.collector import DatabaseError, serve

    server = start()
    server.open()
    server.stop()
    about = json.loads((server.export / "study.json").read_text())
    for key, value in (("protocol_hash", "f" * 16), ("mode", "pilot")):
        other = tmp_path / f"other_{key}"
        (other / "slots").mkdir(parents=True)
        (other / "index.html").write_text("x")
        (other / "study.json").write_text(json.dumps({**about, key: value}))
        for file in (server.export / "slots").iterdir():
            line = {**json.loads(file.read_text()), key: value}
            (other / "slots" / file.name).write_text(json.dumps(line))
        with pytest.raises(DatabaseError, match=key):
            serve(other, port=0, database=server.database, password="x")


def test_a_locked_database_is_reported_and_nothing_is_lost(start, monkeypatch):
    monkeypatch.setattr(sqlite, "LOCK_TIMEOUT_S", 0.2)
    server = start(slots=8)
    opened = [server.open() for _ in range(4)]
    rows = [rows_of(one) for one in opened]
    other = sqlite3.connect(server.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def send() -> list[httpx.Response]:
        async with httpx.AsyncClient(
            base_url=server.client.base_url, verify=False, timeout=60
        ) as client:
            posts = [
                client.post(
                    "/api/rows",
                    json={"rows": sent},
                    headers={"Authorization": f"Bearer {one['token']}"},
                )
                for one, sent in zip(opened, rows, strict=True)
            ]
            return await asyncio.gather(*posts)

    answers = run(send())
    assert {answer.status_code for answer in answers} == {503}
    assert all(answer.headers["Retry-After"] for answer in answers)
    assert server.client.get("/").status_code == 200
    other.execute("ROLLBACK")
    other.close()
    assert [answer.json()["rejected"] for answer in run(send())] == [[]] * 4
    assert len(give(server.database).rows) == sum(len(sent) for sent in rows)
