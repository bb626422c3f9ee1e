"""The result of a mixed model, and the engine's raw answer told with the researcher's names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from analysis import guards
from analysis.contrasts import estimate_table
from analysis.formula import FixedDesign, Formula

ENGINE = f"glmm {version('glmm')}"


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
    messages = (*messages_of(raw, labels), *guards.describe_crossing(codes))
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
        sd, cor = raw.stddev_corr(k)
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
        sentence = warning["message"]
        if warning["kind"] == "singular":
            pinned = [
                f"{labels.get(term, 'Intercept')} by {labels[group]}"
                for flags, (group, terms) in zip(
                    raw.diagnostics["pinned"], raw.re_groups, strict=False
                )
                for flag, term in zip(flags, terms, strict=True)
                if flag
            ]
            sentence = (
                "Singular fit: the data show no variance of "
                f"{', '.join(pinned) or 'one of the random effects'} beyond chance (or a "
                "correlation of exactly 1). Estimates stand, but Satterthwaite degrees of freedom "
                "can be far too large; consider the model without that random effect."
            )
        told.append(re.sub(r"'?\b([xg]\d+)\b'?", lambda m: labels.get(m[1], m[0]), sentence))
    return told
