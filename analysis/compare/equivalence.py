"""Equivalence: is an effect shown to be smaller than the smallest effect of interest (SESOI)?

Two one-sided tests (TOST; Schuirmann 1987, Lakens 2017): the effect is equivalent to zero if it
is significantly above -SESOI and significantly below +SESOI. The default SESOI of the project is
d = .20 (fact sheet 4.5 rule 6). "Not significant" is not equivalence.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import t as t_distribution

from analysis.curves.problem import Problem
from analysis.errors import AnalysisError

DEFAULT_D = 0.20


@dataclass(frozen=True)
class Equivalence:
    """A TOST of one estimate."""

    label: str
    estimate: float
    se: float
    df: float
    sesoi: float
    p: float
    """The larger of the two one-sided p values."""
    low: float
    high: float
    """Interval of coverage 1 - 2 alpha; equivalence is this interval inside +/- SESOI."""
    equivalent: bool
    alpha: float

    def sentence(self) -> str:
        """The result in one sentence."""
        shown = "is shown to be" if self.equivalent else "is not shown to be"
        return (
            f"{self.label} {shown} smaller than {self.sesoi:.3g} in either direction "
            f"(estimate {self.estimate:.3g}, {1 - 2 * self.alpha:.0%} interval {self.low:.3g} to "
            f"{self.high:.3g}, TOST p = {self.p:.3g})."
        )


@dataclass(frozen=True)
class FlatEquivalence:
    """TOST of every pair of cells: flat within the SESOI only if all pairs are."""

    equivalent: bool
    sesoi: float
    pairs: tuple[Equivalence, ...]

    def table(self) -> pd.DataFrame:
        """One row per pair of cells."""
        fields = ("label", "estimate", "se", "df", "low", "high", "p", "equivalent")
        return pd.DataFrame([{f: getattr(pair, f) for f in fields} for pair in self.pairs])

    def sentence(self) -> str:
        """The result in one sentence."""
        open_pairs = [p for p in self.pairs if not p.equivalent]
        if self.equivalent:
            return (
                f"All {len(self.pairs)} differences between cells are shown to be smaller than "
                f"{self.sesoi:.3g} (TOST), so that flat within the SESOI is established."
            )
        worst = max(self.pairs, key=lambda p: abs(p.estimate))
        return (
            f"Flatness within {self.sesoi:.3g} is not shown: {len(open_pairs)} of "
            f"{len(self.pairs)} differences between cells are not shown to be smaller (largest: "
            f"{worst.label}, {worst.estimate:.3g})."
        )


def equivalence(
    estimate: float,
    se: float,
    df: float,
    sesoi: float,
    *,
    label: str = "The effect",
    alpha: float = 0.05,
) -> Equivalence:
    """Test one estimate for equivalence to zero.

    Parameters
    ----------
    estimate, se, df : float
        Of the contrast; ``df`` may be infinite.
    sesoi : float
        Smallest effect size of interest, in the units of the estimate.

    Raises
    ------
    AnalysisError
        A standard error or SESOI that is not positive and finite.
    """
    if not (np.isfinite(estimate) and np.isfinite(se) and se > 0):
        raise AnalysisError(
            f"{label} has the estimate {estimate:g} and the standard error {se:g}.",
            "Both must be numbers, and the standard error above zero.",
        )
    if not (np.isfinite(sesoi) and sesoi > 0):
        raise AnalysisError(
            f"The smallest effect of interest is {sesoi:g}.", "It must be a number above zero."
        )
    above = float(t_distribution.sf((estimate + sesoi) / se, df))
    below = float(t_distribution.cdf((estimate - sesoi) / se, df))
    half = float(t_distribution.ppf(1 - alpha, df)) * se
    p = max(above, below)
    return Equivalence(
        label, estimate, se, df, sesoi, p, estimate - half, estimate + half, p < alpha, alpha
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
        In units of the response; None takes d = .20 of the SD within cells.

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
    bound = sesoi if sesoi is not None else DEFAULT_D * within_sd(problem)
    df = error_df(problem)
    names = cell_names(problem)
    pairs = []
    for i, j in combinations(range(len(cells.means)), 2):
        variance = cells.vcov[i, i] + cells.vcov[j, j] - 2 * cells.vcov[i, j]
        pairs.append(
            equivalence(
                float(cells.means[j] - cells.means[i]),
                float(np.sqrt(variance)),
                df,
                bound,
                label=f"{names[j]} minus {names[i]}",
                alpha=alpha,
            )
        )
    return FlatEquivalence(all(p.equivalent for p in pairs), bound, tuple(pairs))


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
    """Cautious degrees of freedom of differences between cells.

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
