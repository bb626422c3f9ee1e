"""A fully specified curve against the unrestricted cell means: the direct predictive check.

Shape and floor are given by the theory; only the scale of the response is free (and, for a
response without a true zero, an intercept). Nothing else is fitted, so that the curve can fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.linalg import null_space
from scipy.stats import chi2

from analysis.curves.cells import CellMeans
from analysis.curves.engines import Array
from analysis.curves.problem import Problem
from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis

Free = Literal["scale", "scale and intercept"]


@dataclass(frozen=True)
class SpecifiedCheck:
    """How far the cell means are from one predicted curve, and from no effect at all."""

    hypothesis: Hypothesis
    free: Free
    g2: float
    """Squared distance of the unrestricted means from the curve, in the metric of their
    covariance; its expectation on the curve is about ``df``."""
    df: int
    """Cells minus free constants."""
    df_error: float
    """Of the F test of ``g2 / df``; infinite for a likelihood-ratio test (chi-square)."""
    p: float
    rmse: float
    """Root mean squared distance of cell means and curve, cells weighing alike."""
    g2_flat: float
    df_flat: int
    df_error_flat: float
    p_flat: float
    rmse_flat: float
    log_evidence: float
    """Log-likelihood of the curve minus that of a flat line."""
    cells: pd.DataFrame
    """Design columns, n, mean, se, predicted, flat."""

    def table(self) -> pd.DataFrame:
        """Two rows: the predicted curve and flat."""
        return pd.DataFrame(
            {
                "curve": [f"{self.hypothesis.id} {self.hypothesis.name}", "flat"],
                "g2": [self.g2, self.g2_flat],
                "df": [self.df, self.df_flat],
                "df_error": [self.df_error, self.df_error_flat],
                "p": [self.p, self.p_flat],
                "distance": [self.rmse, self.rmse_flat],
            }
        )

    def sentence(self) -> str:
        """The result in one sentence."""
        fate = "rejected" if self.p < 0.05 else "not rejected"
        nearer = (
            "closer to it than to" if self.rmse < self.rmse_flat else "farther from it than from"
        )
        return (
            f"{self.hypothesis.id} ({self.hypothesis.title}), with only "
            f"{self.free} free, is {fate} by the cell means ({self._test()}); they are {nearer} a "
            f"flat line (distance {self.rmse:.3g} against {self.rmse_flat:.3g})."
        )

    def _test(self) -> str:
        p = f"p = {self.p:.3f}" if self.p >= 0.001 else "p < .001"
        if np.isfinite(self.df_error):
            return f"F({self.df}, {self.df_error:.1f}) = {self.g2 / self.df:.2f}, {p}"
        return f"G2 = {self.g2:.1f}, df = {self.df}, {p}"


def check_specified(
    problem: Problem,
    hypothesis: Hypothesis,
    params: Mapping[str, float] | None = None,
    free: Free = "scale",
) -> SpecifiedCheck:
    """Test a curve whose parameters are given.

    Parameters
    ----------
    problem : Problem
        From :func:`analysis.curves.prepare`; it must have cell means.
    hypothesis : Hypothesis
    params : mapping, optional
        The given parameters; None takes the hypothesis's defaults.
    free : {"scale", "scale and intercept"}
        "scale" where zero means nothing given or felt. With an intercept as well a floor of .10
        and one of .48 are the same prediction.

    Raises
    ------
    AnalysisError
        There are no cell means, or no more cells than free constants.
    """
    cells = problem.cells
    if cells is None or not set(hypothesis.requires) <= set(cells.columns):
        raise AnalysisError(
            f"{hypothesis.id} cannot be checked against cell means: its columns are continuous or "
            "absent.",
            "Compare it with other curves instead.",
        )
    if problem.lone_stimuli:
        raise AnalysisError(
            "Some cells were shown by one stimulus only, so that their means cannot test a curve: "
            "a stimulus that is liked less looks like a misfit.",
            "Show several stimuli in each cell, or the same ones in all.",
        )
    predicted = hypothesis.predict(cells.design, params)
    constant = np.ones_like(predicted)
    matrix = np.column_stack([predicted] if free == "scale" else [constant, predicted])
    rank = int(np.linalg.matrix_rank(matrix))
    df = len(predicted) - rank
    if df < 1 or rank < matrix.shape[1]:
        raise AnalysisError(
            f"{len(predicted)} cells cannot test a curve with {matrix.shape[1]} free constants.",
            "The design needs more levels than that.",
        )
    flat_line = constant[:, None]
    fitted, flat = _nearest(cells, matrix), _nearest(cells, flat_line)
    g2, df_error, p = _misfit(problem, cells, matrix)
    g2_flat, df_error_flat, p_flat = _misfit(problem, cells, flat_line)
    return SpecifiedCheck(
        hypothesis=hypothesis,
        free=free,
        g2=g2,
        df=df,
        df_error=df_error,
        p=p,
        rmse=_rms(cells.means - fitted),
        g2_flat=g2_flat,
        df_flat=len(predicted) - 1,
        df_error_flat=df_error_flat,
        p_flat=p_flat,
        rmse_flat=_rms(cells.means - flat),
        log_evidence=(g2_flat - g2) / 2,
        cells=cells.table.assign(predicted=fitted, flat=flat),
    )


def _misfit(problem: Problem, cells: CellMeans, matrix: Array) -> tuple[float, float, float]:
    """Squared distance of the cell means from ``matrix @ beta`` at the nearest beta, error df, p.

    The metric is that of the means' covariance (generalised least squares). Fitting the curve by
    maximum likelihood instead would let random intercepts stand in for it: a curve without a free
    constant is then put near zero, and the variance of participants or stimuli swollen until it
    holds the mean of all answers.
    """
    rows = null_space(matrix.T).T
    df = len(rows)
    if problem.errors is not None:
        f, df_error, p = problem.errors.joint(rows)
        return f * df, df_error, p
    if cells.vcov is None:
        g2 = max(0.0, 2 * (cells.loglik - problem.engine(matrix[cells.index]).loglik))
    else:
        away = rows @ cells.means
        g2 = float(away @ np.linalg.solve(rows @ cells.vcov @ rows.T, away))
    return g2, np.inf, float(chi2.sf(g2, df))


def _nearest(cells: CellMeans, matrix: Array) -> Array:
    """The curve in the cells as near to their means as it gets, cells weighing alike."""
    return np.asarray(matrix @ np.linalg.lstsq(matrix, cells.means, rcond=None)[0])


def _rms(distance: np.ndarray) -> float:
    return float(np.sqrt(np.mean(distance**2)))
