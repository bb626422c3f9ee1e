"""Mixed models with crossed random effects: a thin adapter over the pinned engine glmm 0.6.2.

Checked against lme4 (log-likelihood to 1e-9, Satterthwaite df to 2 decimals; measured values in
tests/reference). Everything that the engine does not do stands here: transformations and codings
of columns, refusals in words (``analysis.guards``, ``analysis.group_guards``), readable terms. No
other module imports glmm, so that the engine can be replaced in this file.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import glmm
import numpy as np
import pandas as pd

from analysis import group_guards, guards
from analysis.contrasts import Contrast, contrast
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
from analysis.mixed_fit import ENGINE, MixedFit, mixed_result
from analysis.second_opinion import SecondOpinion, second_opinion

__all__ = [
    "ENGINE",
    "Contrast",
    "LinearFit",
    "MixedFit",
    "PreparedModel",
    "SecondOpinion",
    "contrast",
    "fit_linear",
    "fit_mixed",
    "prepare_mixed",
    "run_columns",
    "second_opinion",
]


@dataclass(frozen=True)
class PreparedModel:
    """A model whose columns stand ready, for fitting it many times with one more column.

    ``columns`` holds the response ``y``, fixed columns ``x0, x1, ...`` and groups ``g0, ...``
    under safe names; ``formula`` is written over them and ``labels`` maps them back.
    """

    parsed: Formula
    design: FixedDesign
    columns: dict[str, Any]
    formula: str
    labels: dict[str, str]
    codes: dict[str, pd.Categorical]
    family: str
    link: str | None

    def loglik_with(self, added: np.ndarray) -> float:
        """Maximised ML log-likelihood with one more fixed column ``added`` (n,)."""
        formula = self.formula.replace("y ~ ", "y ~ added + ", 1)
        columns = {**self.columns, "added": added}
        raw = run_columns(columns, formula, self.family, self.link, False, satterthwaite=False)
        return float(raw.loglik)


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
        When the data cannot estimate the model: see :mod:`analysis.guards` and
        :mod:`analysis.group_guards`.
    """
    ready = prepare_mixed(data, formula, family, link=link)
    raw = run_columns(ready.columns, ready.formula, family, link, reml)
    return mixed_result(ready.parsed, raw, ready.design, data, ready.labels, ready.codes)


def prepare_mixed(
    data: pd.DataFrame, formula: str, family: str = "gaussian", *, link: str | None = None
) -> PreparedModel:
    """Check the data against the model and make its columns; raises as :func:`fit_mixed`."""
    parsed = parse_formula(formula)
    guards.check_columns(parsed, data)
    y = response_values(parsed, data)
    guards.check_response(parsed.response, y, family)
    design = fixed_design(parsed, data)
    guards.check_cells(parsed, design, data)
    if family == "gaussian":
        guards.check_spread_left(parsed.response, design, y)
    columns, safe_formula, labels, codes = _engine_columns(parsed, design, y, data)
    return PreparedModel(parsed, design, columns, safe_formula, labels, codes, family, link)


def run_columns(
    columns: dict[str, Any],
    formula: str,
    family: str,
    link: str | None,
    reml: bool,
    *,
    satterthwaite: bool = True,
) -> Any:
    """The engine's own answer for numeric columns under safe names."""
    mixed = family == "gaussian" and "|" in formula
    try:
        with warnings.catch_warnings():
            # Each of these is told in MixedFit.messages.
            warnings.simplefilter("ignore", glmm.DiagnosticWarning)
            return glmm.fit(
                columns,
                formula,
                family,
                link=link,
                reml=reml if mixed else None,
                satterthwaite=satterthwaite,
            )
    except (ValueError, NotImplementedError) as error:
        raise AnalysisError(f"The engine cannot fit this model: {error}.", "") from error


def _engine_columns(
    parsed: Formula, design: FixedDesign, y: np.ndarray, data: pd.DataFrame
) -> tuple[dict[str, Any], str, dict[str, str], dict[str, pd.Categorical]]:
    """Numeric columns with safe names, the formula over them, and safe name -> readable name."""
    columns: dict[str, Any] = {"y": y}
    labels: dict[str, str] = {}
    parts, codes = ["1" if "Intercept" in design.names else "0"], {}
    found: list[tuple[RandomTerm, pd.Categorical]] = []
    for j, name in enumerate(design.names):
        if name != "Intercept":
            columns[f"x{j}"], labels[f"x{j}"] = design.matrix[:, j], name
            parts.append(f"x{j}")
    for k, term in enumerate(parsed.random):
        slopes, slope_names = slope_columns(term, data, parsed.text)
        group = group_codes(term, data)
        group_guards.check_stimuli_per_condition(parsed, term, group, data)
        group_guards.check_groups(term, group, slopes, slope_names)
        group_guards.check_left_over(term, group, design)
        group_guards.check_not_twice(term, group, found)
        found.append((term, group))
        columns[f"g{k}"] = group
        labels[f"g{k}"] = term.group
        codes[term.group] = group
        parts.append(f"({_slope_part(slopes, slope_names, term, design)} | g{k})")
    return columns, "y ~ " + " + ".join(parts), labels, codes


def _slope_part(slopes: np.ndarray, names: list[str], term: RandomTerm, design: FixedDesign) -> str:
    """The slopes as names of fixed columns, which is the only kind that the engine accepts."""
    written = ["1"]
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
