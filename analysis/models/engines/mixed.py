"""Mixed models with crossed random effects, fitted by the pinned engine glmm 0.6.2.

Checked against lme4 (log-likelihood to 1e-9, Satterthwaite df to 2 decimals; measured values in
tests/reference). Only this module imports glmm, so that the engine can be replaced here.

Where a variance is estimated at zero, Satterthwaite's denominator degrees of freedom are those of the
model without it, here as in lmerTest (93 or 86 where Kenward-Roger gives 14, for 96 participants and 8
letters x 3 conditions). This amounts to pooling error terms when F < 1, and over all samples it does
little harm: only samples without estimated variance are pooled, and their standard errors are not the
smallest. Type I error rates at .05, by true variance of item:condition (and of participant:condition
where participants see all conditions; residual 1), 3,000 to 4,000 simulated studies per cell (Monte Carlo
SE .004) [C]; N is the number of participants, in brackets the percentage of samples with the variance at zero:

==========================================  ==========  ==========  ==========  ==========  ==========
design                                      0           .01         .02         .05         .10
==========================================  ==========  ==========  ==========  ==========  ==========
N = 384, one letter each, 8 x 3             .035 (55%)  .038 (39%)  .046 (28%)  .051 (9%)   .053 (2%)
N = 1,152, one letter each, 8 x 3           .034 (55%)  .047 (20%)  .051 (8%)   .053 (1%)   .054 (0%)
N = 1,000, one letter each, 5 x 2           .030 (59%)  .059 (27%)  .059 (15%)  .060 (5%)   .062 (2%)
N = 262, unequal cells, 8 x 3               .028 (57%)  .038 (47%)  .044 (38%)  .054 (19%)  .051 (7%)
N = 24, 12 vignettes each in 3 conditions   .029 (54%)  .036 (45%)  .040 (37%)  .050 (20%)  .057 (7%)
N = 60, 12 vignettes each in 3 conditions   .037 (53%)  .041 (33%)  .044 (18%)  .047 (3%)   .046 (0%)
==========================================  ==========  ==========  ==========  ==========  ==========

With the fewer degrees of freedom of the full design, about those of Kenward-Roger, the rates would be .015
to .061: no better where they are inflated, and too conservative elsewhere. So the planned model is kept, its
degrees of freedom remain comparable with lmerTest's, and the report states how they were obtained. Among only
the samples with the variance at zero, at a true variance of .02, the rate is .06 to .26; a p value close to .05
should not be decisive there.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import glmm
import numpy as np

from analysis.errors import AnalysisError
from analysis.models import guards
from analysis.models.design import Array, Model
from analysis.models.engines.components import AT_ZERO, fit_components, needs_components
from analysis.models.engines.few_units import with_kenward_roger
from analysis.models.messages import EstimationError, message
from analysis.models.random_terms import check_random, describe_crossing
from analysis.models.result import Component, Fit
from analysis.models.separation import check_separation
from analysis.models.wald import Joint

ENGINE = f"glmm {version('glmm')}"


def fit_mixed(model: Model, *, reml: bool = True, tests: bool = True) -> Fit:
    """Fit a (generalised) linear mixed model.

    Parameters
    ----------
    model : Model
        Family gaussian, binomial (0/1), gamma, poisson or negativebinomial; with random terms the
        likelihood of all but the first is a Laplace approximation.
    reml : bool
        Gaussian mixed models only: REML (default) or maximum likelihood.
    tests : bool
        Whether degrees of freedom are computed, which takes most of the time; without them, tests are z tests.

    Raises
    ------
    AnalysisError
        If the model cannot be estimated from the data: no residual variance, a random term that cannot be
        estimated (:mod:`analysis.models.random_terms`), or separation (all answers in a condition are the
        same, so that an odds ratio is infinite and has no estimate).
    """
    if model.family == "gaussian":
        guards.check_residual_variance(model.formula.response, model.design, model.y)
    check_separation(model)
    check_random(model.formula, model.groups, model.design, model.data)
    if needs_components(model):
        fit = fit_components(model, reml=reml)
    else:
        fit = run_glmm(model, reml=reml, satterthwaite=tests)
    if not np.isfinite(fit.beta).all():
        raise EstimationError("not_determined")
    if tests:
        fit = with_kenward_roger(fit, model)
    return replace(fit, messages=(*fit.messages, *describe_crossing(model.groups)))


def run_glmm(model: Model, *, reml: bool, satterthwaite: bool = True) -> Fit:
    """Fit a checked model, with any fixed columns, with glmm.

    Without ``satterthwaite``, tests are z tests; curves and profiles need only the likelihood.
    """
    matrix, names = model.design.matrix, model.design.names
    # glmm accepts a constant only as "1", first among its coefficients.
    constant = [j for j in range(len(names)) if np.ptp(matrix[:, j]) == 0][:1]
    order = [*constant, *(j for j in range(len(names)) if j not in constant)]
    size = np.array([matrix[0, j] if j in constant else 1.0 for j in order])
    columns: dict[str, Any] = {f"x{j}": matrix[:, j] for j in order if j not in constant}
    labels = {name: names[int(name[1:])] for name in columns}
    parts = ["1" if constant else "0", *columns]
    for k, group in enumerate(model.groups):
        columns[f"g{k}"], labels[f"g{k}"] = group.codes, group.term.group
        parts.append(f"({' + '.join(['1', *_slopes(model, k)])} | g{k})")
    mixed = model.family == "gaussian" and bool(model.groups)
    try:
        with warnings.catch_warnings():
            # Each of these warnings is among the messages of the fit.
            warnings.simplefilter("ignore", glmm.DiagnosticWarning)
            raw = glmm.fit(
                {"y": model.y, **columns},
                f"y ~ {' + '.join(parts)}",
                model.family,
                link=model.link,
                reml=reml if mixed else None,
                satterthwaite=satterthwaite,
            )
    except (ValueError, NotImplementedError) as error:
        raise AnalysisError(f"The engine cannot fit this model: {error}.", "") from error
    p, back = len(order), np.argsort(order)
    components = _components(raw, labels)
    beta, df = np.asarray(raw.beta, float) / size, np.asarray(raw.coef_df, float)
    vcov = np.asarray(raw.vcov, float).reshape(p, p) / np.outer(size, size)

    def wald(weights: Array) -> Joint:
        table = raw.contrast_test(weights[:, order] / size).to_pandas()
        row = table.iloc[0]
        if "F value" in table.columns:
            found = (row["F value"], row["NumDF"], row["DenDF"], row["Pr(>F)"])
        else:
            found = (row["Chisq"], row["Df"], np.inf, row["Pr(>Chisq)"])
        return Joint(*map(float, found))

    return Fit.of(
        model,
        engine=ENGINE,
        link=raw.link,
        beta=beta[back],
        vcov=vcov[np.ix_(back, back)],
        df=np.where(np.isnan(df), np.inf, df)[back],
        loglik=float(raw.loglik),
        n_parameters=int(raw.df),
        converged=bool(raw.converged),
        singular=bool(raw.singular),
        messages=tuple(_messages(raw, components, labels)),
        reml=bool(raw.reml),
        components=components,
        dispersion=float(raw.dispersion),
        groups={group.term.group: group.size for group in model.groups},
        fitted=np.asarray(raw.fitted, dtype=float),
        wald=wald,
    )


def _slopes(model: Model, k: int) -> list[str]:
    """Return the random slopes of a term as names of fixed columns, the only form that the engine accepts."""
    group, written = model.groups[k], []
    matrix, names = model.design.matrix, model.design.names
    for j, name in enumerate(group.names):
        if name == "Intercept":
            continue
        same = [i for i in range(len(names)) if np.array_equal(matrix[:, i], group.slopes[:, j])]
        if not same:
            raise EstimationError("slope_without_average", term=group.term, slope=name, names=names)
        written.append(f"x{same[0]}")
    return written


def _components(raw: Any, labels: dict[str, str]) -> tuple[Component, ...]:
    found = []
    for k, (group, terms) in enumerate(raw.re_groups):
        q, named = len(terms), tuple(labels.get(term, "Intercept") for term in terms)
        sds, correlations = np.full(q, np.nan), np.full((q, q), np.nan)
        if k < len(raw.varcorr):
            with np.errstate(invalid="ignore"):
                sds, correlations = map(np.asarray, raw.stddev_corr(k))
        found.append(Component(labels[group], named, sds, correlations))
    return tuple(found)


def _messages(raw: Any, components: Sequence[Component], labels: dict[str, str]) -> list[str]:
    """Return the engine's warnings with the researcher's names for terms and groups."""
    messages = []
    for warning in raw.warnings:
        singular = warning["kind"] == "singular"
        sentence = _singular(raw, components) if singular else warning["message"]
        messages.append(re.sub(r"'?\b([xg]\d+)\b'?", lambda m: labels.get(m[1], m[0]), sentence))
    return messages


def _singular(raw: Any, components: Sequence[Component]) -> str:
    # The engine flags zeros of the Cholesky factor; with a correlation of 1 these are not zero variances.
    gaussian = raw.family == "gaussian"
    unit = float(np.sqrt(raw.dispersion)) if gaussian else 1.0
    found = []
    for part in components:
        between = f"between {part.group} levels"
        none = part.sds < AT_ZERO * unit
        for term in np.array(part.terms)[none]:
            of_what = "" if term == "Intercept" else f" of the slope of {term}"
            found.append(f"no variance{of_what} {between}")
        below = np.tril(np.abs(part.correlations), -1)[~none][:, ~none]
        if (below > 1 - AT_ZERO).any():
            found.append(
                f"a correlation of 1 or -1 between intercept and slope of {part.group} levels"
            )
    return message("singular", found=found, gaussian=gaussian)
