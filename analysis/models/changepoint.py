r"""A change-point model for depletion with a limit (D3): from some trial on, a second slope is added.

.. math:: y = X\beta + b_{after}\,\max(0, t - \tau) + \text{random effects}

The change point tau is profiled: for a given tau, the model is an ordinary mixed model, fitted by
maximum likelihood (Muggeo 2003, Stat Med 22:3055-3071 uses the same curve [M]). The essay's "daily
limit" is a distress slope that turns upwards after tau. Under the null hypothesis of no change, tau is not
defined, so the test accounts for the search over tau (Davies 1987, Biometrika 74:33-43 [M+]: an upper
bound of the p value).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from analysis.errors import AnalysisError
from analysis.models import Formula, fit, guards, parse_formula
from analysis.models.engines.mixed import run_glmm
from analysis.models.preparing import prepare

AFTER = "after_change"
"""Name of the added column and term."""

MIN_TIMES = 6
"""Smallest number of distinct times: three on each side of a change."""


@dataclass(frozen=True)
class ChangePoint:
    """A profiled change point.

    ``tau`` has the unit of the time column; its 95 % profile interval is [ci_low, ci_high], infinite
    where it reaches the first or last candidate. The interval of the slope after the change treats tau as
    known. ``delta_aic``: AIC without a change minus AIC with it, with tau counted as a parameter.
    ``p_change``: Davies' upper bound. ``profile``: tau, loglik.
    """

    tau: float
    ci_low: float
    ci_high: float
    slope_after: float
    slope_after_low: float
    slope_after_high: float
    loglik: float
    delta_aic: float
    p_change: float
    profile: pd.DataFrame


def fit_changepoint(
    data: pd.DataFrame, formula: str | Formula, time: str, *, n_grid: int = 25, level: float = 0.95
) -> ChangePoint:
    """Profile the change point of ``formula`` over ``time``.

    Parameters
    ----------
    formula : str or Formula
        The model without a change, e.g. ``"distress ~ trial + (1 | participant) + (1 | item)"``
        (a slope before the change), or without ``trial`` (a constant before it).
    time : str
        Column of numbers, e.g. the trial number.
    n_grid : int
        Number of candidate change points, from the third to the third-last time.

    Raises
    ------
    AnalysisError
        For fewer than six distinct times, missing values, or a model that cannot be fitted.
    """
    parsed = parse_formula(formula)
    times = _times(data, parsed, time)
    without = fit(data, parsed, engine="glmm", reml=False)
    model, when = prepare(data, parsed), data[time].to_numpy(dtype=float)
    grid = np.linspace(times[2], times[-3], n_grid)

    def loglik(tau: float) -> float:
        columns = np.column_stack([model.design.matrix, np.maximum(0, when - tau)])
        return run_glmm(model.over(columns), reml=False, satterthwaite=False).loglik

    profile = np.array([loglik(tau) for tau in grid])
    tau = _refine(loglik, grid, int(profile.argmax()))
    changed = data.assign(**{AFTER: np.maximum(0, when - tau)})
    turning = Formula.of(parsed.response, [AFTER, parsed.fixed], parsed.random)
    best = fit(changed, turning, engine="glmm", reml=False)
    limit = best.loglik - stats.chi2.ppf(level, 1) / 2
    low, high = (_crossing(loglik, grid, profile, tau, limit, side) for side in (-1, 1))
    gain = np.maximum(0, 2 * (np.append(profile, best.loglik) - without.loglik))
    slope = best.terms[best.terms["term"] == AFTER].iloc[0]
    return ChangePoint(
        tau=tau,
        ci_low=low,
        ci_high=high,
        slope_after=float(slope["estimate"]),
        slope_after_low=float(slope["ci_low"]),
        slope_after_high=float(slope["ci_high"]),
        loglik=best.loglik,
        delta_aic=float(without.aic - (best.aic + 2)),
        p_change=_davies(gain[:-1], float(gain.max())),
        profile=pd.DataFrame({"tau": grid, "loglik": profile}),
    )


def _times(data: pd.DataFrame, formula: Formula, time: str) -> np.ndarray:
    guards.check_columns(formula, data)
    if time not in data.columns or not pd.api.types.is_numeric_dtype(data[time]):
        raise AnalysisError(
            f"The time {time!r} is not a column of numbers.",
            f"Columns: {', '.join(map(str, data.columns))}.",
        )
    values = data[time].to_numpy(dtype=float)
    guards.refuse_non_finite(time, ~np.isfinite(values), "missing or infinite")
    times = np.unique(values)
    if len(times) < MIN_TIMES:
        raise AnalysisError(
            f"{time!r} has {len(times)} distinct values; a change point needs at least "
            f"{MIN_TIMES}, three on each side.",
            "With fewer, estimate a linear trend.",
        )
    return times


def _refine(loglik: Callable[[float], float], grid: np.ndarray, best: int) -> float:
    """Maximise between the neighbours of the best grid point."""
    left, right = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = optimize.minimize_scalar(
        lambda t: -loglik(t), bounds=(left, right), method="bounded", options={"xatol": 1e-4}
    )
    return float(found.x if -found.fun >= loglik(grid[best]) else grid[best])


def _crossing(
    loglik: Callable[[float], float],
    grid: np.ndarray,
    profile: np.ndarray,
    tau: float,
    limit: float,
    side: int,
) -> float:
    """Find where the profile falls below ``limit`` on one side; infinite if it never does.

    The outermost crossing is taken, so that a profile with two maxima gives one (wide) interval.
    """
    beyond = (grid - tau) * side > 0
    points = np.append(grid[beyond][::-side], tau)
    inside = np.append(profile[beyond][::-side] >= limit, True)
    first = int(np.argmax(inside))
    if first == 0:
        return side * np.inf
    outside = points[first - 1]
    return float(optimize.brentq(lambda t: loglik(t) - limit, outside, points[first], xtol=1e-3))


def _davies(gain: np.ndarray, largest: float) -> float:
    """Compute Davies' bound for the largest of chi-square(1) statistics along tau."""
    variation = float(np.abs(np.diff(np.sqrt(gain))).sum())
    bound = stats.chi2.sf(largest, 1) + variation * np.exp(-largest / 2) / (
        np.sqrt(2) * special.gamma(0.5)
    )
    return float(min(1.0, bound))
