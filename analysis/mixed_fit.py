"""The result of a mixed model, and the engine's raw answer told with the researcher's names.

Where a variance is estimated at zero, Satterthwaite's degrees of freedom are those of the model
without it, here as in lmerTest (93 or 86 where Kenward-Roger says 14, for 96 people and 8 letters
x 3 conditions). That is the old practice of pooling when F < 1, and it does little harm over all
samples: only a sample that shows no variance is pooled, and its standard error is not the smallest.
Share of true null hypotheses rejected at .05, by true variance of stimulus:condition (and of
participant:condition where people meet all conditions; residual 1), 3,000 to 4,000 studies a cell
(Monte Carlo SE .004) [C]; in brackets the samples at zero:

==========================================  ==========  ==========  ==========  ==========  ==========
design                                      0           .01         .02         .05         .10
==========================================  ==========  ==========  ==========  ==========  ==========
384 people, one letter each, 8 x 3          .035 (55%)  .038 (39%)  .046 (28%)  .051 (9%)   .053 (2%)
1,152 people, one letter each, 8 x 3        .034 (55%)  .047 (20%)  .051 (8%)   .053 (1%)   .054 (0%)
1,000 people, one letter each, 5 x 2        .030 (59%)  .059 (27%)  .059 (15%)  .060 (5%)   .062 (2%)
262 people, unequal cells, 8 x 3            .028 (57%)  .038 (47%)  .044 (38%)  .054 (19%)  .051 (7%)
24 people x 12 vignettes in 3 conditions    .029 (54%)  .036 (45%)  .040 (37%)  .050 (20%)  .057 (7%)
60 people x 12 vignettes in 3 conditions    .037 (53%)  .041 (33%)  .044 (18%)  .047 (3%)   .046 (0%)
==========================================  ==========  ==========  ==========  ==========  ==========

The fewer degrees of freedom of the full design, about Kenward-Roger's, would make it .015 to .061:
no better where it errs, and too cautious elsewhere. So the planned model is kept, its degrees of freedom stay
comparable with lmerTest's, and the report says what they rest on. Among the samples at zero alone,
where the true variance is .02 the share is .06 to .26; a p value close to .05 should not decide there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from analysis import group_guards
from analysis.contrasts import estimate_table
from analysis.formula import FixedDesign, Formula

ENGINE = f"glmm {version('glmm')}"

AT_ZERO = 1e-4
"""An SD below this share of the residual's counts as zero, as in ``lme4::isSingular``."""


@dataclass(frozen=True)
class MixedFit:
    """A fitted model with fixed and (possibly crossed) random effects.

    ``terms`` has one row per fixed effect: term, estimate, se, df (Satterthwaite for a Gaussian
    mixed model, infinite where the test is z), statistic, p (two-sided), ci_low, ci_high (95 %).
    ``vcov`` is the covariance of the estimates, (terms, terms). ``random_sd`` has columns group,
    term, sd (the residual last, for families with one); ``random_cor`` group, term, with,
    correlation. ``loglik`` is the REML criterion when ``reml``; compare ``aic``/``bic`` between
    different fixed parts only with ``reml=False``. ``fitted`` has the means of shape (n,).
    """

    formula: str
    family: str
    link: str
    reml: bool
    terms: pd.DataFrame
    vcov: np.ndarray
    loglik: float
    aic: float
    bic: float
    n_parameters: int
    n: int
    groups: dict[str, int]
    random_sd: pd.DataFrame
    random_cor: pd.DataFrame
    dispersion: float
    converged: bool
    singular: bool
    messages: tuple[str, ...]
    engine: str
    design: FixedDesign = field(repr=False)
    data: pd.DataFrame = field(repr=False)
    fitted: np.ndarray = field(repr=False)
    _raw: Any = field(repr=False, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fixed effects, in the order of ``vcov``."""
        return self.design.names

    @property
    def beta(self) -> np.ndarray:
        """Fixed effects of shape (terms,)."""
        return self.terms["estimate"].to_numpy()

    def df_of(self, weights: np.ndarray) -> float:
        """Degrees of freedom of the single contrast ``weights @ beta`` (inf: z test)."""
        return self.joint(np.atleast_2d(weights))[2] if np.any(weights) else np.inf

    def joint(self, weights: np.ndarray) -> tuple[float, float, float, float]:
        """Joint Wald test of ``weights @ beta = 0``: statistic, df, error df (inf for chi2), p."""
        table = self._raw.contrast_test(np.asarray(weights, dtype=float)).to_pandas()
        row = table.iloc[0]
        if "F value" in table.columns:
            return (
                float(row["F value"]),
                float(row["NumDF"]),
                float(row["DenDF"]),
                float(row["Pr(>F)"]),
            )
        return float(row["Chisq"]), float(row["Df"]), np.inf, float(row["Pr(>Chisq)"])


def mixed_result(
    parsed: Formula,
    raw: Any,
    design: FixedDesign,
    data: pd.DataFrame,
    labels: dict[str, str],
    codes: dict[str, pd.Categorical],
) -> MixedFit:
    """Tables and sentences from the engine's answer; ``labels`` maps safe names to readable."""
    random_sd, random_cor = _random_tables(raw, labels)
    messages = (*messages_of(raw, labels), *group_guards.describe_crossing(codes))
    return MixedFit(
        formula=parsed.text,
        family=raw.family,
        link=raw.link,
        reml=bool(raw.reml),
        terms=_term_table(raw, design.names),
        vcov=np.asarray(raw.vcov).reshape(len(raw.beta), len(raw.beta)),
        loglik=float(raw.loglik),
        aic=float(raw.aic),
        bic=float(raw.bic),
        n_parameters=int(raw.df),
        n=int(raw.nobs),
        groups={name: len(c.categories) for name, c in codes.items()},
        random_sd=random_sd,
        random_cor=random_cor,
        dispersion=float(raw.dispersion),
        converged=bool(raw.converged),
        singular=bool(raw.singular),
        messages=messages,
        engine=ENGINE,
        design=design,
        data=data[list(parsed.columns)],
        fitted=np.asarray(raw.fitted, dtype=float),
        _raw=raw,
    )


def _term_table(raw: Any, names: tuple[str, ...]) -> pd.DataFrame:
    df = np.asarray(raw.coef_df, dtype=float)
    df = np.where(np.isnan(df), np.inf, df)
    return estimate_table(
        list(names), np.asarray(raw.beta, float), np.asarray(raw.se, float), df, first="term"
    )


def _random_tables(raw: Any, labels: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    sds, cors = [], []
    for k, (group, safe_terms) in enumerate(raw.re_groups):
        terms = [labels.get(t, "Intercept") for t in safe_terms]
        sd, cor = _spread(raw, k)
        sds += [(labels[group], t, s) for t, s in zip(terms, sd, strict=True)]
        cors += [
            (labels[group], terms[i], terms[j], cor[i, j])
            for i in range(len(terms))
            for j in range(i)
        ]
    if raw.family == "gaussian":
        sds.append(("residual", "", float(np.sqrt(raw.dispersion))))
    return (
        pd.DataFrame(sds, columns=["group", "term", "sd"]),
        pd.DataFrame(cors, columns=["group", "term", "with", "correlation"]),
    )


def messages_of(raw: Any, labels: dict[str, str]) -> list[str]:
    """The engine's warnings as sentences with the researcher's names."""
    told = []
    for warning in raw.warnings:
        singular = warning["kind"] == "singular"
        sentence = _singular(raw, labels) if singular else warning["message"]
        told.append(re.sub(r"'?\b([xg]\d+)\b'?", lambda m: labels.get(m[1], m[0]), sentence))
    return told


def _singular(raw: Any, labels: dict[str, str]) -> str:
    # The engine flags zeros of the Cholesky factor, which for a correlation of 1 are no zero variances.
    unit = float(np.sqrt(raw.dispersion)) if raw.family == "gaussian" else 1.0
    found = []
    for k, (safe, terms) in enumerate(raw.re_groups):
        group = f"{labels[safe]} levels"
        sds, correlations = _spread(raw, k)
        none = np.asarray(sds) < AT_ZERO * unit
        found += [
            f"no variance of the slope of {labels[term]} between {group}"
            if term in labels
            else f"no variance between {group}"
            for term, nothing in zip(terms, none, strict=True)
            if nothing
        ]
        below = np.tril(np.abs(correlations), -1)[~none][:, ~none]
        if (below > 1 - AT_ZERO).any():
            found.append(
                f"level and slope of {group} moving exactly together (correlation 1 or -1)"
            )
    told = f"Singular fit: the data show {', '.join(found) or 'fewer random effects'}. "
    if raw.family != "gaussian":
        return f"{told}The estimates stand."
    return (
        f"{told}The estimates stand; degrees of freedom are those of the simpler model, as in R's "
        "lmerTest, and more than Kenward-Roger's, so a p value close to the threshold should not "
        "decide."
    )


def _spread(raw: Any, k: int) -> tuple[np.ndarray, np.ndarray]:
    """SDs (q,) and correlations (q, q; nan beside a zero SD) of the k-th group."""
    with np.errstate(invalid="ignore"):
        return raw.stddev_corr(k)
