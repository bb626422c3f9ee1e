"""Variances as squares, so that no step can leave the space of covariances.

The J covariance parameters phi (lower triangle of G by rows, item variance, residual variance)
are quadratic in as many roots omega: G = T T' with T lower triangular, item variance s^2,
residual variance e^2. On the boundary (a singular fit) a root is zero and the criterion is
smooth and even in it, so the same Newton step serves interior and boundary. lme4's theta is
(T / e, s / e).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from analysis.balanced.likelihood import Derivatives

Array = NDArray[np.float64]


@cache
def second_derivatives(q: int) -> Array:
    """(J, J, J) constant D with phi_j = omega' D_j omega / 2."""
    pairs = [(a, b) for a in range(q) for b in range(a + 1)]
    place = {pair: k for k, pair in enumerate(pairs)}
    size = len(pairs) + 2
    curvature = np.zeros((size, size, size))
    for (a, b), j in place.items():
        for c in range(b + 1):
            first, second = place[a, c], place[b, c]
            curvature[j, first, second] += 1
            curvature[j, second, first] += 1
    for j in (size - 2, size - 1):
        curvature[j, j, j] = 2
    return curvature


def jacobian(omega: Array, q: int) -> Array:
    """(J, J, n) derivative of phi_j in omega_a."""
    slope: Array = np.einsum("jab,bn->jan", second_derivatives(q), omega)
    return slope


def components(omega: Array, q: int) -> Array:
    """(J, n) covariance parameters phi."""
    phi: Array = np.einsum("jan,an->jn", jacobian(omega, q), omega) / 2
    return phi


def through_roots(there: Derivatives, omega: Array, q: int) -> tuple[Array, Array]:
    """Gradient (J, n) and Hessian (J, J, n) of the criterion in the roots."""
    slope = jacobian(omega, q)
    gradient = np.einsum("jan,jn->an", slope, there.gradient)
    inner = np.einsum("jkn,kbn->jbn", there.hessian, slope)
    hessian = np.einsum("jan,jbn->abn", slope, inner)
    hessian += np.einsum("jab,jn->abn", second_derivatives(q), there.gradient)
    return gradient, hessian


def square(phi: Array, q: int) -> Array:
    """(q, q, n) participants' covariance G from the covariance parameters."""
    covariance = np.empty((q, q, phi.shape[1]))
    for k, (a, b) in enumerate(zip(*np.tril_indices(q), strict=True)):
        covariance[a, b] = covariance[b, a] = phi[k]
    return covariance


def roots_of(covariance: Array, item: Array, noise: Array) -> Array:
    """(J, n) roots omega of the participants' covariance (q, q, n) and two variances (n,)."""
    q = len(covariance)
    root = canonical_root(covariance, np.zeros((q, 1)))
    return np.array([*root[np.tril_indices(q)], np.sqrt(item), np.sqrt(noise)])


def canonical_root(covariance: Array, least: Array) -> Array:
    """(q, q, n) lower triangular root of G with its diagonal at least `least` (q, n) or (q, 1).

    With ``least`` zero this is the Cholesky root of a covariance that may be singular; with a
    positive one, a starting point inside the boundary for an estimate that may lie outside.
    """
    q = len(covariance)
    root = np.zeros_like(covariance)
    rest = covariance.copy()
    for a in range(q):
        floor = least[a] ** 2
        root[a, a] = np.sqrt(np.maximum(rest[a, a], floor))
        sound = rest[a, a] > np.maximum(floor, 1e-14 * covariance[a, a])
        with np.errstate(divide="ignore", invalid="ignore"):
            root[a + 1 :, a] = np.where(sound, rest[a + 1 :, a] / root[a, a], 0.0)
        below = root[a + 1 :, a]
        rest[a + 1 :, a + 1 :] -= below[:, None] * below[None]
    return root
