"""REML fits of many studies at once, by Newton's method on the roots of the covariance matrices (``roots``).

Steps use the exact Hessian, with absolute eigenvalues where it is not positive definite.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.models.covariances.kenward_roger import KENWARD_ROGER
from analysis.models.own_variance import DEGENERATE
from analysis.power.blocks import Array
from analysis.power.designs import Answers, Design
from analysis.power.reml import Derivatives, Effects, derivatives, effects, kenward_roger, margin
from analysis.power.roots import (
    components,
    jacobian,
    matrices,
    positive,
    roots_of,
    sampling,
    starting,
    through_roots,
)

Flags = NDArray[np.bool_]
MODEL = "model"
"""Standard errors that follow from the variances as they are estimated (``Fit.errors``)."""
MOST_STEPS = 100
"""Largest number of Newton steps; nearly all studies need 3 to 8."""
TOLERANCE = 1e-12
"""A study has converged after the step whose predicted gain in the criterion is below this."""
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
    """(n, c) degrees of freedom."""
    phi: Array
    """(n, K) variance parameters, in the order of the design."""
    residual: Array
    """(n,) residual variance, one of the parameters."""
    margin: Array
    """(n,) how far the covariance of a participant is from a singular one (``reml.margin``)."""
    criterion: Array
    """(n,) -2 log likelihood without the constant (rows - p) log 2 pi."""
    singular: Flags
    """(n,) whether a variance is estimated at zero or a correlation at one."""
    converged: Flags
    """(n,)"""

    def with_test(self, j: int, own: Fits) -> Fits:
        """Return the fits with contrast ``j`` from other fits, in the studies in which these are estimates, as in the analysis."""
        found = {name: getattr(self, name).copy() for name in ("estimate", "se", "df")}
        used = own.converged & np.isfinite(own.se[:, j]) & (own.margin >= DEGENERATE)
        used &= own.residual > DEGENERATE * self.residual
        for name, values in found.items():
            values[used, j] = getattr(own, name)[used, j]
        return replace(self, **found)


def fit(
    design: Design, answers: Answers, start: Array, weights: Array, errors: str = MODEL
) -> Fits:
    """Fit every study.

    Parameters
    ----------
    start
        (K,) starting values of the variance parameters, such as the planned ones.
    weights
        (c, d) contrasts (``Design.weights``).
    errors
        ``model``, with Satterthwaite's degrees of freedom, or ``Kenward-Roger``.
    """
    n, heavy = len(answers.squares), len(start) ** 2 * answers.squares.shape[1]
    heavy += sum(part.kernels[0].size * 4 * len(start) + right[0].size for part, right in zip(
        design.sums.blocks, answers.right, strict=True))  # fmt: skip
    size = max(16, BATCH_SIZE // heavy)
    first = starting(design, start)
    parts = [
        _fit(design, answers.of(slice(i, i + size)), first, weights, errors)
        for i in range(0, n, size)
    ]
    columns = zip(*[[getattr(p, f) for f in Fits.__dataclass_fields__] for p in parts], strict=True)
    return Fits(*(np.concatenate(column) for column in columns))


def relative_roots(design: Design, phi: Array) -> list[Array]:
    """Return lme4's theta: for each random term (n, q, q) the triangular root of its relative covariance."""
    found = []
    for name, block in zip(
        design.names, matrices(design, phi / phi[:, [design.residual]]), strict=True
    ):
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


def _fit(design: Design, answers: Answers, start: Array, weights: Array, errors: str) -> Fits:
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
    phi = components(design, omega)
    found = effects(design, phi, weights, answers)
    if errors == KENWARD_ROGER:
        variance, df = kenward_roger(design, phi, weights)
    else:
        variance, df = _satterthwaite(design, omega, at_omega, found)
    thetas = relative_roots(design, phi)
    least = [
        np.einsum("naa->na", root).min(axis=1)
        for root, term in zip(thetas, [*design.inner, *design.outer], strict=True)
        if not term.free
    ]
    singular = (np.array(least) < SINGULAR).any(axis=0) if least else np.zeros(n, bool)
    with np.errstate(invalid="ignore"):
        # Of a covariance that is none, which does not count as converged.
        se = np.sqrt(variance)
    return Fits(
        found.estimate,
        se,
        df,
        phi,
        phi[:, design.residual],
        margin(design, phi),
        at_omega.criterion,
        np.asarray(singular),
        converged,
    )


def _satterthwaite(
    design: Design, omega: Array, at_omega: Derivatives, found: Effects
) -> tuple[Array, Array]:
    """Return variances and degrees of freedom (n, c) of the estimates, by the observed information of the roots."""
    variance = np.einsum("ncc->nc", found.covariance)
    hessian = through_roots(design, at_omega, omega).hessian
    slope = jacobian(design, omega).swapaxes(1, 2) @ np.einsum("nkcc->nkc", found.slope)
    inverse = np.linalg.pinv(hessian, rcond=1e-12, hermitian=True)
    with np.errstate(divide="ignore"):
        return variance, variance**2 / np.einsum("nkc,nkl,nlc->nc", slope, inverse, slope)


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
        trial = positive(design, here + (share / np.maximum(reach, 1))[:, None] * step)
        new = _evaluate(design, own, trial)
        better = new.criterion <= at.criterion + 1e-12 * np.abs(at.criterion)
        here, at = np.where(better[:, None], trial, here), new.where(better, at)
        share = np.where(better, 1.0, share / 4)
    return positive(design, omega), converged


def _evaluate(design: Design, answers: Answers, omega: Array) -> Derivatives:
    return through_roots(design, derivatives(design, components(design, omega), answers), omega)


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
    at_omega = derivatives(design, components(design, omega), answers)
    falls = np.zeros(len(omega), dtype=bool)
    for _, slope, _ in _slopes(design, omega, at_omega):
        falls |= slope[:, 0] < -BOUNDARY
    return at_omega, np.flatnonzero(falls & converged)


def _pushed_off(design: Design, omega: Array, at_omega: Derivatives) -> Array:
    """Return roots with variance added in the direction in which the criterion falls most."""
    phi = components(design, omega)
    blocks = dict(enumerate(matrices(design, phi)))
    for i, slope, along in _slopes(design, omega, at_omega):
        grown = np.where(slope[:, 0] < -BOUNDARY, 1.0, 0.0)[:, None, None]
        blocks[i] = blocks[i] + grown * along[:, :, None] * along[:, None, :]
    return roots_of(design, list(blocks.values()))


def _slopes(design: Design, omega: Array, at_omega: Derivatives) -> Any:
    """Yield for each random term its number, slopes (n, q) per sampling variance, and steepest direction (n, q)."""
    noise = omega[:, design.residual] ** 2
    spread = sampling(design)
    for i, block in enumerate(matrices(design, at_omega.gradient)):
        if design.names[i] == "residual" or design.free_terms[i]:
            continue
        q = block.shape[1]
        inside = block * np.where(np.eye(q, dtype=bool), 1.0, 0.5) * noise[:, None, None]
        scale = np.sqrt(spread[i])
        values, vectors = np.linalg.eigh(scale[:, None] * inside * scale)
        yield i, values, vectors[:, :, 0] * scale * np.sqrt(noise)[:, None]
