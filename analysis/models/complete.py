"""Rows of a user's own data frame that a model can take: without missing values, each counted by its column."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.models.formula import Formula
from analysis.models.messages import EstimationError, message


def complete_rows(data: pd.DataFrame, formula: Formula) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Leave out rows in which a column of the model is missing, and levels that no row has.

    Parameters
    ----------
    data
        With every column of the formula.

    Returns
    -------
    tuple
        The columns of the formula, in numpy's own types, and a sentence on what was left out.

    Raises
    ------
    EstimationError
        If no row is complete.
    """
    own = data[list(formula.columns)]
    absent = own.isna()
    gone = absent.any(axis=1)
    counts = {name: int(n) for name, n in absent.sum().items() if n}
    if len(own) and gone.all():
        raise EstimationError("no_complete_row", total=len(own), counts=counts)
    kept = own[~gone].reset_index(drop=True)
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
    if gone.any():
        notes = (message("rows_left_out", n=int(gone.sum()), total=len(own), counts=counts),)
    return kept.assign(**changed), notes
