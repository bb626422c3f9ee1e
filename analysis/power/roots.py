"""Variance parameters of many studies as the roots by which they are estimated.

The parameters of a covariance matrix are those of its symmetric root (G = S S), so that every step leads to a covariance
matrix; on the boundary, the criterion is an even function of the vanishing root, and the same Newton step is valid in the
interior and on the boundary. A variance that may be negative (``Term.free``) is its own parameter. In general,
phi_k = omega' D_k omega / 2 + l_k omega_k. Arrays: n studies first, K parameters.
"""

from __future__ import annotations

import numpy as np

from analysis.power.blocks import Array
from analysis.power.designs import Design, spectral, square, square_root
from analysis.power.reml import Derivatives
from analysis.power.terms import entries

INSIDE = 0.05
"""Lowest starting value of a variance, as a share of the sampling variance of a group's estimate."""


def starting(design: Design, start: Array) -> Array:
    """Return the roots (K,) of the starting values, kept inside the boundary."""
    noise, blocks = start[design.residual], []
    for name, block, spread in zip(
        design.names, matrices(design, start[None]), sampling(design), strict=True
    ):
        least = 0.0 if name == "residual" else INSIDE * noise * np.diag(spread)
        blocks.append(block + least)
    return np.asarray(roots_of(design, blocks)[0])


def sampling(design: Design) -> list[Array]:
    """Return the sampling variances (q,) of each term's columns."""
    return np.split(design.sums.sampling, np.cumsum(design.sizes)[:-1])


def matrices(design: Design, values: Array) -> list[Array]:
    """Return the matrix (n, q, q) of each term from parameters (n, K)."""
    ends = np.cumsum([entries(q) for q in design.sizes])[:-1]
    parts = np.split(values, ends, axis=1)
    return [square(part, q) for part, q in zip(parts, design.sizes, strict=True)]


def roots_of(design: Design, blocks: list[Array]) -> Array:
    """Return the symmetric positive roots (n, K) of covariance matrices (n, q, q)."""
    free = design.free_terms
    return _lower(
        [b if own else spectral(b, square_root) for b, own in zip(blocks, free, strict=True)]
    )


def positive(design: Design, omega: Array) -> Array:
    """Return the same covariances with roots that have no negative eigenvalue."""
    blocks = zip(matrices(design, omega), design.free_terms, strict=True)
    return _lower([b if own else spectral(b, np.abs) for b, own in blocks])


def jacobian(design: Design, omega: Array) -> Array:
    """Return the derivative (n, K, K) of each parameter with respect to each root."""
    bent, straight = _curvature(design)
    return np.asarray(np.einsum("kab,nb->nka", bent, omega) + straight)


def components(design: Design, omega: Array) -> Array:
    """Return the parameters (n, K) from their roots."""
    bent, straight = _curvature(design)
    slopes = np.einsum("kab,nb->nka", bent, omega) / 2 + straight
    return np.asarray(np.einsum("nka,na->nk", slopes, omega))


def through_roots(design: Design, at_omega: Derivatives, omega: Array) -> Derivatives:
    """Return the derivatives with respect to the roots (n, K)."""
    slopes = jacobian(design, omega)
    gradient = np.einsum("nka,nk->na", slopes, at_omega.gradient)
    hessian = slopes.swapaxes(1, 2) @ at_omega.hessian @ slopes
    hessian += np.einsum("kab,nk->nab", _curvature(design)[0], at_omega.gradient)
    return Derivatives(at_omega.criterion, gradient, hessian)


def _lower(blocks: list[Array]) -> Array:
    """Return the lower triangles (n, K) of symmetric matrices (n, q, q)."""
    return np.concatenate([b[:, *np.tril_indices(b.shape[1])] for b in blocks], axis=1)


def _curvature(design: Design) -> tuple[Array, Array]:
    """Return the constants D (K, K, K) and l (K, K), which is diagonal."""
    total = sum(map(entries, design.sizes))
    bent, straight, start = np.zeros((total, total, total)), np.zeros((total, total)), 0
    for q, free in zip(design.sizes, design.free_terms, strict=True):
        if free:
            straight[start, start] = 1
            start += 1
            continue
        place = np.zeros((q, q), dtype=int)
        a, b = np.tril_indices(q)
        place[a, b] = place[b, a] = start + np.arange(len(a))
        for k, (i, j) in enumerate(zip(a, b, strict=True)):
            for c in range(q):
                bent[start + k, place[i, c], place[c, j]] += 1
                bent[start + k, place[c, j], place[i, c]] += 1
        start += len(a)
    return bent, straight
