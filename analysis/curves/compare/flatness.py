"""Equivalence of all cells: is the curve flat within the smallest effect size of interest (SESOI)?

Each pair of cells is tested by TOST (``analysis.models.equivalence``). A nonsignificant difference is not
equivalence: with few participants nothing is significant, and nothing is equivalent either.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.curves.catalogue.design import Array
from analysis.curves.fitting import CellMeans, Problem
from analysis.errors import AnalysisError
from analysis.models.equivalence import DEFAULT_SESOI_D, Equivalence, equivalence
from experiments.numbers import scale_value

SMALL = ("equivalent", "different but small")
"""Verdicts that an effect is below the SESOI, whether or not it differs from zero."""


@dataclass(frozen=True)
class FlatEquivalence:
    """Equivalence tests of all pairs of cells: the curve is flat within the SESOI only if all pairs are."""

    equivalent: bool
    sesoi: float
    pairs: tuple[tuple[str, Equivalence], ...]
    """Label and TOST of each difference between cells."""

    def table(self) -> pd.DataFrame:
        """Return one row per pair of cells."""
        fields = ("estimate", "se", "df", "ci_low", "ci_high", "p", "verdict")
        return pd.DataFrame(
            [{"label": label, **{f: getattr(e, f) for f in fields}} for label, e in self.pairs]
        )


def equivalence_to_flat(
    problem: Problem, sesoi: float | None = None, *, alpha: float = 0.05
) -> FlatEquivalence:
    """Test whether all cells are equal within the SESOI.

    Every pair has to pass its own TOST; as all have to pass, no correction is needed (intersection-
    union test, Berger 1982).

    Parameters
    ----------
    sesoi : float, optional
        In units of the response (in families other than the Gaussian, of the linear predictor); None
        means d = .20, in SDs within cells.

    Raises
    ------
    AnalysisError
        If there are no cell means, or no standard errors for them.
    """
    cells = problem.cells
    if cells is None or cells.vcov is None or len(cells.means) < 2:
        raise AnalysisError(
            "Equivalence of cells needs at least two cells with standard errors.",
            "Test a contrast with `equivalence` instead.",
        )
    if problem.single_stimulus_cells:
        raise AnalysisError(
            "Some cells contain only one stimulus, so that the standard errors of their "
            "differences do not include the variance between stimuli.",
            "Use several stimuli in each cell, or the same stimuli in all cells.",
        )
    if sesoi is None and not problem.own_scale:
        raise AnalysisError(
            "In this family, means are on the scale of the linear predictor, on which d = .20 in "
            "SDs of the response is not defined.",
            "Give the SESOI in units of that scale.",
        )
    bound = sesoi if sesoi is not None else DEFAULT_SESOI_D * within_sd(problem, cells)
    names = cell_names(cells)
    pairs = []
    for i, j in combinations(range(len(cells.means)), 2):
        label = f"{names[j]} minus {names[i]}"
        row = np.zeros(len(cells.means))
        row[[j, i]] = 1.0, -1.0
        numbers = contrast_of_means(problem, cells, row)
        pairs.append((label, equivalence(*numbers, bound, alpha=alpha, label=label)))
    return FlatEquivalence(all(e.verdict in SMALL for _, e in pairs), bound, tuple(pairs))


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
