"""Checks before a fit: whether columns, responses and predictors can estimate the model.

A mixed-model engine fits almost anything; glmm fits three participants with only a warning and
reports 34 degrees of freedom. These checks, and those of random effects in
:mod:`analysis.models.random_terms`, run first. Each raises an
:class:`analysis.models.messages.EstimationError` with a code and the numbers of its message.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import product

import numpy as np
import pandas as pd

from analysis.models.design import Array, Design, evaluate
from analysis.models.formula import Formula
from analysis.models.messages import EstimationError

MIN_GROUPS = 5
"""Smallest number of levels of a random effect: a variance cannot be estimated from four or fewer."""


def check_columns(formula: Formula, data: pd.DataFrame) -> None:
    """Check that every column exists and has finite, non-missing values.

    Raises
    ------
    EstimationError
        With the column, the number of rows affected and the first of them.
    """
    check_known(formula, data)
    for name in formula.columns:
        column = data[name]
        bad = column.isna().to_numpy()
        if pd.api.types.is_numeric_dtype(column):
            bad = bad | ~np.isfinite(column.to_numpy(dtype=float, na_value=np.nan))
        refuse_non_finite(name, bad, "missing or infinite")
    if len(data) == 0:
        raise EstimationError("no_rows")


def check_known(formula: Formula, data: pd.DataFrame) -> None:
    """Check that every column of the formula is in the data."""
    for name in formula.columns:
        if name not in data.columns:
            columns = [str(column) for column in data.columns]
            close = difflib.get_close_matches(name, columns, n=1)
            raise EstimationError(
                "unknown_column", formula=formula.text, name=name, close=close, columns=columns
            )


def refuse_non_finite(name: str, bad: np.ndarray, what: str = "not finite") -> None:
    """Raise an error if any element of ``bad`` (one per row) is true."""
    if bad.any():
        raise EstimationError(
            "not_finite", name=name, what=what, rows=np.flatnonzero(bad).tolist(), total=len(bad)
        )


def did_you_mean(name: str, known: Iterable[object]) -> str:
    """Return a question with the most similar known word and a space after it, or an empty string.

    >>> did_you_mean("gruop", ["group", "many"]), did_you_mean("x", ["group"])
    ("Did you mean 'group'? ", '')
    """
    close = difflib.get_close_matches(name, [str(word) for word in known], n=1)
    return f"Did you mean {close[0]!r}? " if close else ""


def numbers(name: str, values: object) -> Array:
    """Return ``values`` as floats (n,); the error about text quotes the first."""
    series = pd.Series(values)
    parsed = pd.to_numeric(series, errors="coerce")
    texts = series[parsed.isna() & series.notna()]
    if len(texts):
        raise EstimationError("text", name=name, texts=texts.tolist(), total=len(series))
    return np.asarray(parsed, dtype=float)


def response_values(formula: Formula, data: pd.DataFrame) -> Array:
    """Return the response as floats of shape (rows,).

    Raises
    ------
    EstimationError
        If it contains text, or is not one number per row.
    """
    name = formula.response
    if name in data.columns and is_number(data[name]):
        return data[name].to_numpy(dtype=np.float64)
    if name in data.columns and pd.to_numeric(data[name], errors="coerce").notna().any():
        numbers(name, data[name])
    matrix = evaluate(f"0 + {name}", data, formula.text)
    coded = any(f.type == "categorical" for f in matrix.design_info.factor_infos.values())
    if coded or matrix.shape[1] != 1:
        raise EstimationError("not_a_number", name=name)
    return np.asarray(matrix, dtype=np.float64)[:, 0]


def is_number(column: pd.Series) -> bool:
    """Return whether a column is numeric; booleans are not."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def check_binary(name: str, values: Array) -> None:
    """Check that all values are 0 or 1."""
    if not np.isin(values, (0.0, 1.0)).all():
        raise EstimationError("not_binary", name=name, low=values.min(), high=values.max())


def check_response(name: str, values: Array, family: str) -> None:
    """Check that the response is finite, inside the family's range, and not constant."""
    refuse_non_finite(name, ~np.isfinite(values))
    if family == "binomial":
        check_binary(name, values)
    if family == "gamma" and (values <= 0).any():
        raise EstimationError(
            "not_positive", name=name, n=int((values <= 0).sum()), total=len(values)
        )
    if np.ptp(values) == 0:
        if family == "binomial":
            raise EstimationError("same_answer", name=name, value=values[0], n=len(values))
        raise EstimationError("constant", name=name, value=values[0])


def check_cells(design: Design, data: pd.DataFrame) -> None:
    """Check that every cell of an interaction has rows, and that no column is redundant."""
    factors = design.factors
    for name, (column, levels) in factors.items():
        # A factor with a single level has no column, so that its term would be dropped silently.
        if len(levels) == 1:
            raise EstimationError("one_condition", columns=[column or name])
    for term in design.recipe.terms if design.recipe is not None else ():
        crossed = [factors[f.name()] for f in term.factors if f.name() in factors]
        columns = [column for column, _ in crossed]
        if len(columns) < 2 or not all(columns):
            continue
        present = set(data[columns].astype(str).itertuples(index=False, name=None))
        for cell in product(*([str(level) for level in levels] for _, levels in crossed)):
            if cell not in present:
                named = ", ".join(f"{c} = {v}" for c, v in zip(columns, cell, strict=True))
                raise EstimationError("empty_cell", cell=named, interaction=" x ".join(columns))
    _check_rank(design)


def check_residual_variance(response: str, design: Design, y: Array) -> None:
    """Check that a Gaussian model leaves residual variance."""
    fitted = design.matrix @ np.linalg.lstsq(design.matrix, y, rcond=None)[0]
    if np.sum((y - fitted) ** 2) <= 1e-20 * np.sum((y - y.mean()) ** 2):
        raise EstimationError("no_residual_variance", response=response)


def _check_rank(design: Design) -> None:
    matrix = design.matrix
    scale = np.linalg.norm(matrix, axis=0)
    scale[scale == 0] = 1.0
    values, vectors = np.linalg.eigh((matrix / scale).T @ (matrix / scale))
    if not len(values) or values[0] >= 1e-11 * values[-1]:
        return
    if matrix.shape[0] < matrix.shape[1]:
        raise EstimationError(
            "too_many_coefficients", rows=matrix.shape[0], columns=matrix.shape[1]
        )
    constant = [
        name
        for name, spread in zip(design.names, np.ptp(matrix, axis=0), strict=True)
        if spread == 0 and name != "Intercept"
    ]
    if constant:
        raise EstimationError("one_condition", columns=constant)
    involved = np.abs(vectors[:, 0]) > 1e-4
    raise EstimationError(
        "redundant", names=[n for n, v in zip(design.names, involved, strict=True) if v]
    )
