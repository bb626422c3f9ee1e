"""Mixed models with crossed random effects: a thin adapter over the pinned engine glmm 0.6.2.

Checked against lme4 (log-likelihood to 1e-9, Satterthwaite df to 2 decimals; measured values in
tests/reference). Everything that the engine does not do stands here: transformations and codings
of columns, refusals in words (``analysis.guards``), readable terms. No other module imports glmm,
so that the engine can be replaced in this file.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import glmm
import numpy as np
import pandas as pd

from analysis import guards
from analysis.contrasts import Contrast, contrast, estimate_table
from analysis.errors import AnalysisError
from analysis.formula import (
    FixedDesign,
    Formula,
    RandomTerm,
    fixed_design,
    group_codes,
    parse_formula,
    response_values,
    slope_columns,
)
from analysis.linear import LinearFit, fit_linear
from analysis.second_opinion import SecondOpinion, second_opinion

__all__ = [
    "ENGINE",
    "Contrast",
    "LinearFit",
    "MixedFit",
    "SecondOpinion",
    "contrast",
    "fit_linear",
    "fit_mixed",
    "second_opinion",
]

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


def fit_mixed(
    data: pd.DataFrame,
    formula: str,
    family: str = "gaussian",
    *,
    link: str | None = None,
    reml: bool = True,
) -> MixedFit:
    """Fit a (generalised) linear mixed model.

    Parameters
    ----------
    data : DataFrame
        One row per response. Nothing is dropped: missing values are refused by name.
    formula : str
        See :mod:`analysis.formula`, e.g.
        ``"rating ~ C(group, Centred) * log(n) + (1 + log(n) | participant) + (1 | stimulus)"``.
    family : {"gaussian", "binomial", "gamma", "poisson", "negativebinomial"}
        Binomial responses are 0/1; with a random term the likelihood is Laplace-approximated.
    link : str or None
        None takes the usual one (identity, logit, log, log, log).
    reml : bool
        Gaussian mixed models only: REML (default) or maximum likelihood.

    Raises
    ------
    AnalysisError
        When the data cannot estimate the model: see :mod:`analysis.guards`.
    """
    parsed = parse_formula(formula)
    guards.check_columns(parsed, data)
    y = response_values(parsed, data)
    guards.check_response(parsed.response, y, family)
    design = fixed_design(parsed, data)
    guards.check_cells(parsed, design, data)
    columns, safe_formula, labels, codes = _engine_columns(parsed, design, y, data)
    raw = _run(columns, safe_formula, family, link, reml)
    return _result(parsed, raw, design, data, labels, codes)


def _engine_columns(
    parsed: Formula, design: FixedDesign, y: np.ndarray, data: pd.DataFrame
) -> tuple[dict[str, Any], str, dict[str, str], dict[str, pd.Categorical]]:
    """Numeric columns with safe names, the formula over them, and safe name -> readable name."""
    columns: dict[str, Any] = {"y": y}
    labels: dict[str, str] = {}
    parts, codes = ["1" if "Intercept" in design.names else "0"], {}
    for j, name in enumerate(design.names):
        if name != "Intercept":
            columns[f"x{j}"], labels[f"x{j}"] = design.matrix[:, j], name
            parts.append(f"x{j}")
    for k, term in enumerate(parsed.random):
        slopes, slope_names = slope_columns(term, data, parsed.text)
        group = group_codes(term, data)
        guards.check_stimuli_per_condition(parsed, term, group, data)
        guards.check_groups(term, group, slopes, slope_names)
        columns[f"g{k}"] = group
        labels[f"g{k}"] = term.group
        codes[term.group] = group
        parts.append(f"({_slope_part(slopes, slope_names, term, design)} | g{k})")
    return columns, "y ~ " + " + ".join(parts), labels, codes


def _slope_part(slopes: np.ndarray, names: list[str], term: RandomTerm, design: FixedDesign) -> str:
    """The slopes as names of fixed columns, which is the only kind that the engine accepts."""
    written = ["1" if "Intercept" in names else "0"]
    for j, name in enumerate(names):
        if name == "Intercept":
            continue
        equal = [i for i in range(len(design.names)) if _same(design.matrix[:, i], slopes[:, j])]
        if not equal:
            raise AnalysisError(
                f"The random slope {name!r} in ({term.slopes} | {term.group}) is not among the "
                f"fixed effects {', '.join(design.names)}.",
                "Give it the same coding in the fixed part; a slope needs its average effect too.",
            )
        written.append(f"x{equal[0]}")
    return " + ".join(written)


def _same(left: np.ndarray, right: np.ndarray) -> bool:
    return bool(np.array_equal(left, right))


def _run(columns: dict, formula: str, family: str, link: str | None, reml: bool) -> Any:
    gaussian_mixed = family == "gaussian" and "|" in formula
    try:
        with warnings.catch_warnings():
            # Each of these is told in MixedFit.messages.
            warnings.simplefilter("ignore", glmm.DiagnosticWarning)
            return glmm.fit(
                columns, formula, family, link=link, reml=reml if gaussian_mixed else None
            )
    except (ValueError, NotImplementedError) as error:
        raise AnalysisError(f"The engine cannot fit this model: {error}.", "") from error


def _result(
    parsed: Formula,
    raw: Any,
    design: FixedDesign,
    data: pd.DataFrame,
    labels: dict[str, str],
    codes: dict[str, pd.Categorical],
) -> MixedFit:
    random_sd, random_cor = _random_tables(raw, labels)
    messages = (*_messages(raw, labels), *guards.describe_crossing(codes))
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


def _messages(raw: Any, labels: dict[str, str]) -> list[str]:
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
        for safe in sorted(labels, key=len, reverse=True):
            sentence = sentence.replace(f"'{safe}'", labels[safe])
        told.append(sentence)
    return told
