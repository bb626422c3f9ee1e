"""Which factor, measure or column of a study takes the place of each column that a curve reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.curves.catalogue import Hypothesis
from analysis.errors import AnalysisError
from experiments.files.faults import nearest
from experiments.numbers import scale_value
from experiments.protocol.names import AddressError, Names
from experiments.protocol.sections import Hypothesis as Written

NUMBERS_OF_ROWS = ("trial", "occasion")
"""Numbers that every row knows."""


def columns_of(
    curve: Hypothesis, written: Written, factors: Sequence[str], names: Names
) -> dict[str, str]:
    """Return the name in the study of each column that a curve reads.

    It is that of ``over``, else the column's own name, else the only factor that fits the curve's axis.

    Parameters
    ----------
    factors
        Factors of the outcome's model.

    Raises
    ------
    AnalysisError
        If the study has nothing that a column of the curve could be.
    """
    found: dict[str, str] = {}
    for column in curve.reads:
        if column in written.over:
            found[column] = written.over[column]
            _check(curve, column, found[column], names)
        elif column in curve.optional:
            if _is_named(column, names) and not _unfit(curve, column, column, names):
                found[column] = column
        elif _is_named(column, names) or names.fitting(column):
            found[column] = column
            _check(curve, column, column, names)
    for column in curve.requires:
        if column not in found:
            fitting = [
                name
                for name in factors
                if name not in found.values() and not _unfit(curve, column, name, names)
            ]
            if column != curve.axis or len(fitting) != 1:
                raise _missing(curve, column, fitting)
            found[column] = fitting[0]
    return found


def check_over(written: Written, curves: Sequence[Hypothesis]) -> None:
    """Check that a curve reads each column of ``over``.

    Raises
    ------
    AnalysisError
        If none does.
    """
    read = dict.fromkeys(column for curve in curves for column in curve.reads)
    for column in written.over:
        if column not in read:
            raise AnalysisError(
                f"None of the curves reads a column '{column}', which 'over' names.",
                nearest(column, read),
            )


def _is_named(name: str, names: Names) -> bool:
    return (
        name in names.study.columns
        or name in NUMBERS_OF_ROWS
        or names.levels(name) is not None
        or name == "step"
    )


def _check(curve: Hypothesis, column: str, name: str, names: Names) -> None:
    if not _is_named(name, names):
        try:
            names.measure(name)
        except AddressError as error:
            raise AnalysisError(
                f"The curve {curve.name} reads '{column}', here {name}: {error}.", error.remedy
            ) from None
    if why := _unfit(curve, column, name, names):
        raise AnalysisError(
            f"The curve {curve.name} reads '{column}', but {why}.", _remedy(curve, column)
        )


def _unfit(curve: Hypothesis, column: str, name: str, names: Names) -> str:
    """Return why something of the study cannot be a column of the curve; empty if it can."""
    wanted = curve.levels(column)
    levels = names.levels(name)
    if wanted:
        if levels is None:
            return f"'{name}' is a number, and its levels are {', '.join(wanted)}"
        unknown = [level for level in levels if level not in wanted]
        if unknown:
            return f"'{name}' has the level {unknown[0]}, and its levels are {', '.join(wanted)}"
        return ""
    if levels is None:
        return ""
    numbers = names.factors[name].numbers if name in names.factors else None
    if numbers is None:
        return f"the levels of '{name}' are words, and it is a number"
    least = curve.column(column).least
    if min(numbers.values()) < least:
        return (
            f"'{name}' has the level {scale_value(min(numbers.values()))}, and its lowest possible"
            f" value is {scale_value(least) if np.isfinite(least) else least}"
        )
    return ""


def _remedy(curve: Hypothesis, column: str) -> str:
    if curve.levels(column):
        return "Give the levels these names, or claim an order (a > b) instead."
    return f"Say what takes its place, such as a computed column: over: {{{column}: NAME}}."


def _missing(curve: Hypothesis, column: str, fitting: Sequence[str]) -> AnalysisError:
    which = f" ({' or '.join(fitting)} could be it)" if fitting else ""
    return AnalysisError(
        f"The curve {curve.name} reads '{column}', and the study has no factor, measure or column of this"
        f" name{which}.",
        f"Say what takes its place: over: {{{column}: {fitting[0] if fitting else 'NAME'}}}.",
    )
