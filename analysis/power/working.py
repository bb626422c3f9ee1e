"""Work through blocks: in this process, on all cores, or on a dask cluster, with the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, Protocol

from analysis.errors import AnalysisError
from analysis.power.store import Store

Progress = Callable[[int], None]


class Task(Protocol):
    """A piece of work that falls into blocks."""

    @property
    def key(self) -> str:
        """Its name."""
        ...

    @property
    def studies(self) -> int:
        """Simulated studies in one block."""
        ...

    def block(self, number: int) -> dict[str, Any]:
        """Do one block."""
        ...


Job = tuple[Task, int]


def do_block(task: Task, number: int) -> dict[str, Any]:
    """Do one block (a function of a module, so that other processes can be sent to it)."""
    return task.block(number)


def work(
    jobs: Sequence[tuple[Task, int]],
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
        If the cluster or the cache cannot be reached.
    """
    missing: list[Job] = []
    for task, count in jobs:
        for number in range(count):
            if store.read(task.key, number) is None:
                missing.append((task, number))
            else:
                progress(1)
    if not missing:
        return
    if cluster:
        done = _on_cluster(missing, cluster)
    elif workers > 1:
        done = _in_processes(missing, workers)
    else:
        done = ((job, do_block(*job)) for job in missing)
    for (task, number), block in done:
        store.write(task.key, number, block)
        progress(1)


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
