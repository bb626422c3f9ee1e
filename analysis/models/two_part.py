r"""Two-part (hurdle) model of donations: whether something is given, then how much.

.. math:: P(y > 0) = s(\eta_1),\qquad y \mid y > 0 \sim \mathrm{Gamma}(\log)

Two fits, whose log-likelihoods add up (exactly to those of glmmTMB's ziGamma when their random
effects are independent). The amount of those who gave is selected *after* the treatment: a
difference in it is not a causal effect on anybody; see ``lee_bounds``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.errors import AnalysisError
from analysis.models import guards
from analysis.models.design import Array
from analysis.models.fitting import fit
from analysis.models.formula import Formula, parse_formula
from analysis.models.result import Fit
from analysis.models.words import Refusal, words


@dataclass(frozen=True)
class TwoPart:
    """Both parts: ``whether`` something was given (logistic), ``amount`` of those who gave (Gamma)."""

    whether: Fit
    amount: Fit

    @property
    def loglik(self) -> float:
        """Sum of both."""
        return self.whether.loglik + self.amount.loglik

    @property
    def messages(self) -> tuple[str, ...]:
        """Of both parts, and that a difference in the amount need not be an effect."""
        return (
            *(f"Giving: {m}" for m in self.whether.messages),
            *(f"Amount: {m}" for m in self.amount.messages),
            words("selected"),
        )

    def expected(self, grid: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
        """Expected donation for rows of predictor values, zeros included.

        Population-typical (random effects at zero); intervals by the delta method on the log
        scale, the parts being independent. Returns ``grid`` with columns p_give, amount_if_given,
        expected, ci_low, ci_high.
        """
        give, rest = self.whether.design.rows_for(grid), self.amount.design.rows_for(grid)
        p, mean = special.expit(give @ self.whether.beta), np.exp(rest @ self.amount.beta)
        variance = (1 - p) ** 2 * np.einsum("ij,jk,ik->i", give, self.whether.vcov, give)
        variance += np.einsum("ij,jk,ik->i", rest, self.amount.vcov, rest)
        half = stats.norm.ppf((1 + level) / 2) * np.sqrt(variance)
        total = p * mean
        return grid.assign(
            p_give=p,
            amount_if_given=mean,
            expected=total,
            ci_low=total * np.exp(-half),
            ci_high=total * np.exp(half),
        )


def fit_two_part(
    data: pd.DataFrame, formula: str | Formula, *, amount_formula: str | Formula | None = None
) -> TwoPart:
    """Fit both parts of the two-part model.

    Parameters
    ----------
    formula : str or Formula
        ``donation ~ predictors (+ random terms)``; the response is a plain column, >= 0.
    amount_formula : str, Formula or None
        Another formula for the amount among givers (often without the stimulus term, for which
        givers are too few); None takes ``formula``.

    Raises
    ------
    AnalysisError
        If nobody or everybody gave, or amounts are negative.
    """
    parsed = parse_formula(formula)
    guards.check_columns(parsed, data)
    positive = _donation(parsed.response, data) > 0
    if not positive.any():
        raise Refusal("nobody_gave", name=parsed.response, n=len(positive))
    if positive.all():
        raise Refusal("everybody_gave", name=parsed.response)
    above = f"{parsed.response}_above_zero"
    gave = data.assign(**{above: positive.astype(float)})
    whether = fit(gave, parsed.explaining(above), "binomial")
    givers = data.loc[positive]
    try:
        amount = fit(givers, parsed if amount_formula is None else amount_formula, "gamma")
    except AnalysisError as error:
        why, remedy = error.message, error.remedy
        raise Refusal("amount_not_fitted", n=len(givers), why=why, remedy=remedy) from error
    return TwoPart(whether, amount)


def _donation(name: str, data: pd.DataFrame) -> Array:
    if name not in data.columns:
        raise AnalysisError(
            f"The hurdle model needs a plain column as response; {name!r} is none.",
            "Make the column first.",
        )
    donation = guards.numbers(name, data[name])
    if (donation < 0).any():
        raise Refusal("negative", name=name, n=int((donation < 0).sum()))
    return donation
