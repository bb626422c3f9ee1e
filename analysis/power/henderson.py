r"""REML for many studies at once: random intercepts of people and stimuli, on counterbalanced lists.

Within a person the answers fall into strata whose precision is u_i (the single answer; conditions of a person
where these are random; persons), and each random term of stimuli has the precision w_j. By Henderson's
mixed-model equations (Henderson 1975 [M+]) the restricted likelihood is

    f = - sum df_i log u_i - sum n_j log w_j + log|C| + sum u_i q_i - r' C^-1 r,
    C = sum u_i A_i + sum w_j E_j,    r = sum u_i r_i,

where A_i are cross-products of the columns [X Z] in a stratum, E_j picks the n_j columns of a random term, and
q and r are those of the answers. All of it is made of sums over lists, so that a study of any size costs one
system of equations, and all studies of a design share A and E. Newton's method runs in the logarithms of the
precisions with exact derivatives; the t tests have Satterthwaite's degrees of freedom from the same Hessian,
as lmerTest's.
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
NOTHING = 1e-4
#: What is this near to the boundary (in the logarithm) is on it, so that it does not come and go.
SLACK = 0.1
#: Studies are solved in parts of about this many numbers, so that memory does not grow.
ROOM = 2_000_000


@dataclass(frozen=True)
class Equations:
    """What all studies of a design share."""

    kernels: Array
    """(J, d, d) A of each stratum, then E of each random term."""
    df: Array
    """(J,) degrees of freedom of each stratum, then columns of each random term."""
    strata: int
    """How many of the J are strata; their variance rises from one to the next."""


@dataclass(frozen=True)
class Answers:
    """What a study's likelihood needs of its answers, by stratum."""

    right: Array
    """(strata, n, d, k) r_i; the k columns add up (one for a drawn study)."""
    squares: Array
    """(strata, n) q_i."""


@dataclass(frozen=True)
class Solution:
    """The minimum for each of n studies."""

    precision: Array
    """(J, n)"""
    effects: Array
    """(n, d, k) C^-1 r."""
    variance: Array
    """(n, c) of the combinations that were asked for."""
    covariance: Array
    """(c, c) of the combinations in the first study."""
    inverse: Array
    """(d, d) C^-1 of the first study."""
    df: Array
    """(n, c) Satterthwaite degrees of freedom."""
    free: NDArray[np.bool_]
    """(J, n) whether a precision was estimated (not: on the boundary)."""
    converged: NDArray[np.bool_]


def solve(
    equations: Equations, answers: Answers, weights: Array, start: Array | None = None
) -> Solution:
    """Minimise f for every study.

    Parameters
    ----------
    weights
        (c, d) combinations of the effects.
    start
        (J,) precisions to start from.
    """
    n, d = answers.squares.shape[1], equations.kernels.shape[1]
    size = max(8, ROOM // (d * d * len(equations.kernels)))
    parts = [
        _solve(
            equations,
            Answers(answers.right[:, at : at + size], answers.squares[:, at : at + size]),
            weights,
            start,
        )
        for at in range(0, n, size)
    ]
    return Solution(
        np.concatenate([p.precision for p in parts], axis=1),
        np.concatenate([p.effects for p in parts]),
        np.concatenate([p.variance for p in parts]),
        parts[0].covariance,
        parts[0].inverse,
        np.concatenate([p.df for p in parts]),
        np.concatenate([p.free for p in parts], axis=1),
        np.concatenate([p.converged for p in parts]),
    )


def _solve(equations: Equations, answers: Answers, weights: Array, start: Array | None) -> Solution:
    n = answers.squares.shape[1]
    theta = _start(equations, answers) if start is None else np.log(np.outer(start, np.ones(n)))
    most = _boundary(equations)
    converged = np.zeros(n, dtype=bool)
    for _ in range(MOST_STEPS):
        _clip(theta, most)
        raw, hessian, inverse, effects = _derivatives(equations, answers, theta)
        free, tied = _active(theta, raw, most)
        gradient, hessian = _reduced(raw, hessian, free, tied)
        # A difference in f of this size moves no estimate in its ninth digit.
        converged = np.einsum("jn,jn->n", gradient, gradient) < TOLERANCE
        if converged.all():
            break
        theta = theta + np.where(converged, 0.0, _step(gradient, hessian, tied))
    precision = np.exp(theta)
    seen = np.einsum("nab,cb->nca", inverse, weights)
    variance = np.einsum("nca,ca->nc", seen, weights)
    slope = -np.einsum("nca,jab,ncb->jnc", seen, equations.kernels, seen, optimize=True)
    slope = slope * precision[:, :, None]
    _tie(slope, tied)
    slope *= free[:, :, None]
    solved = np.linalg.solve(hessian, slope.transpose(1, 0, 2))
    with np.errstate(divide="ignore"):
        df = variance**2 / np.einsum("jnc,njc->nc", slope, solved)
    covariance = weights @ inverse[0] @ weights.T
    return Solution(precision, effects, variance, covariance, inverse[0], df, free, converged)


def _start(equations: Equations, answers: Answers) -> Array:
    strata, n = answers.squares.shape
    theta = np.zeros((len(equations.kernels), n))
    theta[:strata] = np.log(equations.df[:strata, None] / answers.squares)
    for i in range(1, strata):
        theta[i] = np.minimum(theta[i], theta[i - 1] - 0.01)
    theta[strata:] = theta[0] + np.log(5.0)
    return theta


def _derivatives(
    equations: Equations, answers: Answers, theta: Array
) -> tuple[Array, Array, Array, Array]:
    """Gradient (J, n) and Hessian (J, J, n) of f in the logarithms, C^-1 and the effects."""
    precision, strata = np.exp(theta), equations.strata
    count, n = theta.shape
    inverse = np.linalg.inv(np.einsum("jn,jab->nab", precision, equations.kernels))
    effects = inverse @ np.einsum("jn,jnak->nak", precision[:strata], answers.right)
    acts = [inverse @ kernel for kernel in equations.kernels]
    shown = np.einsum("jab,nbk->jnak", equations.kernels, effects, optimize=True)
    right = np.concatenate([answers.right, np.zeros((count - strata, *answers.right.shape[1:]))])
    squares = np.concatenate([answers.squares, np.zeros((count - strata, n))])
    first = -equations.df[:, None] / precision + squares
    first += np.stack([np.einsum("naa->n", act) for act in acts])
    first += np.einsum("jnak,nak->jn", shown - 2 * right, effects)
    left_over = right - shown
    solved = np.einsum("nab,jnbk->jnak", inverse, left_over, optimize=True)
    second = -2 * np.einsum("inak,jnak->ijn", left_over, solved, optimize=True)
    for i in range(count):
        for j in range(i + 1):
            trace = np.einsum("nab,nba->n", acts[i], acts[j])
            second[i, j] -= trace
            if i != j:
                second[j, i] -= trace
    own = np.arange(count)
    second[own, own] += equations.df[:, None] / precision**2
    gradient = precision * first
    hessian = precision[:, None] * precision[None, :] * second
    hessian[own, own] += gradient
    return gradient, hessian, inverse, effects


def _boundary(equations: Equations) -> Array:
    """(terms,) greatest logarithm of a random term's precision, above that of the single answer."""
    known = np.diagonal(equations.kernels[: equations.strata].sum(axis=0))
    told = [(known * np.diagonal(kernel)).max() for kernel in equations.kernels[equations.strata :]]
    return np.log(np.array(told) / NOTHING)


def _clip(theta: Array, most: Array) -> None:
    """Keep to what variances can be: none below zero, and none of a stratum below the one before."""
    strata = len(theta) - len(most)
    for i in range(1, strata):
        theta[i] = np.minimum(theta[i], theta[i - 1])
    theta[strata:] = np.minimum(theta[strata:], theta[0] + most[:, None])


def _active(
    theta: Array, gradient: Array, most: Array
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """What is estimated (J, n), and which strata move with the one before (strata, n).

    A variance stays at zero as long as f falls towards it.
    """
    strata = len(theta) - len(most)
    outward = gradient <= 0
    free = np.ones(theta.shape, dtype=bool)
    tied = np.zeros((strata, theta.shape[1]), dtype=bool)
    tied[1:] = (theta[1:strata] >= theta[: strata - 1] - 1e-6) & outward[1:strata]
    free[1:strata] = ~tied[1:]
    free[strata:] = ~((theta[strata:] >= theta[0] + most[:, None] - SLACK) & outward[strata:])
    return free, tied


def _tie(values: Array, tied: NDArray[np.bool_]) -> None:
    """Add what belongs to a tied stratum to the one before, with which it moves: (J, n) or (J, n, c)."""
    for i in reversed(range(1, len(tied))):
        own = tied[i].reshape(tied[i].shape + (1,) * (values.ndim - 2))
        values[i - 1] += own * values[i]


def _reduced(
    gradient: Array, hessian: Array, free: NDArray[np.bool_], tied: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Derivatives in what is free, (J, n) and (n, J, J)."""
    gradient, hessian = gradient.copy(), hessian.copy()
    _tie(gradient, tied)
    for i in reversed(range(1, len(tied))):
        hessian[i - 1] += tied[i] * hessian[i]
        hessian[:, i - 1] += tied[i] * hessian[:, i]
    gradient *= free
    hessian *= free[:, None] & free[None, :]
    own = np.arange(len(gradient))
    hessian[own, own] += ~free
    return gradient, hessian.transpose(2, 0, 1)


def _step(gradient: Array, hessian: Array, tied: NDArray[np.bool_]) -> Array:
    """Newton's step (J, n), downhill where the Hessian is not positive, at most 1.5 at once."""
    values, vectors = np.linalg.eigh(hessian)
    curved = np.maximum(np.abs(values), 1e-6 * np.abs(values).max(axis=1, keepdims=True))
    rotated = np.einsum("nab,an->nb", vectors, gradient) / curved
    step = -np.einsum("nab,nb->an", vectors, rotated)
    step *= np.minimum(1.0, 1.5 / np.maximum(np.abs(step).max(axis=0), 1e-300))
    for i in range(1, len(tied)):
        step[i] = np.where(tied[i], step[i - 1], step[i])
    return np.asarray(step)
