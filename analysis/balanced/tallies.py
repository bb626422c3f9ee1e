"""What a run of simulated studies says, added up block by block in constant memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.balanced.fit import BatchFit, two_sided
from analysis.errors import AnalysisError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Tally:
    """Summary of n studies for each of c tested quantities."""

    names: tuple[str, ...]
    studies: int
    rejected: Array
    """(c,) share with p < alpha: power, or the type I error rate where the truth is zero."""
    error: Array
    """(c,) Monte Carlo standard error of that share."""
    covered: Array
    """(c,) share of 1 - alpha intervals that hold the true value."""
    mean: Array
    """(c,) mean estimate."""
    sd: Array
    """(c,) standard deviation of the estimates."""
    mean_se: Array
    """(c,) root mean square of the standard errors, to be compared with `sd`."""
    singular: float
    """Share of singular fits."""
    not_converged: int
    """Number of studies without a minimum; they count as not rejected."""
    engine: str


def tally(blocks: Iterable[BatchFit], true: ArrayLike, alpha: float = 0.05) -> Tally:
    """Summarise blocks from `simulate`.

    Parameters
    ----------
    blocks
        Read once and not kept.
    true
        (c,) true values of the tested quantities.
    alpha
        Two-sided level of the tests.

    Examples
    --------
    >>> from analysis.balanced import Truth, latin_square, simulate, tally
    >>> truth = Truth.of([0.0, 0.4], [[1.0, 0.0], [0.0, 0.2]], 0.2, 1.0)
    >>> run = simulate(latin_square(60, 8, [-0.5, 0.5]), truth, 1000, seed=4)
    >>> bool(0.8 < tally(run, truth.beta).rejected[1] < 1)
    True
    """
    target = np.asarray(true, dtype=float)
    sums = np.zeros((5, len(target)))
    studies = singular = failed = 0
    names: tuple[str, ...] = ()
    engine = ""
    for block in blocks:
        error = block.estimate - target
        # The interval holds the truth if a test of the truth keeps it.
        inside = two_sided(error / block.se, block.df) >= alpha
        usable = block.converged[:, None]
        terms = [(block.p < alpha) & usable, inside & usable, error, error**2, block.se**2]
        sums += np.array([term.sum(axis=0) for term in terms])
        studies += len(error)
        singular += int(block.singular.sum())
        failed += int((~block.converged).sum())
        names, engine = block.names, block.engine
    if studies == 0:
        raise AnalysisError("There are no studies to summarise; simulate at least one.")
    rejected, covered, bias, square, variance = sums / studies
    return Tally(
        names=names,
        studies=studies,
        rejected=rejected,
        error=np.sqrt(rejected * (1 - rejected) / studies),
        covered=covered,
        mean=target + bias,
        sd=np.sqrt((square - bias**2) * studies / max(studies - 1, 1)),
        mean_se=np.sqrt(variance),
        singular=singular / studies,
        not_converged=failed,
        engine=engine,
    )
