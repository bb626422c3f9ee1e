"""Checks of columns that are not numbers: an error where numbers are needed, a note on factors that look like numbers."""

from __future__ import annotations

import pandas as pd

from analysis.models.formula import Formula, parse_side
from analysis.models.messages import EstimationError, message

#: Type that pandas infers for a column -> name of such values in messages.
DATES = {
    **dict.fromkeys(("datetime64", "datetime", "date"), "dates"),
    **dict.fromkeys(("timedelta64", "timedelta"), "durations"),
    "period": "periods",
    "time": "times of day",
}


def refuse_other_than_numbers(name: str, column: pd.Series) -> None:
    """Raise an error for text, dates, durations and booleans, which pandas would silently convert to numbers.

    Raises
    ------
    EstimationError
        With the name of the column, what it contains, and how to convert it.
    """
    refuse_text(name, column)
    refuse_dates(name, column)
    if _kind(column) == "boolean":
        raise EstimationError("yes_or_no", name=name)


def refuse_dates(name: str, column: pd.Series) -> None:
    """Raise an error for dates, durations, periods and times of day.

    Raises
    ------
    EstimationError
        Quotes the first of them.
    """
    kind = DATES.get(_kind(column))
    if kind is not None:
        raise EstimationError("dates", name=name, kind=kind, first=str(column.dropna().iloc[0]))


def _kind(column: pd.Series) -> str:
    """Return the type that pandas infers for the values, or for the categories of a categorical column."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.cat.categories.to_series()
    return str(pd.api.types.infer_dtype(column, skipna=True))


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
