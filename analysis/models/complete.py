"""Complete rows of a data frame: rows with missing values are left out, and missing values counted by column."""

from __future__ import annotations

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
    rows = data[list(formula.columns)]
    missing = rows.isna()
    incomplete = missing.any(axis=1)
    counts = {name: int(n) for name, n in missing.sum().items() if n}
    if len(rows) and incomplete.all():
        raise EstimationError("no_complete_row", total=len(rows), counts=counts)
    kept = rows[~incomplete].reset_index(drop=True)
    changed: dict[str, Any] = {}
    for name in kept.columns:
        column = kept[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            changed[name] = column.cat.remove_unused_categories()
        elif pd.api.types.is_extension_array_dtype(column.dtype) and (
            pd.api.types.is_numeric_dtype(column.dtype)
        ):
            changed[name] = column.astype(column.dtype.numpy_dtype)  # type: ignore[union-attr]
    notes: tuple[str, ...] = ()
    if incomplete.any():
        n_left_out = int(incomplete.sum())
        notes = (message("rows_left_out", n=n_left_out, total=len(rows), counts=counts),)
    return kept.assign(**changed), notes
