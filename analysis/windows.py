"""A window: does the outcome first rise and then fall, with a peak inside the observed range?

A significant quadratic term is no evidence (y = log x gives it in up to 100 % of samples;
Simonsohn 2018, AMPPS 1:538-555 [V]). Two questions must both be answered yes:

- two lines: the slope is up before a break point and down after it, each significantly;
- interior peak: the confidence set of the peak lies inside the observed range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from analysis.errors import AnalysisError
from analysis.models import Fit, Formula, guards
from analysis.smooth import p_spline

MIN_DISTINCT = 5
"""Fewer intensity levels cannot show a curvature (fact sheet, E11)."""


@dataclass(frozen=True)
class TwoLines:
    """Slopes below and above ``break_at`` (robust SE), and whether they form a window.

    ``shape``: "inverted U", "U" or "neither".
    """

    break_at: float
    slope_low: float
    se_low: float
    p_low: float
    interval_low: tuple[float, float]
    """95 % interval, as ``interval_high``."""
    slope_high: float
    se_high: float
    p_high: float
    interval_high: tuple[float, float]
    n_low: int
    n_high: int
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
    cluster : column of persons when they have several rows; None takes HC3 standard errors.

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
            f"{guards.MIN_GROUPS} are needed at least.",
            "Collect more people, or give one row per person.",
        )
    distinct = len(np.unique(x))
    if distinct < MIN_DISTINCT:
        raise AnalysisError(
            f"{predictor!r} has {distinct} different values; a window needs at least "
            f"{MIN_DISTINCT} to be seen.",
            "With fewer, differences between neighbouring levels are what can be estimated.",
        )
    flat = _flat_region(x, y)
    middle = _interrupted(data, outcome, predictor, float(np.median(flat)), cluster)
    low, high = (abs(s) for s in (middle["t_low"], middle["t_high"]))
    at = float(np.quantile(flat, high / (low + high)))
    found = _interrupted(data, outcome, predictor, at, cluster)
    return _two_lines_result(found, at, x, alpha)


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
    weights = np.eye(len(fit.names))[j]
    df = fit.df_of(weights)
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


def _flat_region(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x values where the smooth is within one SE of its most extreme interior value."""
    smooth = p_spline(x, y)
    inner = (x > np.quantile(x, 0.1)) & (x < np.quantile(x, 0.9))
    inner = inner if inner.any() else np.isin(x, np.unique(x)[1:-1])
    # The sign of the quadratic decides whether a peak or a trough is looked for.
    sign = -1.0 if np.polyfit(x, y, 2)[0] > 0 else 1.0
    extreme = np.max(sign * smooth.fitted[inner])
    return x[inner & (sign * smooth.fitted + smooth.se >= extreme)]


def _interrupted(
    data: pd.DataFrame, outcome: str, predictor: str, at: float, cluster: str | None
) -> dict[str, float]:
    """Both lines, with the break point counted to the low line and then to the high one."""
    x, y = data[predictor].to_numpy(dtype=float), data[outcome].to_numpy(dtype=float)
    told: dict[str, float] = {}
    for side, column, high in (("low", 1, x > at), ("high", 2, x >= at)):
        if min(high.sum(), (~high).sum()) < 3 or min(np.ptp(x[high]), np.ptp(x[~high])) == 0:
            raise AnalysisError(
                f"The break at {predictor} = {at:g} leaves one line without different values.",
                f"More values of {predictor} on both sides of the peak are needed.",
            )
        columns = (np.ones(len(x)), np.where(high, 0, x - at), np.where(high, x - at, 0), high)
        lines = sm.OLS(y, np.column_stack(columns))
        if cluster:
            codes = pd.factorize(data[cluster])[0]
            fit = lines.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
        else:
            fit = lines.fit(cov_type="HC3", use_t=True)
        least, most = fit.conf_int(0.05)[column]
        told |= {
            f"estimate_{side}": float(fit.params[column]),
            f"se_{side}": float(fit.bse[column]),
            f"p_{side}": float(fit.pvalues[column]),
            f"t_{side}": float(fit.tvalues[column]),
            f"least_{side}": float(least),
            f"most_{side}": float(most),
        }
    return told


def _two_lines_result(found: dict[str, float], at: float, x: np.ndarray, alpha: float) -> TwoLines:
    low, high = found["estimate_low"], found["estimate_high"]
    clear = found["p_low"] < alpha and found["p_high"] < alpha and low * high < 0
    shape = ("inverted U" if low > 0 else "U") if clear else "neither"
    return TwoLines(
        break_at=at,
        slope_low=low,
        se_low=found["se_low"],
        p_low=found["p_low"],
        interval_low=(found["least_low"], found["most_low"]),
        slope_high=high,
        se_high=found["se_high"],
        p_high=found["p_high"],
        interval_high=(found["least_high"], found["most_high"]),
        n_low=int((x <= at).sum()),
        n_high=int((x >= at).sum()),
        shape=shape,
    )
