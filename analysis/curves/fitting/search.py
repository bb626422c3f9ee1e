"""The search for a curve's shape parameters: the most likely shape, and profile-likelihood intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.stats import chi2

from analysis.curves.catalogue import Shape
from analysis.curves.fitting.profile import Profile
from analysis.curves.fitting.surface import candidate_levels
from analysis.models.design import Array

SAME = 1e-7
"""Difference below which log-likelihoods count as equal: an unidentified shape stays at its default."""


@dataclass(frozen=True)
class Interval:
    """A profile-likelihood interval; an end at a bound of the search range is open."""

    lower: float
    upper: float
    open_below: bool
    open_above: bool


def best_shape(profile: Profile) -> Array:
    """Find the shape with the highest likelihood.

    A coarse grid is searched with the cell means, the best of its local minima are evaluated, and the
    best of these is refined.
    """
    shapes, free, judge = profile.surface.shapes, profile.free, profile.judge
    best: Array = shapes[0]
    if not free:
        return best
    costs = profile.surface.costs(profile.means[None])[:, 0]
    stepped = profile.hypothesis.shape[free[0]].search == "levels"
    if stepped:
        starts = shapes
    elif len(free) == 1:
        starts = shapes[_local_minima(costs)]
    else:
        starts = shapes[np.argsort(costs)[:2]]
    best = starts[int(np.argmax([judge(s) for s in starts]))]
    default = np.array([p.default for p in profile.hypothesis.shape])
    if judge(default) > judge(best) - SAME:
        best = default
    if stepped or profile.surface.best_at(best, profile.means)[1]:
        return best
    refined = _refine_one(profile, best) if len(free) == 1 else _simplex(
        profile, lambda shape: -judge(shape), best, free,
        {"xatol": 1e-4, "fatol": 1e-6, "maxfev": 120 * len(free)},
    )  # fmt: skip
    return refined if judge(refined) > judge(best) + SAME else best


def _local_minima(costs: Array, most: int = 3) -> np.ndarray:
    """Return the local minima along a line of costs, the deepest first."""
    padded = np.concatenate([[np.inf], costs, [np.inf]])
    low = np.flatnonzero((costs <= padded[:-2]) & (costs < padded[2:]))
    if not len(low):
        low = np.array([int(np.argmin(costs))])
    return low[np.argsort(costs[low])[:most]]


def _refine_one(profile: Profile, best: Array) -> Array:
    """Optimise the only free shape parameter between the neighbouring points of the grid."""
    (which,) = profile.free
    parameter = profile.hypothesis.shape[which]
    step = 2.0 / (len(profile.surface.shapes) - 1)
    centre = float(np.clip(parameter.share_of(best[which]), 0.0, 1.0))
    found = minimize_scalar(
        lambda share: -profile.judge(_with_value(best, which, parameter.value_at(share))),
        bounds=(max(0.0, centre - step), min(1.0, centre + step)),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return _with_value(best, which, parameter.value_at(found.x))


def _simplex(
    profile: Profile,
    cost: Callable[[Array], float],
    shape: Array,
    which: list[int],
    options: dict[str, float],
) -> Array:
    """Minimise a cost over some of the shape parameters (Nelder-Mead on shares of their ranges)."""
    parameters = [profile.hypothesis.shape[j] for j in which]

    def at(shares: Array) -> Array:
        values = [p.value_at(s) for p, s in zip(parameters, np.clip(shares, 0, 1), strict=True)]
        return _with_value(shape, which, values)

    start = [p.share_of(shape[j]) for j, p in zip(which, parameters, strict=True)]
    found = minimize(
        lambda shares: cost(at(shares)),
        np.array(start),
        method="Nelder-Mead",
        bounds=[(0.0, 1.0)] * len(which),
        options=options,
    )
    return at(found.x)


def _with_value(shape: Array, which: int | list[int], value: Any) -> Array:
    moved = shape.copy()
    moved[which] = value
    return moved


def profile_interval(profile: Profile, best: Array, which: int, level: float) -> Interval:
    """Compute the profile-likelihood interval of one shape parameter.

    Other shape parameters are optimised with the cell means.
    """
    parameter = profile.hypothesis.shape[which]
    drop = 0.5 * float(chi2.ppf(level, 1))
    bound = profile.judge(best) - drop
    if parameter.search == "levels":
        return _level_interval(profile, best, which, bound)
    others = [j for j in profile.free if j != which]

    def excess(share: float) -> float:
        shape = _with_value(best, which, parameter.value_at(share))
        if others:
            options = {"xatol": 1e-3, "fatol": 1e-4, "maxfev": 100}
            shape = _simplex(profile, profile.coarse_cost, shape, others, options)
        return max(profile.judge(shape) - bound, -1e6)

    centre = parameter.share_of(best[which])
    below, above = _guess_extent(profile, which, parameter, centre, drop)
    low, open_below = _crossing(excess, centre, 0.0, below)
    high, open_above = _crossing(excess, centre, 1.0, above)
    lower, upper = (float(parameter.value_at(share)) for share in (low, high))
    return Interval(lower, upper, open_below, open_above)


def _guess_extent(
    profile: Profile, which: int, parameter: Shape, centre: float, drop: float
) -> tuple[float, float]:
    """Guess how far the interval extends to either side, as shares of the search range."""
    if len(profile.free) > 1:
        return 0.1, 0.1
    costs = profile.surface.costs(profile.means[None])[:, 0]
    shares = np.array([parameter.share_of(v) for v in profile.surface.shapes[:, which]])
    far = shares[costs > costs.min() + 2 * drop]
    below, above = far[far < centre], far[far > centre]
    return (
        float(centre - below.max()) if len(below) else centre,
        float(above.min() - centre) if len(above) else 1 - centre,
    )


def _crossing(
    excess: Callable[[float], float], centre: float, end: float, guess: float
) -> tuple[float, bool]:
    """Find where the profile falls below the bound between the estimate and an end of the range."""
    direction, distance = np.sign(end - centre), abs(end - centre)
    inside, reach = 0.0, min(max(guess, 1e-3), distance)
    while distance > 0:
        if excess(centre + direction * reach) < 0:
            if excess(centre + direction * inside) > 0:
                inside = brentq(
                    lambda step: excess(centre + direction * step), inside, reach, xtol=1e-5,
                    rtol=1e-8,
                )  # fmt: skip
            return float(centre + direction * inside), False
        inside = reach
        if reach >= distance:
            break
        reach = min(reach * 1.6, distance)
    return end, True


def _level_interval(profile: Profile, best: Array, which: int, bound: float) -> Interval:
    """Return the interval of a step: from the lowest level that is not excluded to the one above the highest."""
    hypothesis, design = profile.hypothesis, profile.surface.design
    candidates = candidate_levels(hypothesis, hypothesis.shape[which], design)
    inside = [v for v in candidates if profile.judge(_with_value(best, which, v)) >= bound]
    levels = np.unique(np.asarray(design[hypothesis.axis], dtype=np.float64))
    upper = min(levels[levels > max(inside)], default=max(inside))
    return Interval(
        float(min(inside)),
        float(upper),
        min(inside) == candidates[0],
        max(inside) == candidates[-1],
    )
