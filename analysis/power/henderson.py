r"""REML for many studies at once: random intercepts of people and stimuli, on counterbalanced lists.

With u = 1 / s_e^2, v = 1 / (s_e^2 + m s_p^2) and w = 1 / s_s^2 (m answers a person) the restricted
likelihood of the answers is, by Henderson's mixed-model equations (Henderson 1975 [M+]),

    f = -df_A log u - df_B log v - I log w + log|C| + u q_A + v q_B - r' C^-1 r,
    C = u A + v B + w E,    r = u r_A + v r_B,

where A and B are cross-products of the columns [X Z] within and between people, E picks the I stimuli, and
q and r those of the answers. All of it is made of sums over lists, so that a study of any size costs one
system of p + I equations, and all studies of a design share A, B and E. Newton's method runs in the
logarithms of u, v, w with exact derivatives; the t tests have Satterthwaite's degrees of freedom from the
same Hessian, as lmerTest's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MOST_STEPS = 60
TOLERANCE = 1e-9
#: Stimuli whose variance is this small beside the error of their own means do not differ.
NOTHING = 1e-5


@dataclass(frozen=True)
class Equations:
    """What all studies of a design share."""

    kernels: Array
    """(3, d, d) A, B and E."""
    df: Array
    """(3,) df_A, df_B and I."""


@dataclass(frozen=True)
class Answers:
    """What a study's likelihood needs of its answers; arrays with the n studies first."""

    right: Array
    """(3, n, d, k) r_A, r_B and zero; the k columns add up (one for a drawn study)."""
    squares: Array
    """(3, n) q_A, q_B and zero."""


@dataclass(frozen=True)
class Solution:
    """The minimum for each of n studies."""

    precision: Array
    """(3, n) u, v, w."""
    inverse: Array
    """(n, d, d) C^-1."""
    effects: Array
    """(n, d, k) C^-1 r."""
    hessian: Array
    """(n, 3, 3) of f in the logarithms of the precisions; the row of what is fixed is that of 1."""
    free: NDArray[np.bool_]
    """(3, n) whether a precision was estimated (not: on the boundary)."""
    converged: NDArray[np.bool_]


def solve(equations: Equations, answers: Answers) -> Solution:
    """Minimise f for every study."""
    n = answers.squares.shape[1]
    theta = _start(equations, answers)
    free = np.ones((3, n), dtype=bool)
    tied = np.zeros(n, dtype=bool)
    converged = np.zeros(n, dtype=bool)
    for _ in range(MOST_STEPS):
        _hold(equations, theta, free, tied)
        gradient, hessian, *_ = _derivatives(equations, answers, theta)
        gradient, hessian = _reduced(gradient, hessian, free, tied)
        # A difference in f of this size moves no estimate in its ninth digit.
        converged = np.einsum("jn,jn->n", gradient, gradient) < TOLERANCE
        if converged.all():
            break
        theta += np.where(converged, 0.0, _step(gradient, hessian, tied))
    gradient, hessian, inverse, effects = _derivatives(equations, answers, theta)
    _, hessian = _reduced(gradient, hessian, free, tied)
    return Solution(np.exp(theta), inverse, effects, hessian, free, converged)


def variance_and_df(equations: Equations, found: Solution, weights: Array) -> tuple[Array, Array]:
    """Variance (n, c) of combinations ``weights`` (c, d) of the effects, and their df."""
    seen = np.einsum("nab,cb->nca", found.inverse, weights)
    variance = np.einsum("nca,ca->nc", seen, weights)
    slope = -np.einsum("nca,jab,ncb->jnc", seen, equations.kernels, seen)
    slope = slope * (found.precision * found.free)[:, :, None]
    solved = np.linalg.solve(found.hessian, slope.transpose(1, 0, 2))
    spread = np.einsum("jnc,njc->nc", slope, solved)
    with np.errstate(divide="ignore"):
        return variance, variance**2 / spread


def _start(equations: Equations, answers: Answers) -> Array:
    n = answers.squares.shape[1]
    theta = np.zeros((3, n))
    theta[0] = np.log(equations.df[0] / answers.squares[0])
    theta[1] = np.minimum(np.log(equations.df[1] / answers.squares[1]), theta[0] - 0.01)
    theta[2] = theta[0] + np.log(5.0)
    return theta


def _derivatives(
    equations: Equations, answers: Answers, theta: Array
) -> tuple[Array, Array, Array, Array]:
    """Gradient (3, n) and Hessian (3, 3, n) of f in the logarithms, C^-1 and the effects."""
    precision = np.exp(theta)
    left = np.einsum("jn,jab->nab", precision, equations.kernels)
    inverse = np.linalg.inv(left)
    effects = inverse @ np.einsum("jn,jnak->nak", precision, answers.right)
    acts = np.einsum("nab,jbc->jnac", inverse, equations.kernels)
    shown = np.einsum("jab,nbk->jnak", equations.kernels, effects)
    first = (
        -equations.df[:, None] / precision
        + np.einsum("jnaa->jn", acts)
        + answers.squares
        - 2 * np.einsum("jnak,nak->jn", answers.right, effects)
        + np.einsum("jnak,nak->jn", shown, effects)
    )
    left_over = answers.right - shown
    second = -np.einsum("inab,jnba->ijn", acts, acts)
    second -= 2 * np.einsum("inak,nab,jnbk->ijn", left_over, inverse, left_over, optimize=True)
    own = np.arange(3)
    second[own, own] += equations.df[:, None] / precision**2
    gradient = precision * first
    hessian = precision[:, None] * precision[None, :] * second
    hessian[own, own] += gradient
    return gradient, hessian, inverse, effects


def _hold(
    equations: Equations, theta: Array, free: NDArray[np.bool_], tied: NDArray[np.bool_]
) -> None:
    """Hold at the boundary: stimuli that do not differ, people that do not."""
    stimuli = np.diagonal(equations.kernels[0] + equations.kernels[1]) * np.diagonal(
        equations.kernels[2]
    )
    most = theta[0] + np.log(stimuli.max() / NOTHING)
    held = theta[2] >= most
    theta[2] = np.where(held, most, theta[2])
    free[2] &= ~held
    tied |= theta[1] >= theta[0]
    theta[1] = np.where(tied, theta[0], theta[1])
    free[1] &= ~tied


def _reduced(
    gradient: Array, hessian: Array, free: NDArray[np.bool_], tied: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Derivatives in what is free; where people do not differ u and v move together."""
    gradient, hessian = gradient.copy(), hessian.copy()
    gradient[0] += tied * gradient[1]
    for j in (2, 0):
        hessian[0, j] += tied * hessian[1, j]
        hessian[j, 0] = (
            hessian[0, j] if j else hessian[0, 0] + tied * (hessian[0, 1] + hessian[1, 1])
        )
    gradient *= free
    both = free[:, None] & free[None, :]
    hessian *= both
    own = np.arange(3)
    hessian[own, own] += ~free
    return gradient, hessian.transpose(2, 0, 1)


def _step(gradient: Array, hessian: Array, tied: NDArray[np.bool_]) -> Array:
    """Newton's step (3, n), downhill where the Hessian is not positive, at most 1.5 at once."""
    values, vectors = np.linalg.eigh(hessian)
    curved = np.maximum(np.abs(values), 1e-6 * np.abs(values).max(axis=1, keepdims=True))
    rotated = np.einsum("nab,an->nb", vectors, gradient) / curved
    step = -np.einsum("nab,nb->an", vectors, rotated)
    step *= np.minimum(1.0, 1.5 / np.maximum(np.abs(step).max(axis=0), 1e-300))
    step[1] = np.where(tied, step[0], step[1])
    return np.asarray(step)
