"""Maximisation of a log-likelihood with numerical derivatives (BFGS, then Newton steps), and the covariance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize
from statsmodels.tools.numdiff import approx_fprime, approx_hess2

from analysis.models.design import Array
from analysis.models.guards import MIN_GROUPS
from analysis.models.messages import EstimationError

STEP = 2e-3
"""Step of the fourth-order differences; parameters must be of order one."""


@dataclass(frozen=True)
class Maximum:
    """Parameters (p,), log-likelihood, negative inverse Hessian (p, p), and whether the search converged."""

    parameters: Array
    value: float
    vcov: Array
    converged: bool


def maximise(loglik: Callable[[Array], float], start: Array) -> Maximum:
    """Maximise from ``start`` and compute the Hessian at the maximum."""
    if not len(start):
        return Maximum(start, loglik(start), np.empty((0, 0)), True)

    def negative(x: Array) -> float:
        value = loglik(x)
        return -value if np.isfinite(value) else 1e15

    found = optimize.minimize(
        negative,
        start,
        jac=lambda x: _slopes(negative, x, 1e-5),
        method="BFGS",
        options={"gtol": 1e-5},
    )
    best, value = found.x, found.fun
    hessian = _hessian(negative, best)
    for _ in range(3):
        step = np.linalg.lstsq(hessian, _gradient(negative, best), rcond=None)[0]
        trial = negative(best - step)
        if not trial <= value + 1e-9 * (1 + abs(value)) or np.abs(step).max() > 0.5:
            break
        best, value = best - step, trial
        if np.abs(step).max() < 1e-9:
            break
    hessian = _hessian(negative, best)
    slope = _gradient(negative, best)
    eigenvalues = np.linalg.eigvalsh(hessian)
    if not eigenvalues[0] > 1e-9 * eigenvalues[-1]:
        return Maximum(best, -value, np.full_like(hessian, np.nan), False)
    vcov = np.asarray(np.linalg.inv(hessian), dtype=np.float64)
    # Half the Newton decrement approximates how far the log-likelihood is below its maximum.
    return Maximum(best, -value, vcov, bool(0.5 * slope @ vcov @ slope < 1e-5))


def sandwich(
    rows: Callable[[Array], Array], parameters: Array, vcov: Array, clusters: Array
) -> tuple[Array, float]:
    r"""Compute the cluster-robust (sandwich) covariance, and df = G - 1.

    .. math:: A^{-1} (\sum_g s_g s_g') A^{-1} \cdot G/(G-1)

    Parameters
    ----------
    rows : function of the parameters (p,) that returns the log-likelihood of each row (n,)
    vcov : array (p, p)
        Inverse of the negative Hessian, A^-1.
    clusters : array (n,)
        The participant of each row.
    """
    codes = pd.factorize(clusters)[0]
    n_clusters = int(codes.max()) + 1
    if n_clusters < MIN_GROUPS or n_clusters <= len(parameters):
        raise EstimationError("few_clusters", n=n_clusters, parameters=len(parameters))
    widths = 2e-5 * np.maximum(1.0, np.abs(parameters))
    scores = approx_fprime(parameters, rows, widths, centered=True)
    sums = np.array([np.bincount(codes, score) for score in scores.T])
    meat = sums @ sums.T * n_clusters / (n_clusters - 1)
    return vcov @ meat @ vcov, float(n_clusters - 1)


def _slopes(function: Callable[[Array], float], x: Array, width: float) -> Array:
    # statsmodels takes half the step to either side, and returns a matrix if p is 1.
    return np.ravel(approx_fprime(x, function, 2 * width, centered=True))


def _gradient(function: Callable[[Array], float], x: Array) -> Array:
    """Return the gradient (p,): central differences at two widths, extrapolated (Richardson)."""
    return (4 * _slopes(function, x, STEP) - _slopes(function, x, 2 * STEP)) / 3


def _hessian(function: Callable[[Array], float], x: Array) -> Array:
    """Return the Hessian (p, p): second differences at two widths, extrapolated (Richardson)."""
    near: Array = approx_hess2(x, function, STEP)
    far: Array = approx_hess2(x, function, 2 * STEP)
    return (4 * near - far) / 3
