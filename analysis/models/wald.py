"""Wald tests: of one contrast in a row of a table, and of several jointly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from analysis.models.design import Array


class Joint(NamedTuple):
    """A joint Wald test: F, or chi-square where ``df_error`` is infinite."""

    statistic: float
    df: float
    df_error: float
    p: float


def wald_test(value: Array, vcov: Array, rank: float, df: float) -> Joint:
    """Test whether estimates (rows,) with a covariance (rows, rows) of some rank are all zero."""
    if not np.isfinite(vcov).all():
        return Joint(np.nan, np.nan, df, np.nan)
    chi2 = float(value @ np.linalg.pinv(vcov) @ value)
    if np.isfinite(df):
        return Joint(chi2 / rank, rank, df, float(special.fdtrc(rank, df, chi2 / rank)))
    return Joint(chi2, rank, np.inf, float(special.chdtrc(rank, chi2)))


def estimate_table(
    labels: tuple[str, ...] | list[str],
    estimate: Array,
    se: Array,
    df: Array,
    first: str = "term",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return a table of estimates with t tests and intervals (z where df is infinite); arrays of shape (k,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / se
    # The functions behind scipy.stats.t, without scipy.stats: it takes a second to load.
    half = special.stdtrit(df, (1 + level) / 2) * se
    return pd.DataFrame(
        {
            first: list(labels),
            "estimate": estimate,
            "se": se,
            "df": df,
            "statistic": statistic,
            "p": 2 * special.stdtr(df, -np.abs(statistic)),
            "ci_low": estimate - half,
            "ci_high": estimate + half,
        }
    )
