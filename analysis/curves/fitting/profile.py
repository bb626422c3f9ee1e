"""The profile likelihood of a curve's shape parameters: their estimates and intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.stats import chi2

from analysis.curves.catalogue import Hypothesis, Shape
from analysis.curves.fitting.cells import cell_index
from analysis.curves.fitting.problem import Problem, coarse_cells, used_columns
from analysis.curves.fitting.surface import (
    Surface,
    as_params,
    candidate_levels,
    identified,
    nominal,
    sign_sets,
)  # fmt: skip
from analysis.models import Fit
from analysis.models.design import Array

MANY_ROWS = 2500
"""Above this number of rows, shapes are compared by the cell means; the final fit is exact."""
SAME = 1e-7
"""Difference below which log-likelihoods count as equal: an unidentified shape stays at its default."""


@dataclass(frozen=True)
class Evaluation:
    """The best fit at given shape parameters."""

    loglik: float
    intercept: float
    coefficients: Array
    """Coefficients of the basis columns, (k,); 0 if fixed by the sign of the claim, nan if not
    identified."""
    limited: bool
    """Whether a coefficient would have had the sign that the claim excludes."""
    n_other: int
    """Number of parameters outside the curve: variances and covariates."""
    fit: Fit = field(repr=False)


@dataclass(frozen=True)
class Interval:
    """A profile-likelihood interval; an end at a bound of the search range is open."""

    lower: float
    upper: float
    open_below: bool
    open_above: bool


class Profile:
    """The likelihood of a curve in a problem, by shape; evaluations are cached."""

    def __init__(self, problem: Problem, hypothesis: Hypothesis) -> None:
        self.problem, self.hypothesis = problem, hypothesis
        self.columns = used_columns(problem.data, hypothesis)
        self.table, self._index = cell_index(problem.data, self.columns)
        self.design = {c: self.table[c].to_numpy() for c in self.columns}
        """Distinct rows of the columns."""
        design, self.means, vcov = coarse_cells(problem, self.columns)
        self.surface = Surface(design, vcov, hypothesis)
        self.exact = not problem.own_scale or problem.n <= MANY_ROWS or vcov.ndim == 1
        """Whether shapes are compared by the exact likelihood (see :meth:`judge`)."""
        self.known = identified(hypothesis, self.design)
        """Number of parameters of the curve that the design can identify."""
        self.unidentified = self.known < nominal(hypothesis, self.design)
        """Whether the curve has more parameters than that."""
        self.free = [j for j, p in enumerate(hypothesis.shape) if not p.fixed]
        self.seen: dict[tuple[float, ...], Evaluation] = {}
        self._flat: Fit | None = None

    def __call__(self, shape: Array) -> Evaluation:
        """Return the best fit at one shape whose coefficients have the signs of the claim."""
        key = tuple(map(float, shape))
        if key not in self.seen:
            self.seen[key] = self._evaluate(shape)
        return self.seen[key]

    def judge(self, shape: Array) -> float:
        """Return the log-likelihood of a shape, up to a constant: exact or, in large data sets, of the cell means.

        The likelihood of the cell means has the variances fixed at their estimates in the saturated model. It
        differs from the exact one only to second order, and a mixed model of 5,000 answers with five random terms takes half a
        second for each shape, one of 25,000 two seconds.
        """
        return self(shape).loglik if self.exact else -0.5 * self.coarse_cost(shape)

    def coarse_cost(self, shape: Array) -> float:
        """Return chi2 of the cell means at one shape."""
        return self.surface.best_at(shape, self.means)[0]

    def _evaluate(self, shape: Array) -> Evaluation:
        basis = self.hypothesis.basis(self.design, as_params(self.hypothesis, shape))
        kept = _independent(basis, self.hypothesis.intercept)
        whole, *limited = sign_sets(kept, self.hypothesis.signs)
        found = self._fit(basis, whole)
        if found is None:
            fits = [self._fit(basis, some, limited=True) for some in limited]
            found = max((f for f in fits if f is not None), key=lambda f: f.loglik)
        return found

    def _fit(self, basis: Array, kept: tuple[int, ...], limited: bool = False) -> Evaluation | None:
        """Fit with some of the columns; None if a coefficient has the excluded sign."""
        fit = self._run(basis, kept)
        start = int(self.hypothesis.intercept)
        values = fit.beta[start:]
        signs = self.hypothesis.signs
        if any(signs[j] * value < 0 for j, value in zip(kept, values, strict=True)):
            return None
        coefficients = np.zeros(basis.shape[1]) if limited else np.full(basis.shape[1], np.nan)
        coefficients[list(kept)] = values
        return Evaluation(
            loglik=fit.loglik,
            intercept=float(fit.beta[0]) if start else 0.0,
            coefficients=coefficients,
            limited=limited,
            n_other=fit.n_parameters - len(fit.beta),
            fit=fit,
        )

    def _run(self, basis: Array, kept: tuple[int, ...]) -> Fit:
        if not kept and self._flat is not None:
            return self._flat
        columns = basis[:, list(kept)]
        if self.hypothesis.intercept:
            columns = np.column_stack([np.ones(len(basis)), columns])
        size = np.abs(columns).max(axis=0) if columns.size else np.ones(columns.shape[1])
        fit = self.problem.engine((columns / size)[self._index]).in_units(size)
        if not kept:
            self._flat = fit
        return fit


def _independent(basis: Array, intercept: bool) -> tuple[int, ...]:
    """Return the basis columns that are linearly independent of the intercept and of the columns before them."""
    size = np.linalg.norm(basis, axis=0)
    used = [np.ones(len(basis)) / np.sqrt(len(basis))] if intercept else []
    kept: list[int] = []
    for j in np.flatnonzero(size).tolist():
        more = [*used, basis[:, j] / size[j]]
        if np.linalg.matrix_rank(np.column_stack(more), rtol=1e-9) == len(more):
            kept, used = [*kept, j], more
    return tuple(kept)


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
