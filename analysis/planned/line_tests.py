"""Tests of lines over numbers that are no contrasts of a planned model's cells: two lines, and slopes of logarithms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.data.names import column_of
from analysis.data.tables import empty
from analysis.errors import AnalysisError
from analysis.models import Fit
from analysis.planned.by_topic import analyse_topic
from analysis.planned.compared import TopicTest
from analysis.planned.fitting import PlannedFit, fit_planned
from analysis.planned.grid import Grid
from analysis.planned.plan import Planned
from analysis.planned.sides import fixed_levels, within
from experiments.protocol.planned_contrast import PlannedContrast

TWO_LINES = "two lines"
WINDOW = "window"
"""Topic whose analysis is the test of two lines, with the interval of the peak."""


def two_lines_of(planned_fit: PlannedFit, contrast: PlannedContrast) -> TopicTest:
    """Test two lines (Simonsohn 2018) over a number or a factor of numbers, within the levels that the contrast fixes.

    The peak is that of a quadratic. Both have the planned random terms; a slope of the number becomes slopes of both lines,
    and of both terms of the quadratic.
    """
    if contrast.compared or len(contrast.lines) > 1:
        return TopicTest(
            WINDOW,
            failed="Two lines are tested within levels of other factors, and not compared between them.",
        )
    ((name, _),) = contrast.lines.items()
    column = column_of(name)
    rows = within(planned_fit.frame, fixed_levels(contrast))
    factor = planned_fit.predictors.factors.get(column)
    if factor is not None:
        numbers = rows[column].astype(str).map(factor.numbers or {})
        rows = rows.assign(**{column: numbers.astype(float)})
    found = analyse_topic(
        WINDOW,
        rows.reset_index(drop=True),
        planned_fit.column,
        column,
        planned_fit.planned.formula.random,
        planned_fit.measure,
    )
    assert found is not None
    return found


def tested(test: TopicTest) -> dict[str, Any]:
    """Return the row of a test of two lines.

    Both slopes must differ from zero, in opposite directions: p is the larger of the two, and 1 if they have the same
    direction.
    """
    if test.failed:
        return {"part": "", "failed": test.failed}
    slopes = test.table.set_index("quantity").loc[["slope_below", "slope_above"]]
    opposite = float(np.prod(np.sign(slopes["estimate"].to_numpy(dtype=float)))) < 0
    return {"part": "", "p": float(slopes["p"].max()) if opposite else 1.0}


def in_one_table(tests: Mapping[str, TopicTest]) -> pd.DataFrame:
    """Return the tables of tests of two lines, with the name of the contrast and the finding."""
    tables = [
        test.table.assign(contrast=name, finding=test.finding)
        for name, test in tests.items()
        if not test.failed
    ]
    columns = ["contrast", "finding", "quantity", "estimate", "ci_low", "ci_high", "p"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else empty(*columns)


def notes_of(planned: Planned, tests: Mapping[str, TopicTest]) -> tuple[tuple[str, str], ...]:
    """Return the notes on tests of two lines, each with the contrast, as notes of the model."""
    return tuple(
        ("", f"{planned.label(name)}: {note}")
        for name, test in tests.items()
        for note in test.notes
    )


def over_logarithms(
    planned_fit: PlannedFit, part: str, contrast: PlannedContrast
) -> tuple[Fit, Grid]:
    """Fit a planned model again, with the logarithms of the numbers whose ``slope of log`` a contrast is.

    Raises
    ------
    AnalysisError
        If a number is not above zero.
    """
    frame = planned_fit.frame
    for name, kind in contrast.lines.items():
        column = column_of(name)
        if kind == "slope of log" and column in planned_fit.predictors.numbers:
            values = frame[column].to_numpy(dtype=float)
            if values.min() <= 0:
                raise AnalysisError(
                    f"'{name}' is {values.min():g} in a row, which has no logarithm.",
                    f"Write {{{name}: slope}}.",
                )
            frame = frame.assign(**{column: np.log(values)})
    again = fit_planned(planned_fit.planned, frame, planned_fit.predictors, planned_fit.measure)
    return again.parts[part], again.grids[part]
