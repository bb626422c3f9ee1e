"""Lack of fit: how far are the cell means from a curve, even from the best one?

The unrestricted means and their covariance are those of ``Problem.errors`` (REML with Satterthwaite
degrees of freedom, or HC2; without sphericity where participants see three or more conditions). The curve is fitted to them by generalised least squares, and the residuals are
tested by F. For a curve with an estimated shape (:func:`misfit`), the test is against the tangent plane of the
curve, so that residuals which a small change of shape would remove do not count (the lack-of-fit test of
nonlinear regression; Bates & Watts 1988, chapter 2 [M+]). In a curve whose shape and floor are specified by
theory (:func:`check_specified`) only the scale is free and, for a response without a true zero, a constant; such
a curve can therefore fail.

If the curve were fitted by maximum likelihood instead, random intercepts could absorb it: a curve without a
free constant would be fitted near zero, and the variance of participants or stimuli inflated to account for the
grand mean. And a chi-square test would ignore that there are only eight letters. Proportion of 400 simulated
studies in which a true curve is rejected at .05 (Monte Carlo standard error .011) [C]:

====================================== ================ ====================
Curve, and participants                This test        Likelihood ratio
====================================== ================ ====================
I1, eight letters: 50, 393 per kind    .048, .035       .058, .045
I2, eight letters: 50, 393, 1000       .038, .048, .065 .053, .060, .088
P1, sixteen vignettes: 40, 200 in all  .045, .035       .045, .043
M5, sixteen appeals, 60 per number     .033             .043
M5, the same, a third of the effect    .030             .043
====================================== ================ ====================

With an estimated shape (M5) the test is somewhat conservative; 400 participants per number were not simulated.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.linalg import null_space
from scipy.stats import chi2

from analysis.curves.catalogue import Hypothesis, Shape
from analysis.curves.catalogue.design import Array, Design
from analysis.curves.fitting import CellMeans, CurveFit, Problem
from analysis.errors import AnalysisError

Free = Literal["scale", "scale and intercept"]
STEP = 1e-5
"""Step of the numerical derivative, as a share of a shape parameter's range."""
NEAR_ZERO = 1e-6
"""Relative size below which a singular value counts as zero."""


@dataclass(frozen=True)
class Misfit:
    """A lack-of-fit test of a curve against the cell means."""

    g2: float
    """Squared distance of the means from the curve, in the metric of their covariance; about ``df`` on
    average if the curve is true."""
    df: int
    """Number of cells minus the free parameters of the curve."""
    df_error: float
    """Denominator degrees of freedom of the F test of ``g2 / df``; infinite for a chi-square test."""
    p: float


def distance(problem: Problem, cells: CellMeans, matrix: Array) -> Misfit:
    """Test the lack of fit of ``matrix @ beta`` to the cell means; at least one degree of freedom must remain.

    Parameters
    ----------
    matrix : ndarray, shape (cells, k)
        Of full rank.

    Raises
    ------
    AnalysisError
        If there are too few participants.
    """
    rows = null_space(matrix.T, rcond=NEAR_ZERO).T
    df = len(rows)
    if problem.errors is not None:
        f, df_error, p = problem.errors.joint(rows)
        return Misfit(f * df, df, df_error, p)
    if cells.vcov is None:
        return _by_likelihood(cells, problem.engine(matrix[cells.index]).loglik, df)
    residual = rows @ cells.means
    return _by_chi_square(
        float(residual @ np.linalg.solve(rows @ cells.vcov @ rows.T, residual)), df
    )


def misfit(problem: Problem, fit: CurveFit) -> Misfit | None:
    """Test the lack of fit of a fitted curve; None if no degrees of freedom remain."""
    cells = problem.cells
    if cells is None or problem.single_stimulus_cells or not set(fit.columns) <= set(cells.columns):
        return None
    df = len(cells.means) - fit.k_curve
    if df < 1:
        return None
    if problem.errors is not None:
        try:
            return distance(problem, cells, tangent(fit, cells))
        except AnalysisError:
            return None  # Too few participants for as many contrasts within them.
    # On scales other than that of the response, only likelihoods are available.
    return _by_likelihood(cells, fit.loglik, df)


def _by_likelihood(cells: CellMeans, loglik: float, df: int) -> Misfit:
    return _by_chi_square(max(0.0, 2 * (cells.loglik - loglik)), df)


def _by_chi_square(g2: float, df: int) -> Misfit:
    return Misfit(g2, df, np.inf, float(chi2.sf(g2, df)))


def tangent(fit: CurveFit, cells: CellMeans) -> Array:
    """Return the tangent space of a fitted curve at its cells, (cells, k).

    The columns are the constant, the columns of the curve (except those fixed at zero) and the derivatives
    of the curve with respect to its shape parameters; columns of zeros are left out.
    """
    hypothesis, coefficients = fit.hypothesis, np.nan_to_num(fit.coefficients)
    columns = [np.ones(len(cells.means))] if hypothesis.intercept else []
    columns += list(hypothesis.basis(cells.design, fit.shape)[:, coefficients != 0].T)
    for parameter in hypothesis.free_shape:
        if parameter.search == "levels":
            continue
        low, high = _neighbours(parameter, fit.shape[parameter.name])
        below, above = (
            hypothesis.basis(cells.design, fit.shape | {parameter.name: v}) for v in (low, high)
        )
        columns.append((above - below) @ coefficients / (high - low))
    matrix = np.column_stack(columns)
    lengths: Array = np.linalg.norm(matrix, axis=0)
    return matrix[:, lengths > 0] / lengths[lengths > 0]


def _neighbours(parameter: Shape, value: float) -> tuple[float, float]:
    """Return a value just below and just above a shape parameter, within its bounds."""
    step = STEP * (value if parameter.search == "log" else parameter.upper - parameter.lower)
    return max(parameter.lower, value - step), min(parameter.upper, value + step)


@dataclass(frozen=True)
class SpecifiedCheck:
    """Lack of fit of a fully specified curve, and of a flat line."""

    hypothesis: Hypothesis
    constant: float
    scale: float
    """``constant + scale * curve`` is closest to the cell means, with equal weights of cells; if the scale is
    negative, the curve is reversed."""
    misfit: Misfit
    rmse: float
    """Root mean squared difference between cell means and curve, with equal weights of cells."""
    misfit_flat: Misfit
    rmse_flat: float

    def predict(self, design: Design) -> Array:
        """Return the curve on a design, fitted as closely to the cell means as its free constants allow."""
        return self.constant + self.scale * self.hypothesis.predict(design)

    def table(self) -> pd.DataFrame:
        """Return two rows: the predicted curve and a flat line."""
        name = f"{self.hypothesis.id} {self.hypothesis.name}"
        return pd.DataFrame(
            [
                {"curve": name, **asdict(self.misfit), "distance": self.rmse, "scale": self.scale},
                {"curve": "flat", **asdict(self.misfit_flat), "distance": self.rmse_flat},
            ]
        )


def check_specified(
    problem: Problem, hypothesis: Hypothesis, free: Free = "scale"
) -> SpecifiedCheck:
    """Test the lack of fit of a curve with its parameters at their defaults.

    Parameters
    ----------
    problem : Problem
        From :func:`analysis.curves.fitting.prepare`; cell means are required.
    hypothesis : Hypothesis
        With fixed parameters, see :meth:`Hypothesis.at`.
    free : {"scale", "scale and intercept"}
        "scale" if zero means that nothing is given or felt. With an intercept as well, a floor of .10
        and one of .48 are the same prediction.

    Raises
    ------
    AnalysisError
        If there are no cell means, or no more cells than free constants.
    """
    cells = problem.cells
    if cells is None or not set(hypothesis.requires) <= set(cells.columns):
        raise AnalysisError(
            f"{hypothesis.id} cannot be tested against cell means: its columns are continuous or "
            "absent.",
            "Compare it with other curves instead.",
        )
    if problem.single_stimulus_cells:
        raise AnalysisError(
            "Some cells contain only one stimulus, so that their means cannot test a curve: "
            "differences between stimuli would count as lack of fit.",
            "Use several stimuli in each cell, or the same stimuli in all cells.",
        )
    predicted = hypothesis.predict(cells.design)
    flat = np.ones((len(predicted), 1))
    matrix = np.column_stack([flat[:, : int(free != "scale")], predicted])
    rank = int(np.linalg.matrix_rank(matrix))
    if rank >= len(predicted) or rank < matrix.shape[1]:
        raise AnalysisError(
            f"{len(predicted)} cells cannot test a curve with {matrix.shape[1]} free constants.",
            "The design needs more levels.",
        )
    *constant, scale = np.linalg.lstsq(matrix, cells.means, rcond=None)[0]
    residual = cells.means - matrix @ [*constant, scale]
    return SpecifiedCheck(
        hypothesis=hypothesis,
        constant=float(sum(constant)),
        scale=float(scale),
        misfit=distance(problem, cells, matrix),
        rmse=float(np.sqrt(np.mean(residual**2))),
        misfit_flat=distance(problem, cells, flat),
        rmse_flat=float(np.std(cells.means)),
    )
