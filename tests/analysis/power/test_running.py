"""The same numbers to the bit, however the work is spread, and after any interruption."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planned import CONTRAST, components, latin, model

from analysis.errors import AnalysisError
from analysis.power.check import Loss
from analysis.power.monte_carlo import StudyTask
from analysis.power.planned_tests import PlannedTest
from analysis.power.plans import Plan
from analysis.power.settings import PowerSettings
from analysis.power.work import Work, do_block, key_of
from analysis.power.worlds import world_of

STUDIES = 2_000

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def task() -> StudyTask:
    """A small crossed study: 24 participants, 8 items, fitted by REML."""
    parts = components(0.5, 0.05, 0.1, 0.02, 0.33)
    planned = model("c + (1|participant) + (1|item)")
    assumed = world_of(latin(8), planned, parts)
    tests = (PlannedTest(planned, CONTRAST, smallest=0.2),)
    settings = PowerSettings(effects=(0.0, 0.2), seed=7)
    return StudyTask(Plan(tests, assumed, parts, Loss(9, 9, 9, 9), settings, 24), 24)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.json"))}


@pytest.fixture(scope="module")
def alone(task: StudyTask, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("alone")
    Work(folder).do("", [task], STUDIES)
    return files(folder)


def test_two_processes_give_the_same_bits(
    task: StudyTask, alone: dict[str, bytes], tmp_path: Path
) -> None:
    Work(tmp_path, workers=2).do("", [task], STUDIES)
    assert files(tmp_path) == alone


def test_a_real_cluster_of_processes_gives_the_same_bits(
    task: StudyTask, alone: dict[str, bytes], tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        Work(tmp_path, cluster=cluster.scheduler_address).do("", [task], STUDIES)
    assert files(tmp_path) == alone


def test_other_seeds_give_other_results(task: StudyTask, alone: dict[str, bytes]) -> None:
    plan = replace(task.plan, settings=replace(task.plan.settings, seed=8))
    other = do_block(replace(task, plan=plan), 0, 500)
    own = json.loads(alone[f"{key_of(task.content)}/00000.json"])
    assert other["error"] != own["error"]
    assert do_block(task, 1, 500)["error"] != own["error"]


def test_finished_blocks_are_not_done_again_and_damaged_ones_are(
    task: StudyTask, tmp_path: Path
) -> None:
    simulated: list[int] = []

    class Counting:
        seed, content, per_block = task.seed, "counting", 10

        def block(self, rng: np.random.Generator, count: int) -> dict[str, Any]:
            simulated.append(int(rng.integers(2**31)))
            return {"n": count, "by": {"all": [1, 2], str(len(simulated)): 1}}

    work, counting = Work(tmp_path), Counting()
    work.do("", [counting], 30)
    work.path((counting, 1, 10)).write_text('{"n": ', encoding="utf-8")
    (total,) = work.do("", [counting], 40)
    assert len(simulated) == 5
    assert simulated[3] == simulated[1]
    assert total == {"n": 40, "by": {"all": [4, 8], "1": 1, "3": 1, "4": 1, "5": 1}}


def test_as_many_studies_are_simulated_as_were_asked_for(task: StudyTask, tmp_path: Path) -> None:
    assert Work(tmp_path).do("", [task], 50)[0]["studies"] == 50
    assert Work(tmp_path).do("", [task], 520)[0]["studies"] == 520
    names = sorted(path.name for path in tmp_path.rglob("*.json"))
    assert names == ["00000-50.json", "00000.json", "00001-20.json"]


def test_a_grid_too_large_is_refused(task: StudyTask, tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="the limit is 20,000"):
        Work(tmp_path).do("", [task], 20_001 * task.per_block)


def test_a_killed_run_goes_on_to_the_same_bits(
    task: StudyTask, alone: dict[str, bytes], tmp_path: Path
) -> None:
    """SIGKILL after the first block; the second run keeps it and ends with the result of an uninterrupted run."""
    script = (
        "import pickle, sys, time\n"
        "from pathlib import Path\n"
        "from analysis.power.work import Work\n"
        "task = pickle.loads(Path(sys.argv[1]).read_bytes())\n"
        "watch = lambda what, done, total: time.sleep(0 if total else 600)\n"
        "Work(Path(sys.argv[2]), watch=watch).do('', [task], 2_000)\n"
    )
    pickled, cache = tmp_path / "task", tmp_path / "cache"
    pickled.write_bytes(pickle.dumps(task))
    process = subprocess.Popen([sys.executable, "-c", script, str(pickled), str(cache)])
    first = cache / key_of(task.content) / "00000.json"
    for _ in range(600):
        if first.exists():
            break
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(files(cache)) == 1
    before = first.stat().st_mtime_ns
    Work(cache).do("", [task], STUDIES)
    assert first.stat().st_mtime_ns == before
    assert files(cache) == alone


def test_no_cluster_is_reported(task: StudyTask, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(AnalysisError, match="No dask scheduler"):
        Work(tmp_path, cluster="nonsense://nowhere:1").do("", [task], 500)


def test_without_dask_the_remedy_is_reported(
    task: StudyTask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AnalysisError, match="optional part 'cluster'"):
        Work(tmp_path, cluster="tcp://127.0.0.1:1").do("", [task], 500)


def test_a_cache_that_cannot_be_written_is_reported(task: StudyTask, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("in the way", encoding="utf-8")
    with pytest.raises(AnalysisError, match="cannot be written"):
        Work(place / "cache").do("", [task], 1)
