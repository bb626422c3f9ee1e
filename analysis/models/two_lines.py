"""Tests of an inverted U: does the outcome rise and then fall, with a peak inside the observed range?

A significant quadratic term does not show this (y = log x produces one in up to 100 % of samples;
Simonsohn 2018, AMPPS 1:538-555 [V]). Both of these are required:

- two lines: a significantly positive slope before a break point and a significantly negative one after it;
- an interior peak: the confidence set of the peak lies inside the observed range.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats
from scipy.interpolate import BSpline

from analysis.errors import AnalysisError
from analysis.models import Fit, Formula, RandomTerm, contrast, fit, guards
from analysis.models.design import Array
from analysis.models.in_place import in_place_of
from analysis.models.reducing import fit_reduced
from experiments.numbers import scale_value

MIN_DISTINCT = 5
"""Smallest number of distinct values of the predictor: fewer cannot show a curvature."""
SEGMENTS = 10
"""Intervals of the spline that locates the break point."""
OWN, STEP, OTHER = "own_line", "step_at_break", "other_line"
"""Predictors of an interrupted regression: the line whose slope is tested, the step at the break, the other line."""


@dataclass(frozen=True)
class Line:
    """The slope on one side of the break point, with its 95 % interval, and the number of rows there."""

    slope: float
    se: float
    p: float
    interval: tuple[float, float]
    n: int
    random: tuple[RandomTerm, ...] = ()
    """The random terms of the model, with slopes of ``own_line`` and ``other_line``."""


@dataclass(frozen=True)
class TwoLines:
    """The lines below and above ``break_at``, and the shape they form.

    ``shape``: "inverted U", "U" or "neither".
    """

    break_at: float
    low: Line
    high: Line
    shape: str


@dataclass(frozen=True)
class InteriorPeak:
    """The peak of a quadratic with its confidence set (Fieller).

    The set is [ci_low, ci_high]; an infinite end means that it is unbounded. ``interior`` is
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
    """A fitted spline: values and standard errors, both (n,)."""

    fitted: Array
    se: Array


def two_lines(
    data: pd.DataFrame,
    outcome: str,
    predictor: str,
    *,
    cluster: str | None = None,
    random: Sequence[RandomTerm] = (),
    alpha: float = 0.05,
) -> TwoLines:
    """Carry out the two-lines test with the Robin Hood break point (Simonsohn 2018 [V]).

    The break point starts at the middle of the region where a spline is within one SE of its most extreme
    interior value, and is moved so that the weaker line has more data.

    Parameters
    ----------
    cluster : column of participants if they have several rows; None: HC3 standard errors.
    random : random terms of the planned model, instead of robust standard errors. If stimuli are a sample, and respond
        differently to the predictor, lines without terms for them turn too often at a few unusual stimuli. A random slope
        of the predictor becomes random slopes of both lines; terms that cannot be estimated leave.

    Raises
    ------
    AnalysisError
        For missing values, fewer than five distinct predictor values, or a line without data.
    """
    guards.check_columns(Formula.of(outcome, [predictor, *([cluster] if cluster else [])]), data)
    x, y = guards.numbers(predictor, data[predictor]), guards.numbers(outcome, data[outcome])
    guards.check_response(outcome, y, "gaussian")
    if cluster and data[cluster].nunique() < guards.MIN_GROUPS:
        raise AnalysisError(
            f"{data[cluster].nunique()} {cluster} levels are too few for clustered standard errors; "
            f"at least {guards.MIN_GROUPS} are needed.",
            "Collect more participants, or give one row per participant.",
        )
    distinct = len(np.unique(x))
    if distinct < MIN_DISTINCT:
        raise AnalysisError(
            f"{predictor!r} has {distinct} distinct values; an inverted U can only be tested with at least "
            f"{MIN_DISTINCT}.",
            "With fewer, estimate differences between neighbouring levels.",
        )
    slope = _mixed(data, outcome, predictor, random) if random else _robust(data, y, cluster)
    flat = _flat_region(x, y)
    middle = float(np.median(flat))
    below, above = _lines(x, middle, predictor, slope)
    low, high = (abs(line.slope / line.se) for line in (below, above))
    at = float(np.quantile(flat, high / (low + high)))
    if at != middle:
        below, above = _lines(x, at, predictor, slope)
    clear = below.p < alpha and above.p < alpha and below.slope * above.slope < 0
    shape = ("inverted U" if below.slope > 0 else "U") if clear else "neither"
    return TwoLines(at, below, above, shape)


def interior_peak(
    fit: Fit, linear: str, quadratic: str, observed: tuple[float, float], level: float = 0.95
) -> InteriorPeak:
    """Estimate the peak -b1 / (2 b2) of a quadratic in any fitted model, with its Fieller confidence set.

    Parameters
    ----------
    linear, quadratic : names of the terms of x and x squared (uncentred x)
    observed : smallest and largest x in the data
    """
    for term in (linear, quadratic):
        if term not in fit.names:
            raise AnalysisError(
                f"{term!r} is not a term of the model.", f"Terms: {', '.join(fit.names)}."
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
    """Fit a penalised spline to a scatter of points, with pointwise standard errors.

    Cubic B-splines on equal intervals, with a penalty on second differences of the coefficients whose
    weight is chosen by generalised cross-validation (Eilers & Marx 1996, Statistical Science 11:89-121 [M+]).

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
        """Return the cross-validation score, variance, fitted values and inverse for a weight of the penalty."""
        inverse = np.linalg.pinv(gram + weight * penalty)
        values = basis @ (inverse @ moment)
        room, rss = len(y) - float(np.trace(inverse @ gram)), float(np.sum((y - values) ** 2))
        return len(y) * rss / max(room, 1e-9) ** 2, rss / max(room, 1.0), values, inverse

    found = (fitted(weight) for weight in 10.0 ** np.arange(-4, 7, 0.25))
    _, variance, values, inverse = min(found, key=lambda one: one[0])
    return Smooth(values, np.sqrt(variance * np.einsum("ij,jk,ik->i", basis, inverse, basis)))


def _flat_region(x: Array, y: Array) -> Array:
    """Return the x values where the spline is within one SE of its most extreme interior value."""
    smooth = p_spline(x, y)
    inner = (x > np.quantile(x, 0.1)) & (x < np.quantile(x, 0.9))
    inner = inner if inner.any() else np.isin(x, np.unique(x)[1:-1])
    # The sign of the quadratic term determines whether to look for a peak or a trough.
    sign = -1.0 if np.polyfit(x, y, 2)[0] > 0 else 1.0
    extreme = np.max(sign * smooth.fitted[inner])
    near: NDArray[np.bool_] = sign * smooth.fitted + smooth.se >= extreme
    return x[inner & near]


class Slope(NamedTuple):
    """The slope of a line, with its standard error, p value and 95 % interval."""

    estimate: float
    se: float
    p: float
    interval: tuple[float, float]
    random: tuple[RandomTerm, ...] = ()


OwnSlope = Callable[[dict[str, Array]], Slope]
"""Fits an interrupted regression with these predictors, and returns the slope of its first."""


def _robust(data: pd.DataFrame, y: Array, cluster: str | None) -> OwnSlope:
    """Fit by least squares, with standard errors that are robust to unequal variances or to clusters."""
    errors: dict[str, Any] = {"cov_type": "HC3"}
    if cluster:
        codes = pd.factorize(data[cluster])[0]
        errors = {"cov_type": "cluster", "cov_kwds": {"groups": codes}}

    def slope(columns: dict[str, Array]) -> Slope:
        design = np.column_stack([np.ones(len(y)), *columns.values()])
        found = sm.OLS(y, design).fit(use_t=True, **errors)
        least, most = found.conf_int(0.05)[1]
        estimate, se, p = (float(each[1]) for each in (found.params, found.bse, found.pvalues))
        return Slope(estimate, se, p, (float(least), float(most)))

    return slope


def _mixed(
    data: pd.DataFrame, outcome: str, predictor: str, random: Sequence[RandomTerm]
) -> OwnSlope:
    """Fit mixed models with those of the planned random terms that can be estimated.

    A slope of the predictor is the sum of both lines, of which each unit has its own: the lines have random slopes in its
    place. Where one value lies beyond the break point, to which no line is fitted, the step is part of the sum.
    """

    def slope(columns: dict[str, Array]) -> Slope:
        rows = data.assign(**columns)
        lines = [name for name in columns if name != STEP or OTHER not in columns]
        planned = Formula.of(outcome, list(columns), in_place_of(predictor, lines, random))
        found, _ = fit_reduced(
            rows, planned, partial(fit, rows), quick=partial(fit, rows, tests=False)
        )
        own = np.eye(len(found.names))[found.names.index(OWN)]
        line = contrast(found, own, [OWN]).estimates.iloc[0]
        estimate, se, p, least, most = (
            float(line[each]) for each in ("estimate", "se", "p", "ci_low", "ci_high")
        )
        return Slope(estimate, se, p, (least, most), found.formula.random)

    return slope


def _lines(x: Array, at: float, predictor: str, slope: OwnSlope) -> tuple[Line, Line]:
    """Fit both lines: the low one with the rows at the break point, then the high one with them.

    The rows beyond the break point may have a single value, to which no line is fitted.
    """
    lines = []
    for above, high in ((False, x > at), (True, x >= at)):
        own = high if above else ~high
        if min(high.sum(), (~high).sum()) < 3 or np.ptp(x[own]) == 0:
            raise AnalysisError(
                f"The break point {predictor} = {scale_value(at)} leaves too few values for one of the lines.",
                f"More values of {predictor} on both sides of the peak are needed.",
            )
        columns: dict[str, Array] = {OWN: np.where(own, x - at, 0.0), STEP: high.astype(float)}
        if np.ptp(x[~own]) > 0:
            columns[OTHER] = np.where(own, 0.0, x - at)
        found = slope(columns)
        lines.append(Line(*found[:4], int(own.sum()), found.random))
    return lines[0], lines[1]
