"""Blocks of simulated work: done in this process, on all cores or on a dask cluster, and kept when finished.

The random numbers of a block depend on the seed, the content of its work and its number alone, so that studies are the
same to the bit whatever the number of workers, the order of the work, and what else is in the run. A run that was
stopped goes on where it was, and never does work twice.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import scipy

from analysis.errors import AnalysisError
from experiments.version import code_version

ROOMS = ("power", "models", "simulate", "curves", "compare", "hypotheses", "analysing")
"""Rooms whose code the simulated studies depend on."""
MOST_BLOCKS = 20_000
Progress = Callable[[int], None]


class Task(Protocol):
    """A piece of work that falls into blocks."""

    @property
    def seed(self) -> int:
        """Seed of the run."""
        ...

    @property
    def content(self) -> Any:
        """What its blocks depend on beside the seed, as plain data."""
        ...

    def block(self, rng: np.random.Generator) -> dict[str, Any]:
        """Do one block; returns numbers that add up over blocks."""
        ...


Job = tuple[Task, int]


def key_of(content: Any) -> str:
    """Return 16 hex digits that name some content."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def code_key() -> str:
    """Name the code that simulated studies come from: its files, and the libraries that draw and solve."""
    folder = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for room in ROOMS:
        for file in sorted((folder / room).rglob("*.py")):
            digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    for file in sorted(folder.glob("*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    digest.update(f"{np.__version__} {scipy.__version__} {code_version()}".encode())
    return digest.hexdigest()[:16]


def do_block(task: Task, number: int) -> dict[str, Any]:
    """Do one block (a function of a module, so that other processes can be sent to it)."""
    sequence = np.random.SeedSequence(
        [task.seed, int(key_of(task.content), 16)], spawn_key=(number,)
    )
    return task.block(np.random.default_rng(sequence))


@dataclass(frozen=True)
class Store:
    """A folder with one file for each finished block."""

    folder: Path

    def path(self, task: Task, number: int) -> Path:
        """Return the file of a block."""
        return self.folder / key_of(task.content) / f"{number:05d}.json"

    def read(self, task: Task, number: int) -> dict[str, Any] | None:
        """Return a finished block, or None if it is not there (or was cut off, which is as good)."""
        try:
            found = json.loads(self.path(task, number).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def write(self, task: Task, number: int, block: dict[str, Any]) -> None:
        """Keep a finished block; a block is there as a whole or not at all.

        Raises
        ------
        AnalysisError
            If the folder cannot be written.
        """
        path = self.path(task, number)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}.part")
            part.write_text(json.dumps(block), encoding="utf-8")
            os.replace(part, path)
        except OSError as error:
            raise AnalysisError(
                f"The cache {self.folder} cannot be written ({error.strerror}).",
                "Make room or correct the permissions, or choose another folder with --cache; finished"
                " blocks are kept.",
            ) from error

    def total(self, task: Task, count: int) -> dict[str, Any]:
        """Add the finished blocks of a piece of work up, number by number."""
        total: dict[str, Any] = {}
        for number in range(count):
            block = self.read(task, number)
            if block is None:
                raise AnalysisError(
                    f"Block {number} of {key_of(task.content)} is missing in {self.folder}.",
                    "Run the command again; what is there is used.",
                )
            total = block if not total else _plus(total, block)
        return total


def work(
    jobs: Sequence[Job],
    store: Store,
    *,
    workers: int = 1,
    cluster: str = "",
    progress: Progress = lambda blocks: None,
) -> None:
    """Do all blocks that are not in the store yet.

    Parameters
    ----------
    jobs
        Tasks, and how many blocks of each are wanted.
    workers
        Processes on this machine.
    cluster
        Address of a dask scheduler, instead of processes on this machine.
    progress
        Called with the number of blocks that have just been done (or found).

    Raises
    ------
    AnalysisError
        If the work would take days, or the cluster or the cache cannot be reached.
    """
    blocks = sum(count for _, count in jobs)
    if blocks > MOST_BLOCKS:
        raise AnalysisError(
            f"The grid asks for {blocks:,} blocks of simulated studies; more than {MOST_BLOCKS:,} are"
            " not begun.",
            "Ask for fewer sizes (--n), tests (--test) or studies (--studies).",
        )
    missing: list[Job] = []
    for task, count in jobs:
        for number in range(count):
            if store.read(task, number) is None:
                missing.append((task, number))
            else:
                progress(1)
    if not missing:
        return
    if cluster:
        done = _on_cluster(missing, cluster)
    elif workers > 1 and len(missing) > 1:
        done = _in_processes(missing, min(workers, len(missing)))
    else:
        done = ((job, do_block(*job)) for job in missing)
    for (task, number), block in done:
        store.write(task, number, block)
        progress(1)


def _plus(one: Any, other: Any) -> Any:
    if isinstance(one, list):
        return [_plus(a, b) for a, b in zip(one, other, strict=True)]
    if isinstance(one, dict):
        names = list(dict.fromkeys([*one, *other]))
        return {
            n: _plus(one[n], other[n]) if n in one and n in other else one.get(n, other.get(n))
            for n in names
        }
    return one + other


def _in_processes(jobs: list[Job], workers: int) -> Iterator[tuple[Job, dict[str, Any]]]:
    """With no more than two blocks per worker waiting, so that memory does not grow with their number."""
    todo = iter(jobs)
    pool = ProcessPoolExecutor(workers)
    waiting: dict[Future[dict[str, Any]], Job] = {}
    try:
        while True:
            for job in islice(todo, 2 * workers - len(waiting)):
                waiting[pool.submit(do_block, *job)] = job
            if not waiting:
                return
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                yield waiting.pop(future), future.result()
    except BrokenProcessPool as error:
        raise AnalysisError(
            "A worker process was ended from outside (out of memory, perhaps).",
            "Run the command again with fewer --workers; finished blocks are kept.",
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _on_cluster(jobs: list[Job], address: str) -> Iterator[tuple[Job, dict[str, Any]]]:
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise AnalysisError(
            "dask.distributed is not installed, so there is no cluster to work on.",
            "Install the optional part 'cluster' of compassion, or leave --cluster away.",
        ) from error
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise AnalysisError(
            f"No dask scheduler answers at {address!r}.",
            "Start one with `dask scheduler` and `dask worker ADDRESS`, with this version of compassion"
            " installed on every worker.",
        ) from error
    with client:
        todo = iter(jobs)
        most = max(2, 2 * sum(client.nthreads().values()))
        jobs_of: dict[Any, Job] = {}

        def submit(count: int) -> list[Any]:
            futures = []
            for task, number in islice(todo, count):
                future = client.submit(do_block, task, number, pure=False)
                jobs_of[future.key] = (task, number)
                futures.append(future)
            return futures

        waiting = as_completed(submit(most), loop=client.loop)
        for future in waiting:
            yield jobs_of.pop(future.key), future.result()
            for more in submit(1):
                waiting.add(more)
