"""How far the cell means are from a curve: is even the best curve good enough?

The unrestricted means and their covariance are those of ``Problem.errors`` (REML with Satterthwaite
degrees of freedom, or HC3), the curve is put as near to them as it gets in that metric (generalised
least squares), and what is left is tested by F. For a curve whose shape was fitted (:func:`misfit`), what
a small change of its shape could take up does not count: the test is against the tangent plane of the
curve (the lack-of-fit test of nonlinear regression; Bates & Watts 1988, chapter 2 [M+]). A curve whose
shape and floor are given by the theory (:func:`check_specified`) has nothing to adjust but its scale
and, for a response without a true zero, a constant, so that it can fail.

Fitting the curve by maximum likelihood instead would let random intercepts absorb it: a curve
without a free constant is then put near zero, and the variance of participants or stimuli swollen until
it holds the mean of all answers. And chi-square would forget that eight letters are only eight. Share of
400 simulated studies in which a true curve is rejected at .05 (Monte Carlo standard error .011) [C]:

====================================== ================ ====================
Curve, and people                      Here             Ratio of likelihoods
====================================== ================ ====================
I1, eight letters: 50, 393 a kind      .048, .035       .058, .045
I2, eight letters: 50, 393, 1000       .038, .048, .065 .053, .060, .088
P1, sixteen vignettes: 40, 200 in all  .045, .035       .045, .043
M5, sixteen appeals, 60 a number       .033             .043
M5, the same, a third of the effect    .030             .043
====================================== ================ ====================

With a fitted shape (M5) the test is somewhat conservative; 400 people a number were not simulated.
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
NOTHING = 1e-6
"""A direction below this share of the greatest one is none."""


@dataclass(frozen=True)
class Misfit:
    """Test of cell means against a curve."""

    g2: float
    """Squared distance of the means from the curve, in the metric of their covariance; its
    expectation on the curve is about ``df``."""
    df: int
    """Cells minus what the curve may adjust."""
    df_error: float
    """Of the F test of ``g2 / df``; infinite for a chi-square test."""
    p: float


def distance(problem: Problem, cells: CellMeans, matrix: Array) -> Misfit:
    """Test the cell means against all of ``matrix @ beta``; it must leave degrees of freedom.

    Parameters
    ----------
    matrix : ndarray, shape (cells, k)
        Of full rank.
    """
    rows = null_space(matrix.T, rcond=NOTHING).T
    df = len(rows)
    if problem.errors is not None:
        f, df_error, p = problem.errors.joint(rows)
        return Misfit(f * df, df, df_error, p)
    if cells.vcov is None:
        return _by_likelihood(cells, problem.engine(matrix[cells.index]).loglik, df)
    away = rows @ cells.means
    return _by_chi_square(float(away @ np.linalg.solve(rows @ cells.vcov @ rows.T, away)), df)


def misfit(problem: Problem, fit: CurveFit) -> Misfit | None:
    """Test a fitted curve; None where no cells remain to test it by."""
    cells = problem.cells
    if cells is None or problem.lone_stimuli or not set(fit.columns) <= set(cells.columns):
        return None
    df = len(cells.means) - fit.k_curve
    if df < 1:
        return None
    if problem.errors is not None:
        return distance(problem, cells, tangent(fit, cells))
    # On another scale than the answers' own only the likelihoods are known.
    return _by_likelihood(cells, fit.loglik, df)


def _by_likelihood(cells: CellMeans, loglik: float, df: int) -> Misfit:
    return _by_chi_square(max(0.0, 2 * (cells.loglik - loglik)), df)


def _by_chi_square(g2: float, df: int) -> Misfit:
    return Misfit(g2, df, np.inf, float(chi2.sf(g2, df)))


def tangent(fit: CurveFit, cells: CellMeans) -> Array:
    """Directions in which a fitted curve can move at its cells, (cells, k).

    Columns are the constant, the curve's own columns (but for those held at zero) and the
    derivatives of the curve by its shape parameters; those that move nothing are left out.
    """
    hypothesis, coefficients = fit.hypothesis, np.nan_to_num(fit.coefficients)
    columns = [np.ones(len(cells.means))] if hypothesis.intercept else []
    columns += list(hypothesis.basis(cells.design, fit.shape)[:, coefficients != 0].T)
    for parameter in hypothesis.free_shape:
        if parameter.search == "levels":
            continue
        low, high = _beside(parameter, fit.shape[parameter.name])
        below, above = (
            hypothesis.basis(cells.design, fit.shape | {parameter.name: v}) for v in (low, high)
        )
        columns.append((above - below) @ coefficients / (high - low))
    matrix = np.column_stack(columns)
    lengths: Array = np.linalg.norm(matrix, axis=0)
    return matrix[:, lengths > 0] / lengths[lengths > 0]


def _beside(parameter: Shape, value: float) -> tuple[float, float]:
    """Two values on the sides of a shape parameter, within its bounds."""
    step = STEP * (value if parameter.search == "log" else parameter.upper - parameter.lower)
    return max(parameter.lower, value - step), min(parameter.upper, value + step)


@dataclass(frozen=True)
class SpecifiedCheck:
    """How far the cell means are from one fully specified curve, and from no effect at all."""

    hypothesis: Hypothesis
    constant: float
    scale: float
    """``constant + scale * curve`` is nearest to the cell means, cells weighing alike; below zero
    the curve lies upside down."""
    misfit: Misfit
    rmse: float
    """Root mean squared distance of cell means and curve, cells weighing alike."""
    misfit_flat: Misfit
    rmse_flat: float

    def predict(self, design: Design) -> Array:
        """The curve on a design, as near to the cell means as it gets."""
        return self.constant + self.scale * self.hypothesis.predict(design)

    def table(self) -> pd.DataFrame:
        """Two rows: the predicted curve and flat."""
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
    """Test a curve with its parameters at their defaults against the unrestricted cell means.

    Parameters
    ----------
    problem : Problem
        From :func:`analysis.curves.fitting.prepare`; it must have cell means.
    hypothesis : Hypothesis
        With the given parameters, see :meth:`Hypothesis.at`.
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
    predicted = hypothesis.predict(cells.design)
    flat = np.ones((len(predicted), 1))
    matrix = np.column_stack([flat[:, : int(free != "scale")], predicted])
    rank = int(np.linalg.matrix_rank(matrix))
    if rank >= len(predicted) or rank < matrix.shape[1]:
        raise AnalysisError(
            f"{len(predicted)} cells cannot test a curve with {matrix.shape[1]} free constants.",
            "The design needs more levels than that.",
        )
    *constant, scale = np.linalg.lstsq(matrix, cells.means, rcond=None)[0]
    left = cells.means - matrix @ [*constant, scale]
    return SpecifiedCheck(
        hypothesis=hypothesis,
        constant=float(sum(constant)),
        scale=float(scale),
        misfit=distance(problem, cells, matrix),
        rmse=float(np.sqrt(np.mean(left**2))),
        misfit_flat=distance(problem, cells, flat),
        rmse_flat=float(np.std(cells.means)),
    )
