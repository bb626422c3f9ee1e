r"""Marginal likelihood with crossed random intercepts, by the Laplace approximation.

.. math:: \log L = \sum_i \ell_i(\eta_i) - \tfrac12 u'u - \tfrac12 \log|H|,
   \qquad \eta = X\beta + \sum_g \sigma_g u_g[g(i)],\; u \sim N(0, I)

at the mode of u, where H is the Hessian of the first two terms. It is the approximation that lme4,
glmmTMB and glmm use for crossed groupings, exact for Gaussian rows. The largest grouping has a
diagonal block in H and is eliminated; if it is nested in a second one (as ``participant:condition`` in
``participant``), that block is then diagonal and is eliminated too, so that the cost is cubic only in the
number of stimuli.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from analysis.models.design import Array
from analysis.models.likelihoods.base import RowModel

MAX_STEPS = 60
TOLERANCE = 1e-11

Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Groupings:
    """Codes 0..size-1 of each row in each grouping: the largest first, then one that it is nested in."""

    names: tuple[str, ...]
    codes: tuple[Codes, ...]
    sizes: tuple[int, ...]

    @cached_property
    def parent(self) -> Codes | None:
        """Level of the second grouping for each level of the first, if the first is nested in it."""
        return None if len(self.names) < 2 else parents(self.codes[0], self.codes[1])


def parents(inner: Codes, outer: Codes) -> Codes | None:
    """Return the code in ``outer`` of each level of ``inner``; None if a level occurs in several."""
    found = np.zeros(inner.max() + 1, dtype=np.intp)
    found[inner] = outer
    return found if np.array_equal(found[inner], outer) else None


@dataclass(frozen=True)
class Marginal:
    """Marginal log-likelihood and the modes u, one array per grouping."""

    value: float
    modes: tuple[Array, ...]


def marginal_loglik(
    model: RowModel,
    y: Array,
    eta: Array,
    shape: Array,
    sds: Array,
    groups: Groupings,
    start: tuple[Array, ...] | None = None,
) -> Marginal:
    """Compute the Laplace-approximated marginal log-likelihood.

    Parameters
    ----------
    eta : array (n,)
        Fixed part of the linear predictor.
    sds : array (groupings,)
        Standard deviations of the random intercepts; the sign does not matter.
    start : starting values of the modes, e.g. those at nearby parameters.

    Returns
    -------
    Marginal
        ``value`` is -inf where a row has zero likelihood or the mode was not found.
    """
    if not groups.names:
        return Marginal(float(model.derivatives(y, eta, shape)[0].sum()), ())
    modes = [np.zeros(k) for k in groups.sizes] if start is None else [u.copy() for u in start]
    value, first, second = _joint(model, y, eta, shape, sds, groups, modes)
    for _ in range(MAX_STEPS):
        gradient = [
            s * np.bincount(c, first, k) - u
            for s, c, k, u in zip(sds, groups.codes, groups.sizes, modes, strict=True)
        ]
        if not (np.isfinite(second).all() and all(np.isfinite(g).all() for g in gradient)):
            break
        steps, logdet = _solve(-second, sds, groups, gradient)
        if max(np.abs(g).max() for g in gradient) < TOLERANCE * (1 + abs(value)):
            return Marginal(value - 0.5 * logdet, tuple(modes))
        length = 1.0
        while length > 1e-8:
            trial = [u + length * d for u, d in zip(modes, steps, strict=True)]
            moved = _joint(model, y, eta, shape, sds, groups, trial)
            if np.isfinite(moved[0]) and moved[0] >= value - 1e-12 * abs(value):
                break
            length /= 2
        else:
            break
        modes, (value, first, second) = trial, moved
    return Marginal(-np.inf, tuple(modes))


def _joint(
    model: RowModel,
    y: Array,
    eta: Array,
    shape: Array,
    sds: Array,
    groups: Groupings,
    modes: list[Array],
) -> tuple[float, Array, Array]:
    shifted = eta.copy()
    for s, c, u in zip(sds, groups.codes, modes, strict=True):
        shifted += s * u[c]
    rows, first, second = model.derivatives(y, shifted, shape)
    return float(rows.sum() - 0.5 * sum(u @ u for u in modes)), first, second


def _solve(
    weights: Array, sds: Array, groups: Groupings, gradient: list[Array]
) -> tuple[list[Array], float]:
    """Solve for the Newton steps H^-1 gradient and log|H|, eliminating the first grouping (or two)."""
    inner = np.bincount(groups.codes[0], weights, groups.sizes[0])
    first = _positive(1 + sds[0] ** 2 * inner)
    if len(groups.names) == 1:
        return [gradient[0] / first], float(np.log(first).sum())
    parent, kept = groups.parent, 1 if groups.parent is None else 2
    cross = _cross(weights, sds, groups, 0, kept)
    left = _rest(weights, sds, groups, kept) - cross.T @ (cross / first[:, None])
    right = np.concatenate([*gradient[kept:], []]) - cross.T @ (gradient[0] / first)
    if parent is None:
        later, logdet = _rest_solved(left, right)
        steps = [(gradient[0] - cross @ later) / first]
    else:
        link, size = sds[0] * sds[1] * inner, groups.sizes[1]
        second = 1 + sds[1] ** 2 * np.bincount(groups.codes[1], weights, size)
        second = _positive(second - np.bincount(parent, link**2 / first, size))
        share = (link / first)[:, None] * cross
        across = _cross(weights, sds, groups, 1, kept) - _summed(parent, share, size)
        pull = gradient[1] - np.bincount(parent, link * gradient[0] / first, size)
        left -= across.T @ (across / second[:, None])
        later, logdet = _rest_solved(left, right - across.T @ (pull / second))
        outer = (pull - across @ later) / second
        steps = [(gradient[0] - link * outer[parent] - cross @ later) / first, outer]
        logdet += float(np.log(second).sum())
    steps += (
        np.split(later, np.cumsum(groups.sizes[kept:])[:-1]) if kept < len(groups.names) else []
    )
    return steps, float(np.log(first).sum()) + logdet


def _positive(diagonal: Array) -> Array:
    # Far from the mode, rows whose log-likelihood is not concave can make it negative.
    positive: Array = np.maximum(diagonal, 1e-3)
    return positive


def _rest_solved(left: Array, right: Array) -> tuple[Array, float]:
    """Return ``left^-1 right`` and ``log|left|``; eigenvalues are kept positive far from the mode."""
    try:
        root = np.linalg.cholesky(left)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(left)
        values = _positive(values)
        return vectors @ ((vectors.T @ right) / values), float(np.log(values).sum())
    return linalg.cho_solve((root, True), right), 2 * float(np.log(np.diag(root)).sum())


def _summed(parent: Codes, rows: Array, size: int) -> NDArray[Any]:
    """Sum rows (inner levels, r) by their parents: (size, r)."""
    flat = parent[:, None] * rows.shape[1] + np.arange(rows.shape[1])
    return np.bincount(flat.ravel(), rows.ravel(), size * rows.shape[1]).reshape(size, -1)


def _cross(weights: Array, sds: Array, groups: Groupings, of: int, kept: int) -> Array:
    """Return the block of H between the eliminated grouping ``of`` and those from ``kept`` on."""
    blocks = [
        sds[of] * sds[j] * _joint_weights(weights, groups, of, j)
        for j in range(kept, len(groups.names))
    ]
    return np.hstack([*blocks, np.empty((groups.sizes[of], 0))])


def _rest(weights: Array, sds: Array, groups: Groupings, kept: int) -> Array:
    """Return the block of H of the groupings from ``kept`` on."""
    span = range(kept, len(groups.names))
    offsets = np.concatenate([[0], np.cumsum(groups.sizes[kept:])]).astype(int)
    rest = np.eye(offsets[-1])
    for j in span:
        for k in span:
            here = slice(offsets[j - kept], offsets[j - kept + 1])
            there = slice(offsets[k - kept], offsets[k - kept + 1])
            rest[here, there] += sds[j] * sds[k] * _joint_weights(weights, groups, j, k)
    return rest


def _joint_weights(weights: Array, groups: Groupings, a: int, b: int) -> NDArray[Any]:
    size = groups.sizes[a] * groups.sizes[b]
    flat = np.bincount(groups.codes[a] * groups.sizes[b] + groups.codes[b], weights, size)
    return flat.reshape(groups.sizes[a], groups.sizes[b])
