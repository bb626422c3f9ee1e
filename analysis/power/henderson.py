r"""REML for many studies at once: random intercepts of people and stimuli, on counterbalanced lists.

Within a person the answers fall into strata whose precision is u_i (the single answer; conditions of a person
where these are random; persons), and each random term of stimuli has the precision w_j. By Henderson's
mixed-model equations (Henderson 1975 [M+]) the restricted likelihood is

    f = - sum df_i log u_i - sum n_j log w_j + log|C| + sum u_i q_i - r' C^-1 r,
    C = sum u_i A_i + sum w_j E_j,    r = sum u_i r_i,

where A_i are cross-products of the columns [X Z] in a stratum, E_j picks the n_j columns of a random term, and
q and r are those of the answers. All of it is made of sums over lists, so that a study of any size costs one
system of equations, and all studies of a design share A and E. In a basis in which A and E fall apart into small
blocks (``blocks``) it is many small systems, most of them copies of one another. Newton's method runs in the
logarithms of the precisions with exact derivatives; the t tests have Satterthwaite's degrees of freedom from the
same Hessian, as lmerTest's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MOST_STEPS = 60
#: Least step in the logarithm of a precision that is still taken.
TOLERANCE = 1e-6
#: Variance beside the error of their own means that stimuli on the boundary are given instead of none.
NOTHING = 1e-6
#: What is this near to the boundary (in the logarithm) and falls towards it is put on it: 1e-4 is nothing to lme4.
SLACK = 4.7
#: Studies are solved in parts of about this many numbers, so that memory does not grow.
ROOM = 1_000_000


@dataclass(frozen=True)
class Equations:
    """What all studies of a design share, in blocks: one entry of a tuple for each size s of blocks."""

    kernels: tuple[Array, ...]
    """(J, b, s, s) A of each stratum, then E of each random term."""
    copies: tuple[Array, ...]
    """(b,) how often each block comes."""
    weights: tuple[Array, ...]
    """(b, s, m, c) the c combinations that are asked for, in each of the m copies of a block."""
    df: Array
    """(J,) degrees of freedom of each stratum, then columns of each random term."""
    most: Array
    """(terms,) greatest logarithm of a random term's precision, above that of the single answer."""

    @property
    def strata(self) -> int:
        """How many of the J are strata; their variance rises from one to the next."""
        return len(self.df) - len(self.most)


@dataclass(frozen=True)
class Answers:
    """What a study's likelihood needs of its answers, by stratum."""

    right: tuple[Array, ...]
    """(strata, n, b, s, m k) r_i; the columns add up (k of them for each copy; one for a drawn study)."""
    squares: Array
    """(strata, n) q_i."""

    def of(self, chosen: Any) -> Answers:
        """Return those of some studies."""
        return Answers(tuple(own[:, chosen] for own in self.right), self.squares[:, chosen])


@dataclass(frozen=True)
class Solution:
    """The minimum for each of n studies."""

    precision: Array
    """(J, n)"""
    estimate: Array
    """(n, c) the combinations that were asked for (of no meaning where columns add up)."""
    variance: Array
    """(n, c)"""
    df: Array
    """(n, c) Satterthwaite degrees of freedom."""
    free: NDArray[np.bool_]
    """(J, n) whether a precision was estimated (not: on the boundary)."""
    converged: NDArray[np.bool_]


def solve(equations: Equations, answers: Answers, start: Array | None = None) -> Solution:
    """Minimise f for every study, from the precisions ``start`` (J,)."""
    n = answers.squares.shape[1]
    heavy = sum(own[0, 0].size for own in answers.right) * len(equations.df)
    heavy += sum(own[0].size for own in equations.kernels) * len(equations.df)
    size = max(8, ROOM // heavy)
    parts = [_solve(equations, answers.of(slice(at, at + size)), start) for at in range(0, n, size)]
    return Solution(
        np.concatenate([p.precision for p in parts], axis=1),
        np.concatenate([p.estimate for p in parts]),
        np.concatenate([p.variance for p in parts]),
        np.concatenate([p.df for p in parts]),
        np.concatenate([p.free for p in parts], axis=1),
        np.concatenate([p.converged for p in parts]),
    )


def _solve(equations: Equations, answers: Answers, start: Array | None) -> Solution:
    n = answers.squares.shape[1]
    theta = _start(equations, answers) if start is None else np.log(np.outer(start, np.ones(n)))
    _clip(theta, equations.most)
    open_ = np.arange(n)
    for _ in range(MOST_STEPS):
        own = theta[:, open_]
        raw, hessian = _derivatives(equations, answers.of(open_), own)
        free, tied = _active(own, raw, equations.most)
        gradient, hessian = _reduced(raw, hessian, free, tied)
        step = _step(gradient, hessian, tied)
        limits = own[0] + equations.most[:, None]
        terms = slice(equations.strata, None)
        step[terms] += np.where(free[terms], 0.0, limits - own[terms])
        # The gradient would not do: it is nothing on the way to a variance of zero, too.
        left = np.abs(step).max(axis=0) > TOLERANCE
        open_ = open_[left]
        if not len(open_):
            break
        own = own[:, left] + step[:, left]
        _clip(own, equations.most)
        theta[:, open_] = own
    converged = np.ones(n, dtype=bool)
    converged[open_] = False
    return _told(equations, answers, theta, converged)


def _told(
    equations: Equations, answers: Answers, theta: Array, converged: NDArray[np.bool_]
) -> Solution:
    """Estimates, their variances and degrees of freedom at the minimum."""
    raw, hessian = _derivatives(equations, answers, theta)
    free, tied = _active(theta, raw, equations.most)
    _, hessian = _reduced(raw, hessian, free, tied)
    precision = np.exp(theta)
    n, wanted = theta.shape[1], equations.weights[0].shape[-1]
    estimate, variance = np.zeros((n, wanted)), np.zeros((n, wanted))
    slope = np.zeros((*theta.shape, wanted))
    parts = zip(equations.kernels, equations.weights, answers.right, strict=True)
    for kernels, weights, right in parts:
        inverse = np.linalg.inv(np.einsum("jn,jbst->nbst", precision, kernels))
        weighed = np.einsum("jn,jnbsk->nbsk", precision[: equations.strata], right)
        effects = inverse @ weighed
        if effects.shape[-1] == weights.shape[2]:
            estimate += np.einsum("nbsm,bsmc->nc", effects, weights, optimize=True)
        seen = np.einsum("nbst,btmc->nbsmc", inverse, weights, optimize=True)
        variance += np.einsum("nbsmc,bsmc->nc", seen, weights, optimize=True)
        slope -= np.einsum("nbsmc,jbst,nbtmc->jnc", seen, kernels, seen, optimize=True)
    slope = slope * precision[:, :, None]
    _tie(slope, tied)
    slope *= free[:, :, None]
    solved = np.linalg.solve(hessian, slope.transpose(1, 0, 2))
    with np.errstate(divide="ignore"):
        df = variance**2 / np.einsum("jnc,njc->nc", slope, solved)
    return Solution(precision, estimate, variance, df, free, converged)


def _start(equations: Equations, answers: Answers) -> Array:
    strata, n = answers.squares.shape
    theta = np.zeros((len(equations.df), n))
    theta[:strata] = np.log(equations.df[:strata, None] / answers.squares)
    for i in range(1, strata):
        theta[i] = np.minimum(theta[i], theta[i - 1] - 0.01)
    theta[strata:] = theta[0] + np.log(5.0)
    return theta


def _derivatives(equations: Equations, answers: Answers, theta: Array) -> tuple[Array, Array]:
    """Gradient (J, n) and Hessian (J, J, n) of f in the logarithms."""
    precision, strata = np.exp(theta), equations.strata
    count, n = theta.shape
    first = -equations.df[:, None] / precision
    first[:strata] += answers.squares
    second = np.zeros((count, count, n))
    for kernels, copies, right in zip(
        equations.kernels, equations.copies, answers.right, strict=True
    ):
        inverse = np.linalg.inv(np.einsum("jn,jbst->nbst", precision, kernels))
        effects = inverse @ np.einsum("jn,jnbsk->nbsk", precision[:strata], right)
        shown = kernels[:, None] @ effects
        left_over = -shown
        left_over[:strata] += right
        # shown - 2 right, written with what is left over
        first[:strata] -= np.einsum("jnbsk,nbsk->jn", right, effects, optimize=True)
        first -= np.einsum("jnbsk,nbsk->jn", left_over, effects, optimize=True)
        solved = inverse @ left_over
        second -= 2 * np.einsum("inbsk,jnbsk->ijn", left_over, solved, optimize=True)
        acts = inverse @ kernels[:, None]
        first += np.einsum("jnbss,b->jn", acts, copies)
        second -= np.einsum("inbst,jnbts,b->ijn", acts, acts, copies, optimize=True)
    own = np.arange(count)
    second[own, own] += equations.df[:, None] / precision**2
    gradient = precision * first
    hessian = precision[:, None] * precision[None, :] * second
    hessian[own, own] += gradient
    return gradient, hessian


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
    curved = np.maximum(np.abs(values), 1e-10 * np.abs(values).max(axis=1, keepdims=True))
    rotated = np.einsum("nab,an->nb", vectors, gradient) / curved
    step = -np.einsum("nab,nb->an", vectors, rotated)
    step *= np.minimum(1.0, 1.5 / np.maximum(np.abs(step).max(axis=0), 1e-300))
    for i in range(1, len(tied)):
        step[i] = np.where(tied[i], step[i - 1], step[i])
    return np.asarray(step)
