"""Attrition by condition, and a test of whether conditions differ in it.

Under differential attrition the remaining participants are no longer randomly assigned, so that every comparison of
conditions can be biased.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from analysis.data.tables import Table
from experiments.numbers import count

#: Random tables of the Monte Carlo test, and their seed, so that p is reproducible.
TABLES, SEED = 9_999, 20_240_101
#: Lowest expected count for the chi-square approximation.
SPARSE = 5.0


@dataclass(frozen=True)
class Attrition:
    """Attrition by condition."""

    table: Table = field(repr=False)
    """One row per condition: cell, began, gone, share."""
    statistic: float
    """Chi-square; nan if there is nothing to compare."""
    df: int
    p: float
    method: str
    """Method of the test, or the reason why there is none."""


def attrition(sessions: pd.DataFrame) -> Attrition:
    """Test for differential attrition between conditions.

    Parameters
    ----------
    sessions
        One row per session with the columns ``cell`` and ``gone`` (true or false).

    Notes
    -----
    Pearson's chi-square test; if an expected count is below 5, p is computed from 9,999 random tables with
    the same margins (Monte Carlo, fixed seed).
    """
    grouped = sessions.groupby("cell", sort=True, observed=True)["gone"]
    table = grouped.agg(began="size", gone="sum").astype(int).reset_index()
    table = table.assign(cell=table["cell"].astype(str), share=table["gone"] / table["began"])
    counts = np.column_stack([table["gone"], table["began"] - table["gone"]])
    if len(table) < 2:
        return Attrition(table, float("nan"), 0, float("nan"), "there is only one condition")
    if not counts.sum(axis=0).all():
        lost = "all sessions are lost" if counts[:, 0].sum() else "no session is lost"
        return Attrition(table, float("nan"), 0, float("nan"), lost)
    sparse = stats.contingency.expected_freq(counts).min() < SPARSE
    random = stats.MonteCarloMethod(n_resamples=TABLES, rng=np.random.default_rng(SEED))
    test = stats.chi2_contingency(counts, correction=False, method=random if sparse else None)
    method = f"chi-square, {count(TABLES)} random tables" if sparse else "chi-square"
    return Attrition(table, float(test.statistic), len(table) - 1, float(test.pvalue), method)
