"""Rows of a user's own data frame that a model can take: without missing values, each counted by its column."""

from __future__ import annotations

import pandas as pd
from pandas.api.extensions import ExtensionDtype

from analysis.models.formula import Formula
from analysis.models.words import Refusal, words


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
    Refusal
        If no row is complete.
    """
    own = data[list(formula.columns)]
    absent = own.isna()
    gone = absent.any(axis=1)
    counts = {name: int(n) for name, n in absent.sum().items() if n}
    if len(own) and gone.all():
        raise Refusal("no_complete_row", total=len(own), counts=counts)
    kept = own[~gone].reset_index(drop=True)
    changed: dict[str, pd.Series] = {}
    for name in kept.columns:
        column, kind = kept[name], kept[name].dtype
        if isinstance(kind, pd.CategoricalDtype):
            changed[name] = column.cat.remove_unused_categories()
        elif isinstance(kind, ExtensionDtype) and pd.api.types.is_numeric_dtype(kind):
            changed[name] = pd.Series(column.to_numpy(dtype=kind.type), index=kept.index)
    notes: tuple[str, ...] = ()
    if gone.any():
        notes = (words("rows_left_out", n=int(gone.sum()), total=len(own), counts=counts),)
    return kept.assign(**changed), notes
