"""Checks of text columns: an error where numbers are needed, a note on a factor that looks like numbers."""

from __future__ import annotations

import pandas as pd

from analysis.models.formula import Formula, parse_side
from analysis.models.messages import EstimationError, message


def refuse_text(name: str, column: pd.Series) -> None:
    """Raise an error for text where numbers are needed, also for text that looks like numbers.

    Raises
    ------
    EstimationError
        Quotes the first value that is not a number, with its row, or else the first text.
    """
    if pd.api.types.is_numeric_dtype(column):
        return
    texts = {row: value for row, value in enumerate(column) if isinstance(value, str)}
    parsed = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce")
    wrong = parsed.index[parsed.isna()].tolist()
    if wrong:
        raise EstimationError("text_value", name=name, text=texts[wrong[0]], row=wrong[0])
    if texts:
        raise EstimationError("numbers_as_text", name=name, text=next(iter(texts.values())))


def text_factors(rows: pd.DataFrame, formula: Formula) -> tuple[str, ...]:
    """Return a note on each factor whose levels are text that looks like numbers.

    ``C(x)`` and a column of categories are taken to be intended.

    Parameters
    ----------
    rows
        Without missing values.
    """
    terms = parse_side(formula.fixed).rhs_termlist
    names = dict.fromkeys(factor.name() for term in terms for factor in term.factors)
    texts = [
        name
        for name in names
        if name in rows.columns
        and not isinstance(rows[name].dtype, pd.CategoricalDtype)
        and pd.api.types.is_string_dtype(rows[name])
    ]
    return tuple(
        message("text_factor", name=name)
        for name in texts
        if pd.to_numeric(rows[name], errors="coerce").notna().all()
    )
