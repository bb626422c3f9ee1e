"""The order of cell means that is predicted: that of the claim, else more for fewer victims and closer groups."""

from __future__ import annotations

import numpy as np

from analysis.curves.compare.cell_contrasts import Groups, group_means
from analysis.curves.compare.order import MOST_MEANS, OrderTest, order_test
from analysis.curves.fitting import CellMeans, Problem
from analysis.errors import AnalysisError

GROUP_ORDER = {"in": 0, "none": 1, "out": 2}
"""The essay's predicted order of compassion for groups, highest first."""


def predicted_order(
    problem: Problem, groups: Groups | None, rng: np.random.Generator
) -> OrderTest | None:
    """Test the predicted order of means; None if there is none, or the cells cannot be tested.

    Parameters
    ----------
    groups
        The order that is claimed, if the claim is an order; levels of a group are averaged.
    """
    cells = problem.cells
    if problem.single_stimulus_cells or cells is None or cells.vcov is None:
        return None
    rows = _rows(cells) if groups is None else _claimed(cells, groups)
    if rows is None or not 2 <= len(rows) <= MOST_MEANS:
        return None
    known = problem.errors
    means, vcov = (cells.means, cells.vcov) if known is None else (known.means, known.vcov)
    return order_test(rows @ means, rows @ vcov @ rows.T, rng)


def _claimed(cells: CellMeans, groups: Groups) -> np.ndarray | None:
    try:
        return group_means(groups, cells)
    except AnalysisError:
        return None


def _rows(cells: CellMeans) -> np.ndarray | None:
    """Return the weights of the means in their order, (means, cells)."""
    if cells.columns == ("victims",):
        rank = np.argsort(cells.table["victims"].to_numpy())
    elif cells.columns == ("group",):
        rank = np.argsort(cells.table["group"].map(GROUP_ORDER).to_numpy())
    else:
        return None
    return np.eye(len(rank))[rank]
