"""Equivalence of all cells: is the curve flat within the smallest effect size of interest (SESOI)?

Each pair of cells is tested by TOST (``analysis.models.equivalence``). A nonsignificant difference is not
equivalence: with few participants nothing is significant, and nothing is equivalent either.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.curves.compare.cell_contrasts import (
    cell_names,
    contrast_of_means,
    default_smallest,
    testable,
)
from analysis.curves.fitting import Problem
from analysis.errors import AnalysisError
from analysis.models.equivalence import Equivalence, equivalence

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
    testable(problem)
    bound = default_smallest(problem) if sesoi is None else sesoi
    if bound is None:
        raise AnalysisError(
            "In this family, means are on the scale of the linear predictor, on which d = .20 in "
            "SDs of the response is not defined.",
            "Give the SESOI in units of that scale.",
        )
    names = cell_names(cells)
    pairs = []
    for i, j in combinations(range(len(cells.means)), 2):
        label = f"{names[j]} minus {names[i]}"
        row = np.zeros(len(cells.means))
        row[[j, i]] = 1.0, -1.0
        numbers = contrast_of_means(problem, cells, row)
        pairs.append((label, equivalence(*numbers, bound, alpha=alpha, label=label)))
    return FlatEquivalence(all(e.verdict in SMALL for _, e in pairs), bound, tuple(pairs))
