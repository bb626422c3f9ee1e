"""Yes/no responses: logistic (mixed) models, separation told in words, and rates per cell.

The model is fitted by the mixed-model engine, so participants and stimuli may be crossed random
effects with slopes (Laplace approximation).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize
from statsmodels.stats.proportion import proportion_confint

from analysis import guards
from analysis.engine import MixedFit, fit_mixed
from analysis.errors import AnalysisError
from analysis.formula import fixed_design, parse_formula, response_values

MAX_PATTERNS = 5000
"""Distinct design rows above which separation is looked for only by the engine's own warning."""


def rates(
    data: pd.DataFrame, outcome: str, by: list[str] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Share of ones per cell with Wilson intervals (rows counted as independent).

    Returns
    -------
    DataFrame
        ``by`` columns, then n, yes, rate, ci_low, ci_high.
    """
    parsed = parse_formula(f"{outcome} ~ {' + '.join(by) if by else '1'}")
    guards.check_columns(parsed, data)
    _check_binary(outcome, guards.numbers(outcome, data[outcome]))
    grouped = data.groupby(by, observed=True, sort=True)[outcome] if by else None
    if grouped is None:
        table = pd.DataFrame({"n": [len(data)], "yes": [int(data[outcome].sum())]})
    else:
        table = grouped.agg(n="size", yes="sum").reset_index()
    low, high = proportion_confint(
        table["yes"].to_numpy(), table["n"].to_numpy(), alpha=1 - level, method="wilson"
    )
    table["rate"] = table["yes"] / table["n"]
    return table.assign(ci_low=low, ci_high=high)


def fit_binomial(data: pd.DataFrame, formula: str, *, link: str = "logit") -> MixedFit:
    """Logistic regression or logistic mixed model of a 0/1 response.

    Raises
    ------
    AnalysisError
        When everybody answered alike, or a combination of predictors predicts the answer
        perfectly (separation): the odds ratio is then infinite and no estimate exists.
    """
    parsed = parse_formula(formula)
    guards.check_columns(parsed, data)
    y = response_values(parsed, data)
    guards.check_response(parsed.response, y, "binomial")
    design = fixed_design(parsed, data)
    guards.check_cells(parsed, design, data)
    guilty = separating_columns(design.matrix, y)
    if guilty:
        named = [design.names[j] for j in guilty if design.names[j] != "Intercept"]
        raise AnalysisError(
            f"{', '.join(named)}: in some condition everybody answered alike, so these predict "
            f"{parsed.response!r} perfectly (separation) and their odds ratios are infinite. "
            f"{_told_rates(data, parsed.response, y, list(parsed.fixed_columns))}",
            "What can be estimated: the rates themselves and their differences; an odds "
            "ratio needs at least one of each answer per condition, or fewer conditions.",
        )
    return fit_mixed(data, formula, "binomial", link=link)


def separating_columns(matrix: np.ndarray, y: np.ndarray) -> list[int]:
    """Columns of a direction along which zeros and ones never overlap; empty if none.

    Linear programme of Konis (2007) [M]: maximise the summed signed predictor subject to every
    signed predictor being non-negative.
    """
    signed = np.unique(np.column_stack([matrix * (2 * y - 1)[:, None]]), axis=0)
    if len(signed) > MAX_PATTERNS:
        return []
    scale = np.abs(signed).max(axis=0)
    signed = signed / np.where(scale > 0, scale, 1)
    found = optimize.linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1)
    )
    if found.status != 0 or -found.fun < 1e-7:
        return []
    return [int(j) for j in np.flatnonzero(np.abs(found.x) > 1e-7)]


def _told_rates(data: pd.DataFrame, response: str, y: np.ndarray, by: list[str]) -> str:
    factors = [c for c in by if data[c].nunique() <= 6]
    if not factors or response not in data.columns:
        return ""
    table = rates(data.assign(**{response: y}), response, factors)
    alike = table[(table["yes"] == 0) | (table["yes"] == table["n"])]
    told = [
        f"{', '.join(f'{c} = {row[c]}' for c in factors)}: {row['yes']:g} of {row['n']} yes"
        for row in alike.to_dict("records")
    ]
    return f"({'; '.join(told)}.)" if told else ""


def _check_binary(name: str, values: np.ndarray) -> None:
    if not np.isin(values, (0.0, 1.0)).all():
        raise AnalysisError(
            f"{name!r} must be 0 or 1; found {values.min():g} to {values.max():g}.",
            "Code yes as 1 and no as 0 first.",
        )
