"""How many rows a second the collector acknowledges, and what a SIGKILL and a rush of openings do to it.

Run: ``python benchmarks/online/collector.py`` (about two minutes; prints the table of collector.md).

How it compares with a bare endpoint and with another version: ``collector_pairs.py``.

The load client is another process on the same machine: 200 keep-alive connections, each of which sends
the next post as soon as the last one is acknowledged. Rows are whole rows of a small study, all
different, all checked by the server against the study's screens.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import multiprocessing
import os
import platform
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "experiments" / "online" / "collector")]

from small_export import make_export, rows_of  # noqa: E402

from experiments.online.collector import give, hash_password, migrate, serve  # noqa: E402

CLIENTS = 200
OPENINGS = 500
#: Trials with two rows each: enough that no client runs out of rows.
TRIALS = {1: 60, 5: 150}
SECONDS = 5.0


def serve_in_process(export: Path, database: str, lines: Connection) -> None:
    """Serve in a separate process."""
    serve(
        export,
        database=database,
        port=0,
        password=hash_password("unused", 2**4),
        announce=lines.send,
    )


def cpu_seconds(process: int) -> float:
    """Return the processor time that a process has used (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A running collector."""

    export: Path
    database: str
    port: int = 0
    process: Any = None

    def start(self) -> Server:
        """Start it and wait for its address."""
        context = multiprocessing.get_context("fork")
        receives, sends = context.Pipe(duplex=False)
        arguments = (self.export, self.database, sends)
        self.process = context.Process(target=serve_in_process, args=arguments, daemon=True)
        self.process.start()
        line = ""
        while not line.startswith("Database:"):
            line = receives.recv()
            if line.startswith("Study:"):
                self.port = int(line.rstrip("/").rsplit(":", 1)[1])
        time.sleep(0.3)
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()


@dataclass
class Load:
    """What the clients have seen."""

    acknowledged: list[tuple[str, int]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    posts: int = 0
    acknowledged_before: int = 0
    lasted: float = 0.0
    cpu: float = 0.0
    """Seconds that the server's processor worked."""

    def p95_ms(self) -> float:
        """Return the time within which 95 of 100 posts were acknowledged, in ms."""
        return 1000 * sorted(self.seconds)[int(0.95 * len(self.seconds))]


class Line:
    """One keep-alive connection that speaks just enough HTTP."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()

    @classmethod
    async def to(cls, port: int) -> Line:
        """Connect."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, path: str, body: bytes, token: str = "") -> tuple[int, bytes]:
        """Post, and return status and body."""
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        self._writer.write(f"{head}{bearer}\r\n".encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        return int(answer[9:12]), await self._reader.readexactly(length)


async def opened(port: int, number: int) -> tuple[int, dict[str, Any]]:
    """Open the session of one participant on a separate connection."""
    line = await Line.to(port)
    body = json.dumps({"recruitment": {"source": "sona", "id": f"person{number}"}}).encode()
    status, answer = await line.post("/api/sessions", body)
    return status, json.loads(answer)


async def send(
    line: Line,
    session: dict[str, Any],
    bodies: list[tuple[list[int], bytes]],
    load: Load,
    until: float,
) -> None:
    """Send one post after another until the time is up or the server is gone."""
    for sequences, body in bodies:
        if time.perf_counter() > until:
            return
        began = time.perf_counter()
        try:
            status, answer = await line.post("/api/rows", body, session["token"])
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        load.seconds.append(time.perf_counter() - began)
        if status != 200 or json.loads(answer)["accepted"] != sequences:
            raise RuntimeError(f"{status} {answer[:300]!r}")
        load.posts += 1
        load.acknowledged += [(session["session"], sequence) for sequence in sequences]


async def load(
    server: Server, rows_in_a_post: int, seconds: float, kill_after: float | None
) -> Load:
    """Let all clients send for some seconds; kill the server before that if asked."""
    sessions = [await opened(server.port, number) for number in range(CLIENTS)]
    bodies = [_bodies(rows_of(session), rows_in_a_post) for _, session in sessions]
    lines = [await Line.to(server.port) for _ in sessions]
    seen = Load()
    for line, (_, one), body in zip(lines, sessions, bodies, strict=True):
        # The first post of a session makes the server read the slot's timeline.
        await send(line, one, body[:1], seen, math.inf)
    seen.seconds.clear()
    seen.posts, seen.acknowledged_before = 0, len(seen.acknowledged)
    cpu, began = cpu_seconds(server.process.pid), time.perf_counter()
    until = began + seconds
    sending = [
        asyncio.create_task(send(line, one, body[1:], seen, until))
        for line, (_, one), body in zip(lines, sessions, bodies, strict=True)
    ]
    if kill_after is not None:
        await asyncio.sleep(kill_after)
        server.kill()
    await asyncio.gather(*sending)
    seen.lasted = time.perf_counter() - began
    seen.cpu = cpu_seconds(server.process.pid) - cpu if kill_after is None else 0.0
    return seen


def _bodies(rows: list[dict[str, Any]], together: int) -> list[tuple[list[int], bytes]]:
    parts = [rows[start : start + together] for start in range(0, len(rows), together)]
    return [
        ([row["sequence"] for row in part], json.dumps({"rows": part}).encode()) for part in parts
    ]


def throughput(kind: str, address: str, rows_in_a_post: int) -> str:
    """Measure acknowledged rows a second."""
    with a_server(kind, address, slots=CLIENTS, trials=TRIALS[rows_in_a_post]) as server:
        seen = asyncio.run(load(server, rows_in_a_post, SECONDS, None))
        rows = (len(seen.acknowledged) - seen.acknowledged_before) / seen.lasted
        return (
            f"| {kind}, {rows_in_a_post} row(s) a post | {rows:,.0f} rows/s "
            f"({seen.posts / seen.lasted:,.0f} posts/s) | p95 {seen.p95_ms():.0f} ms, "
            f"{1e6 * seen.cpu / seen.posts:.0f} µs of CPU a post |"
        )


def kills(kind: str, address: str, times: int) -> str:
    """Kill the server under load, and count the acknowledged rows that are gone."""
    total = lost = 0
    for turn in range(times):
        with a_server(kind, address, slots=CLIENTS, trials=TRIALS[1]) as server:
            seen = asyncio.run(load(server, 1, 30.0, 0.6 + 0.17 * turn))
            kept = {(row["session"], row["sequence"]) for row in give(server.database).rows}
            total += len(seen.acknowledged)
            lost += len(set(seen.acknowledged) - kept)
    return f"| {kind}, {times} SIGKILLs under load | {total:,} rows acknowledged | {lost} lost |"


def race(kind: str, address: str) -> str:
    """Open many sessions at once, and check how the slots were assigned."""
    with a_server(kind, address, slots=OPENINGS, trials=20) as server:

        async def all_at_once() -> tuple[list[tuple[int, dict[str, Any]]], float]:
            began = time.perf_counter()
            answers = await asyncio.gather(*(opened(server.port, n) for n in range(OPENINGS)))
            return answers, time.perf_counter() - began

        answers, lasted = asyncio.run(all_at_once())
        slots = Counter(answer["slot"] for _, answer in answers)
        statuses = Counter(status for status, _ in answers)
        twice = sum(count > 1 for count in slots.values())
        cells = Counter(
            answer["timeline"]["screens"][1]["cells"]["victim"] for _, answer in answers
        )
        if sorted(slots) != list(range(1, OPENINGS + 1)):
            raise RuntimeError(f"other slots than the list's: {sorted(slots)[:20]} ...")
    return (
        f"| {kind}, {OPENINGS} simultaneous openings | {dict(statuses)} in {lasted:.2f} s, "
        f"cells {' : '.join(str(count) for count in cells.values())} | {twice} slots taken twice |"
    )


@contextmanager
def a_server(kind: str, address: str, **settings: Any) -> Iterator[Server]:
    """Start a collector on a new database of either kind."""
    with tempfile.TemporaryDirectory() as folder:
        export = make_export(Path(folder) / "export", **settings)
        database = str(Path(folder) / "study.sqlite")
        if kind == "PostgreSQL":
            import psycopg

            database = f"{address}/bench_{time.monotonic_ns()}"
            with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {database.rsplit('/', 1)[1]}")
            migrate(database)
        server = Server(export, database).start()
        try:
            yield server
        finally:
            if server.process.is_alive():
                server.kill()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--postgres",
        default="",
        help="postgresql://USER@HOST:PORT of a server that may make databases",
    )
    arguments = parser.parse_args()
    kinds = ["SQLite", *(["PostgreSQL"] if arguments.postgres else [])]
    print(
        f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    )
    for kind in kinds:
        for rows_in_a_post in (1, 5):
            print(throughput(kind, arguments.postgres, rows_in_a_post), flush=True)
        print(kills(kind, arguments.postgres, 8 if kind == "SQLite" else 4), flush=True)
        print(race(kind, arguments.postgres), flush=True)


if __name__ == "__main__":
    main()
