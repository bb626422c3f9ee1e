"""Contrasts of cell means: of an order, of a claimed contrast, and of curves over two cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from analysis.curves.catalogue import Hypothesis
from analysis.curves.catalogue.design import Array, Design
from analysis.curves.claims import Claimed
from analysis.curves.compare.by_contrast import contrast_tests, failed_contrast
from analysis.curves.compare.tested import OneTest
from analysis.curves.fitting import CellMeans, Known, Problem
from analysis.errors import AnalysisError
from analysis.models.contrasts import SMALLEST_SE
from analysis.models.equivalence import DEFAULT_SESOI_D
from experiments.numbers import scale_value

Level = str | float
Groups = tuple[str, tuple[tuple[Level, ...], ...]]
"""A column, and its levels in groups, the group with the highest mean first."""


def cell_weights(cells: CellMeans, weights: Mapping[str, Mapping[Level, float]]) -> Array:
    """Return the weight of each cell mean in a contrast, with equal weights of the cells of all other columns, (cells,).

    Parameters
    ----------
    weights
        Column -> level -> weight; the weights of several columns are multiplied.

    Raises
    ------
    AnalysisError
        If the data have no answers at one of the levels.
    """
    total = np.ones(len(cells.means))
    for column, of in weights.items():
        own = cells.table[column]
        for level in of:
            if level not in own.tolist():
                raise AnalysisError(f"There are no answers at {column} = {level}.", "")
        total *= own.map(lambda level, of=of: float(of.get(level, 0.0))).to_numpy()
    alike = cells.table.groupby(list(weights))["n"].transform("size")
    return np.asarray(total / alike.to_numpy())


def group_means(groups: Groups, cells: CellMeans) -> Array:
    """Return the weight of each cell in the mean of each group, (groups, cells).

    Raises
    ------
    AnalysisError
        If the data have no answers at one of the levels.
    """
    column, ordered = groups
    return np.array(
        [cell_weights(cells, {column: dict.fromkeys(own, 1 / len(own))}) for own in ordered]
    )


def take_known(problem: Problem, known: Iterable[Known]) -> None:
    """Take the numbers of contrasts of the cells from planned models, so that a difference has only one standard error."""
    cells, errors = problem.cells, problem.errors
    if cells is None or errors is None:
        return
    for weights, numbers in known:
        has_answers = all(
            column in cells.columns and set(of) <= set(cells.table[column])
            for column, of in weights.items()
        )
        if has_answers:
            errors.add(cell_weights(cells, weights), numbers)


def two_cell_tests(
    problem: Problem, claim: Hypothesis, smallest: float | None, *, alpha: float = 0.05
) -> tuple[OneTest, ...]:
    """Test the difference between the only two cells, in the direction of the claim."""
    name: str = "the difference between the two conditions"
    claimed: Claimed = ">"
    try:
        cells = testable(problem)
        higher, claimed = direction(claim, cells.design)
        row = np.array([1.0, -1.0]) if higher == 0 else np.array([-1.0, 1.0])
        names = cell_names(cells)
        name = f"{names[higher]} minus {names[1 - higher]}"
        numbers = estimated(problem, cells, row)
    except AnalysisError as error:
        return (failed_contrast(name, str(error), claimed),)
    return contrast_tests(name, numbers, smallest, claimed=claimed, alpha=alpha)


def direction(claim: Hypothesis, design: Design) -> tuple[int, Claimed]:
    """Return which of two cells a curve predicts to be the higher one, and whether they should differ at all."""
    first, second = claim.predict(design)
    if claim.role == "null" or np.isclose(first, second, rtol=1e-9, atol=1e-12):
        return 1, "="
    return int(second > first), ">"


def estimated(problem: Problem, cells: CellMeans, row: Array) -> tuple[float, float, float]:
    """Return the estimate of a contrast of cell means, its standard error and degrees of freedom.

    Raises
    ------
    AnalysisError
        If it has no standard error.
    """
    estimate, se, df = contrast_of_means(problem, cells, row)
    spread = float(problem.data[problem.response].std())
    if not (np.isfinite(se) and se > SMALLEST_SE * spread):
        raise AnalysisError(
            "All answers within the cells are the same, so that their difference has no standard error.",
            "More participants are needed.",
        )
    return estimate, se, df


def default_smallest(problem: Problem) -> float | None:
    """Return d = .20 in units of the response; None if it is not defined for these data."""
    if problem.cells is None or not problem.own_scale:
        return None
    return DEFAULT_SESOI_D * within_sd(problem, problem.cells)


def testable(problem: Problem) -> CellMeans:
    """Return the cell means if their differences can be tested.

    Raises
    ------
    AnalysisError
        If there are none, or variance between stimuli counts as a difference between cells.
    """
    cells = problem.cells
    if cells is None or (cells.vcov is None and problem.errors is None):
        raise AnalysisError("There are no cell means with standard errors to compare.", "")
    if problem.single_stimulus_cells:
        raise AnalysisError(
            "Some cells contain only one stimulus, so that the standard errors of their differences do not"
            " include the variance between stimuli.",
            "Use several stimuli in each cell, or the same stimuli in all cells.",
        )
    return cells


def contrast_of_means(problem: Problem, cells: CellMeans, row: Array) -> tuple[float, float, float]:
    """Return the estimate of a contrast of cell means, its standard error and degrees of freedom.

    Parameters
    ----------
    row : ndarray, shape (cells,)
        Weights of the means.
    """
    if problem.errors is not None:
        return problem.errors.contrast(row)
    assert cells.vcov is not None
    estimate, variance = float(row @ cells.means), float(row @ cells.vcov @ row)
    return estimate, float(np.sqrt(variance)), error_df(problem, cells)


def within_sd(problem: Problem, cells: CellMeans) -> float:
    """Return the SD of the responses around the mean of their cell, in units of the response."""
    y = problem.data[problem.response]
    around = y - y.groupby(cells.index).transform("mean")
    return float(np.sqrt(np.sum(around**2) / (len(y) - len(cells.means))))


def error_df(problem: Problem, cells: CellMeans) -> float:
    """Return conservative degrees of freedom for differences between cells, where a likelihood gives none.

    Participants minus cells (rows minus cells if the data have no column ``participant``); if no item
    occurs in two cells, items minus cells if that is less.
    """
    data = problem.data
    units = data["participant"].nunique() if "participant" in data else len(data)
    if "item" in data:
        shown = data["item"].nunique()
        pairs = data.assign(cell=cells.index).groupby(["cell", "item"]).ngroups
        if pairs == shown > len(cells.means):
            units = min(units, shown)
    return float(max(1, units - len(cells.means)))


def cell_names(cells: CellMeans) -> list[str]:
    """Return the labels of the cells, e.g. ``victims 10,000``."""
    return [
        ", ".join(
            f"{c} {v if isinstance(v, str) else scale_value(v)}"
            for c, v in zip(cells.columns, row, strict=True)
        )
        for row in cells.table[list(cells.columns)].itertuples(index=False, name=None)
    ]
