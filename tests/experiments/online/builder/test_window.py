"""The Python that PsychoPy compiles runs in a window, from the first page to the last."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from builder_sessions import Opened, go_through, hand_of, session, tables_for, told_of

from experiments.online import node
from experiments.online.builder import write_builder

pytest.importorskip("metapensiero.pj", reason="JavaScripthon is not installed")
HERE = Path(__file__).resolve().parent


@pytest.mark.slow
@pytest.mark.window
def test_the_python_gives_the_rows_of_the_sitting(
    opened: Opened, display: str, tmp_path: Path
) -> None:
    try:
        node.command("node")
    except node.NodeFault as fault:
        pytest.skip(str(fault))
    study = opened("identified_victim")
    export = write_builder(study, tmp_path / "export", "lottery", "en", 3)
    overruled = {"suspicion": 'they said "no", then left', "practice_gift": None}
    sat = session(study, "lottery", 2, overruled)
    steps = go_through(tables_for(study, "lottery", 3), sat)
    given = {
        "script": str(export.with_suffix(".py")),
        "slot": str(sat.slot),
        "answers": [hand_of(step) for step in steps],
        "data": str(tmp_path / "data.csv"),
    }
    done = subprocess.run(
        [sys.executable, str(HERE / "run_window.py")],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[3]), "DISPLAY": display},
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    with (tmp_path / "data.csv").open(encoding="utf-8-sig", newline="") as file:
        names, *table = csv.reader(file)
    # No quote in a text shifts a column.
    assert {len(line) for line in table} == {len(names)}
    rows = [dict(zip(names, line, strict=True)) for line in table]
    assert [told_of(row) for row in rows if row["screen"]] == sat.told()
