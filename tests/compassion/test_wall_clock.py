"""The wall clock is set while a session runs at the real window: durations, order and rows are as if it were not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from other_software import WallClock

from analysis.simulate import population, sessions
from experiments.places import shipped_folder
from experiments.schema import CLOCKS_AND_RENDERER
from experiments.session.allocation import AllocationLog
from experiments.session.journal import read_journal
from experiments.study import open_study

CHECKOUT = Path(__file__).parents[2]
#: Rows on disk at which the clock is set, and its offset from then on.
SET_AT = ((3, "-1h"), (8, "+1d"))

# libfaketime refuses the system call by which Python sleeps until a time of the monotonic clock.
PROGRAM = """
import runpy, select, sys, time
time.sleep = lambda seconds: select.select([], [], [], seconds)
runpy.run_path(sys.argv.pop(1), run_name="__main__")
"""


def plain(rows: list[dict]) -> list[dict]:
    return [{k: v for k, v in row.items() if k not in CLOCKS_AND_RENDERER} for row in rows]


def wait_for(rows: int, journal: Path, process: subprocess.Popen) -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until:
        assert process.poll() is None, "the session ended before the clock could be set"
        if journal.exists() and journal.read_bytes().count(b'{"type":"row"') >= rows:
            return
        time.sleep(0.02)
    pytest.fail(f"{rows} rows were never reached")


@pytest.mark.window
@pytest.mark.slow
@pytest.mark.usefixtures("display")
def test_a_clock_that_is_set_changes_the_dates_and_nothing_else(tmp_path: Path) -> None:
    clock, folder = WallClock(tmp_path / "clock"), tmp_path / "data"
    journal = folder / "sessions" / "sub-simreal000001_ses-1.jsonl"
    program = [sys.executable, "-c", PROGRAM, str(Path(__file__).with_name("sit.py")), str(folder)]
    environment = {**os.environ, **clock.environment, "PYTHONPATH": str(CHECKOUT)}
    before = time.monotonic()
    process = subprocess.Popen(
        program, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True
    )
    for rows, offset in SET_AT:
        wait_for(rows, journal, process)
        clock.set(offset)
    outcome, _ = process.communicate(timeout=300)
    lasted = time.monotonic() - before
    assert outcome.strip() == "complete"
    record = read_journal(journal)

    # The clock of the process was really set.
    times = [datetime.fromisoformat(row["time"]) for row in record.rows]
    steps = [later - earlier for earlier, later in pairwise(times)]
    assert min(steps) < timedelta(minutes=-30)
    assert max(steps) > timedelta(hours=24)

    study = open_study(shipped_folder("protocols") / "identified_victim.yaml")
    people = population(study, "letters_indifferent", 11, mode="real", dropout=0.0)
    assert plain(record.rows) == plain(next(iter(sessions(people, 1))).rows)
    onsets = [row["onset"] for row in record.rows]
    assert onsets == sorted(onsets)
    durations = [row["response_time"] for row in record.rows if row["response_time"] is not None]
    assert len(durations) > 5
    assert min(durations) >= 0
    # In seconds by a clock that nobody sets: no screen was shown for longer than the process ran.
    assert max(*durations, *onsets) < lasted
    log = AllocationLog(folder, "real", len(study.slots("real")))
    assert log.taken() == {1: ("simreal000001", "1")}
