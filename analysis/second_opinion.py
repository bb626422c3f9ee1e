"""The same model by an independent engine, where one can fit it.

A young engine is checked by an old one: statsmodels fits Gaussian mixed models with one grouping
and, without random effects, linear and generalised linear models. Its logistic mixed model is
Bayesian-variational with standard deviations far too small (.045 against .127, measured), so for
yes/no and Gamma responses with crossed random intercepts the second engine is this package's own
Laplace likelihood (``analysis.likelihoods``), which shares no code with glmm.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels
import statsmodels.api as sm

from analysis import guards
from analysis.contrasts import Estimates, estimate_table
from analysis.formula import (
    Formula,
    RandomTerm,
    fixed_design,
    group_codes,
    parse_formula,
    response_values,
    slope_columns,
)
from analysis.likelihoods.bernoulli import BernoulliLogit
from analysis.likelihoods.estimate import fit_rows
from analysis.likelihoods.gamma import GammaAmount
from analysis.likelihoods.rows import RowModel

ROWS: dict[str, RowModel] = {"binomial": BernoulliLogit(), "gamma": GammaAmount()}
FAMILIES = {
    "binomial": sm.families.Binomial(),
    "gamma": sm.families.Gamma(sm.families.links.Log()),
    "poisson": sm.families.Poisson(),
}


@dataclass(frozen=True)
class SecondOpinion:
    """What the second engine says.

    ``possible`` is False when it cannot fit the model (``terms`` is then empty). ``same_model`` is
    False when stimuli entered as fixed effects. ``sentence`` says what was done. ``terms`` has
    the columns of ``MixedFit.terms``; tests are z, so compare estimates and SEs, not p.
    """

    possible: bool
    same_model: bool
    sentence: str
    terms: pd.DataFrame
    loglik: float
    engine: str

    def largest_difference(self, fit: Estimates) -> float:
        """Largest |difference| of a shared estimate, in units of ``fit``'s standard error."""
        se = pd.Series(np.sqrt(np.diag(fit.vcov)), index=list(fit.names))
        mine = pd.Series(fit.beta, index=list(fit.names))
        other = self.terms.set_index("term")["estimate"]
        shared = [name for name in fit.names if name in other.index and self._comparable(name)]
        return float(((mine - other)[shared].abs() / se[shared]).max())

    def _comparable(self, name: str) -> bool:
        # With stimuli as fixed effects the intercept is that of the first stimulus.
        return self.same_model or name != "Intercept"


def second_opinion(
    data: pd.DataFrame, formula: str, family: str = "gaussian", *, reml: bool = True
) -> SecondOpinion:
    """Fit ``formula`` with another engine; say so where none can.

    Two crossed groupings: the one with fewer levels enters as fixed effects, provided it has a
    random intercept only and the predictors vary within its levels.
    """
    parsed = parse_formula(formula)
    guards.check_columns(parsed, data)
    y = response_values(parsed, data)
    guards.check_response(parsed.response, y, family)
    if not parsed.random:
        return _without_random(parsed, data, y, family)
    if family in ROWS and all(term.slopes == "1" for term in parsed.random):
        fit = fit_rows(data, formula, ROWS[family])
        told = f"This package's own Laplace likelihood ({fit.grouping})"
        table = fit.terms
        return SecondOpinion(True, True, told, table, fit.loglik, "analysis.likelihoods")
    if family != "gaussian":
        return _no("no second engine has a mixed model for this family with random slopes.")
    terms = sorted(parsed.random, key=lambda t: -len(group_codes(t, data).categories))
    if len(terms) > 2 or (len(terms) == 2 and terms[1].slopes != "1"):
        return _no("statsmodels fits one grouping; this model has more, or slopes on the second.")
    return _one_grouping(parsed, data, y, terms, reml)


def _without_random(
    parsed: Formula, data: pd.DataFrame, y: np.ndarray, family: str
) -> SecondOpinion:
    design = fixed_design(parsed, data)
    if family == "gaussian":
        raw, told = sm.OLS(y, design.matrix).fit(), "Ordinary least squares, no random effects."
    elif family in FAMILIES:
        raw = sm.GLM(y, design.matrix, FAMILIES[family]).fit()
        told = f"Generalised linear model ({family}), no random effects."
    else:
        return _no(f"No second engine for the family {family!r}.")
    return _yes(list(design.names), raw.params, raw.bse, float(raw.llf), told, same_model=True)


def _one_grouping(
    parsed: Formula, data: pd.DataFrame, y: np.ndarray, terms: list[RandomTerm], reml: bool
) -> SecondOpinion:
    design = fixed_design(parsed, data)
    x, names = design.matrix, list(design.names)
    told = f"MixedLM with random {terms[0].group}."
    if len(terms) == 2:
        dummies = pd.get_dummies(group_codes(terms[1], data), drop_first=True, dtype=float)
        x = np.column_stack([x, dummies.to_numpy()])
        if np.linalg.matrix_rank(x) < x.shape[1]:
            return _no(
                f"statsmodels would need {terms[1].group} as fixed effects, but predictors do not "
                f"vary within one {terms[1].group}, so their effects would vanish."
            )
        names += [f"{terms[1].group}[{level}]" for level in dummies.columns]
        told = f"MixedLM with random {terms[0].group} and {terms[1].group} as fixed effects."
    slopes, _ = slope_columns(terms[0], data, parsed.text)
    with warnings.catch_warnings():
        # Convergence is reported below from the result itself.
        warnings.simplefilter("ignore")
        raw = sm.MixedLM(y, x, group_codes(terms[0], data).codes, exog_re=slopes).fit(
            reml=reml, method=["bfgs", "lbfgs", "powell"]
        )
    if not raw.converged:
        told += " It did not converge, so a difference says little."
    k = x.shape[1]
    same = len(terms) == 1
    return _yes(names, raw.fe_params, raw.bse[:k], float(raw.llf), told, same_model=same)


def _yes(
    names: list[str],
    beta: np.ndarray,
    se: np.ndarray,
    loglik: float,
    told: str,
    *,
    same_model: bool,
) -> SecondOpinion:
    infinite = np.full(len(names), np.inf)
    table = estimate_table(names, np.asarray(beta), np.asarray(se), infinite)
    engine = f"statsmodels {statsmodels.__version__}"
    return SecondOpinion(True, same_model, told, table, loglik, engine)


def _no(reason: str) -> SecondOpinion:
    empty = pd.DataFrame(columns=["term", "estimate", "se", "df", "statistic", "p"])
    engine = f"statsmodels {statsmodels.__version__}"
    return SecondOpinion(False, False, f"No second opinion: {reason}", empty, np.nan, engine)
