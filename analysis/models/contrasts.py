"""Contrasts of a fitted model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import AnalysisError
from analysis.models.result import RATIOS, SCALES, Fit
from analysis.models.wald import estimate_table
from analysis.showing import Part, Shown, written
from experiments.numbers import degrees, estimate, p_phrase, scale_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALLEST_SE = 1e-8
"""A standard error below this share of the SD of answers is rounding error."""
INVERSE_LINKS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": np.asarray,
    "logit": special.expit,
    "probit": special.ndtr,
    "log": np.exp,
}


@dataclass(frozen=True)
class Contrast(Shown):
    """Linear combinations of fixed effects.

    ``estimates`` has columns label, estimate, se, df, statistic, p (two-sided, unadjusted), ci_low,
    ci_high. If a condition is at a limit (``Fit.limit``), there are also ``test`` (Wald, likelihood ratio or none)
    and ``why`` (there is none). ``statistic``, ``df``, ``df_error``, ``p``: the joint Wald test of all rows (F, or
    chi-square when ``df_error`` is infinite).
    """

    estimates: pd.DataFrame
    weights: np.ndarray
    statistic: float
    df: float
    df_error: float
    p: float
    link: str = "identity"
    """Link of the model, that is, the scale of the estimates."""
    level: float = 0.95
    """Confidence level of the intervals."""
    title: str = "Contrasts"
    notes: tuple[str, ...] = ()
    """The adjustment of the p values, and the values at which other predictors were held."""

    def table(self) -> pd.DataFrame:
        """Return one row per contrast: its name, estimate, se, df, statistic, p, ci_low, ci_high.

        Also p_adjusted if p values are adjusted, and the odds ratio (logit link) or the ratio (log link).
        """
        table = self.estimates.rename(columns={"label": "contrast"})
        if "why" in table and not table["why"].any():
            table = table.drop(columns="why")
        if ratio := RATIOS.get(self.link):
            table[ratio] = np.exp(table["estimate"])
        return table

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the contrasts with their intervals."""
        from analysis.showing.axes import intervals

        names = self.estimates.loc[:, :"label"].drop(columns="label").astype(str)
        within = [", ".join(row) for row in names.itertuples(index=False, name=None)]
        labels = [
            f"{label} ({own})" if own else str(label)
            for label, own in zip(self.estimates["label"], within, strict=True)
        ]
        across = f"difference, in {SCALES[self.link]} ({self.level:.0%} interval)"
        return intervals(axes, labels, self.estimates, across)

    def parts(self) -> Iterator[Part]:
        """Return the contrasts, their joint test, and notes."""
        is_z = not np.isfinite(self.estimates["df"]).all()
        table = written(self.table(), self.level, statistic="z" if is_z else "t")
        lines = []
        if len(self.estimates) > 1 and np.isfinite(self.statistic):
            test = (
                f"χ²({degrees(self.df)})"
                if np.isinf(self.df_error)
                else f"F({degrees(self.df)}, {degrees(self.df_error)})"
            )
            lines = [f"Joint test: {test} = {estimate(self.statistic, 2)}, {p_phrase(self.p)}."]
        if self.link != "identity":
            lines.append(f"Estimates are {SCALES[self.link]}.")
        yield Part(self.title, (*lines, *self.notes), table)


def contrast(
    fit: Fit,
    weights: np.ndarray | Sequence[float] | dict[str, float],
    labels: Sequence[str] | None = None,
    level: float = 0.95,
) -> Contrast:
    """Estimate and test ``weights @ beta``.

    Parameters
    ----------
    weights : array (terms,) or (rows, terms), or {term name: weight}
    labels : names of the rows; if None, they are written out from the weights

    Raises
    ------
    AnalysisError
        If a name is unknown or the number of columns is not the number of terms.
    """
    matrix = _weight_matrix(fit, weights)
    names = list(labels) if labels is not None else [_spell(row, fit.names) for row in matrix]
    if fit.limit is not None:
        table = fit.limit.estimates(matrix, names, level)
        return Contrast(table, matrix, *fit.joint(matrix), link=fit.link, level=level)
    # If responses do not vary at all, rounding can leave a variance below zero.
    se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", matrix, fit.vcov, matrix), 0))
    df = np.array([fit.df_of(row) for row in matrix])
    table = estimate_table(names, matrix @ fit.beta, se, df, first="label", level=level)
    return Contrast(table, matrix, *fit.joint(matrix), link=fit.link, level=level)


def _weight_matrix(
    fit: Fit, weights: np.ndarray | Sequence[float] | dict[str, float]
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
    parts = [
        f"{'+' if w > 0 else '-'}{scale_value(abs(w))} {n}"
        for w, n in zip(row, names, strict=True)
        if w != 0
    ]
    return " ".join(parts).removeprefix("+1 ").removeprefix("+")
