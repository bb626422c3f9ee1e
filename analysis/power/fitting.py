"""REML fits of many studies at once, with Satterthwaite's degrees of freedom.

Parameters are symmetric roots of the covariance matrices (G = S S), so that every step leads to a covariance matrix; on
the boundary, the criterion is an even function of the vanishing root, and the same Newton step is valid in the interior
and on the boundary. Steps use the exact Hessian, with absolute eigenvalues where it is not positive definite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.power.blocks import Array
from analysis.power.designs import Answers, Design, spectral, square, square_root
from analysis.power.reml import Derivatives, derivatives, effects
from analysis.power.terms import entries

Flags = NDArray[np.bool_]
MOST_STEPS = 100
"""Largest number of Newton steps; nearly all studies need 3 to 8."""
TOLERANCE = 1e-12
"""A study has converged after the step whose predicted gain in the criterion is below this."""
INSIDE = 0.05
"""Lowest starting value of a variance, as a share of the sampling variance of a group's estimate."""
SINGULAR = 1e-4
"""A root below this proportion of the residual's counts as zero, as in ``lme4::isSingular``."""
BOUNDARY = 1e-6
"""Decrease of the criterion, per sampling variance added, that counts as rounding error."""
BATCH_SIZE = 2_000_000
"""Number of values in memory per batch of studies."""


@dataclass(frozen=True)
class Fits:
    """REML estimates of n studies."""

    estimate: Array
    """(n, c)"""
    se: Array
    """(n, c)"""
    df: Array
    """(n, c) Satterthwaite's degrees of freedom."""
    phi: Array
    """(n, K) variance parameters, in the order of the design."""
    criterion: Array
    """(n,) -2 log likelihood without the constant (rows - p) log 2 pi."""
    singular: Flags
    """(n,) whether a variance is estimated at zero or a correlation at one."""
    converged: Flags
    """(n,)"""


def fit(design: Design, answers: Answers, start: Array, weights: Array) -> Fits:
    """Fit every study.

    Parameters
    ----------
    start
        (K,) starting values of the variance parameters, such as the planned ones.
    weights
        (c, d) contrasts (``Design.weights``).
    """
    n, heavy = len(answers.squares), len(start) ** 2 * answers.squares.shape[1]
    heavy += sum(part.kernels[0].size * 4 * len(start) + right[0].size for part, right in zip(
        design.sums.blocks, answers.right, strict=True))  # fmt: skip
    size = max(16, BATCH_SIZE // heavy)
    first = _starting(design, start)
    parts = [
        _fit(design, answers.of(slice(i, i + size)), first, weights) for i in range(0, n, size)
    ]
    columns = zip(*[[getattr(p, f) for f in Fits.__dataclass_fields__] for p in parts], strict=True)
    return Fits(*(np.concatenate(column) for column in columns))


def relative_roots(design: Design, phi: Array) -> list[Array]:
    """Return lme4's theta: for each random term (n, q, q) the triangular root of its relative covariance."""
    found = []
    for name, block in _matrices(design, phi / phi[:, [design.residual]]):
        if name == "residual":
            continue
        root, rest = np.zeros_like(block), block.copy()
        for a in range(block.shape[1]):
            pivot = np.sqrt(np.maximum(rest[:, a, a], 0))
            sound = rest[:, a, a] > 1e-14 * block[:, a, a]
            with np.errstate(divide="ignore", invalid="ignore"):
                root[:, a:, a] = np.where(sound[:, None], rest[:, a:, a] / pivot[:, None], 0.0)
            rest -= root[:, :, a, None] * root[:, None, :, a]
        found.append(root)
    return found


def _fit(design: Design, answers: Answers, start: Array, weights: Array) -> Fits:
    n = len(answers.squares)
    omega, converged = _search(design, answers, np.tile(start, (n, 1)))
    at_omega, again = _check(design, answers, omega, converged)
    for _ in range(3):
        if not len(again):
            break
        begin = _pushed_off(design, omega[again], at_omega.of(again))
        omega[again], converged[again] = _search(design, answers.of(again), begin)
        at_omega, again = _check(design, answers, omega, converged)
    converged[again] = False
    phi = _components(design, omega)
    found = effects(design, phi, weights, answers)
    variance = np.einsum("ncc->nc", found.covariance)
    jacobian = _jacobian(design, omega)
    hessian = _through_roots(design, at_omega, omega).hessian
    slope = jacobian.swapaxes(1, 2) @ np.einsum("nkcc->nkc", found.slope)
    inverse = np.linalg.pinv(hessian, rcond=1e-12, hermitian=True)
    with np.errstate(divide="ignore"):
        df = variance**2 / np.einsum("nkc,nkl,nlc->nc", slope, inverse, slope)
    thetas = relative_roots(design, phi)
    least = [np.einsum("naa->na", root).min(axis=1) for root in thetas]
    singular = (np.array(least) < SINGULAR).any(axis=0) if least else np.zeros(n, bool)
    return Fits(
        found.estimate,
        np.sqrt(variance),
        df,
        phi,
        at_omega.criterion,
        np.asarray(singular),
        converged,
    )


def _search(design: Design, answers: Answers, start: Array) -> tuple[Array, Flags]:
    """Take Newton steps from ``start`` (n, K); return the final parameters, and which studies have converged."""
    omega, converged = start.copy(), np.zeros(len(start), dtype=bool)
    left, here, own, share = np.arange(len(start)), start, answers, np.ones(len(start))
    at, residual = _evaluate(design, own, here), design.residual
    for _ in range(MOST_STEPS):
        step, gain = _downhill(at)
        converges = (gain < TOLERANCE) & (share == 1)
        omega[left] = np.where(converges[:, None], here + step, here)
        converged[left[converges]] = True
        if converges.all():
            break
        if converges.any():
            stay = ~converges
            left, here, step, share = left[stay], here[stay], step[stay], share[stay]
            own, at = own.of(stay), at.of(stay)
        # A relative step of 1 would lead to a variance of zero, one of 2 to the mirror image.
        reach = np.abs(step).max(axis=1) / (1.5 * np.abs(here).max(axis=1))
        reach = np.maximum(reach, np.abs(step[:, residual]) / (0.7 * here[:, residual]))
        trial = _positive(design, here + (share / np.maximum(reach, 1))[:, None] * step)
        new = _evaluate(design, own, trial)
        better = new.criterion <= at.criterion + 1e-12 * np.abs(at.criterion)
        here, at = np.where(better[:, None], trial, here), new.where(better, at)
        share = np.where(better, 1.0, share / 4)
    return _positive(design, omega), converged


def _evaluate(design: Design, answers: Answers, omega: Array) -> Derivatives:
    return _through_roots(design, derivatives(design, _components(design, omega), answers), omega)


def _downhill(at: Derivatives) -> tuple[Array, Array]:
    """Return Newton steps (n, K) with absolute eigenvalues, and the gains (n,) that they predict."""
    values, vectors = np.linalg.eigh(at.hessian)
    curved = np.maximum(np.abs(values), 1e-10 * np.abs(values).max(axis=1, keepdims=True))
    along = np.einsum("nab,na->nb", vectors, at.gradient)
    step = -np.einsum("nab,nb->na", vectors, along / curved)
    return step, np.sum(along**2 / curved, axis=1) / 2


def _check(
    design: Design, answers: Answers, omega: Array, converged: Flags
) -> tuple[Derivatives, NDArray[np.intp]]:
    """Check the Karush-Kuhn-Tucker conditions; return derivatives, and the studies in which a zero variance should grow."""
    at_omega = derivatives(design, _components(design, omega), answers)
    falls = np.zeros(len(omega), dtype=bool)
    for _, slope, _ in _slopes(design, omega, at_omega):
        falls |= slope[:, 0] < -BOUNDARY
    return at_omega, np.flatnonzero(falls & converged)


def _pushed_off(design: Design, omega: Array, at_omega: Derivatives) -> Array:
    """Return roots with variance added in the direction in which the criterion falls most."""
    phi = _components(design, omega)
    matrices = dict(enumerate(block for _, block in _matrices(design, phi)))
    for i, slope, along in _slopes(design, omega, at_omega):
        grown = np.where(slope[:, 0] < -BOUNDARY, 1.0, 0.0)[:, None, None]
        matrices[i] = matrices[i] + grown * along[:, :, None] * along[:, None, :]
    return _roots(list(matrices.values()))


def _slopes(design: Design, omega: Array, at_omega: Derivatives) -> Any:
    """Yield for each random term its number, slopes (n, q) per sampling variance, and steepest direction (n, q)."""
    noise = omega[:, design.residual] ** 2
    spread = _sampling(design)
    for i, (name, block) in enumerate(_matrices(design, at_omega.gradient)):
        if name == "residual":
            continue
        q = block.shape[1]
        inside = block * np.where(np.eye(q, dtype=bool), 1.0, 0.5) * noise[:, None, None]
        scale = np.sqrt(spread[i])
        values, vectors = np.linalg.eigh(scale[:, None] * inside * scale)
        yield i, values, vectors[:, :, 0] * scale * np.sqrt(noise)[:, None]


def _starting(design: Design, start: Array) -> Array:
    """Return the roots (K,) of the starting values, kept inside the boundary."""
    noise, matrices = start[design.residual], []
    for (name, block), spread in zip(
        _matrices(design, start[None]), _sampling(design), strict=True
    ):
        least = 0.0 if name == "residual" else INSIDE * noise * np.diag(spread)
        matrices.append(block + least)
    return np.asarray(_roots(matrices)[0])


def _sampling(design: Design) -> list[Array]:
    """Return the sampling variances (q,) of each term's columns."""
    return np.split(design.sums.sampling, np.cumsum(design.sizes)[:-1])


def _matrices(design: Design, values: Array) -> list[tuple[str, Array]]:
    """Return name and matrix (n, q, q) of each term from parameters (n, K)."""
    found, at = [], 0
    for name, q in zip(design.names, design.sizes, strict=True):
        end = at + entries(q)
        found.append((name, square(values[:, at:end], q)))
        at = end
    return found


def _lower(blocks: list[Array]) -> Array:
    """Return the lower triangles (n, K) of symmetric matrices (n, q, q)."""
    return np.concatenate([b[:, *np.tril_indices(b.shape[1])] for b in blocks], axis=1)


def _roots(matrices: list[Array]) -> Array:
    """Return the symmetric positive roots (n, K) of covariance matrices (n, q, q)."""
    return _lower([spectral(block, square_root) for block in matrices])


def _positive(design: Design, omega: Array) -> Array:
    """Return the same covariances with roots that have no negative eigenvalue."""
    return _lower([spectral(block, np.abs) for _, block in _matrices(design, omega)])


def _curvature(design: Design) -> Array:
    """Return the constant D (K, K, K) with phi_k = omega' D_k omega / 2."""
    sizes = design.sizes
    total = sum(map(entries, sizes))
    found, start = np.zeros((total, total, total)), 0
    for q in sizes:
        place = np.zeros((q, q), dtype=int)
        a, b = np.tril_indices(q)
        place[a, b] = place[b, a] = start + np.arange(len(a))
        for k, (i, j) in enumerate(zip(a, b, strict=True)):
            for c in range(q):
                found[start + k, place[i, c], place[c, j]] += 1
                found[start + k, place[c, j], place[i, c]] += 1
        start += len(a)
    return found


def _jacobian(design: Design, omega: Array) -> Array:
    """Return the derivative (n, K, K) of each parameter with respect to each root."""
    return np.asarray(np.einsum("kab,nb->nka", _curvature(design), omega))


def _components(design: Design, omega: Array) -> Array:
    """Return the parameters (n, K) from their roots."""
    return np.asarray(np.einsum("nka,na->nk", _jacobian(design, omega), omega) / 2)


def _through_roots(design: Design, at_omega: Derivatives, omega: Array) -> Derivatives:
    """Return the derivatives with respect to the roots (n, K)."""
    jacobian = _jacobian(design, omega)
    gradient = np.einsum("nka,nk->na", jacobian, at_omega.gradient)
    hessian = jacobian.swapaxes(1, 2) @ at_omega.hessian @ jacobian
    hessian += np.einsum("kab,nk->nab", _curvature(design), at_omega.gradient)
    return Derivatives(at_omega.criterion, gradient, hessian)
