"""The collector compared with a bare endpoint, and with another version of itself, in turns within one run.

Run: ``python benchmarks/online/collector_pairs.py [--other CHECKOUT] [--clients 200] [--rows 1] [--folder DIR]``

Rates on a busy machine differ from one minute to the next by more than the difference to be measured. Therefore all
servers run at once, are loaded in turns for less than a second, and each is compared with the others round by round.
The bare endpoint is Starlette with one INSERT and commit for each post (SQLite, WAL, synchronous FULL).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TESTS = "tests/experiments/online/collector"
sys.path[:0] = [str(ROOT), str(ROOT / TESTS), str(Path(__file__).parent)]

from collector import Line, cpu_seconds, opened  # noqa: E402
from small_export import rows_of  # noqa: E402

TRIALS = 4
COLLECTOR = f"""
import sys
checkout, folder, slots, database = sys.argv[1:]
sys.path[:0] = [checkout, checkout + "/{TESTS}"]
from pathlib import Path
from small_export import make_export
from experiments.online.collector import hash_password, migrate, serve
migrate(database)
export = make_export(Path(folder), slots=int(slots), trials={TRIALS})
password = hash_password("unused", 2**4)
serve(export, database=database, port=0, password=password, announce=lambda line: print(line, flush=True))
"""
BARE = """
import json, socket, sqlite3, sys
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("PRAGMA synchronous=FULL")
connection.execute("CREATE TABLE rows (session TEXT, sequence INTEGER, row TEXT)")
async def keep(request):
    rows = (await request.json())["rows"]
    connection.execute("BEGIN")
    for row in rows:
        values = row["session"], row["sequence"], json.dumps(row)
        connection.execute("INSERT INTO rows VALUES (?, ?, ?)", values)
    connection.execute("COMMIT")
    return JSONResponse({"accepted": [row["sequence"] for row in rows]})
with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
    print(f"Study: http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
    print("Database:", flush=True)
    application = Starlette(routes=[Route("/api/rows", keep, methods=["POST"])])
    uvicorn.Server(uvicorn.Config(application, access_log=False, log_level="warning")).run(sockets=[listening])
"""


@dataclass
class Peer:
    """One of the servers, and what was measured of it in each round."""

    name: str
    process: subprocess.Popen[str]
    port: int
    sessions: list[dict[str, Any]] = field(default_factory=list)
    rows: list[list[bytes]] = field(default_factory=list)
    """For each session, one row of every question, as JSON."""
    sent: list[int] = field(default_factory=list)
    """Rows that each session has sent so far: the next sequence."""
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)


@contextmanager
def started(name: str, command: list[str]) -> Iterator[Peer]:
    """Start a server and wait for its address."""
    process = subprocess.Popen(
        [sys.executable, "-c", *command],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tempfile.gettempdir(),
    )
    assert process.stdout is not None
    port = 0
    for line in process.stdout:
        if line.startswith("Study:"):
            port = int(line.rstrip().rstrip("/").rsplit(":", 1)[1])
        if line.startswith("Database:"):
            break
    try:
        yield Peer(name, process, port)
    finally:
        process.kill()
        process.wait()


def bodies(peer: Peer, client: int, count: int, together: int) -> list[tuple[list[int], bytes]]:
    """Return the next posts of a session, with their sequences."""
    made = []
    for _ in range(count):
        first = peer.sent[client]
        peer.sent[client] += together
        sequences = list(range(first, first + together))
        kinds = peer.rows[client]
        rows = [
            re.sub(rb'"sequence": \d+', b'"sequence": %d' % each, kinds[each % len(kinds)], count=1)
            for each in sequences
        ]
        made.append((sequences, b'{"rows": [' + b", ".join(rows) + b"]}"))
    return made


async def turn(peer: Peer, seconds: float, together: int, measured: bool) -> None:
    """Let all clients of one server send for some time."""
    clients = len(peer.sessions)
    lines = [await Line.to(peer.port) for _ in range(clients)]
    count = max(4, int(10_000 * seconds / clients / (1 + (together > 1))))
    posts = [bodies(peer, client, count, together) for client in range(clients)]
    took: list[float] = []
    cpu, began = cpu_seconds(peer.process.pid), time.perf_counter()

    async def send(client: int) -> None:
        for sequences, body in posts[client]:
            start = time.perf_counter()
            token = peer.sessions[client]["token"]
            status, answer = await lines[client].post("/api/rows", body, token)
            if status != 200 or json.loads(answer)["accepted"] != sequences:
                raise RuntimeError(f"{peer.name}: {status} {answer[:300]!r}")
            took.append(time.perf_counter() - start)
            if start + took[-1] > began + seconds:
                return

    await asyncio.gather(*map(send, range(clients)))
    if measured:
        rows = len(took) * together
        peer.rates.append(rows / (time.perf_counter() - began))
        peer.cpu.append(1e6 * (cpu_seconds(peer.process.pid) - cpu) / rows)
        peer.p95.append(1000 * sorted(took)[int(0.95 * len(took))])
    for line in lines:
        line.close()


async def compare(peers: list[Peer], arguments: argparse.Namespace) -> None:
    """Open all sessions, load the servers in turns, and print what came out."""
    for peer in peers:
        if peer.name == "bare":
            peer.sessions, peer.rows = peers[0].sessions, peers[0].rows
        else:
            peer.sessions = [(await opened(peer.port, n))[1] for n in range(arguments.clients)]
            peer.rows = [
                [json.dumps(row).encode() for row in rows_of(session)[1 : 1 + 2 * TRIALS]]
                for session in peer.sessions
            ]
        peer.sent = [0] * arguments.clients
        await turn(peer, 1.0, arguments.rows, measured=False)
    for number in range(arguments.rounds):
        # The order changes, so that no server always follows the same other one.
        first = number % len(peers)
        for peer in peers[first:] + peers[:first]:
            await turn(peer, arguments.seconds, arguments.rows, measured=True)
    print(
        f"{arguments.clients} clients, {arguments.rows} row(s) a post, {arguments.rounds} rounds,"
        f" load {os.getloadavg()[0]:.1f}"
    )
    for peer in peers:
        ratios = "".join(
            f", {_ratio(peer, other)} of {other.name}" for other in peers if other is not peer
        )
        print(
            f"{peer.name:8} {median(peer.rates):6,.0f} rows/s, {median(peer.cpu):4.0f} µs of CPU a row,"
            f" p95 {median(peer.p95):4.0f} ms{ratios}",
            flush=True,
        )


def _ratio(peer: Peer, other: Peer) -> str:
    low, middle, high = quantiles(
        [mine / theirs for mine, theirs in zip(peer.rates, other.rates, strict=True)], n=4
    )
    return f"{middle:.2f} [{low:.2f}, {high:.2f}]"


def main() -> None:
    """Start the servers and compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--other", default="", help="folder of another checkout")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rows", type=int, default=1, help="rows in a post")
    parser.add_argument("--rounds", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=0.6, help="length of a turn")
    parser.add_argument("--folder", default=None, help="where the databases are (default: /tmp)")
    parser.add_argument(
        "--postgres", default="", help="postgresql://USER@HOST:PORT instead of SQLite"
    )
    arguments = parser.parse_args()
    checkouts = {"new": str(ROOT)} | ({"other": arguments.other} if arguments.other else {})
    gc.disable()  # The clients' own collections would count as the servers' time.
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=arguments.folder)))
        peers = []
        for name, checkout in checkouts.items():
            database = str(folder / f"{name}.sqlite")
            if arguments.postgres:
                import psycopg

                database = f"{arguments.postgres}/pairs_{name}_{time.monotonic_ns()}"
                with psycopg.connect(
                    f"{arguments.postgres}/postgres", autocommit=True
                ) as connection:
                    connection.execute(f"CREATE DATABASE {database.rsplit('/', 1)[1]}")
            command = [COLLECTOR, checkout, str(folder / name), str(arguments.clients), database]
            peers.append(stack.enter_context(started(name, command)))
        peers.append(stack.enter_context(started("bare", [BARE, str(folder / "bare.sqlite")])))
        asyncio.run(compare(peers, arguments))


if __name__ == "__main__":
    main()
