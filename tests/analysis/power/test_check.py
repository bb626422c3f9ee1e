"""Whole studies of simulated participants, and how many are lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.power.check import CheckTask, Loss, LossTask, check_table, check_tasks
from analysis.power.work import do_block
from analysis.simulate import Assumptions
from experiments.building import Study


@pytest.fixture(scope="module")
def task(letters: Study) -> CheckTask:
    return check_tasks(letters, "real", 90, 0.2, Assumptions(), 1)[0]


@pytest.fixture(scope="module")
def one(task: CheckTask) -> dict:
    return do_block(task, 0)


def test_a_whole_study_is_simulated_and_analysed(task: CheckTask, one: dict) -> None:
    assert one == do_block(task, 0)
    assert 60 < one["analysed"] <= 90
    assert set(one["tests"]) >= {
        "gift: identified against statistical",
        "feelings: identified against statistical",
    }
    assert all(test["fitted"] + test["failed"] == 1 for test in one["tests"].values())
    assert sum(one["verdicts"].values()) == 1


def test_the_table_has_a_row_for_each_world_and_test(task: CheckTask, one: dict) -> None:
    table = check_table([task, replace(task, effect=0.2)], [one, one])
    assert set(table["world"]) == {"no effect", f"{task.hypothesis}, d = 0.2"}
    assert len(table) == 2 * len(one["tests"])
    fitted = table[table["fitted"] == 1]
    assert (fitted["low"] <= fitted["rejected"]).all()
    assert (fitted["rejected"] <= fitted["high"]).all()


def test_losses_are_counted_on_the_real_timeline(letters: Study) -> None:
    protocol = letters.protocol
    task = LossTask(str(protocol.path), protocol.hash, "real", 40, 0.5, Assumptions(), 1)
    found = do_block(task, 0)
    assert found["began"] == 40
    assert 8 <= found["complete"] <= 32


def test_losses_are_made_up_for() -> None:
    loss = Loss(300, 270, 260)
    assert loss.analysed_of(loss.complete_for(400)) >= 400
    assert loss.invited_for(270) == 300
