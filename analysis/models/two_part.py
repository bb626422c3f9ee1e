r"""Two-part (hurdle) model of donations: whether something is given, then how much.

.. math:: P(y > 0) = s(\eta_1),\qquad y \mid y > 0 \sim \mathrm{Gamma}(\log) \text{ or }
   \mathrm{Beta}(\mathrm{logit})\text{ of the share}

Two fits, whose log-likelihoods add up (exactly to those of glmmTMB's ziGamma when their random
effects are independent). The amount of those who gave is selected *after* the treatment: a
difference in it is not a causal effect on anybody; see ``lee_bounds``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import AnalysisError
from analysis.models import guards
from analysis.models.design import Array
from analysis.models.fitting import fit
from analysis.models.formula import Formula, parse_formula
from analysis.models.result import Fit

SELECTED = (
    "The amount among givers compares different kinds of people once giving itself depends on the "
    "condition: a difference in it need not be an effect on anybody. Lee bounds say what holds."
)
AMOUNTS = ("gamma", "beta")


@dataclass(frozen=True)
class TwoPart:
    """Both parts: ``whether`` something was given (logistic), ``amount`` of those who gave."""

    whether: Fit
    amount: Fit
    scale: float = field(default=1.0)
    """Amounts were divided by it (the endowment; 1 for Gamma)."""

    @property
    def loglik(self) -> float:
        """Sum of both; the density of a share is that of the amount times the endowment."""
        return self.whether.loglik + self.amount.loglik - self.amount.n_used * np.log(self.scale)

    @property
    def n_parameters(self) -> int:
        """Of both parts."""
        return self.whether.n_parameters + self.amount.n_parameters

    @property
    def aic(self) -> float:
        """2 k - 2 loglik."""
        return 2 * self.n_parameters - 2 * self.loglik

    @property
    def bic(self) -> float:
        """k ln(all rows) - 2 loglik."""
        return float(self.n_parameters * np.log(self.whether.n_used)) - 2 * self.loglik

    @property
    def messages(self) -> tuple[str, ...]:
        """Of both parts, and what a difference in the amount does not say."""
        return (
            *(f"Giving: {m}" for m in self.whether.messages),
            *(f"Amount: {m}" for m in self.amount.messages),
            SELECTED,
        )

    def expected(self, grid: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
        """Expected donation for rows of predictor values, zeros included.

        Population-typical (random effects at zero); intervals by the delta method on the log
        scale, the parts being independent. Returns ``grid`` with columns p_give, amount_if_given,
        expected, ci_low, ci_high.
        """
        give, rest = self.whether.design.rows_for(grid), self.amount.design.rows_for(grid)
        p = 1 / (1 + np.exp(-(give @ self.whether.beta)))
        eta = rest @ self.amount.beta
        gamma = self.amount.family == "gamma"
        mean = np.exp(eta) if gamma else self.scale / (1 + np.exp(-eta))
        slope = np.ones(len(eta)) if gamma else 1 - mean / self.scale
        variance = (1 - p) ** 2 * np.einsum("ij,jk,ik->i", give, self.whether.vcov, give)
        variance += slope**2 * np.einsum("ij,jk,ik->i", rest, self.amount.vcov, rest)
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
    data: pd.DataFrame,
    formula: str | Formula,
    *,
    amount_formula: str | Formula | None = None,
    amount_family: str = "gamma",
    endowment: float | None = None,
) -> TwoPart:
    """Fit both parts of the two-part model.

    Parameters
    ----------
    formula : str or Formula
        ``donation ~ predictors (+ random terms)``; the response is a plain column, >= 0.
    amount_formula : str, Formula or None
        Another formula for the amount among givers (often without the stimulus term, for which
        givers are too few); None takes ``formula``.
    amount_family : {"gamma", "beta"}
        Gamma with a log link, or beta of ``donation / endowment`` (gifts of everything are then
        not allowed: use the ordered beta model).

    Raises
    ------
    AnalysisError
        If nobody or everybody gave, or amounts are negative.
    """
    parsed = parse_formula(formula)
    guards.check_columns(parsed, data)
    if amount_family not in AMOUNTS or (amount_family == "beta" and endowment is None):
        raise AnalysisError(
            f"Unknown amount part {amount_family!r} (endowment: {endowment}).",
            "Choose 'gamma', or 'beta' with the endowment.",
        )
    positive = _donation(parsed, data) > 0
    _check_both_happen(parsed.response, positive)
    above = f"{parsed.response}_above_zero"
    whether = fit(
        data.assign(**{above: positive.astype(float)}), parsed.explaining(above), "binomial"
    )
    second = parsed if amount_formula is None else parse_formula(amount_formula)
    scale = 1.0 if endowment is None or amount_family == "gamma" else endowment
    givers = data.loc[positive]
    try:
        amount = fit(givers, second, amount_family, limits=(0.0, scale))
    except AnalysisError as error:
        raise AnalysisError(
            f"The amount among the {len(givers)} gifts above zero cannot be modelled: "
            f"{error.message}",
            f"{error.remedy} Give the amount a simpler model (amount_formula); whether people gave "
            "can still be analysed as yes or no.",
        ) from error
    return TwoPart(whether, amount, scale)


def _donation(parsed: Formula, data: pd.DataFrame) -> Array:
    if parsed.response not in data.columns:
        raise AnalysisError(
            f"The hurdle model needs a plain column as response; {parsed.response!r} is none.",
            "Make the column first.",
        )
    donation = guards.numbers(parsed.response, data[parsed.response])
    if (donation < 0).any():
        raise AnalysisError(
            f"{int((donation < 0).sum())} values of {parsed.response!r} are negative.",
            "A donation is zero or more.",
        )
    return donation


def _check_both_happen(name: str, positive: np.ndarray) -> None:
    n = len(positive)
    if not positive.any():
        raise AnalysisError(
            f"Nobody gave anything: all {n} values of {name!r} are zero. How much givers give, and "
            "any effect of the conditions, cannot be estimated. What can be said: the rate of "
            f"giving is below about {3 / n:.3f} (95 %, rule of three, independent rows).",
            "",
        )
    if positive.all():
        raise AnalysisError(
            f"Everybody gave: no value of {name!r} is zero, so there is no hurdle to model.",
            "Model the amount alone, by a Gamma or a linear model.",
        )
