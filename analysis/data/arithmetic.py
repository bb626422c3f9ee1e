"""Aggregates of a participant's rows, and values as numbers."""

from __future__ import annotations

import pandas as pd

from analysis.data.rows import KEYS
from analysis.errors import AnalysisError
from experiments.language.columns import Call, Operation


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


def refused(node: Operation | Call, wrong: pd.Series, column: str) -> AnalysisError:
    """Return the error that a column divides by zero, or takes the logarithm of zero or less, in some rows."""
    if isinstance(node, Operation):
        what = f"divides by '{node.right}', which is 0"
    else:
        what = f"takes the logarithm of '{node.arguments[0]}', which is 0 or less"
    rows = f"{int(wrong.sum())} row{'s' if wrong.sum() > 1 else ''}"
    return AnalysisError(
        f"'{column}' {what} in {rows}.",
        "Compute it so that this cannot be, or leave these rows out with 'where'.",
    )
