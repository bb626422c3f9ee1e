"""Complete rows of a data frame: rows with missing values are left out, and missing values counted by column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.models.formula import Formula
from analysis.models.messages import EstimationError, message


def complete_rows(data: pd.DataFrame, formula: Formula) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Leave out rows with a missing value in a column of the model, and factor levels that no longer occur.

    Parameters
    ----------
    data
        With every column of the formula.

    Returns
    -------
    tuple
        The columns of the formula, in NumPy types, and a note on the rows that were left out.

    Raises
    ------
    EstimationError
        If no row is complete.
    """
    kept, notes = without_missing(data[list(formula.columns)], formula.columns)
    changed: dict[str, Any] = {}
    for name in kept.columns:
        column = kept[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            changed[name] = column.cat.remove_unused_categories()
        elif pd.api.types.is_extension_array_dtype(column.dtype) and (
            pd.api.types.is_numeric_dtype(column.dtype)
        ):
            changed[name] = column.astype(column.dtype.numpy_dtype)  # type: ignore[union-attr]
    return kept.assign(**changed), notes


def without_missing(
    rows: pd.DataFrame, names: Iterable[str]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Leave out rows with a missing value in some columns; return the others, and a note on those that were left out.

    Raises
    ------
    EstimationError
        If no row is complete.
    """
    missing = rows[list(names)].isna()
    incomplete = missing.any(axis=1)
    counts = {name: int(n) for name, n in missing.sum().items() if n}
    n, total = int(incomplete.sum()), len(rows)
    if total and n == total:
        raise EstimationError("no_complete_row", total=total, counts=counts)
    note = message("rows_left_out", n=n, total=total, counts=counts) if n else ""
    return rows[~incomplete].reset_index(drop=True), (note,) if note else ()
