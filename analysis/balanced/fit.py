"""Fit all studies of a balanced design at once: estimates, standard errors, df, p."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from analysis.balanced.boundary import is_singular, relative_roots
from analysis.balanced.design import CrossedDesign
from analysis.balanced.likelihood import fixed_effects
from analysis.balanced.newton import minimise
from analysis.balanced.roots import components, square
from analysis.balanced.satterthwaite import satterthwaite
from analysis.balanced.statistics import Statistics
from analysis.errors import AnalysisError

Array = NDArray[np.float64]

BALANCED = "balanced strata, all studies at once"


@dataclass(frozen=True)
class BatchFit:
    """Fits of n studies; every array has the studies first."""

    names: tuple[str, ...]
    """Names of the c tested quantities: the coefficients, or the rows of `contrasts`."""
    estimate: Array
    """(n, c)"""
    se: Array
    """(n, c) standard errors."""
    df: Array
    """(n, c) Satterthwaite degrees of freedom, as lmerTest computes them."""
    p: Array
    """(n, c) two-sided p-values of t(df)."""
    theta: Array
    """(n, J - 1) relative roots in lme4's order: participants (by columns), item."""
    people: Array
    """(n, q, q) covariance of the participants' intercepts and slopes."""
    item_variance: Array
    """(n,)"""
    residual_variance: Array
    """(n,)"""
    criterion: Array
    """(n,) REML criterion, -2 log restricted likelihood, as lme4 prints it."""
    singular: NDArray[np.bool_]
    """(n,) a variance is zero or a correlation one; Satterthwaite df mislead there."""
    converged: NDArray[np.bool_]
    """(n,)"""
    engine: str
    """What fitted the studies and, if it wasn't the fast way, why not."""


def fit_batch(data: Statistics, contrasts: ArrayLike | None = None) -> BatchFit:
    """Fit every study by REML with Satterthwaite tests.

    Parameters
    ----------
    data
        Sufficient statistics from `statistics_of` or `draw_statistics`.
    contrasts
        (c, p) combinations of the coefficients to test; each coefficient by default.

    Examples
    --------
    >>> from analysis.balanced import Truth, draw_statistics, fit_batch, latin_square, strata
    >>> design = strata(latin_square(200, 12, [-0.5, 0.5]))
    >>> truth = Truth.of([0.0, 0.3], [[1.0, 0.0], [0.0, 0.2]], 0.2, 1.0)
    >>> fits = fit_batch(draw_statistics(design, truth, 500, np.random.default_rng(1)))
    >>> bool(fits.converged.all()), fits.p.shape
    (True, (500, 2))
    """
    strata = data.strata
    q = strata.design.random.shape[1]
    rows, names = contrasts_of(strata.design, contrasts)
    best = minimise(data)
    phi = components(best.omega, q)
    effects = fixed_effects(data, phi)
    estimate = rows @ effects.beta
    variance = np.einsum("cp,pqn,cq->cn", rows, effects.covariance, rows)
    df = satterthwaite(strata, best, effects, rows, variance)
    people, item = relative_roots(best.omega, q)
    theta = [people[a, b] for b in range(q) for a in range(b, q)]
    free = strata.observations - len(effects.beta)
    return BatchFit(
        names=names,
        estimate=estimate.T,
        se=np.sqrt(variance).T,
        df=df.T,
        p=two_sided(estimate / np.sqrt(variance), df).T,
        theta=np.array([*theta, item]).T,
        people=square(phi, q).transpose(2, 0, 1),
        item_variance=phi[-2],
        residual_variance=phi[-1],
        criterion=best.there.criterion + free * np.log(2 * np.pi),
        singular=is_singular(best.omega, q),
        converged=best.converged,
        engine=BALANCED,
    )


def two_sided(t: Array, df: Array) -> Array:
    """Two-sided p-values of Student's t."""
    p: Array = 2 * stdtr(df, -np.abs(t))
    return p


def contrasts_of(
    design: CrossedDesign, contrasts: ArrayLike | None
) -> tuple[Array, tuple[str, ...]]:
    """(c, p) weights of the tested quantities and their names; each coefficient by default."""
    coefficients = ("intercept", *design.names)
    if contrasts is None:
        return np.eye(len(coefficients)), coefficients
    rows = np.atleast_2d(np.asarray(contrasts, dtype=float))
    if rows.shape[1] != len(coefficients):
        raise AnalysisError(
            f"A contrast has {rows.shape[1]} weights; the coefficients are {coefficients}."
        )
    return rows, tuple(f"contrast {k + 1}" for k in range(len(rows)))
