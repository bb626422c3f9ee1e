"""Contrasts of cell means as weights of a model's coefficients, in the unit in which their power is computed.

The weights are those of the analysis (``analysis.planned.grid``). The unit is chosen so that an effect d is the value of
the contrast in SDs: a difference of two means, a difference of such differences, or for a slope the rise from the lowest
value to the highest, of an answer over 1 SD of it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.names import column_of
from analysis.errors import AnalysisError
from analysis.models.design import Design
from analysis.planned.grid import Grid
from analysis.planned.predictors import FactorOf, Predictors
from analysis.power.blocks import Array
from analysis.power.lists import Lists
from experiments.protocol.planned_contrast import PlannedContrast

NOTHING = 1e-12
"""Weights below this are rounding error."""


def grid_of(lists: Lists, fixed: Design, rows: pd.DataFrame) -> Grid:
    """Return the reference grid of a model of these lists.

    Parameters
    ----------
    fixed
        The fixed part of the model, with the recipe of its columns.
    rows
        Its rows, with all factors and numbers of the lists.
    """
    factors = {
        name: FactorOf(dict(zip(levels, levels, strict=True)), _numbers(levels))
        for name, levels in lists.presented.items()
    }
    return Grid(fixed, rows, Predictors(factors, {column_of(n.name): n for n in lists.numbers}))


def weights_of(grid: Grid, contrast: PlannedContrast) -> Array:
    """Return the weights (p,) of the coefficients.

    Raises
    ------
    AnalysisError
        If the formula does not hold what the contrast compares, or a level that it names is not presented.
    """
    known = {column_of(name) for name in contrast.names} <= set(grid.design.columns)
    found = np.zeros(grid.design.matrix.shape[1])
    if known:
        rises = [_range(grid, *line) for line in contrast.lines.items()]
        found = grid.weights(contrast) * np.prod(rises)
    if np.abs(found).max() < NOTHING:
        raise AnalysisError(
            f"The formula does not hold what the contrast {contrast.name!r} compares.",
            "Join the names that it compares with '*' in the formula.",
        )
    return np.asarray(found)


def condition_means(lists: Lists, grid: Grid) -> Array:
    """Return the mean of each condition (conditions, p), at the mean of its numbers."""
    cells = pd.DataFrame(
        list(lists.levels), columns=list(lists.factors), index=range(len(lists.levels))
    )
    numbers = [column_of(number.name) for number in lists.numbers]
    if numbers:
        frame = grid.frame
        by = list(lists.factors)
        means = frame.groupby(by)[numbers].mean() if by else frame[numbers].mean().to_frame().T
        at = pd.MultiIndex.from_frame(cells) if len(by) > 1 else cells[by[0]] if by else means.index
        cells = cells.assign(**{name: means.loc[at, name].to_numpy() for name in numbers})
    return np.asarray(grid.design.rows_for(cells))


def _range(grid: Grid, name: str, line: str) -> float:
    """Return the difference between the highest and the lowest value of a number; of an answer, one SD."""
    column = column_of(name)
    if column in grid.predictors.factors:
        numbers = grid.predictors.factors[column].numbers or {}
        values = np.array(list(numbers.values()))
        return float(np.ptp(np.log(values) if line == "slope of log" else values))
    if grid.predictors.numbers[column].answered:
        return 1.0
    return float(np.ptp(grid.frame[column]))


def _numbers(levels: tuple[str, ...]) -> dict[str, float] | None:
    try:
        return {level: float(level) for level in levels}
    except ValueError:
        return None
