"""Minima on the boundary, where a variance is zero or a correlation is one.

There the criterion must not fall when the missing variance grows: its derivative in the item
variance must not be negative, and its derivative matrix in G must be positive semidefinite
(Karush-Kuhn-Tucker). In the roots (`roots.py`) such a point is stationary even if it is no
minimum, which is why this is checked apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.balanced.reduction import Strata
from analysis.balanced.roots import canonical_root, components, roots_of, square

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

SINGULAR = 1e-4
"""A relative root below this counts as zero, as in ``lme4::isSingular``."""
TOLERANCE = 1e-6
"""Fall of the criterion, per sampling variance added, that is still taken for rounding."""


def relative_roots(omega: Array, q: int) -> tuple[Array, Array]:
    """lme4's theta: (q, q, n) lower triangular root of G and (n,) of the item variance over e."""
    noise = np.abs(omega[-1])
    people = canonical_root(square(components(omega, q), q), np.zeros((q, 1)))
    return people / noise, np.abs(omega[-2]) / noise


def is_singular(omega: Array, q: int) -> Flags:
    """(n,) whether a variance is zero or a correlation one."""
    people, item = relative_roots(omega, q)
    flags: Flags = (np.einsum("aan->an", people) < SINGULAR).any(axis=0) | (item < SINGULAR)
    return flags


def violated(strata: Strata, omega: Array, gradient: Array) -> Flags:
    """(n,) singular studies whose criterion falls when a missing variance is added.

    Parameters
    ----------
    strata
        Of the design.
    omega
        (J, n) roots at the supposed minima.
    gradient
        (J, n) derivative of the criterion in the covariance parameters there.
    """
    q = strata.design.random.shape[1]
    flags = np.zeros(omega.shape[1], dtype=bool)
    odd = np.flatnonzero(is_singular(omega, q))
    if odd.size:
        item, people, _ = _slopes(strata, omega[:, odd], gradient[:, odd])
        flags[odd] = (item < -TOLERANCE) | (people[:, 0] < -TOLERANCE)
    return flags


def pushed_off(strata: Strata, omega: Array, gradient: Array) -> Array:
    """Roots with the variance added along which the criterion falls most steeply."""
    q = strata.design.random.shape[1]
    item, people, vectors = _slopes(strata, omega, gradient)
    noise = omega[-1] ** 2
    covariance = square(components(omega, q), q)
    along = np.einsum("ab,nb->an", strata.back[0], vectors[:, :, 0])
    grown = covariance + np.where(people[:, 0] < 0, noise, 0) * along[:, None] * along[None]
    spread = np.where(item < 0, _item_error(strata) * noise, 0)
    return roots_of(grown, omega[-2] ** 2 + spread, noise)


def _slopes(strata: Strata, omega: Array, gradient: Array) -> tuple[Array, Array, Array]:
    """Change of the criterion per sampling variance: of items (n,), of people (n, q), vectors."""
    q = strata.design.random.shape[1]
    noise = omega[-1] ** 2
    matrix = square(gradient, q) * np.where(np.eye(q, dtype=bool), 1.0, 0.5)[..., None]
    inside = np.einsum("ba,bcn,cd->nad", strata.back[0], matrix, strata.back[0])
    values, vectors = np.linalg.eigh(inside * noise[:, None, None])
    return gradient[-2] * _item_error(strata) * noise, values, vectors


def _item_error(strata: Strata) -> float:
    return float(1 / strata.free[strata.item_strata[0]].kernels[-2, 0, 0])
