"""Blocks of simulations, carried out in one or several processes or on a dask cluster, and cached.

The random numbers of a block depend only on the seed, the content of the task and the number of the block, so that
results are identical to the bit for any number of workers, any order, and any other tasks of the run. An interrupted
run continues where it stopped, and no block is computed twice.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import scipy
from joblib import Parallel, delayed, parallel_config

from analysis.errors import AnalysisError
from experiments import numbers
from experiments.version import code_version

MOST_BLOCKS = 20_000
Watch = Callable[[str, int, int], None]
"""Called with the name of the work, the number of blocks just finished, and (if not 0) the total number of blocks."""


class Task(Protocol):
    """A simulation that consists of blocks."""

    @property
    def seed(self) -> int:
        """Seed of the run."""
        ...

    @property
    def content(self) -> Any:
        """Everything on which its blocks depend, apart from the seed, as plain data."""
        ...

    @property
    def per_block(self) -> int:
        """Number of studies (or participants) per block."""
        ...

    def block(self, rng: np.random.Generator, count: int) -> dict[str, Any]:
        """Carry out a block of ``count`` studies; return numbers that add up over blocks."""
        ...


Job = tuple[Task, int, int]
"""A task, the number of a block, and the number of studies (or participants) in it."""


def key_of(content: Any) -> str:
    """Return the hash of some content, 16 hex digits."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def code_key() -> str:
    """Return a hash of the code on which simulated studies depend: the analysis, and numerical libraries."""
    folder = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(f"{np.__version__} {scipy.__version__} {code_version()}".encode())
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def do_block(task: Task, number: int, count: int) -> dict[str, Any]:
    """Carry out one block (a function of the module, so that it can be sent to other processes)."""
    key = int(key_of(task.content), 16)
    sequence = np.random.SeedSequence([task.seed, key], spawn_key=(number,))
    return task.block(np.random.default_rng(sequence), count)


@dataclass(frozen=True)
class Work:
    """Carries out tasks, and caches one file per finished block."""

    folder: Path
    workers: int = 1
    """Number of processes on this machine."""
    cluster: str = ""
    """Address of a dask scheduler, instead of processes on this machine."""
    watch: Watch = lambda what, done, total: None

    def do(self, name: str, tasks: Sequence[Task], count: int) -> list[dict[str, Any]]:
        """Carry out ``count`` studies (or participants) of each task, and sum each number over the blocks.

        Raises
        ------
        AnalysisError
            If the work would take days, or the cluster or the cache cannot be reached.
        """
        of_tasks: list[dict[Path, Job]] = []
        for task in tasks:
            starts = range(0, count, task.per_block)
            jobs = [(task, i // task.per_block, min(task.per_block, count - i)) for i in starts]
            of_tasks.append({self.path(job): job for job in jobs})
        # Tasks with the same content have the same blocks.
        every = {path: job for own in of_tasks for path, job in own.items()}
        if len(every) > MOST_BLOCKS:
            raise AnalysisError(
                f"These settings require {numbers.count(len(every))} blocks of simulated studies; the limit is"
                f" {numbers.count(MOST_BLOCKS)}.",
                "Choose fewer sizes (--n), tests (--test) or studies (--studies).",
            )
        found = {path: block for path in every if (block := _read(path)) is not None}
        self.watch(name, len(found), len(every))
        missing = [path for path in every if path not in found]
        for place, block in self._done([every[path] for path in missing]):
            self._write(missing[place], block)
            found[missing[place]] = block
            self.watch(name, 1, 0)
        return [reduce(_plus, [found[path] for path in own]) for own in of_tasks]

    def path(self, job: Job) -> Path:
        """Return the file of a block; an incomplete block has a different name."""
        task, number, count = job
        short = "" if count == task.per_block else f"-{count}"
        return self.folder / key_of(task.content) / f"{number:05d}{short}.json"

    def _write(self, path: Path, block: dict[str, Any]) -> None:
        """Write a finished block atomically."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}.part")
            part.write_text(json.dumps(block), encoding="utf-8")
            os.replace(part, path)
        except OSError as error:
            raise AnalysisError(
                f"The cache {self.folder} cannot be written ({error.strerror}).",
                "Free some disk space, correct the permissions, or choose another folder with --cache; finished"
                " blocks are kept.",
            ) from error

    def _done(self, jobs: list[Job]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield positions and blocks as they are finished; only two per worker are queued, to limit memory."""
        if not self.cluster and (self.workers == 1 or len(jobs) < 2):
            yield from enumerate(do_block(*job) for job in jobs)
            return
        with ExitStack() as context:
            if self.cluster:
                client = context.enter_context(_client(self.cluster))
                context.enter_context(parallel_config(backend="dask", client=client))
            parallel = Parallel(
                n_jobs=min(self.workers, len(jobs)),
                return_as="generator_unordered",
                pre_dispatch="2*n_jobs",
                batch_size=1,
            )
            try:
                yield from parallel(delayed(_placed)(i, *job) for i, job in enumerate(jobs))
            except BrokenProcessPool as error:
                raise AnalysisError(
                    "A worker process was terminated (perhaps it ran out of memory).",
                    "Run the command again with fewer --workers; finished blocks are kept.",
                ) from error


def _placed(place: int, task: Task, number: int, count: int) -> tuple[int, dict[str, Any]]:
    return place, do_block(task, number, count)


def _read(path: Path) -> dict[str, Any] | None:
    """Read a finished block; None if it is missing or incomplete."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise AnalysisError(
            "dask.distributed is not installed, so a cluster cannot be used.",
            "Install the optional part 'cluster' of compassion, or omit --cluster.",
        ) from error
    try:
        return Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise AnalysisError(
            f"No dask scheduler answers at {address!r}.",
            "Start one with `dask scheduler` and `dask worker ADDRESS`, with this version of compassion"
            " installed on every worker.",
        ) from error


def _plus(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        both = {name: _plus(one[name], other[name]) for name in one if name in other}
        return {**one, **other, **both}
    return np.add(one, other).tolist()
