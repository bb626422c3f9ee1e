"""Recovery by whole studies (``benchmarks/power/recovery.py``): each prediction is true in turn."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.power.check import settings_of
from analysis.power.work import Work
from analysis.simulate import Assumptions
from benchmarks.power.recovery import COLUMNS, recovery_rows, tasks_of, write_page
from experiments.study import Study


def test_each_prediction_but_that_of_no_effect_is_true_in_turn(letters: Study) -> None:
    sessions = settings_of(letters, letters.modes[0], Assumptions(), 1)
    tasks = tasks_of(letters, sessions, invited=30)
    assert tasks[0].effect == 0
    assert [task.effect for task in tasks[1:]] == [0.2] * (len(tasks) - 1)
    truths = [task.follows for task in tasks[1:]]
    written = letters.file.hypothesis[""]
    named = [str(each) for each in (written.claim, *written.also, *written.rivals)]
    assert truths == [name for name in named if name != "letters_indifferent"]


def test_the_rows_of_a_large_true_difference(severity: Study, tmp_path: Path) -> None:
    rows = list(recovery_rows(severity, severity.modes[0], 2, Work(tmp_path)))
    table = pd.DataFrame(rows)
    assert set(table["truth"]) == {"no effect", "ours > theirs, d = 0.2"}
    verdicts = table[table["table"] == "verdict"].groupby("truth")["share"].sum()
    assert verdicts.to_dict() == pytest.approx(dict.fromkeys(verdicts.index, 1.0))
    tests = table[table["table"] == "test"]
    assert set(tests["about"]) == {"compassion: ours - theirs"}
    assert (tests["studies"] == 2).all()
    assert (table["invited"] >= table["analysed"]).all()


def test_the_page_has_a_line_for_each_truth_and_question(tmp_path: Path) -> None:
    shared = {"study": "s", "mode": "m", "invited": 9, "studies": 20, "seed": 1, "low": 0.1}
    rows = [
        {"truth": "flat", "about": "the hypothesis", "result": verdict, "share": share, "high": 1.0}
        for verdict, share in (("undetermined", 0.75), ("flat", 0.25))
    ]
    table = pd.DataFrame([shared | row for row in rows], columns=COLUMNS)
    table.to_csv(tmp_path / "recovery_s_m.csv", index=False)
    lines = write_page(tmp_path).read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith("| flat")]
    assert "undetermined .75 [.10, 1.00]; flat .25 [.10, 1.00]" in line
