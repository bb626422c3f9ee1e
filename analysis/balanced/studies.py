"""Thousands of simulated studies of one design, in blocks with their own seeds.

Block b of a run draws from ``SeedSequence(seed, spawn_key=(b,))`` and is always drawn and fitted
whole, so a study's numbers are the same to the bit whatever the number of studies or workers, and
only one block per worker is in memory at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.balanced.design import CrossedDesign
from analysis.balanced.fit import BatchFit, fit_batch
from analysis.balanced.lists import NotBalancedError
from analysis.balanced.one_by_one import fit_each
from analysis.balanced.reduction import Strata, strata
from analysis.balanced.statistics import draw_statistics
from analysis.balanced.truth import Truth, draw_rows, require_match
from analysis.errors import AnalysisError

BLOCK = 500
"""Studies per block where all are fitted at once."""
SLOW_BLOCK = 20
"""Studies per block where the general engine fits them one by one."""

ARRAYS = tuple(field.name for field in fields(BatchFit) if field.name not in ("names", "engine"))


def simulate(
    design: CrossedDesign,
    truth: Truth,
    n_sims: int,
    seed: int,
    contrasts: ArrayLike | None = None,
    workers: int = 1,
) -> Iterator[BatchFit]:
    """Simulate and fit studies; yields blocks in order.

    Balanced designs take the fast way (`fit_batch`); others are drawn as rows and fitted one by
    one (`fit_each`), which their ``engine`` says with the reason.

    Parameters
    ----------
    design, truth
        What is done and what is true.
    n_sims
        Number of studies.
    seed
        Of the run; the same seed gives the same studies.
    contrasts
        (c, p) combinations of the coefficients to test; each coefficient by default.
    workers
        Processes to spread the blocks over.

    Examples
    --------
    >>> from analysis.balanced import Truth, latin_square, simulate
    >>> truth = Truth.of([0.0, 0.0], [[1.0, 0.0], [0.0, 0.2]], 0.2, 1.0)
    >>> blocks = simulate(latin_square(60, 8, [-0.5, 0.5]), truth, 1200, seed=4)
    >>> [len(block.p) for block in blocks]
    [500, 500, 200]
    """
    require_match(design, truth)
    try:
        engine: Strata | str = strata(design)
    except NotBalancedError as reason:
        engine = str(reason)
    size = BLOCK if isinstance(engine, Strata) else SLOW_BLOCK
    starts = range(0, n_sims, size)
    jobs = [(design, engine, truth, seed, b, contrasts) for b in range(len(starts))]
    blocks = _in_turn(jobs) if workers == 1 else _in_parallel(jobs, workers)
    for begin, block in zip(starts, blocks, strict=True):
        yield _first(block, n_sims - begin)


def joined(blocks: Iterator[BatchFit]) -> BatchFit:
    """All blocks of a run as one result (its memory grows with the number of studies)."""
    parts = list(blocks)
    if not parts:
        raise AnalysisError("There are no studies to join; simulate at least one.")
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS
    }
    return replace(parts[0], **arrays)


Job = tuple[CrossedDesign, Strata | str, Truth, int, int, ArrayLike | None]


def _block(job: Job) -> BatchFit:
    design, engine, truth, seed, number, contrasts = job
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
    if isinstance(engine, Strata):
        return fit_batch(draw_statistics(engine, truth, BLOCK, rng), contrasts)
    responses = draw_rows(design, truth, SLOW_BLOCK, rng)
    return fit_each(design, responses, truth, contrasts, engine)


def _in_turn(jobs: list[Job]) -> Iterator[BatchFit]:
    return map(_block, jobs)


def _in_parallel(jobs: list[Job], workers: int) -> Iterator[BatchFit]:
    """In order, with no more than two blocks per worker waiting."""
    with ProcessPoolExecutor(workers) as pool:
        waiting: deque[Future[BatchFit]] = deque()
        for job in jobs:
            waiting.append(pool.submit(_block, job))
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _first(block: BatchFit, n: int) -> BatchFit:
    if n >= len(block.criterion):
        return block
    arrays: dict[str, Any] = {name: getattr(block, name)[:n] for name in ARRAYS}
    return replace(block, **arrays)
