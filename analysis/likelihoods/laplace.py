r"""Marginal likelihood with crossed random intercepts, by the Laplace approximation.

.. math:: \log L = \sum_i \ell_i(\eta_i) - \tfrac12 u'u - \tfrac12 \log|H|,
   \qquad \eta = X\beta + \sum_g \sigma_g u_g[g(i)],\; u \sim N(0, I)

at the mode of u, where H is the Hessian of the first two terms. It is the approximation that lme4,
glmmTMB and glmm use for crossed groupings, exact for Gaussian rows. The largest grouping has a
diagonal block in H and is eliminated, so the cost is cubic only in the number of stimuli.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.likelihoods.rows import RowModel

MAX_STEPS = 60
TOLERANCE = 1e-11


@dataclass(frozen=True)
class Groupings:
    """Codes 0..size-1 of each row in each grouping, the largest grouping first."""

    names: tuple[str, ...]
    codes: tuple[np.ndarray, ...]
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Marginal:
    """Marginal log-likelihood and the modes u, one array per grouping."""

    value: float
    modes: tuple[np.ndarray, ...]


def marginal_loglik(
    model: RowModel,
    y: np.ndarray,
    eta: np.ndarray,
    shape: np.ndarray,
    sds: np.ndarray,
    groups: Groupings,
    start: tuple[np.ndarray, ...] | None = None,
) -> Marginal:
    """Laplace-approximated log-likelihood.

    Parameters
    ----------
    eta : array (n,)
        Fixed part of the linear predictor.
    sds : array (groupings,)
        Standard deviations of the random intercepts; the sign does not matter.
    start : modes to start from, for example those of nearby parameters.

    Returns
    -------
    Marginal
        ``value`` is -inf where the rows have no likelihood or the mode was not found.
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
    y: np.ndarray,
    eta: np.ndarray,
    shape: np.ndarray,
    sds: np.ndarray,
    groups: Groupings,
    modes: list[np.ndarray],
) -> tuple[float, np.ndarray, np.ndarray]:
    shifted = eta.copy()
    for s, c, u in zip(sds, groups.codes, modes, strict=True):
        shifted += s * u[c]
    rows, first, second = model.derivatives(y, shifted, shape)
    return float(rows.sum() - 0.5 * sum(u @ u for u in modes)), first, second


def _solve(
    weights: np.ndarray, sds: np.ndarray, groups: Groupings, gradient: list[np.ndarray]
) -> tuple[list[np.ndarray], float]:
    """Newton steps H^-1 gradient and log|H|, with the first grouping eliminated."""
    first = 1 + sds[0] ** 2 * np.bincount(groups.codes[0], weights, groups.sizes[0])
    # Rows whose log-likelihood is not concave can make this negative far from the mode.
    first = np.maximum(first, 1e-3)
    if len(groups.names) == 1:
        return [gradient[0] / first], float(np.log(first).sum())
    cross, rest = _blocks(weights, sds, groups)
    schur = rest - cross.T @ (cross / first[:, None])
    right = np.concatenate(gradient[1:]) - cross.T @ (gradient[0] / first)
    values, vectors = np.linalg.eigh(schur)
    values = np.maximum(values, 1e-3)
    later = vectors @ ((vectors.T @ right) / values)
    steps = [(gradient[0] - cross @ later) / first]
    steps += np.split(later, np.cumsum(groups.sizes[1:])[:-1])
    return steps, float(np.log(first).sum() + np.log(values).sum())


def _blocks(
    weights: np.ndarray, sds: np.ndarray, groups: Groupings
) -> tuple[np.ndarray, np.ndarray]:
    """Cross block (first x rest) and the block of the rest, from co-occurrence counts."""
    offsets = np.concatenate([[0], np.cumsum(groups.sizes[1:])])
    cross = np.zeros((groups.sizes[0], offsets[-1]))
    rest = np.eye(offsets[-1])
    for j in range(1, len(groups.names)):
        here = slice(offsets[j - 1], offsets[j])
        cross[:, here] = sds[0] * sds[j] * _together(weights, groups, 0, j)
        for k in range(1, len(groups.names)):
            there = slice(offsets[k - 1], offsets[k])
            rest[here, there] += sds[j] * sds[k] * _together(weights, groups, j, k)
    return cross, rest


def _together(weights: np.ndarray, groups: Groupings, a: int, b: int) -> np.ndarray:
    size = groups.sizes[a] * groups.sizes[b]
    flat = np.bincount(groups.codes[a] * groups.sizes[b] + groups.codes[b], weights, size)
    return flat.reshape(groups.sizes[a], groups.sizes[b])
