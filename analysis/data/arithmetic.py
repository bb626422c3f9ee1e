"""The functions of computed columns: of several values in one row, and of one participant's rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.data.rows import KEYS
from analysis.errors import AnalysisError
from experiments.language.columns import Call, Operation


def operated(node: Operation, left: pd.Series, right: pd.Series, column: str) -> pd.Series:
    """Return a sum, difference, product or quotient in each row.

    Raises
    ------
    AnalysisError
        If it divides by zero.
    """
    if node.sign == "/":
        _refuse((right == 0) & left.notna(), column, f"divides by '{node.right}', which is 0")
        return left / right
    if node.sign == "*":
        return left * right
    return left + right if node.sign == "+" else left - right


def called(node: Call, values: Sequence[pd.Series], column: str) -> pd.Series:
    """Return a function of one row, which is missing where one of its arguments is.

    Raises
    ------
    AnalysisError
        If it is the logarithm of zero or less.
    """
    if node.function == "log":
        what = f"takes the logarithm of '{node.arguments[0]}', which is 0 or less"
        _refuse(values[0] <= 0, column, what)
        return pd.Series(np.log(values[0].to_numpy(dtype=float)), values[0].index)
    side_by_side = pd.concat(list(values), axis=1)
    if node.function == "mean":
        return side_by_side.mean(axis=1, skipna=False)
    if node.function == "min":
        return side_by_side.min(axis=1, skipna=False)
    return side_by_side.max(axis=1, skipna=False)


def aggregated(function: str, value: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Return one value for each session of which at least one row has a value, in the order of its rows.

    Parameters
    ----------
    function
        ``mean``, ``sum``, ``min``, ``max``, ``sd`` (of a sample), ``first`` or ``last``.
    rows
        What the values belong to, with participant and session.
    """
    given = value.notna()
    grouped = value[given].groupby([rows.loc[given, key] for key in KEYS], sort=False)
    name = {"sd": "std"}.get(function, function)
    result: pd.Series = getattr(grouped, name)()
    return result


def counted(held: pd.Series, rows: pd.DataFrame, sessions: pd.DataFrame) -> pd.Series:
    """Return the number of rows for which something holds, for each session; 0 of those without rows."""
    counts = held.groupby([rows[key] for key in KEYS]).sum()
    everybody = pd.MultiIndex.from_frame(sessions[KEYS])
    return counts.reindex(everybody, fill_value=0).astype(float)


def spread(values: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Return one value for each session (index: participant, session) in rows."""
    found = rows[KEYS].merge(values.rename("value").reset_index(), "left", on=KEYS)["value"]
    return pd.Series(found.to_numpy(), rows.index)


def as_number(name: str, value: pd.Series) -> pd.Series:
    """Return values as numbers; levels of a factor are the numbers that they are written as.

    Raises
    ------
    AnalysisError
        If some are words.
    """
    if pd.api.types.is_numeric_dtype(value):
        return value.astype(float)
    numbers = pd.to_numeric(value.astype(object), errors="coerce").astype(float)
    words = value[numbers.isna() & value.notna()]
    if len(words):
        word = words.iloc[0]
        raise AnalysisError(
            f"'{name}' is in words, such as '{word}', and not a number.",
            f"Compute a column that is 1 or 0: {name} = {word}.",
        )
    return numbers


def _refuse(wrong: pd.Series, column: str, what: str) -> None:
    if wrong.any():
        rows = f"{int(wrong.sum())} row{'s' if wrong.sum() > 1 else ''}"
        raise AnalysisError(
            f"'{column}' {what} in {rows}.",
            "Compute it so that this cannot be, or leave these rows out with 'where'.",
        )
