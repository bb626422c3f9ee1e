"""Contrasts of a fitted model, marginal means on a reference grid, and Welch comparisons.

Every fit in this package offers ``names``, ``beta``, ``vcov``, ``df_of(weights)``,
``joint(weights)`` and ``design``; the functions here need nothing else, so they serve linear,
generalised and mixed models alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import AnalysisError


class Estimates(Protocol):
    """What a contrast needs to know of a fit."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def beta(self) -> np.ndarray: ...
    @property
    def vcov(self) -> np.ndarray: ...
    def df_of(self, weights: np.ndarray) -> float: ...
    def joint(self, weights: np.ndarray) -> tuple[float, float, float, float]: ...


@dataclass(frozen=True)
class Contrast:
    """Linear combinations of fixed effects.

    ``table`` has columns label, estimate, se, df, statistic, p (two-sided, unadjusted), ci_low,
    ci_high. ``statistic``, ``df``, ``df_error``, ``p``: the joint Wald test of all rows (F, or
    chi-square when ``df_error`` is infinite).
    """

    table: pd.DataFrame
    weights: np.ndarray
    statistic: float
    df: float
    df_error: float
    p: float


def contrast(
    fit: Estimates,
    weights: np.ndarray | Sequence[float] | dict[str, float],
    labels: Sequence[str] | None = None,
    level: float = 0.95,
) -> Contrast:
    """Estimate and test ``weights @ beta``.

    Parameters
    ----------
    weights : array (terms,) or (rows, terms), or {term name: weight}
    labels : names of the rows; written out from the weights when None.

    Raises
    ------
    AnalysisError
        If a name is unknown or the number of columns is not the number of terms.
    """
    matrix = _weight_matrix(fit, weights)
    estimate = matrix @ fit.beta
    se = np.sqrt(np.einsum("ij,jk,ik->i", matrix, fit.vcov, matrix))
    df = np.array([fit.df_of(row) for row in matrix])
    names = list(labels) if labels is not None else [_spell(row, fit.names) for row in matrix]
    table = estimate_table(names, estimate, se, df, first="label", level=level)
    return Contrast(table, matrix, *fit.joint(matrix))


def estimate_table(
    labels: Sequence[str],
    estimate: np.ndarray,
    se: np.ndarray,
    df: np.ndarray,
    first: str = "term",
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimates with t tests and intervals (normal where df is infinite); arrays of shape (k,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / se
    half = stats.t.ppf((1 + level) / 2, df) * se
    return pd.DataFrame(
        {
            first: list(labels),
            "estimate": estimate,
            "se": se,
            "df": df,
            "statistic": statistic,
            "p": 2 * stats.t.sf(np.abs(statistic), df),
            "ci_low": estimate - half,
            "ci_high": estimate + half,
        }
    )


def _weight_matrix(
    fit: Estimates, weights: np.ndarray | Sequence[float] | dict[str, float]
) -> np.ndarray:
    if isinstance(weights, dict):
        unknown = [name for name in weights if name not in fit.names]
        if unknown:
            raise AnalysisError(
                f"The contrast names {unknown[0]!r}, which is not a term of the model.",
                f"Terms: {', '.join(fit.names)}.",
            )
        weights = [weights.get(name, 0.0) for name in fit.names]
    matrix = np.atleast_2d(np.asarray(weights, dtype=float))
    if matrix.shape[1] != len(fit.names):
        raise AnalysisError(
            f"The contrast has {matrix.shape[1]} weights for {len(fit.names)} terms.",
            f"Give one per term: {', '.join(fit.names)}.",
        )
    return matrix


def _spell(row: np.ndarray, names: Sequence[str]) -> str:
    parts = [f"{w:+g} {n}" for w, n in zip(row, names, strict=True) if w != 0]
    return " ".join(parts).removeprefix("+1 ").removeprefix("+")
