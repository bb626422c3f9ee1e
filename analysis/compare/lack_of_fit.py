"""How far the cell means are from a curve: is even the best curve good enough?

The unrestricted means and their covariance are those of ``Problem.errors`` (REML with Satterthwaite
degrees of freedom, or HC3), the curve is put as near to them as it gets in that metric (generalised
least squares), and what is left is tested by F. For a curve whose shape was fitted, what a small
change of its shape could take up does not count: the test is against the tangent plane of the curve
(the lack-of-fit test of nonlinear regression; Bates & Watts 1988, chapter 2 [M+]).

Fitting the curve by maximum likelihood instead would let random intercepts stand in for it: a curve
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

from dataclasses import dataclass

import numpy as np
from scipy.linalg import null_space
from scipy.stats import chi2

from analysis.curves import CurveFit
from analysis.curves.cells import CellMeans
from analysis.curves.problem import Problem
from analysis.hypotheses import Parameter
from analysis.models.design import Array

#: Step of the numerical derivative, as a share of a shape parameter's range.
STEP = 1e-5
#: A direction below this share of the greatest one is none.
NOTHING = 1e-6


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
    hypothesis = fit.hypothesis
    coefficients = np.nan_to_num(fit.coefficients)
    used = coefficients != 0
    basis = hypothesis.basis(cells.design, fit.shape)
    columns = [np.ones(len(cells.means))] if hypothesis.intercept else []
    columns += list(basis[:, used].T)
    for parameter in hypothesis.shape:
        if parameter.fixed or parameter.search == "levels":
            continue
        low, high = _beside(parameter, fit.shape[parameter.name])
        ends = [
            hypothesis.basis(cells.design, {**fit.shape, parameter.name: value})
            for value in (low, high)
        ]
        columns.append((ends[1] - ends[0]) @ coefficients / (high - low))
    lengths = [float(np.linalg.norm(column)) for column in columns]
    return np.column_stack(
        [c / length for c, length in zip(columns, lengths, strict=True) if length > 0]
    )


def _beside(parameter: Parameter, value: float) -> tuple[float, float]:
    """Two values on the sides of a shape parameter, within its bounds."""
    step = STEP * (parameter.upper - parameter.lower)
    if parameter.search == "log":
        step = STEP * value
    return max(parameter.lower, value - step), min(parameter.upper, value + step)


__all__ = ["Misfit", "distance", "misfit", "tangent"]
