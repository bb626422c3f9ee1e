"""Is the curve flat? Equivalence of all cells within the smallest effect of interest (SESOI).

Each pair of cells has its own TOST (``analysis.equivalence``). "Not significant" is not
equivalence: with few people nothing is significant and nothing is equivalent either.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.curves.problem import Problem
from analysis.equivalence import DEFAULT_SESOI_D, Equivalence, equivalence
from analysis.errors import AnalysisError
from analysis.models.design import Array


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
    bound = sesoi if sesoi is not None else DEFAULT_SESOI_D * within_sd(problem)
    names = cell_names(problem)
    pairs = []
    for i, j in combinations(range(len(cells.means)), 2):
        label = f"{names[j]} minus {names[i]}"
        difference, se, df = _difference(problem, cells.means, cells.vcov, j, i)
        pairs.append((label, equivalence(difference, se, df, bound, alpha=alpha, what=label)))
    return FlatEquivalence(all(is_small(e) for _, e in pairs), bound, tuple(pairs))


def _difference(
    problem: Problem, means: Array, vcov: Array, first: int, second: int
) -> tuple[float, float, float]:
    """Difference of two cells, its standard error and degrees of freedom."""
    if problem.errors is not None:
        return problem.errors.difference(first, second)
    variance = vcov[first, first] + vcov[second, second] - 2 * vcov[first, second]
    return float(means[first] - means[second]), float(np.sqrt(variance)), error_df(problem)


def is_small(result: Equivalence) -> bool:
    """Whether an effect is shown to be below the SESOI, whether or not it differs from zero."""
    return result.verdict in ("equivalent", "different but small")


def within_sd(problem: Problem) -> float:
    """SD of the responses around the mean of their cell, in units of the response."""
    cells = problem.cells
    if cells is None:
        raise AnalysisError("There are no cells.", "Give the SESOI in units of the response.")
    y = problem.data[problem.response].to_numpy(dtype=np.float64)
    sums = np.bincount(cells.index, weights=y)
    residual = y - (sums / np.bincount(cells.index))[cells.index]
    return float(np.sqrt(np.sum(residual**2) / (len(y) - len(cells.means))))


def error_df(problem: Problem) -> float:
    """Cautious degrees of freedom of differences between cells, where a likelihood gives none.

    Participants (rows without that column) minus cells; where no stimulus appears in two cells,
    stimuli minus cells if that is fewer.
    """
    cells = problem.cells
    if cells is None:
        raise AnalysisError("There are no cells.", "")
    units = len(problem.data)
    if "participant" in problem.data:
        units = problem.data["participant"].nunique()
    if "stimulus" in problem.data:
        pairs = pd.DataFrame(
            {"cell": cells.index, "stimulus": problem.data["stimulus"].to_numpy()}
        ).drop_duplicates()
        shared = pairs["stimulus"].duplicated().any()
        if not shared and problem.data["stimulus"].nunique() > len(cells.means):
            units = min(units, problem.data["stimulus"].nunique())
    return float(max(1, units - len(cells.means)))


def cell_names(problem: Problem) -> list[str]:
    """Cells in words, e.g. ``victims 10,000``."""
    cells = problem.cells
    if cells is None:
        return []
    return [
        ", ".join(
            f"{c} {v:,.10g}" if isinstance(v, (int, float, np.number)) else f"{c} {v}"
            for c, v in zip(cells.columns, row, strict=True)
        )
        for row in cells.table[list(cells.columns)].itertuples(index=False, name=None)
    ]
