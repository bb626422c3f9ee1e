"""Inverses and solutions of thousands of small symmetric matrices at once.

The matrices are (r, r, n) with the simulated studies last: each step of the elimination is one
vector operation over all studies, ten times faster than a loop of LAPACK calls for r < 6.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def inverse_and_log_determinant(matrices: Array) -> tuple[Array, Array]:
    """Inverse (r, r, n) and log determinant (n,) of positive definite matrices.

    Gauss-Jordan (sweep) elimination without pivoting; not-a-number where a matrix isn't
    positive definite.
    """
    inverse = matrices.copy()
    r = len(inverse)
    log_determinant = np.zeros(inverse.shape[2:])
    for k in range(r):
        pivot = np.where(inverse[k, k] > 0, inverse[k, k], np.nan)
        log_determinant += np.log(pivot)
        if r == 1:
            return 1 / pivot[None, None], log_determinant
        row = inverse[k] / pivot
        column = inverse[:, k].copy()
        inverse -= column[:, None] * row[None]
        inverse[k] = row
        inverse[:, k] = row
        inverse[k, k] = -1 / pivot
    return -inverse, log_determinant


def solve_downhill(hessian: Array, gradient: Array, flat: float = 1e-7) -> tuple[Array, Array]:
    """Newton step d = -|H|^-1 g and decrement -g'd, a descent whatever the curvature.

    Where H has a negative or vanishing eigenvalue its absolute value is taken (the saddle-free
    Newton step) and directions flatter than `flat`, relative to the steepest, get `flat`.

    Returns
    -------
    (m, n) steps and (n,) decrements.
    """
    scaled, scale = _unit_diagonal(hessian)
    direction = gradient / scale
    solution, least = _ldl_solve(scaled, direction[:, None])
    step = -solution[:, 0]
    odd = np.flatnonzero(~(least > flat))
    if odd.size:
        values, vectors = np.linalg.eigh(scaled[..., odd].transpose(2, 0, 1))
        curvature = np.maximum(np.abs(values), flat)
        along = np.einsum("nab,an->nb", vectors, direction[:, odd]) / curvature
        step[:, odd] = -np.einsum("nab,nb->an", vectors, along)
    decrement = -np.einsum("an,an->n", direction, step)
    return step / scale, decrement


def quadratic_in_inverse(hessian: Array, vectors: Array, flat: float = 1e-9) -> Array:
    """v' H^-1 v, shape (c, n), for (m, m, n) matrices and (m, c, n) vectors.

    Directions with no curvature (relative to the steepest, less than `flat`) are left out.
    """
    scaled, scale = _unit_diagonal(hessian)
    right = vectors / scale[:, None]
    solution, least = _ldl_solve(scaled, right)
    total = np.einsum("acn,acn->cn", right, solution)
    odd = np.flatnonzero(~(least > flat))
    if odd.size:
        values, bases = np.linalg.eigh(scaled[..., odd].transpose(2, 0, 1))
        along = np.einsum("nab,acn->nbc", bases, right[..., odd])
        keep = np.where(values > flat, 1 / np.maximum(values, flat), 0.0)
        total[:, odd] = np.einsum("nbc,nb->cn", along**2, keep)
    return total


def _unit_diagonal(matrices: Array) -> tuple[Array, Array]:
    """Matrices scaled to a diagonal of +-1, and the (m, n) scale."""
    size = np.abs(np.einsum("aan->an", matrices))
    largest = size.max(axis=0)
    scale = np.sqrt(np.where(size > 1e-14 * largest, size, np.where(largest > 0, largest, 1.0)))
    return matrices / scale[:, None] / scale[None], scale


def _ldl_solve(matrices: Array, right: Array) -> tuple[Array, Array]:
    """Solve A x = b, b (m, c, n), by LDL'; also the least pivot, a sign of indefiniteness."""
    a, x = matrices.copy(), right.copy()
    m = len(a)
    least = np.full(a.shape[2], np.inf)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for k in range(m):
            np.minimum(least, np.where(np.isnan(a[k, k]), -1.0, a[k, k]), out=least)
            factor = a[k + 1 :, k] / a[k, k]
            a[k + 1 :, k + 1 :] -= factor[:, None] * a[None, k, k + 1 :]
            x[k + 1 :] -= factor[:, None] * x[k]
        for k in range(m - 1, -1, -1):
            known = np.einsum("an,acn->cn", a[k, k + 1 :], x[k + 1 :])
            x[k] = (x[k] - known) / a[k, k]
    return x, least
