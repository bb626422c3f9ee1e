"""The second engine: the same model fitted by independent software, for models that it can fit.

A new engine is checked against an established one: statsmodels fits Gaussian mixed models with one grouping
factor and, without random effects, linear and generalised linear models. Its logistic mixed model is
fitted by variational Bayes, with standard deviations far too small (.045 against .127, measured), so for
binary and Gamma responses with crossed random intercepts the second engine is the Laplace likelihood of this
package (``engine="likelihood"``), which shares no code with glmm.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import statsmodels
import statsmodels.api as sm

from analysis.errors import AnalysisError
from analysis.models.design import Design, Model, fixed_design
from analysis.models.formula import Formula
from analysis.models.messages import EstimationError, message
from analysis.models.result import Component, Fit

ENGINE = f"statsmodels {statsmodels.__version__}"
AT_ZERO = 1e-4
"""An SD below this share of the residual's counts as zero."""
FAMILIES = {
    "binomial": sm.families.Binomial(),
    "gamma": sm.families.Gamma(sm.families.links.Log()),
    "poisson": sm.families.Poisson(),
}


def fit_second(model: Model, *, reml: bool = True) -> Fit:
    """Fit a model with statsmodels; its tests are z tests, so compare estimates and SEs, not p values.

    Of two crossed groupings, the one with fewer levels enters as fixed effects, provided it has a
    random intercept only and the predictors vary within its levels: ``formula`` of the result
    then differs from that of the model, and the first message states this.

    Raises
    ------
    AnalysisError
        If statsmodels cannot fit the model; the message gives the reason.
    """
    if not model.groups:
        return _without_random(model)
    if model.family != "gaussian":
        raise EstimationError("second_family")
    groups = sorted(model.groups, key=lambda g: -g.size)
    apart = any(group.term.independent for group in groups)
    if (
        apart
        or len({group.term.group for group in groups}) < len(groups)
        or len(groups) > 2
        or (len(groups) == 2 and groups[1].names != ("Intercept",))
    ):
        raise EstimationError("second_groupings")
    random, design, formula = groups[0], model.design, model.formula
    method = f"MixedLM with random {random.term.group}."
    if len(groups) == 2:
        fixed = groups[1].term
        formula = Formula.of(
            formula.response,
            [formula.fixed, ":".join(f"C({c})" for c in fixed.group_columns)],
            [random.term],
        )
        formula = replace(formula, text=model.formula.text)
        design = fixed_design(formula, model.data)
        if np.linalg.matrix_rank(design.matrix) < design.matrix.shape[1]:
            raise EstimationError("second_constant", group=fixed.group)
        method = f"MixedLM with random {random.term.group} and {fixed.group} as fixed effects."
    with warnings.catch_warnings():
        # Convergence is reported in the result.
        warnings.simplefilter("ignore")
        raw = sm.MixedLM(model.y, design.matrix, random.codes.codes, exog_re=random.slopes).fit(
            reml=reml, method=["bfgs", "lbfgs", "powell"]
        )
    covariance = np.asarray(raw.cov_re, dtype=float)
    sds = np.sqrt(np.diag(covariance))
    with np.errstate(invalid="ignore"):
        correlations = covariance / np.outer(sds, sds)
    q = len(sds)
    return replace(
        _fit(model, design, raw, raw.fe_params, method),
        formula=formula,
        n_parameters=len(design.names) + q * (q + 1) // 2 + 1,
        reml=reml,
        singular=bool((sds < AT_ZERO * np.sqrt(raw.scale)).any()),
        components=(Component(random.term.group, random.names, sds, correlations),),
        groups={random.term.group: random.size},
    )


def _without_random(model: Model) -> Fit:
    if model.family == "gaussian":
        raw = sm.OLS(model.y, model.design.matrix).fit()
        method = "Ordinary least squares, no random effects."
    elif model.family in FAMILIES:
        raw = sm.GLM(model.y, model.design.matrix, FAMILIES[model.family]).fit()
        method = f"Generalised linear model ({model.family}), no random effects."
    else:
        raise AnalysisError(f"No second engine for the family {model.family!r}.", "")
    return _fit(model, model.design, raw, raw.params, method)


def _fit(model: Model, design: Design, raw: Any, beta: Sequence[float], method: str) -> Fit:
    p, converged = len(design.names), bool(getattr(raw, "converged", True))
    return Fit.of(
        model,
        engine=ENGINE,
        design=design,
        beta=np.asarray(beta, dtype=float),
        vcov=np.asarray(raw.cov_params(), dtype=float)[:p, :p],
        loglik=float(raw.llf),
        n_parameters=p + (model.family in ("gaussian", "gamma")),
        converged=converged,
        messages=(message("second_model", method=method, converged=converged),),
        dispersion=float(raw.scale),
        fitted=np.asarray(raw.fittedvalues, dtype=float),
    )
