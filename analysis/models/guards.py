"""Refusals before a fit: what these data cannot estimate, in plain sentences.

A mixed-model engine fits almost anything; glmm fits three participants with only a warning and
reports 34 degrees of freedom. These checks, and those of random effects in
``analysis.models.group_guards``, run first.
"""

from __future__ import annotations

import difflib
from itertools import product

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models.design import Design
from analysis.models.formula import Formula

MIN_GROUPS = 5
"""Fewest levels for a random effect; a variance from four draws or fewer is not an estimate."""


def check_columns(formula: Formula, data: pd.DataFrame) -> None:
    """Every column exists and holds finite, non-missing values.

    Raises
    ------
    AnalysisError
        Naming the column, how many rows are affected and the first of them.
    """
    for name in formula.columns:
        if name not in data.columns:
            close = difflib.get_close_matches(name, [str(c) for c in data.columns], n=1)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            raise AnalysisError(
                f"The formula {formula.text!r} names {name!r}, which is not in the data.",
                f"{hint}Columns: {', '.join(map(str, data.columns))}.",
            )
        column = data[name]
        bad = column.isna().to_numpy()
        if pd.api.types.is_numeric_dtype(column):
            bad = bad | ~np.isfinite(column.to_numpy(dtype=float, na_value=np.nan))
        refuse_non_finite(name, bad, "missing or infinite")
    if len(data) == 0:
        raise AnalysisError("There are no rows to analyse.", "Check the exclusions.")


def refuse_non_finite(what: str, bad: np.ndarray, described: str = "not finite") -> None:
    """Raise if any row of ``bad`` (bool, one per row) is set."""
    if bad.any():
        rows = np.flatnonzero(bad)
        shown = ", ".join(map(str, rows[:5])) + (", ..." if len(rows) > 5 else "")
        raise AnalysisError(
            f"{what!r} is {described} in {len(rows)} of {len(bad)} rows (row {shown}, from 0).",
            "Rows are never dropped silently: exclude them by a stated rule, or correct them.",
        )


def numbers(name: str, values: object) -> np.ndarray:
    """``values`` as floats (n,); an error quotes the first text among them."""
    series = pd.Series(values)
    found = pd.to_numeric(series, errors="coerce")
    text = series[found.isna() & series.notna()]
    if len(text):
        raise AnalysisError(
            f"{name!r} holds text where numbers are needed, in {len(text)} of {len(series)} rows "
            f"(first: {text.iloc[0]!r}).",
            "Code it as a number first, or exclude these rows by a stated rule.",
        )
    return np.asarray(found, dtype=float)


def complete_rows(data: pd.DataFrame, formula: Formula) -> tuple[pd.DataFrame, str]:
    """Rows without missing or infinite values in the formula's columns, and a sentence about it."""
    used = data[list(formula.columns)]
    keep = used.notna().all(axis=1).to_numpy()
    for name in used.select_dtypes("number").columns:
        keep = keep & np.isfinite(used[name].to_numpy(dtype=float, na_value=np.nan))
    dropped = int((~keep).sum())
    sentence = (
        f"{dropped} of {len(data)} rows were left out because "
        f"{', '.join(str(c) for c in used if used[c].isna().any()) or 'a value'} is missing."
        if dropped
        else f"All {len(data)} rows are complete."
    )
    return data.loc[keep], sentence


def check_response(name: str, values: np.ndarray, family: str) -> None:
    """Finite, inside the family's range, and not constant."""
    refuse_non_finite(name, ~np.isfinite(values))
    if family == "binomial" and not np.isin(values, (0.0, 1.0)).all():
        raise AnalysisError(
            f"The yes/no model needs {name!r} to be 0 or 1; found {values.min():g} to "
            f"{values.max():g}.",
            "Code it as 0 and 1 first.",
        )
    if family == "gamma" and (values <= 0).any():
        raise AnalysisError(
            f"The Gamma model needs {name!r} above zero; {int((values <= 0).sum())} of "
            f"{len(values)} rows are zero or below.",
            "Use the hurdle model: whether something was given, then how much.",
        )
    if np.ptp(values) == 0:
        if family == "binomial":
            bound = 3 / len(values)
            raise AnalysisError(
                f"Every answer of {name!r} is {values[0]:g}, so nothing can explain differences. "
                f"What can be said: the true rate lies within about {bound:.3f} of "
                f"{values[0]:g} (95 %, rule of three, n = {len(values)}, independent rows).",
                "",
            )
        raise AnalysisError(
            f"Every value of {name!r} is {values[0]:g}: effects and standard errors cannot be "
            "estimated from a constant.",
            "Check the column and the exclusions; the mean itself is all that these data show.",
        )


def check_cells(design: Design, data: pd.DataFrame) -> None:
    """Every combination of factors that interact has rows, and no column is redundant."""
    factors = design.factors
    for term in design.recipe.terms if design.recipe is not None else ():
        crossed = [factors[f.name()] for f in term.factors if f.name() in factors]
        columns = [column for column, _ in crossed]
        if len(columns) < 2 or not all(columns):
            continue
        present = set(data[columns].astype(str).itertuples(index=False, name=None))
        for cell in product(*([str(level) for level in levels] for _, levels in crossed)):
            if cell not in present:
                named = ", ".join(f"{c} = {v}" for c, v in zip(columns, cell, strict=True))
                raise AnalysisError(
                    f"There are no data in the cell {named}, so the interaction "
                    f"{' x '.join(columns)} cannot be estimated.",
                    "Collect the cell, leave one of its levels out, or drop the interaction "
                    "(main effects are then assumed to add up).",
                )
    _check_rank(design)


def check_spread_left(response: str, design: Design, y: np.ndarray) -> None:
    """Something varies around the fixed effects of a Gaussian model."""
    fitted = design.matrix @ np.linalg.lstsq(design.matrix, y, rcond=None)[0]
    if np.sum((y - fitted) ** 2) <= 1e-20 * np.sum((y - y.mean()) ** 2):
        raise AnalysisError(
            f"The predictors reproduce every value of {response!r} exactly: within each condition all "
            "are alike, so that nothing shows how uncertain a difference is.",
            "The means are what they are; more people, or a finer measure, would show a spread.",
        )


def _check_rank(design: Design) -> None:
    matrix = design.matrix
    scale = np.linalg.norm(matrix, axis=0)
    scale[scale == 0] = 1.0
    gram = (matrix / scale).T @ (matrix / scale)
    values, vectors = np.linalg.eigh(gram)
    if len(values) and values[0] < 1e-11 * values[-1]:
        involved = [n for n, v in zip(design.names, vectors[:, 0], strict=True) if abs(v) > 1e-4]
        if matrix.shape[0] < matrix.shape[1]:
            raise AnalysisError(
                f"{matrix.shape[0]} rows cannot estimate {matrix.shape[1]} coefficients.",
                "Use fewer predictors.",
            )
        raise AnalysisError(
            f"These predictors carry the same information: {', '.join(involved)}. Their effects "
            "cannot be separated (a cell without data, or a predictor that never varies, does "
            "this too).",
            "Drop one of them, or collect the missing combination.",
        )
