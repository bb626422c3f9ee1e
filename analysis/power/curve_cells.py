"""The cells of a design that curves predict: values of the columns that they read, and the means of conditions in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.curves.claims import Prediction, read_level
from analysis.errors import AnalysisError
from analysis.planned.predictors import factors_of
from analysis.power.blocks import Array
from analysis.power.lists import Lists
from experiments.protocol.outcome_rows import Rows
from experiments.protocol.planned_rows import PlannedData, PlannedRow
from experiments.study import Study


@dataclass(frozen=True)
class CurveCells:
    """The cells of the columns that curves read."""

    design: dict[str, Array]
    """Column of the curves -> its value in each cell."""
    conditions: tuple[dict[str, str], ...]
    """Factor -> level in a condition of each cell."""
    mix: Array
    """(cells, conditions) mean of the conditions in each cell."""


def curve_cells(study: Study, mode: str, lists: Lists, found: Sequence[Prediction]) -> CurveCells:
    """Return the cells of the columns that the curves of a hypothesis read.

    Raises
    ------
    AnalysisError
        If a column is not a factor of the outcome's model, and not computed from them alone.
    """
    conditions = [dict(zip(lists.factors, levels, strict=True)) for levels in lists.levels]
    values = {
        column: _values(study, mode, conditions, name, text=bool(one.curve.levels(column)))
        for one in found
        for column, name in one.columns.items()
    }
    keys = list(zip(*values.values(), strict=True)) if values else [()] * len(conditions)
    cells = list(dict.fromkeys(keys))
    mix = np.array([[float(key == cell) for key in keys] for cell in cells])
    return CurveCells(
        {
            column: np.array(own)
            for column, own in zip(values, zip(*cells, strict=True), strict=True)
        },
        tuple(conditions[keys.index(cell)] for cell in cells),
        mix / mix.sum(axis=1, keepdims=True),
    )


def _values(
    study: Study, mode: str, conditions: Sequence[dict[str, str]], name: str, *, text: bool
) -> list[str | float]:
    known = set(conditions[0]) if conditions else set()
    if name in known:
        levels = [condition[name] for condition in conditions]
        return list(levels) if text else [read_level(study.names, name, level) for level in levels]
    made_of = factors_of(name, study.names)
    if not made_of or not known.issuperset(made_of):
        raise AnalysisError(
            f"the curve depends on {name!r}, which is no factor of the planned model of the outcome, and not computed"
            " from its factors alone.",
            "Whole simulated studies (--check) include the curve.",
        )
    data = PlannedData(study.opened, mode, slots=())
    return [data.value(name, PlannedRow(0, "", each), Rows(())) for each in conditions]
