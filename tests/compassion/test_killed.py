"""A session at the real window, killed again and again: no answer is lost, none is doubled."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.simulate import population, sessions
from experiments.places import shipped_folder
from experiments.schema import CLOCKS_AND_RENDERER
from experiments.session.journal import read_journal
from experiments.study import open_study

CHECKOUT = Path(__file__).parents[2]
#: Rows on disk at which the process is killed, one process after the other: a few with the tests, and each with
#: the proofs.
FEW, EACH = (1, 12), range(1, 21)


def plain(rows: list[dict]) -> list[dict]:
    return [{k: v for k, v in row.items() if k not in CLOCKS_AND_RENDERER} for row in rows]


def start_session(folder: Path, *options: str) -> subprocess.Popen:
    program = [sys.executable, str(Path(__file__).with_name("sit.py")), str(folder), *options]
    return subprocess.Popen(program, cwd=CHECKOUT, env=None, stdout=subprocess.PIPE, text=True)


def wait_for(rows: int, journal: Path, process: subprocess.Popen) -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until:
        assert process.poll() is None, "the session ended before it could be killed"
        if journal.exists() and journal.read_bytes().count(b'{"type":"row"') >= rows:
            return
        time.sleep(0.02)
    pytest.fail(f"{rows} rows were never reached")


@pytest.mark.window
@pytest.mark.slow
@pytest.mark.parametrize(
    "killed_at", [FEW, pytest.param(EACH, marks=pytest.mark.proof)], ids=["few", "each"]
)
def test_a_session_killed_again_and_again_has_every_answer_once(
    tmp_path, display, monkeypatch, killed_at
):
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    folder = tmp_path / "data"
    journal = folder / "sessions" / "sub-simreal000001_ses-1.jsonl"
    acknowledged: list[dict] = []
    for number, rows in enumerate(killed_at):
        process = start_session(folder, *(["--resume"] if number else []))
        wait_for(rows, journal, process)
        process.kill()
        process.wait()
        now = read_journal(journal).rows
        assert now[: len(acknowledged)] == acknowledged
        acknowledged = now
    process = start_session(folder, "--resume")
    output, _ = process.communicate(timeout=300)
    assert output.strip() == "complete"
    record = read_journal(journal)
    assert record.outcome == "complete"
    # A process killed before it has resumed leaves no trace; the last one has resumed in any case.
    assert "resumed" in [event["event"] for event in record.events]
    study = open_study(shipped_folder("protocols") / "identified_victim.yaml")
    people = population(study, "letters_indifferent", 11, mode="real", dropout=0.0)
    undrawn = next(iter(sessions(people, 1))).rows
    assert plain(record.rows) == plain(undrawn)
