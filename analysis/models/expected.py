"""Expected responses as a function of all parameters of a model, and their covariance by the delta method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg

from analysis.models.design import Array
from analysis.models.engines.likelihood import fit_rows
from analysis.models.likelihoods.base import Parameters, RowModel
from analysis.models.likelihoods.rows import BernoulliLogit, GammaAmount
from analysis.models.messages import EstimationError
from analysis.models.preparing import PROPORTIONS, prepare
from analysis.models.result import Fit
from analysis.models.two_part import TwoPart

Effects = Literal["averaged", "zero"]
"""Random effects: averaged over participants and items, or at zero (a typical participant and item)."""
FAR = 1e6
"""A linear predictor at which a response is at its limit."""
BOUNDS = {
    "binomial": (0.0, 1.0),
    "gamma": (0.0, np.inf),
    "poisson": (0.0, np.inf),
    "negativebinomial": (0.0, np.inf),
    "beta": (0.0, 1.0),
    "ordered_beta": (0.0, 1.0),
}
"""Lowest and highest expected response of each family without limits of its own."""


@dataclass(frozen=True)
class Expected:
    """Expected responses (m,) as a function of the parameters (k,)."""

    values: Array
    """Estimates of the parameters."""
    vcov: Array
    """Their covariance (k, k)."""
    means: Callable[[Array], Array]
    bounds: tuple[float, float]
    """Lowest and highest expected response."""
    finite: NDArray[np.bool_]
    """Whether each expected response has a standard error: not at a limit (m,)."""
    df: float = np.inf
    random: bool = False
    """Whether there are random effects."""
    known: bool = False
    """Whether the SDs of random effects are taken as known."""

    def contrasts(self, weights: Array) -> tuple[Array, Array]:
        """Return weighted sums (rows,) of expected responses, and their covariance; nan where one is at a limit."""
        slopes = self._slopes(weights)
        vcov = slopes @ self.vcov @ slopes.T
        infinite = (weights[:, ~self.finite] != 0).any(axis=1)
        vcov[infinite, :] = vcov[:, infinite] = np.nan
        return weights @ self.means(self.values), vcov

    def _slopes(self, weights: Array) -> Array:
        """Return the derivatives of weighted sums (rows, k): central differences, in steps of a share of the SE."""
        steps = 1e-3 * np.sqrt(np.maximum(np.diag(self.vcov), 0))
        slopes = np.zeros((len(weights), len(self.values)))
        for j in np.flatnonzero(steps > 0):
            step = steps[j] * np.eye(len(steps))[j]
            up, down = self.means(self.values + step), self.means(self.values - step)
            slopes[:, j] = weights @ (up - down) / (2 * steps[j])
        return slopes


def expected_responses(fit: Fit | TwoPart, grid: pd.DataFrame, effects: Effects) -> Expected:
    """Return the expected responses of a model at the rows of a grid.

    Raises
    ------
    AnalysisError
        If the family or the link has none, or a fit did not converge.
    """
    if isinstance(fit, TwoPart):
        return _product(
            *(expected_responses(each, grid, effects) for each in (fit.whether, fit.amount))
        )
    fit = with_parameters(fit, effects)
    parameters = fit.parameters
    assert parameters is not None
    matrix = fit.design.rows_for(grid)
    values, rows, sds = parameters.values, parameters.rows, parameters.sds
    k, last = matrix.shape[1], len(values) - sds
    finite, away = np.ones(len(matrix), dtype=bool), np.zeros(len(matrix))
    if fit.limit is not None:
        for place, row in enumerate(matrix):
            finite[place] = fit.limit.finite(row)
            away[place] = 0.0 if finite[place] else fit.limit.sign(row) * FAR
    fixed = _variance(fit, matrix) if not sds else np.zeros(len(matrix))
    low, high = fit.limits if fit.limits and fit.family in PROPORTIONS else (0.0, 1.0)

    def means(at: Array) -> Array:
        eta, shape = np.where(finite, matrix @ at[:k], away), at[k:last]
        if effects == "zero":
            found = rows.mean(eta, shape)
        else:
            variance = fixed + np.sum(at[last:] ** 2)
            found = rows.averaged(eta, shape, np.where(finite, variance, 0.0))
        return low + (high - low) * found if fit.family in PROPORTIONS else found

    return Expected(
        values,
        parameters.vcov,
        means,
        _bounds(fit),
        finite,
        float(fit.df[0]) if len(fit.df) else np.inf,
        random=bool(fit.components),
        known=effects == "averaged" and bool(fit.components) and not sds,
    )


def with_parameters(fit: Fit, effects: Effects) -> Fit:
    """Return a fit with all of its parameters: those of the engine, or of our own likelihood, where SDs are needed.

    Raises
    ------
    AnalysisError
        If the family or the link has no expected responses, or the fit did not converge.
    """
    if fit.parameters is not None:
        return fit
    if not fit.converged or (fit.limit is None and not np.isfinite(fit.vcov).all()):
        raise EstimationError("no_expected", family=fit.family, link=fit.link)
    kinds: dict[tuple[str, str], RowModel] = {
        ("binomial", "logit"): BernoulliLogit(),
        # Only the mean is used, which is the exponential in all three.
        ("gamma", "log"): GammaAmount(),
        ("poisson", "log"): GammaAmount(),
        ("negativebinomial", "log"): GammaAmount(),
    }
    rows = kinds.get((fit.family, fit.link))
    if rows is None:
        raise EstimationError("no_expected", family=fit.family, link=fit.link)
    simple = all(part.terms == ("Intercept",) for part in fit.components)
    own = fit.family in ("binomial", "gamma") and fit.limit is None
    if effects == "averaged" and fit.components and simple and own:
        model = prepare(fit.data, fit.formula, fit.family)
        again = fit_rows(rows, model)
        if again.parameters is not None and again.converged:
            return replace(fit, parameters=again.parameters)
    beta, vcov = (fit.beta, fit.vcov) if fit.limit is None else (fit.limit.beta, fit.limit.vcov)
    return replace(fit, parameters=Parameters(rows, beta, vcov))


def _bounds(fit: Fit) -> tuple[float, float]:
    if fit.family in ("tobit", *PROPORTIONS) and fit.limits is not None:
        return fit.limits
    if fit.family == "ordinal":
        answers = fit.data[fit.formula.response]
        return float(answers.min()), float(answers.max())
    return BOUNDS[fit.family]


def _variance(fit: Fit, matrix: Array) -> Array:
    """Return the variance of the sum of the random effects at each row (m,)."""
    total = np.zeros(len(matrix))
    for part in fit.components:
        at = [fit.names.index(term) if term in fit.names else -1 for term in part.terms]
        z = np.array([np.ones(len(matrix)) if j < 0 else matrix[:, j] for j in at])
        correlations = np.where(np.isfinite(part.correlations), part.correlations, np.eye(len(at)))
        covariance = part.sds[:, None] * correlations * part.sds
        total += np.einsum("im,ij,jm->m", z, covariance, z)
    return total


def _product(whether: Expected, amount: Expected) -> Expected:
    """Return the expected amounts of a two-part model, whose parts are independent."""
    k = len(whether.values)
    return replace(
        amount,
        values=np.concatenate([whether.values, amount.values]),
        vcov=np.asarray(linalg.block_diag(whether.vcov, amount.vcov)),
        means=lambda at: whether.means(at[:k]) * amount.means(at[k:]),
        finite=whether.finite & amount.finite,
        df=min(whether.df, amount.df),
        random=whether.random or amount.random,
        known=whether.known or amount.known,
    )
