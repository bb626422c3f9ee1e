"""The collector's wall clock is set while sessions run: no row is lost, and nobody loses the slot."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest
from other_software import CHECKOUT, WallClock
from real_server import CHEAP, Server
from small_export import make_export, rows_of

from experiments.online.collector import give

#: A minute of silence that loses a slot would be too long for a test; the test alone has drop-outs looked for.
DROPOUT_MINUTES = 0.02
SERVE = """
import sys
from pathlib import Path
from experiments.online.collector import application, serve

application.DROPOUT_CHECK_S = 3600
export, database, password = sys.argv[1:]
serve(Path(export), database=database, port=0, password=password, announce=lambda line: print(line, flush=True))
"""


@pytest.fixture
def clock(tmp_path: Path) -> WallClock:
    return WallClock(tmp_path / "clock")


@pytest.fixture
def server(tmp_path: Path, clock: WallClock) -> Iterator[Server]:
    """A collector in a process whose wall clock the test sets."""
    export = make_export(tmp_path / "export", slots=4, dropout_minutes=DROPOUT_MINUTES)
    made = Server(export, str(tmp_path / "study.sqlite"))
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(export), made.database, CHEAP],
        cwd=CHECKOUT,
        env={**os.environ, **clock.environment, "PYTHONPATH": str(CHECKOUT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in process.stdout:
            if line.startswith("Study:"):
                made.port = int(line.strip().rstrip("/").rsplit(":", 1)[1])
            if line.startswith("Database:"):
                break
        made.client.base_url = f"http://127.0.0.1:{made.port}"
        yield made
    finally:
        made.client.close()
        process.terminate()
        process.wait(timeout=60)


def wait_for_date(server: Server, least: datetime, most: datetime) -> None:
    """Wait until the dates of the server's answers are in a range; it looks at the clock once a second."""
    deadline, date = time.monotonic() + 60, ""
    while time.monotonic() < deadline:
        try:
            date = server.client.get("/").headers["date"]
        except httpx.TransportError:
            date = ""
        if date and least < parsedate_to_datetime(date) < most:
            return
        time.sleep(0.05)
    pytest.fail(f"the server's date is {date!r}")


def test_a_clock_that_is_set_loses_no_row_and_nobody_the_slot(
    server: Server, clock: WallClock
) -> None:
    now, hour = datetime.now(UTC), timedelta(hours=1)
    wait_for_date(server, now - hour / 2, now + hour / 2)
    first = server.open()
    rows = rows_of(first)
    assert server.post(first, "rows", rows=rows[:2]).json()["accepted"] == [0, 1]

    # So long that silence counts from here on.
    time.sleep(120 * DROPOUT_MINUTES)
    clock.set("-1h")
    wait_for_date(server, now - 3 * hour / 2, now - hour / 2)
    second = server.open()
    assert server.post(first, "rows", rows=rows[2:4]).json()["accepted"] == [2, 3]

    time.sleep(120 * DROPOUT_MINUTES)
    clock.set("+1d")
    wait_for_date(server, now + 23 * hour, now + 25 * hour)
    # By the dates in the database both have been silent for 25 hours.
    third = server.open()
    assert [one["slot"] for one in (first, second, third)] == [1, 2, 3]
    assert server.post(first, "rows", rows=rows[4:]).json()["rejected"] == []
    for opened in (second, third):
        assert server.post(opened, "rows", rows=rows_of(opened)).json()["rejected"] == []
    for opened in (first, second, third):
        assert server.post(opened, "finish", outcome="complete").json()["confirmed"]

    given = give(server.database)
    assert [line["what"] for line in given.allocation] == ["taken"] * 3 + ["completed"] * 3
    assert not any(one["surplus"] for one in given.sessions)
    for opened in (first, second, third):
        own = [row for row in given.rows if row["session"] == opened["session"]]
        sent = rows_of(opened)
        assert [row["sequence"] for row in own] == list(range(len(sent)))
        for name in ("measure", "value", "onset", "response_time"):
            assert [row[name] for row in own] == [row[name] for row in sent]
