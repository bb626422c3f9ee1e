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
from planned import latin, model

from analysis.errors import AnalysisError
from analysis.power.components import Components
from analysis.power.monte_carlo import StudyTask
from analysis.power.work import Store, do_block, key_of, work

BLOCKS = 4


@pytest.fixture(scope="module")
def task() -> StudyTask:
    """A small crossed study: 24 people, 8 stimuli, fitted by REML."""
    planned, parts = (
        model("c + (1|participant) + (1|stimulus)"),
        Components(0.5, 0.05, 0.1, 0.02, 0.33),
    )
    return StudyTask(latin(8), planned, parts, 24, (0.0, 0.2), 0.2, 0.05, 1, 7)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.json"))}


@pytest.fixture(scope="module")
def alone(task: StudyTask, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("alone")
    work([(task, BLOCKS)], Store(folder))
    return files(folder)


def test_two_processes_find_the_same_bits(
    task: StudyTask, alone: dict[str, bytes], tmp_path: Path
) -> None:
    work([(task, BLOCKS)], Store(tmp_path), workers=2)
    assert files(tmp_path) == alone


def test_a_real_cluster_of_processes_finds_the_same_bits(
    task: StudyTask, alone: dict[str, bytes], tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        work([(task, BLOCKS)], Store(tmp_path), cluster=cluster.scheduler_address)
    assert files(tmp_path) == alone


def test_other_seeds_find_others(task: StudyTask, alone: dict[str, bytes]) -> None:
    other = do_block(replace(task, seed=8), 0)
    mine = json.loads(alone[f"{key_of(task.content)}/00000.json"])
    assert other["error"] != mine["error"]
    assert do_block(task, 1)["error"] != mine["error"]


def test_finished_blocks_are_not_done_again_and_damaged_ones_are(
    task: StudyTask, tmp_path: Path
) -> None:
    done: list[int] = []

    class Counting:
        seed, content = task.seed, "counting"

        def block(self, rng: np.random.Generator) -> dict[str, Any]:
            done.append(int(rng.integers(2**31)))
            return {"n": 1, "by": {"all": [1, 2]}}

    store, counting = Store(tmp_path), Counting()
    work([(counting, 3)], store)
    store.path(counting, 1).write_text('{"n": ', encoding="utf-8")
    work([(counting, 4)], store)
    assert len(done) == 5
    assert done[3] == done[1]
    assert store.total(counting, 4) == {"n": 4, "by": {"all": [4, 8]}}


def test_a_grid_too_large_is_refused(task: StudyTask, tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="20,000 are not begun"):
        work([(task, 19_000), (task, 2_000)], Store(tmp_path))


def test_a_killed_run_goes_on_to_the_same_bits(
    task: StudyTask, alone: dict[str, bytes], tmp_path: Path
) -> None:
    """SIGKILL after the first block; the second run keeps it and ends where an undisturbed one does."""
    script = (
        "import pickle, sys, time\n"
        "from pathlib import Path\n"
        "from analysis.power.work import Store, work\n"
        "task = pickle.loads(Path(sys.argv[1]).read_bytes())\n"
        "work([(task, 4)], Store(Path(sys.argv[2])), progress=lambda n: time.sleep(5))\n"
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
    work([(task, BLOCKS)], Store(cache))
    assert first.stat().st_mtime_ns == before
    assert files(cache) == alone


def test_no_cluster_is_reported(task: StudyTask, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(AnalysisError, match="No dask scheduler"):
        work([(task, 1)], Store(tmp_path), cluster="nonsense://nowhere:1")


def test_without_dask_the_remedy_is_reported(
    task: StudyTask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AnalysisError, match="optional part 'cluster'"):
        work([(task, 1)], Store(tmp_path), cluster="tcp://127.0.0.1:1")


def test_a_cache_that_cannot_be_written_is_reported(task: StudyTask, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("in the way", encoding="utf-8")
    with pytest.raises(AnalysisError, match="cannot be written"):
        Store(place).write(task, 0, {})
