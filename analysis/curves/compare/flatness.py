"""Is the curve flat? Equivalence of all cells within the smallest effect of interest (SESOI).

Each pair of cells has its own TOST (``analysis.models.equivalence``). "Not significant" is not
equivalence: with few people nothing is significant and nothing is equivalent either.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.curves.fitting import CellMeans, Problem
from analysis.errors import AnalysisError
from analysis.models.equivalence import DEFAULT_SESOI_D, Equivalence, equivalence
from experiments.numbers import scale_value

SMALL = ("equivalent", "different but small")
"""Verdicts that show an effect to be below the SESOI, whether or not it differs from zero."""


@dataclass(frozen=True)
class FlatEquivalence:
    """TOST of every pair of cells: flat within the SESOI only if all pairs are."""

    equivalent: bool
    sesoi: float
    pairs: tuple[tuple[str, Equivalence], ...]
    """Label and TOST of each difference of cells."""

    def table(self) -> pd.DataFrame:
        """One row per pair of cells."""
        fields = ("estimate", "se", "df", "ci_low", "ci_high", "p", "verdict")
        return pd.DataFrame(
            [{"label": label, **{f: getattr(e, f) for f in fields}} for label, e in self.pairs]
        )


def equivalence_to_flat(
    problem: Problem, sesoi: float | None = None, *, alpha: float = 0.05
) -> FlatEquivalence:
    """Test whether all cells are equal within the SESOI.

    Every pair must pass its own TOST; no correction is needed, since all have to (intersection-
    union test, Berger 1982).

    Parameters
    ----------
    sesoi : float, optional
        In units of the response (of the linear predictor under a given likelihood); None takes
        d = .20 of the SD within cells.

    Raises
    ------
    AnalysisError
        There are no cell means, or no standard errors for them.
    """
    cells = problem.cells
    if cells is None or cells.vcov is None or len(cells.means) < 2:
        raise AnalysisError(
            "Flatness needs at least two cells with standard errors.",
            "Give a contrast to `equivalence` instead.",
        )
    if problem.lone_stimuli:
        raise AnalysisError(
            "Some cells were shown by one stimulus only, so that the standard errors of their "
            "differences leave out how much stimuli differ.",
            "Show several stimuli in each cell, or the same ones in all.",
        )
    if sesoi is None and not problem.own_scale:
        raise AnalysisError(
            "Under this likelihood means are on the scale of its linear predictor, where d = .20 "
            "of the response's SD has no meaning.",
            "Give the SESOI in units of that scale.",
        )
    bound = sesoi if sesoi is not None else DEFAULT_SESOI_D * within_sd(problem, cells)
    names = cell_names(cells)
    pairs = []
    for i, j in combinations(range(len(cells.means)), 2):
        label = f"{names[j]} minus {names[i]}"
        if problem.errors is not None:
            difference, se, df = problem.errors.difference(j, i)
        else:
            difference = float(cells.means[j] - cells.means[i])
            variance = cells.vcov[j, j] + cells.vcov[i, i] - 2 * cells.vcov[j, i]
            se, df = float(np.sqrt(variance)), error_df(problem, cells)
        pairs.append((label, equivalence(difference, se, df, bound, alpha=alpha, what=label)))
    return FlatEquivalence(all(e.verdict in SMALL for _, e in pairs), bound, tuple(pairs))


def within_sd(problem: Problem, cells: CellMeans) -> float:
    """SD of the responses around the mean of their cell, in units of the response."""
    y = problem.data[problem.response]
    around = y - y.groupby(cells.index).transform("mean")
    return float(np.sqrt(np.sum(around**2) / (len(y) - len(cells.means))))


def error_df(problem: Problem, cells: CellMeans) -> float:
    """Cautious degrees of freedom of differences between cells, where a likelihood gives none.

    Participants (rows without that column) minus cells; where no stimulus appears in two cells,
    stimuli minus cells if that is fewer.
    """
    data = problem.data
    units = data["participant"].nunique() if "participant" in data else len(data)
    if "stimulus" in data:
        shown = data["stimulus"].nunique()
        pairs = data.assign(cell=cells.index).groupby(["cell", "stimulus"]).ngroups
        if pairs == shown > len(cells.means):
            units = min(units, shown)
    return float(max(1, units - len(cells.means)))


def cell_names(cells: CellMeans) -> list[str]:
    """Cells in words, e.g. ``victims 10,000``."""
    return [
        ", ".join(
            f"{c} {v if isinstance(v, str) else scale_value(v)}"
            for c, v in zip(cells.columns, row, strict=True)
        )
        for row in cells.table[list(cells.columns)].itertuples(index=False, name=None)
    ]
