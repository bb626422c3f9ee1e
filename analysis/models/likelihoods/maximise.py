"""Maximum of a smooth log-likelihood without coded gradients (BFGS, then Newton steps), and its covariance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize

from analysis.errors import AnalysisError
from analysis.models.guards import MIN_GROUPS

WIDE = 2e-3
"""Step of the fourth-order differences; parameters must be of order one."""


@dataclass(frozen=True)
class Maximum:
    """Parameters (p,), log-likelihood, negative inverse Hessian (p, p) and whether it is one.

    ``decrement`` estimates how much log-likelihood is left to gain (half the Newton decrement).
    """

    parameters: np.ndarray
    value: float
    vcov: np.ndarray
    decrement: float
    converged: bool


def maximise(loglik: Callable[[np.ndarray], float], start: np.ndarray) -> Maximum:
    """Climb from ``start`` and measure the curvature at the top."""

    def downhill(x: np.ndarray) -> float:
        value = loglik(x)
        return -value if np.isfinite(value) else 1e15

    found = optimize.minimize(
        downhill, start, jac=lambda x: _central(downhill, x), method="BFGS", options={"gtol": 1e-5}
    )
    best, value = found.x, found.fun
    hessian = _hessian(downhill, best)
    for _ in range(3):
        step = np.linalg.lstsq(hessian, gradient(downhill, best), rcond=None)[0]
        trial = downhill(best - step)
        if not trial <= value + 1e-9 * (1 + abs(value)) or np.abs(step).max() > 0.5:
            break
        best, value = best - step, trial
        if np.abs(step).max() < 1e-9:
            break
    hessian = _hessian(downhill, best)
    slope = gradient(downhill, best)
    eigenvalues = np.linalg.eigvalsh(hessian)
    definite = bool(eigenvalues[0] > 1e-9 * eigenvalues[-1])
    vcov = np.linalg.inv(hessian) if definite else np.full_like(hessian, np.nan)
    decrement = float(0.5 * slope @ vcov @ slope) if definite else np.inf
    return Maximum(best, -value, vcov, decrement, definite and decrement < 1e-5)


def sandwich(
    rows: Callable[[np.ndarray], np.ndarray],
    parameters: np.ndarray,
    vcov: np.ndarray,
    clusters: np.ndarray,
) -> tuple[np.ndarray, float]:
    r"""Covariance that allows the rows of one person to be dependent, and df = G - 1.

    .. math:: A^{-1} (\sum_g s_g s_g') A^{-1} \cdot G/(G-1)

    Parameters
    ----------
    rows : function of parameters (p,) giving each row's log-likelihood (n,)
    vcov : array (p, p)
        Inverse of the negative Hessian, A^-1.
    clusters : array (n,) of labels
    """
    codes = pd.factorize(clusters)[0]
    n_clusters = int(codes.max()) + 1
    if n_clusters < MIN_GROUPS or n_clusters <= len(parameters):
        raise AnalysisError(
            f"{n_clusters} clusters are too few for clustered standard errors of "
            f"{len(parameters)} parameters.",
            "Collect more people, or use fewer predictors.",
        )
    scores = np.empty((len(clusters), len(parameters)))
    for j in range(len(parameters)):
        width = 1e-5 * max(1.0, abs(parameters[j]))
        e = np.zeros(len(parameters))
        e[j] = width
        scores[:, j] = (rows(parameters + e) - rows(parameters - e)) / (2 * width)
    sums = np.array([np.bincount(codes, scores[:, j]) for j in range(len(parameters))])
    meat = sums @ sums.T * n_clusters / (n_clusters - 1)
    return vcov @ meat @ vcov, float(n_clusters - 1)


def gradient(function: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Fourth-order central differences (p,)."""
    out = np.empty(len(x))
    for j in range(len(x)):
        e = np.zeros(len(x))
        e[j] = WIDE
        near = function(x + e) - function(x - e)
        far = function(x + 2 * e) - function(x - 2 * e)
        out[j] = (8 * near - far) / (12 * WIDE)
    return out


def _central(function: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    steps = 1e-5 * np.eye(len(x))
    return np.array([(function(x + e) - function(x - e)) / 2e-5 for e in steps])


def _hessian(function: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Second differences at two widths, extrapolated (Richardson)."""
    fine, coarse = _differences(function, x, WIDE), _differences(function, x, 2 * WIDE)
    return (4 * fine - coarse) / 3


def _differences(
    function: Callable[[np.ndarray], float], x: np.ndarray, width: float
) -> np.ndarray:
    p, centre = len(x), function(x)
    up, down = np.empty(p), np.empty(p)
    steps = width * np.eye(p)
    for j in range(p):
        up[j], down[j] = function(x + steps[j]), function(x - steps[j])
    out = np.empty((p, p))
    for j in range(p):
        out[j, j] = (up[j] - 2 * centre + down[j]) / width**2
        for k in range(j):
            both = function(x + steps[j] + steps[k]) + function(x - steps[j] - steps[k])
            single = up[j] + down[j] + up[k] + down[k]
            out[j, k] = out[k, j] = (both - single + 2 * centre) / (2 * width**2)
    return out
