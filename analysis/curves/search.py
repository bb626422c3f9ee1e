"""The best shape of a curve, and the shapes that the data do not exclude."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.stats import chi2

from analysis.curves.evaluate import Evaluator
from analysis.curves.means import Surface
from analysis.curves.shapes import candidate_levels, to_unit, to_value
from analysis.hypotheses import Hypothesis, Parameter
from analysis.hypotheses.design import Array

EDGE = 2e-3
"""Closeness to a bound, as a share of the search range, that counts as being at it."""

MANY_ROWS = 5000
"""Beyond this many rows shapes are judged on the cell means; the result is fitted exactly."""

SAME = 1e-7
"""Log-likelihoods this close are equal: an unidentified shape stays at its default."""


@dataclass(frozen=True)
class Interval:
    """A profile-likelihood interval; an end at the bound of the search is open."""

    lower: float
    upper: float
    open_below: bool
    open_above: bool


Judge = Callable[[Array], float]
"""Log-likelihood of a shape, up to a constant."""


def judge_of(evaluator: Evaluator, surface: Surface, means: Array, rows: int) -> Judge:
    """The exact likelihood or, with more than ``MANY_ROWS``, that of the cell means.

    The likelihood of the cell means holds the variances at their estimates without any curve. It
    falls short of the exact one in the second order only, and a mixed model of 25,000 answers
    takes two seconds for each shape that is tried.
    """
    if rows <= MANY_ROWS or surface.root.ndim == 1:
        return evaluator.loglik
    return lambda shape: -0.5 * surface.cost_at(shape, means)


def best_shape(evaluator: Evaluator, surface: Surface, means: Array, judge: Judge) -> Array:
    """The shape of highest likelihood.

    The coarse grid is searched on the cell means, the best of its separate valleys are judged,
    and the best of these is polished.
    """
    hypothesis = evaluator.hypothesis
    costs = surface.costs(np.atleast_2d(means))[:, 0]
    free = _free(hypothesis)
    if not free:
        return surface.shapes[0]
    if hypothesis.shape[free[0]].search == "levels":
        starts = surface.shapes
    elif len(free) == 1:
        starts = surface.shapes[_valleys(costs)]
    else:
        starts = surface.shapes[np.argsort(costs)[:2]]
    best = starts[int(np.argmax([judge(s) for s in starts]))]
    default = np.array([p.default for p in hypothesis.shape])
    if judge(default) > judge(best) - SAME:
        best = default
    if hypothesis.shape[free[0]].search == "levels" or surface.at(best, means).at_limit:
        return best
    if len(free) == 1:
        return _polish_one(hypothesis, judge, best, free[0], surface)
    return _polish(hypothesis, judge, best, free)


def profile_interval(
    surface: Surface, means: Array, judge: Judge, best: Array, which: int, level: float
) -> Interval:
    """Values of one shape parameter whose profile log-likelihood stays near the maximum.

    With further shape parameters, these take the values that are best on the cell means.
    """
    hypothesis = surface.hypothesis
    parameter = hypothesis.shape[which]
    bound = judge(best) - 0.5 * float(chi2.ppf(level, 1))
    if parameter.search == "levels":
        return _level_interval(surface, judge, best, which, bound)
    others = [j for j in _free(hypothesis) if j != which]

    def excess(unit: float) -> float:
        shape = best.copy()
        shape[which] = to_value(parameter, unit)
        if others:
            shape = _inner(surface, means, shape, others)
        return max(judge(shape) - bound, -1e6)

    centre = to_unit(parameter, best[which])
    reach = _reach(surface, means, which, parameter, centre, bound - judge(best))
    low, open_low = _crossing(excess, centre, 0.0, reach[0])
    high, open_high = _crossing(excess, centre, 1.0, reach[1])
    return Interval(
        float(to_value(parameter, low)), float(to_value(parameter, high)), open_low, open_high
    )


def at_bound(parameter: Parameter, value: float) -> str:
    """``"lower"``, ``"upper"`` or empty."""
    if parameter.fixed or parameter.search == "levels":
        return ""
    unit = to_unit(parameter, value)
    return "lower" if unit < EDGE else "upper" if unit > 1 - EDGE else ""


def _free(hypothesis: Hypothesis) -> list[int]:
    return [j for j, p in enumerate(hypothesis.shape) if not p.fixed]


def _valleys(costs: Array, most: int = 3) -> np.ndarray:
    """Local minima along a line of costs, the deepest first."""
    padded = np.concatenate([[np.inf], costs, [np.inf]])
    low = np.flatnonzero((costs <= padded[:-2]) & (costs < padded[2:]))
    if not len(low):
        low = np.array([int(np.argmin(costs))])
    return low[np.argsort(costs[low])[:most]]


def _polish_one(
    hypothesis: Hypothesis, judge: Judge, best: Array, which: int, surface: Surface
) -> Array:
    parameter = hypothesis.shape[which]
    step = 2.0 / (len(surface.shapes) - 1)
    centre = float(np.clip(to_unit(parameter, best[which]), 0.0, 1.0))

    def cost(unit: float) -> float:
        shape = best.copy()
        shape[which] = to_value(parameter, unit)
        return -judge(shape)

    bounds = (max(0.0, centre - step), min(1.0, centre + step))
    found = minimize_scalar(cost, bounds=bounds, method="bounded", options={"xatol": 1e-6})
    polished = best.copy()
    polished[which] = to_value(parameter, float(found.x))
    return polished if -found.fun > judge(best) + SAME else best


def _polish(hypothesis: Hypothesis, judge: Judge, best: Array, free: list[int]) -> Array:
    parameters = [hypothesis.shape[j] for j in free]

    def at(units: Array) -> Array:
        shape = best.copy()
        for j, p, u in zip(free, parameters, units, strict=True):
            shape[j] = to_value(p, float(np.clip(u, 0.0, 1.0)))
        return shape

    start = np.array([to_unit(p, best[j]) for j, p in zip(free, parameters, strict=True)])
    found = minimize(
        lambda units: -judge(at(units)),
        start,
        method="Nelder-Mead",
        bounds=[(0.0, 1.0)] * len(free),
        options={"xatol": 1e-4, "fatol": 1e-6, "maxfev": 120 * len(free)},
    )
    return at(found.x) if -found.fun > judge(best) + SAME else best


def _inner(surface: Surface, means: Array, shape: Array, others: list[int]) -> Array:
    """The other shape parameters at their best on the cell means."""
    parameters = [surface.hypothesis.shape[j] for j in others]

    def at(units: Array) -> Array:
        moved = shape.copy()
        for j, p, u in zip(others, parameters, units, strict=True):
            moved[j] = to_value(p, float(np.clip(u, 0.0, 1.0)))
        return moved

    start = [to_unit(p, shape[j]) for j, p in zip(others, parameters, strict=True)]
    found = minimize(
        lambda units: surface.cost_at(at(units), means),
        np.array(start),
        method="Nelder-Mead",
        bounds=[(0.0, 1.0)] * len(others),
        options={"xatol": 1e-3, "fatol": 1e-4, "maxfev": 100},
    )
    return at(found.x)


def _reach(
    surface: Surface, means: Array, which: int, parameter: Parameter, centre: float, drop: float
) -> tuple[float, float]:
    """First guesses (distances on the unit scale) of how far the interval reaches."""
    if len(_free(surface.hypothesis)) > 1:
        return 0.1, 0.1
    costs = surface.costs(np.atleast_2d(means))[:, 0]
    units = np.array([to_unit(parameter, v) for v in surface.shapes[:, which]])
    far = units[costs > costs.min() - 2 * drop]
    below, above = far[far < centre], far[far > centre]
    return (
        float(centre - below.max()) if len(below) else centre,
        float(above.min() - centre) if len(above) else 1 - centre,
    )


def _crossing(
    excess: Callable[[float], float], centre: float, end: float, guess: float
) -> tuple[float, bool]:
    """Where the profile falls below the bound between the estimate and an end of the range."""
    direction = 1.0 if end > centre else -1.0
    distance = abs(end - centre)
    inside, reach = 0.0, min(max(guess, 1e-3), distance)
    while distance > 0:
        if excess(centre + direction * reach) < 0:
            outside = reach
            root = brentq(
                lambda step: excess(centre + direction * step), inside, outside, xtol=1e-5,
                rtol=1e-8,
            ) if excess(centre + direction * inside) > 0 else inside  # fmt: skip
            return centre + direction * float(root), False
        inside = reach
        if reach >= distance:
            break
        reach = min(reach * 1.6, distance)
    return end, True


def _level_interval(
    surface: Surface, judge: Judge, best: Array, which: int, bound: float
) -> Interval:
    """Levels of a step that are not excluded; the step lies anywhere up to the next level."""
    parameter = surface.hypothesis.shape[which]
    candidates = candidate_levels(surface.hypothesis, parameter, surface.design)
    kept = []
    for value in candidates:
        shape = best.copy()
        shape[which] = value
        if judge(shape) >= bound:
            kept.append(value)
    axis = np.asarray(surface.design[surface.hypothesis.axis], dtype=np.float64)
    levels = np.unique(axis)
    following = levels[levels > max(kept)]
    upper = float(following.min()) if len(following) else float(max(kept))
    return Interval(
        float(min(kept)), upper, min(kept) == candidates.min(), max(kept) == candidates.max()
    )
