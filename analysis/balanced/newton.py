"""Minimise the REML criterion of many studies at once.

A saddle-free Newton method with shortening of the step: exact Hessian, absolute eigenvalues where
it isn't positive. Studies that have converged leave the batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from analysis.balanced.boundary import pushed_off, violated
from analysis.balanced.likelihood import Derivatives, derivatives
from analysis.balanced.roots import canonical_root, components, roots_of, square, through_roots
from analysis.balanced.small_matrices import solve_downhill
from analysis.balanced.statistics import Statistics

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_STEPS = 25
"""Nearly all studies need 3 to 8."""
LAST_STEPS = 100
"""Steps allowed when a study is tried again."""
ENOUGH = 1e-12
"""A study stops after the step whose predicted gain in the criterion is below this; standard errors
are then exact to 1e-10 of their size, also where a variance nearly vanishes."""
INSIDE = 0.05
"""Least starting variance, as a share of the sampling variance of a unit's own estimate."""


@dataclass(frozen=True)
class Minimum:
    """Where the search ended."""

    omega: Array
    """(J, n) roots of the covariance parameters."""
    there: Derivatives
    """Criterion and derivatives at the minimum."""
    converged: Flags
    """(n,) gradient zero and conditions on the boundary fulfilled."""


def minimise(data: Statistics) -> Minimum:
    """Find the REML estimates of every study.

    A study that creeps is tried with the random effects in another order. A minimum on the
    boundary is accepted only if the Karush-Kuhn-Tucker conditions hold there; else the study is
    pushed off and continues.
    """
    q = data.strata.design.random.shape[1]
    omega, settled = _search(data, starting_roots(data), q, MOST_STEPS)
    for order in list(permutations(range(q)))[:0:-1]:
        again = np.flatnonzero(~settled)
        if again.size:
            found = _search_in_order(data.chosen(again), omega[:, again], order)
            omega[:, again], settled[again] = found
    there = derivatives(data, components(omega, q))
    for _ in range(3):
        again = np.flatnonzero(violated(data.strata, omega, there.gradient))
        if not again.size:
            break
        start = pushed_off(data.strata, omega[:, again], there.gradient[:, again])
        omega[:, again], settled[again] = _search(data.chosen(again), start, q, LAST_STEPS)
        there = derivatives(data, components(omega, q))
    else:
        settled &= ~violated(data.strata, omega, there.gradient)
    return Minimum(omega, there, settled)


def starting_roots(data: Statistics) -> Array:
    """Moment estimates (observed minus residual mean squares), kept inside the boundary."""
    strata, q = data.strata, data.strata.design.random.shape[1]
    noise = data.scatter[0][0, 0] / strata.free[0].df
    g = max(range(len(strata.people)), key=lambda g: strata.free[strata.people[g]].df)
    k = strata.people[g]
    mean_square = np.einsum(
        "ab,bcn,dc->adn", strata.back[g], data.scatter[k] / strata.free[k].df, strata.back[g]
    )
    error = (strata.back[g] @ strata.back[g].T)[..., None] * noise
    least = np.sqrt(INSIDE * np.einsum("aan->an", error))
    root = canonical_root(mean_square - error, least)
    k = max(strata.item_strata, key=lambda k: strata.free[k].df)
    error = noise / strata.free[k].kernels[-2, 0, 0]
    item = data.scatter[k][0, 0] / strata.free[k].df / strata.free[k].kernels[-2, 0, 0] - error
    return np.array(
        [*root[np.tril_indices(q)], np.sqrt(np.maximum(item, INSIDE * error)), np.sqrt(noise)]
    )


def _search_in_order(data: Statistics, start: Array, order: tuple[int, ...]) -> tuple[Array, Flags]:
    """Search with the participants' effects in another order.

    Where the first effect's variance nearly vanishes the triangular root is ill-defined (the
    others may sit in either column) and steps follow a circle; in another order they don't.
    """
    q = len(order)
    place = np.empty((q, q), dtype=np.intp)
    lower = np.tril_indices(q)
    place[lower] = place.T[lower] = np.arange(len(lower[0]))
    index = np.append(place[np.ix_(order, order)][lower], [start.shape[0] - 2, start.shape[0] - 1])
    moved = data.with_parameters(index)
    phi = components(start, q)[index]
    there, settled = _search(moved, roots_of(square(phi, q), phi[-2], phi[-1]), q, LAST_STEPS)
    back = components(there, q)[np.argsort(index)]
    return roots_of(square(back, q), back[-2], back[-1]), settled


def _search(data: Statistics, start: Array, q: int, most: int) -> tuple[Array, Flags]:
    """Newton steps from `start`; where the studies end and which of them have settled."""
    omega, settled = start.copy(), np.zeros(data.studies, dtype=bool)
    left, here = np.arange(data.studies), start
    value, gradient, hessian = _evaluate(data, here, q)
    share = np.ones(len(left))
    for _ in range(most):
        step, gain = solve_downhill(hessian, gradient)
        settles = (gain < ENOUGH) & (share == 1)
        omega[:, left] = np.where(settles, here + step, here)
        settled[left[settles]] = True
        if settles.all():
            break
        if settles.any():
            stay = np.flatnonzero(~settles)
            left, data, share = left[stay], data.chosen(stay), share[stay]
            here, step, value = here[:, stay], step[:, stay], value[stay]
            gradient, hessian = gradient[:, stay], hessian[..., stay]
        trial = here + share * step
        new_value, new_gradient, new_hessian = _evaluate(data, trial, q)
        better = new_value <= value + 1e-12 * np.abs(value)
        here = np.where(better, trial, here)
        value = np.where(better, new_value, value)
        gradient = np.where(better, new_gradient, gradient)
        hessian = np.where(better, new_hessian, hessian)
        share = np.where(better, 1.0, share / 4)
    return omega, settled


def _evaluate(data: Statistics, omega: Array, q: int) -> tuple[Array, Array, Array]:
    there = derivatives(data, components(omega, q))
    gradient, hessian = through_roots(there, omega, q)
    return there.criterion, gradient, hessian
