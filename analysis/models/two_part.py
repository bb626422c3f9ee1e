r"""Two-part (hurdle) model of donations: whether anything is given, and how much.

.. math:: P(y > 0) = s(\eta_1),\qquad y \mid y > 0 \sim \mathrm{Gamma}(\log)

The log-likelihoods of the two fits add up (with independent random effects, exactly to that of glmmTMB's
ziGamma). Giving is a post-treatment variable: a difference in the amount among givers is not a causal effect;
see ``lee_bounds``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from analysis.errors import AnalysisError
from analysis.models import guards
from analysis.models.fitting import fit
from analysis.models.formula import Formula, parse_formula
from analysis.models.messages import EstimationError, message
from analysis.models.result import Fit

PartFit = Callable[[pd.DataFrame, Formula, str], Fit]
"""Fits a formula of a family to rows."""
OF_CELLS = ("one_condition", "empty_cell", "redundant")
"""Errors of the amount that a condition without gifts explains."""


@dataclass(frozen=True)
class TwoPart:
    """A fitted two-part model: ``whether`` anything was given (logistic), ``amount`` among givers (Gamma)."""

    whether: Fit
    amount: Fit

    @property
    def loglik(self) -> float:
        """Log-likelihood of both parts together."""
        return self.whether.loglik + self.amount.loglik

    @property
    def messages(self) -> tuple[str, ...]:
        """Notes on both parts, and a caution that a difference in the amount may not be a causal effect."""
        return (
            *(f"Giving: {m}" for m in self.whether.messages),
            *(f"Amount: {m}" for m in self.amount.messages),
            message("selected"),
        )

    def expected(self, grid: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
        """Predict the expected donation for rows of predictor values, zeros included.

        For a typical participant and item (random effects at zero); intervals by the delta method on the
        log scale, with independent parts. Returns ``grid`` with columns p_give, amount_if_given,
        expected, ci_low, ci_high.
        """
        give, rest = self.whether.design.rows_for(grid), self.amount.design.rows_for(grid)
        p, mean = special.expit(give @ self.whether.beta), np.exp(rest @ self.amount.beta)
        variance = (1 - p) ** 2 * np.einsum("ij,jk,ik->i", give, self.whether.vcov, give)
        variance += np.einsum("ij,jk,ik->i", rest, self.amount.vcov, rest)
        half = special.ndtri((1 + level) / 2) * np.sqrt(variance)
        total = p * mean
        return grid.assign(
            p_give=p,
            amount_if_given=mean,
            expected=total,
            ci_low=total * np.exp(-half),
            ci_high=total * np.exp(half),
        )


def fit_two_part(
    data: pd.DataFrame,
    formula: str | Formula,
    *,
    amount_formula: str | Formula | None = None,
    fit_part: PartFit = fit,
) -> TwoPart:
    """Fit both parts of the two-part model.

    Parameters
    ----------
    formula : str or Formula
        ``donation ~ predictors (+ random terms)``; the response is a plain column, >= 0.
    amount_formula : str, Formula or None
        A different formula for the amount among givers (often without the random effect of items, for
        which there are too few givers); None takes ``formula``.
    fit_part
        Fits each part.

    Raises
    ------
    AnalysisError
        If a part cannot be fitted (:func:`fit_parts` fits the other one), or amounts are negative.
    """
    whether, amount = fit_parts(data, formula, amount_formula=amount_formula, fit_part=fit_part)
    if isinstance(whether, AnalysisError):
        raise whether
    if isinstance(amount, AnalysisError):
        raise amount
    return TwoPart(whether, amount)


def fit_parts(
    data: pd.DataFrame,
    formula: str | Formula,
    *,
    amount_formula: str | Formula | None = None,
    fit_part: PartFit = fit,
) -> tuple[Fit | AnalysisError, Fit | AnalysisError]:
    """Fit each part of the two-part model by itself: whether anything was given, and how much.

    The parameters are those of :func:`fit_two_part`.

    Returns
    -------
    Each part, or the reason why it cannot be fitted. The amount is that of the conditions in which anybody gave.

    Raises
    ------
    AnalysisError
        If nobody gave in any condition, or amounts are negative.
    """
    parsed = parse_formula(formula)
    guards.check_columns(parsed, data)
    positive = _donation(parsed.response, data) > 0
    if not positive.any():
        raise EstimationError("nobody_gave", name=parsed.response, n=len(positive))
    above = f"{parsed.response}_above_zero"
    gave = data.assign(**{above: positive.astype(float)})
    whether: Fit | AnalysisError
    amount: Fit | AnalysisError
    try:
        if positive.all():
            raise EstimationError("everybody_gave", name=parsed.response)
        whether = fit_part(gave, parsed.with_response(above), "binomial")
    except AnalysisError as error:
        whether = error
    givers = data.loc[positive]
    rest = parsed if amount_formula is None else parse_formula(amount_formula)
    try:
        amount = fit_part(givers, rest, "gamma")
    except AnalysisError as error:
        cells = _without_gifts(rest, data, positive)
        why, remedy = error.message, error.remedy
        amount = (
            EstimationError("no_amounts", cells=cells)
            if cells and error.code in OF_CELLS
            else EstimationError("amount_not_fitted", n=len(givers), why=why, remedy=remedy)
        )
    return whether, amount


def _without_gifts(formula: Formula, data: pd.DataFrame, positive: NDArray[np.bool_]) -> list[str]:
    """Return the conditions in which nobody gave: levels of a factor, or else cells of the factors."""
    factors = [
        name for name in formula.fixed_columns if not pd.api.types.is_numeric_dtype(data[name])
    ]
    for names in ([[name] for name in factors], [factors]):
        found = [cell for each in names if each for cell in _of_nobody(each, data, positive)]
        if found:
            return found
    return []


def _of_nobody(names: list[str], data: pd.DataFrame, positive: NDArray[np.bool_]) -> list[str]:
    gave = pd.Series(positive, data.index).groupby([data[name] for name in names], observed=True)
    return [
        f"{', '.join(f'{n} = {v}' for n, v in zip(names, cell, strict=True))} (0 of {own.size})"
        for cell, own in ((key if isinstance(key, tuple) else (key,), each) for key, each in gave)
        if not own.any()
    ]


def _donation(name: str, data: pd.DataFrame) -> NDArray[np.float64]:
    if name not in data.columns:
        raise AnalysisError(
            f"The hurdle model needs a column of the data as its response; {name!r} is not one.",
            "Add the column to the data first.",
        )
    donation = guards.numbers(name, data[name])
    if (donation < 0).any():
        raise EstimationError("negative", name=name, n=int((donation < 0).sum()))
    return donation
