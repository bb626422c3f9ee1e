"""Means of several answers that a study makes itself: a matrix of items, or a column ``mean(a, b)``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from analysis.data.arithmetic import as_number
from analysis.data.computed import Values
from analysis.data.measured import PLACE, Measured
from analysis.data.rows import KEYS
from analysis.errors import AnalysisError
from experiments.language.columns import Call, Column
from experiments.protocol.measures import Measure
from experiments.protocol.names import Names
from experiments.questions import Scale


@dataclass(frozen=True)
class Averaged:
    """A mean of several answers."""

    name: str
    """Address of the question or of one of its scores, or name of the column."""
    answers: pd.DataFrame
    """Answers to the items, one row (index: ``KEYS``) per session; their means if they were asked several times."""
    counts: pd.DataFrame
    """Session (index) -> ``rows``, and of these ``missing``: an item was answered, and there is no mean."""


def averaged(measured: Measured) -> Iterator[Averaged]:
    """Yield the means of the sessions of all modes; none of what was not asked, or cannot be computed."""
    sessions = measured.data.sessions
    every = [
        Values(measured, sessions[sessions["mode"] == mode], mode) for mode in measured.data.modes
    ]
    names = measured.study.names
    for address, measure, items in matrix_means(names):
        if len(items) > 1:
            yield from _once(address, _of_matrix(measured, measure, items))
    for name, column in names.study.columns.items():
        value = column.of.value
        if isinstance(value, Call) and value.function == "mean" and len(value.arguments) > 1:
            try:
                tables = [_of_column(values, name, value) for values in every]
            except AnalysisError:
                continue  # The model that needs it says why.
            yield from _once(name, pd.concat(tables, ignore_index=True) if tables else None)


def matrix_means(names: Names) -> Iterator[tuple[str, Measure, tuple[str, ...]]]:
    """Yield the address of each mean of a matrix: of all of its items, or of those of a score; its measure and items."""
    for address, measure in names.measures.items():
        asked = measure.asked
        if isinstance(asked, Scale) and asked.items and measure.part in ("", *asked.scores):
            yield address, measure, asked.scores.get(measure.part, tuple(asked.items))


def _of_matrix(measured: Measured, measure: Measure, items: tuple[str, ...]) -> pd.DataFrame:
    tables = [measured.of(replace(measure, part=item)) for item in items]
    rows = measured.of(measure)[[*PLACE, "value"]].rename(columns={"value": ""})
    for item, own in zip(items, tables, strict=True):
        given = own[[*PLACE, "value"]].drop_duplicates(PLACE, keep="last")
        rows = rows.merge(given.rename(columns={"value": item}), "left", on=PLACE)
    return rows[[*KEYS, "", *items]]


def _of_column(values: Values, name: str, mean: Call) -> pd.DataFrame:
    rows = values.base(Column(mean).row_names)
    found = rows[KEYS].assign(**{"": as_number(name, values.evaluated(mean, rows, name))})
    for each in mean.arguments:
        found[str(each)] = as_number(str(each), values.evaluated(each, rows, name))
    return found


def _once(name: str, rows: pd.DataFrame | None) -> Iterator[Averaged]:
    if rows is None or rows.empty:
        return
    items = rows.drop(columns=[*KEYS, ""])
    rows = rows.assign(missing=rows[""].isna() & items.notna().any(axis=1))
    by_session = rows.groupby(KEYS, sort=False)
    answers = by_session[list(items)].mean()
    if answers.notna().any(axis=None):
        missing = by_session["missing"]
        yield Averaged(
            name, answers, pd.DataFrame({"rows": missing.size(), "missing": missing.sum()})
        )
