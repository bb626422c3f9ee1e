"""Degrees of freedom of contrasts of a linear model whose errors may have unequal variances.

With HC2 standard errors the squared standard error of a contrast is a sum of squared residuals. Its degrees of freedom
are those of the chi-square distribution with the same mean and variance (Satterthwaite; Bell & McCaffrey 2002, Survey
Methodology 28:169-181 [M+]).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from analysis.models.design import Array
from analysis.models.wald import Joint

#: Least number of rows of a cell whose variance is estimated from its own residuals.
FEWEST_IN_CELL = 2


def leverages(matrix: Array) -> Array:
    """Return the diagonal of the hat matrix of a design (rows, columns)."""
    orthonormal, _ = np.linalg.qr(matrix)
    return np.asarray((orthonormal**2).sum(axis=1))


def row_variances(matrix: Array, residuals: Array) -> Array:
    """Return the error variance of each row, up to a common factor.

    If the model describes cells only (as many different rows as columns), each cell has its own variance, which makes
    the test of two groups Welch's. Otherwise the residuals of a row say too little about its variance, and all rows are
    taken to have the same, as Bell and McCaffrey do.
    """
    _, cell, size = np.unique(matrix, axis=0, return_inverse=True, return_counts=True)
    if len(size) != matrix.shape[1] or size.min() < FEWEST_IN_CELL:
        return np.ones(len(matrix))
    cell = cell.ravel()
    variances = np.bincount(cell, residuals**2) / (size - 1)
    return np.asarray(variances[cell])


def satterthwaite(
    matrix: Array, variances: Array, counts: Array | None = None
) -> Callable[[Array], float]:
    """Return the function from the weights of a contrast (columns,) to its degrees of freedom.

    Parameters
    ----------
    matrix : ndarray, shape (rows, columns)
        The design, of full rank.
    variances : ndarray, shape (rows,)
        Error variances (``row_variances``).
    counts : ndarray, shape (rows,), or None
        How many rows there are like each of these; None: one.

    Notes
    -----
    The squared HC2 standard error is ``e' M D M e`` with M = I - H and D the diagonal of ``c^2 / (1 - h)``, where c are
    the weights of the rows in the contrast. Its degrees of freedom are ``tr(P V)^2 / tr(P V P V)``, P = M D M and V the
    variances. P is D plus a matrix of rank 2 x columns, so that nothing of size rows x rows is built.
    """
    counts = np.ones(len(matrix)) if counts is None else counts
    inverse = np.linalg.inv(matrix.T @ (matrix * counts[:, None]))
    unexplained = 1 - np.einsum("sp,pq,sq->s", matrix, inverse, matrix)

    def df(weights: Array) -> float:
        diagonal = (matrix @ (inverse @ weights)) ** 2 / unexplained
        scaled = matrix * diagonal[:, None]
        both = np.hstack([matrix, scaled])
        inner = np.block(
            [
                [inverse @ (matrix.T @ (scaled * counts[:, None])) @ inverse, -inverse],
                [-inverse, np.zeros_like(inverse)],
            ]
        )
        own = diagonal * variances
        spread = inner @ (both.T @ (both * (counts * variances)[:, None]))
        crossed = inner @ (both.T @ (both * (counts * own * variances)[:, None]))
        mean = np.sum(counts * own) + np.trace(spread)
        variance = np.sum(counts * own**2) + 2 * np.trace(crossed) + np.sum(spread * spread.T)
        return float(mean**2 / variance) if variance > 0 else float("nan")

    return df


def joint_test(weights: Array, beta: Array, vcov: Array, df_of: Callable[[Array], float]) -> Joint:
    """Test several contrasts together, with the degrees of freedom of Fai & Cornelius (1996) [M+], as lmerTest does.

    Parameters
    ----------
    weights : ndarray, shape (contrasts, columns)
    df_of
        From the weights of one contrast to its degrees of freedom.
    """
    values, vectors = np.linalg.eigh(weights @ vcov @ weights.T)
    kept = values > 1e-10 * values.max()
    if not kept.any():
        # Answers that do not vary within cells leave no standard error.
        return Joint(np.nan, np.nan, np.nan, np.nan)
    rank = int(kept.sum())
    independent = vectors[:, kept].T @ weights
    statistic = float(np.sum((independent @ beta) ** 2 / values[kept]) / rank)
    own = np.array([df_of(row) for row in independent])
    if np.ptp(own) < 1e-8 or (own <= 2).any():
        # A squared t statistic with 2 degrees of freedom or fewer has no mean.
        df = float(own.mean()) if np.ptp(own) < 1e-8 else 2.0
    else:
        total = float(np.sum(own / (own - 2)))
        df = 2 * total / (total - rank)
    return Joint(statistic, rank, df, float(special.fdtrc(rank, df, statistic)))
