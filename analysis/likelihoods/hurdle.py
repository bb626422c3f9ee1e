r"""Two-part (hurdle) model of donations: whether something is given, then how much.

.. math:: P(y > 0) = s(\eta_1),\qquad y \mid y > 0 \sim \mathrm{Gamma}(\log) \text{ or }
   \mathrm{Beta}(\mathrm{logit})\text{ of the share}

The log-likelihoods of the two parts add up (exactly those of glmmTMB's ziGamma when their random
effects are independent). The amount of those who gave is selected *after* the treatment: a
difference in it is not a causal effect on anybody; see ``lee_bounds``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from analysis import guards
from analysis.engine import MixedFit, fit_mixed
from analysis.errors import AnalysisError
from analysis.formula import FixedDesign, Formula, fixed_design, parse_formula
from analysis.likelihoods.beta import fit_beta
from analysis.likelihoods.binomial import fit_binomial
from analysis.likelihoods.fit import LikelihoodFit

SELECTED = (
    "The amount among givers compares different kinds of people once giving itself depends on the "
    "condition: a difference in it need not be an effect on anybody. Lee bounds say what holds."
)
AMOUNTS = ("gamma", "beta")


@dataclass(frozen=True)
class HurdleFit:
    """Both parts; ``gave`` is logistic, ``amount`` Gamma or beta.

    ``grouping`` says what participants and stimuli are in each part. ``scale`` is the endowment
    by which amounts were divided (1 for Gamma).
    """

    formula: str
    amount_family: str
    gave: MixedFit
    amount: MixedFit | LikelihoodFit
    loglik: float
    aic: float
    bic: float
    n_parameters: int
    n: int
    n_positive: int
    converged: bool
    grouping: str
    messages: tuple[str, ...]
    scale: float
    gave_design: FixedDesign = field(repr=False)

    def expected(self, grid: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
        """Expected donation for rows of predictor values, zeros included.

        Population-typical (random effects at zero); intervals by the delta method on the log
        scale, the parts being independent. Returns ``grid`` with columns p_give, amount_if_given,
        expected, ci_low, ci_high.
        """
        give, rest = self.gave_design.rows_for(grid), self.amount.design.rows_for(grid)
        p = 1 / (1 + np.exp(-(give @ self.gave.beta)))
        eta = rest @ self.amount.beta
        gamma = self.amount_family == "gamma"
        mean = np.exp(eta) if gamma else self.scale / (1 + np.exp(-eta))
        slope = np.ones(len(eta)) if gamma else 1 - mean / self.scale
        variance = (1 - p) ** 2 * np.einsum("ij,jk,ik->i", give, self.gave.vcov, give)
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


def fit_hurdle(
    data: pd.DataFrame,
    formula: str,
    *,
    amount_formula: str | None = None,
    amount_family: str = "gamma",
    endowment: float | None = None,
) -> HurdleFit:
    """Fit both parts of the two-part model.

    Parameters
    ----------
    formula : str
        ``donation ~ predictors (+ random terms)``; the response is a plain column, >= 0.
    amount_formula : str or None
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
    donation = _donation(parsed, data)
    positive = donation > 0
    _check_both_happen(parsed.response, positive)
    above = f"{parsed.response}_above_zero"
    gave = fit_binomial(
        data.assign(**{above: positive.astype(float)}), _with_response(parsed, above)
    )
    second = parse_formula(amount_formula) if amount_formula else parsed
    amount = _fit_amount(data.loc[positive], second, amount_family, endowment)
    scale = 1.0 if endowment is None or amount_family == "gamma" else endowment
    # The density of a share is that of the amount times the endowment.
    loglik = gave.loglik + amount.loglik - positive.sum() * np.log(scale)
    k = gave.n_parameters + amount.n_parameters
    return HurdleFit(
        formula=parsed.text,
        amount_family=amount_family,
        gave=gave,
        amount=amount,
        loglik=float(loglik),
        aic=float(2 * k - 2 * loglik),
        bic=float(k * np.log(len(data)) - 2 * loglik),
        n_parameters=k,
        n=len(data),
        n_positive=int(positive.sum()),
        converged=gave.converged and amount.converged,
        grouping=f"Giving: {_who(gave)} Amount: {_who(amount)}",
        messages=(
            *(f"Giving: {m}" for m in gave.messages),
            *(f"Amount: {m}" for m in amount.messages),
            SELECTED,
        ),
        scale=scale,
        gave_design=fixed_design(parsed, data),
    )


def _fit_amount(
    givers: pd.DataFrame, parsed: Formula, family: str, endowment: float | None
) -> MixedFit | LikelihoodFit:
    try:
        if family == "gamma":
            return fit_mixed(givers, parsed.text, "gamma")
        share = f"{parsed.response}_share"
        shares = givers[parsed.response].to_numpy(dtype=float) / (endowment or 1.0)
        return fit_beta(givers.assign(**{share: shares}), _with_response(parsed, share))
    except AnalysisError as error:
        raise AnalysisError(
            f"The amount among the {len(givers)} gifts above zero cannot be modelled: "
            f"{error.message}",
            f"{error.remedy} Give the amount a simpler model (amount_formula); whether people gave "
            "can still be analysed as yes or no.",
        ) from error


def _donation(parsed: Formula, data: pd.DataFrame) -> np.ndarray:
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


def _with_response(parsed: Formula, response: str) -> str:
    return f"{response} ~ {parsed.text.split('~')[1].strip()}"


def _who(fit: MixedFit | LikelihoodFit) -> str:
    if isinstance(fit, LikelihoodFit):
        return fit.grouping
    if not fit.groups:
        return "no random effects, every row counts as independent."
    listed = " and ".join(f"{name} ({k})" for name, k in fit.groups.items())
    return f"{listed} random{', crossed' if len(fit.groups) > 1 else ''} (Laplace approximation)."
