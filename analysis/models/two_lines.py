"""A window: does the outcome first rise and then fall, with a peak inside the observed range?

A significant quadratic term is no evidence (y = log x gives it in up to 100 % of samples;
Simonsohn 2018, AMPPS 1:538-555 [V]). Two questions must both be answered yes:

- two lines: the slope is up before a break point and down after it, each significantly;
- interior peak: the confidence set of the peak lies inside the observed range.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats
from scipy.interpolate import BSpline

from analysis.errors import AnalysisError
from analysis.models import Fit, Formula, guards
from analysis.models.design import Array
from experiments.numbers import scale_value

MIN_DISTINCT = 5
"""Fewer intensity levels cannot show a curvature (fact sheet, E11)."""
SEGMENTS = 10
"""Intervals of the spline that finds the break point."""


@dataclass(frozen=True)
class Line:
    """The slope on one side of a break (robust SE, 95 % interval), and the rows on that side."""

    slope: float
    se: float
    p: float
    interval: tuple[float, float]
    n: int


@dataclass(frozen=True)
class TwoLines:
    """Lines below and above ``break_at``, and whether they form a window.

    ``shape``: "inverted U", "U" or "neither".
    """

    break_at: float
    low: Line
    high: Line
    shape: str


@dataclass(frozen=True)
class InteriorPeak:
    """Peak of a quadratic with its confidence set (Fieller).

    The set is [ci_low, ci_high]; infinite ends mean that it is unbounded there. ``interior`` is
    True when the curve is an inverted U and the set lies inside the observed range.
    """

    peak: float
    ci_low: float
    ci_high: float
    curvature: float
    p_curvature: float
    interior: bool


@dataclass(frozen=True)
class Smooth:
    """Fitted values and standard errors of a spline, both (n,)."""

    fitted: Array
    se: Array


def two_lines(
    data: pd.DataFrame,
    outcome: str,
    predictor: str,
    *,
    cluster: str | None = None,
    alpha: float = 0.05,
) -> TwoLines:
    """Two-lines test with the Robin Hood break point (Simonsohn 2018 [V]).

    The break starts at the middle of the region where a smooth curve is within one SE of its
    most extreme interior value, and moves so that the weaker line gets more data.

    Parameters
    ----------
    cluster : column of participants when they have several rows; None takes HC3 standard errors.

    Raises
    ------
    AnalysisError
        For missing values, fewer than five different predictor values, or a line without data.
    """
    guards.check_columns(Formula.of(outcome, [predictor, *([cluster] if cluster else [])]), data)
    x, y = guards.numbers(predictor, data[predictor]), guards.numbers(outcome, data[outcome])
    guards.check_response(outcome, y, "gaussian")
    if cluster and data[cluster].nunique() < guards.MIN_GROUPS:
        raise AnalysisError(
            f"{data[cluster].nunique()} {cluster} levels are too few for clustered standard errors; "
            f"at least {guards.MIN_GROUPS} are needed.",
            "Collect more people, or give one row per person.",
        )
    distinct = len(np.unique(x))
    if distinct < MIN_DISTINCT:
        raise AnalysisError(
            f"{predictor!r} has {distinct} different values; a window needs at least "
            f"{MIN_DISTINCT} to be seen.",
            "With fewer, differences between neighbouring levels are what can be estimated.",
        )
    errors: dict[str, Any] = {"cov_type": "HC3"}
    if cluster:
        codes = pd.factorize(data[cluster])[0]
        errors = {"cov_type": "cluster", "cov_kwds": {"groups": codes}}
    flat = _flat_region(x, y)
    low, high = (
        abs(line.slope / line.se)
        for line in _lines(x, y, float(np.median(flat)), predictor, errors)
    )
    at = float(np.quantile(flat, high / (low + high)))
    below, above = _lines(x, y, at, predictor, errors)
    clear = below.p < alpha and above.p < alpha and below.slope * above.slope < 0
    shape = ("inverted U" if below.slope > 0 else "U") if clear else "neither"
    return TwoLines(at, below, above, shape)


def interior_peak(
    fit: Fit, linear: str, quadratic: str, observed: tuple[float, float], level: float = 0.95
) -> InteriorPeak:
    """Peak -b1 / (2 b2) of a fitted quadratic, any model, with its Fieller confidence set.

    Parameters
    ----------
    linear, quadratic : names of the terms of x and x squared (uncentred x)
    observed : smallest and largest x in the data
    """
    for term in (linear, quadratic):
        if term not in fit.names:
            raise AnalysisError(
                f"{term!r} is no term of the model.", f"Terms: {', '.join(fit.names)}."
            )
    i, j = fit.names.index(linear), fit.names.index(quadratic)
    b1, b2 = fit.beta[i], fit.beta[j]
    v11, v12, v22 = fit.vcov[i, i], fit.vcov[i, j], fit.vcov[j, j]
    df = fit.df_of(np.eye(len(fit.names))[j])
    p = float(2 * stats.t.sf(abs(b2) / np.sqrt(v22), df))
    # All x where the slope b1 + 2 b2 x is not significantly different from zero.
    q = stats.t.ppf((1 + level) / 2, df) ** 2
    a, b, c = 4 * (b2**2 - q * v22), 4 * (b1 * b2 - q * v12), b1**2 - q * v11
    root = b**2 - 4 * a * c
    low, high = -np.inf, np.inf
    if a > 0 and root >= 0:
        low, high = ((-b - np.sqrt(root)) / (2 * a), (-b + np.sqrt(root)) / (2 * a))
    peak = float(-b1 / (2 * b2))
    interior = bool(b2 < 0 and a > 0 and observed[0] < low and high < observed[1])
    return InteriorPeak(peak, float(low), float(high), float(b2), p, interior)


def p_spline(x: Array, y: Array) -> Smooth:
    """A penalised spline through a scatter of points, with pointwise standard errors.

    Cubic B-splines on equal intervals, a penalty on second differences of the coefficients, its
    weight by generalised cross-validation (Eilers & Marx 1996, Statistical Science 11:89-121 [M+]).

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Finite; x with at least four different values.
    """
    segments = min(SEGMENTS, len(np.unique(x)) - 1)
    low, high = x.min(), x.max()
    knots = low + (high - low) / segments * np.arange(-3, segments + 4)
    inside = np.clip(x, low, high - 1e-12 * (high - low))
    basis = BSpline.design_matrix(inside, knots, 3).toarray()
    difference = np.diff(np.eye(basis.shape[1]), n=2, axis=0)
    penalty, gram, moment = difference.T @ difference, basis.T @ basis, basis.T @ y

    def fitted(weight: float) -> tuple[float, float, Array, Array]:
        """Cross-validation score, variance, fitted values and inverse for a weight of the penalty."""
        inverse = np.linalg.pinv(gram + weight * penalty)
        values = basis @ (inverse @ moment)
        room, rss = len(y) - float(np.trace(inverse @ gram)), float(np.sum((y - values) ** 2))
        return len(y) * rss / max(room, 1e-9) ** 2, rss / max(room, 1.0), values, inverse

    found = (fitted(weight) for weight in 10.0 ** np.arange(-4, 7, 0.25))
    _, variance, values, inverse = min(found, key=lambda one: one[0])
    return Smooth(values, np.sqrt(variance * np.einsum("ij,jk,ik->i", basis, inverse, basis)))


def _flat_region(x: Array, y: Array) -> Array:
    """x values where the smooth is within one SE of its most extreme interior value."""
    smooth = p_spline(x, y)
    inner = (x > np.quantile(x, 0.1)) & (x < np.quantile(x, 0.9))
    inner = inner if inner.any() else np.isin(x, np.unique(x)[1:-1])
    # The sign of the quadratic decides whether a peak or a trough is looked for.
    sign = -1.0 if np.polyfit(x, y, 2)[0] > 0 else 1.0
    extreme = np.max(sign * smooth.fitted[inner])
    near: NDArray[np.bool_] = sign * smooth.fitted + smooth.se >= extreme
    return x[inner & near]


def _lines(
    x: Array, y: Array, at: float, predictor: str, errors: dict[str, Any]
) -> tuple[Line, Line]:
    """Both lines, with the break point counted to the low line and then to the high one."""
    lines = []
    for column, high in ((1, x > at), (2, x >= at)):
        if min(high.sum(), (~high).sum()) < 3 or min(np.ptp(x[high]), np.ptp(x[~high])) == 0:
            raise AnalysisError(
                f"The break at {predictor} = {scale_value(at)} leaves one line without different values.",
                f"More values of {predictor} on both sides of the peak are needed.",
            )
        columns = (np.ones(len(x)), np.where(high, 0, x - at), np.where(high, x - at, 0), high)
        fit = sm.OLS(y, np.column_stack(columns)).fit(use_t=True, **errors)
        slope, se, p = (float(v[column]) for v in (fit.params, fit.bse, fit.pvalues))
        least, most = fit.conf_int(0.05)[column]
        own = high if column == 2 else ~high
        lines.append(Line(slope, se, p, (float(least), float(most)), int(own.sum())))
    return lines[0], lines[1]
