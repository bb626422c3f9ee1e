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

import pytest

from analysis.errors import AnalysisError
from analysis.power.components import Components
from analysis.power.lists import Lists
from analysis.power.store import Store
from analysis.power.tasks import TestTask
from analysis.power.working import work
from experiments.planned import Contrast, PlannedModel

BLOCKS = 4


@pytest.fixture(scope="module")
def task() -> TestTask:
    """A small crossed study: 24 people, 8 stimuli, fitted by REML."""
    rows = tuple(tuple((f"s{i}", ("ab"[(i + turn) % 2],)) for i in range(8)) for turn in (0, 1))
    contrast = Contrast(name="a against b", factor="c", higher="a", lower="b")
    model = PlannedModel(
        name="m",
        measure="y",
        formula="c + (1|participant) + (1|stimulus)",
        contrasts=(contrast,),
    )
    lists = Lists(("c",), rows, 1, ((0, 1),))
    parts = Components(0.5, 0.05, 0.1, 0.02, 0.33)
    return TestTask(lists, model, parts, 24, (0.0, 0.2), 0.2, 0.05, 1, 7)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.json"))}


@pytest.fixture(scope="module")
def alone(task: TestTask, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("alone")
    work([(task, BLOCKS)], Store(folder))
    return files(folder)


def test_two_processes_find_the_same_bits(
    task: TestTask, alone: dict[str, bytes], tmp_path: Path
) -> None:
    work([(task, BLOCKS)], Store(tmp_path), workers=2)
    assert files(tmp_path) == alone


def test_a_real_cluster_of_processes_finds_the_same_bits(
    task: TestTask, alone: dict[str, bytes], tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        work([(task, BLOCKS)], Store(tmp_path), cluster=cluster.scheduler_address)
    assert files(tmp_path) == alone


def test_other_seeds_find_others(task: TestTask, alone: dict[str, bytes]) -> None:
    other = replace(task, seed=8).block(0)
    mine = json.loads(alone[f"{task.key}/00000.json"])
    assert other["error"] != mine["error"]
    assert task.block(1)["error"] != mine["error"]


def test_finished_blocks_are_not_done_again_and_damaged_ones_are(
    task: TestTask, tmp_path: Path
) -> None:
    done: list[int] = []

    class Counting:
        key, studies = task.key, task.studies

        def block(self, number: int) -> dict[str, Any]:
            done.append(number)
            return {"n": number}

    store = Store(tmp_path)
    work([(Counting(), 3)], store)
    store.path(task.key, 1).write_text('{"n": ', encoding="utf-8")
    work([(Counting(), 4)], store)
    assert done == [0, 1, 2, 1, 3]
    assert [block["n"] for block in store.blocks(task.key, 4)] == [0, 1, 2, 3]


def test_a_killed_run_goes_on_to_the_same_bits(
    task: TestTask, alone: dict[str, bytes], tmp_path: Path
) -> None:
    """SIGKILL after the first block; the second run keeps it and ends where an undisturbed one does."""
    script = (
        "import pickle, sys, time\n"
        "from pathlib import Path\n"
        "from analysis.power.store import Store\n"
        "from analysis.power.working import work\n"
        "task = pickle.loads(Path(sys.argv[1]).read_bytes())\n"
        "work([(task, 4)], Store(Path(sys.argv[2])), progress=lambda n: time.sleep(5))\n"
    )
    pickled, cache = tmp_path / "task", tmp_path / "cache"
    pickled.write_bytes(pickle.dumps(task))
    process = subprocess.Popen([sys.executable, "-c", script, str(pickled), str(cache)])
    first = cache / task.key / "00000.json"
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


def test_no_cluster_is_told(task: TestTask, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(AnalysisError, match="No dask scheduler"):
        work([(task, 1)], Store(tmp_path), cluster="nonsense://nowhere:1")


def test_without_dask_the_remedy_is_told(
    task: TestTask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AnalysisError, match="optional part 'cluster'"):
        work([(task, 1)], Store(tmp_path), cluster="tcp://127.0.0.1:1")


def test_a_cache_that_cannot_be_written_is_told(task: TestTask, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("in the way", encoding="utf-8")
    with pytest.raises(AnalysisError, match="cannot be written"):
        Store(place).write("key", 0, {})
