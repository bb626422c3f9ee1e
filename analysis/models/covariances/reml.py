"""Estimates of the covariance parameters of a Gaussian mixed model, by Fisher scoring.

Variances are estimated themselves, so that a variance of zero is no stationary point by construction; the covariance
matrix of a term with correlated coefficients is estimated by its Cholesky factor.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.models.covariances.crossing import Indices
from analysis.models.covariances.estimates import At
from analysis.models.covariances.structure import Structure
from analysis.models.design import Array

Bools = NDArray[np.bool_]
STEPS = 200
AT_ZERO = 1e-4
"""A diagonal element of a Cholesky factor below this share of the residual's SD counts as zero."""
CLOSE = 1e-11
"""Expected gain of the log-likelihood below which an optimum has been reached."""
FLAT = 1e-9
"""Information below this share of the largest, in any direction, is none. A contrast's variance that is far below zero and
that of participants nearly cancel, so that their information is small (1e-5), but Newton's steps need it."""


class Found(NamedTuple):
    """The model at its estimates."""

    at: At
    converged: bool
    spread: Array
    """Covariance of the estimated parameters (parameters, parameters); zero for those at a boundary."""


@dataclass(frozen=True)
class _Term:
    """A random term's parameters among all: places (coefficients, coefficients), -1 where there is none."""

    places: Indices
    free: bool
    """Whether a variance can be below zero."""

    @property
    def correlated(self) -> bool:
        return len(self.places) > 1 and bool(self.places[1, 0] >= 0)


def maximise(
    structure: Structure,
    y: Array,
    *,
    reml: bool = True,
    free: Collection[int] = (),
    near: Array | None = None,
) -> Found:
    """Estimate the covariance parameters and coefficients.

    Parameters
    ----------
    structure, y
        Covariance structure with the fixed columns, and answers (rows,).
    reml : bool
        Whether by restricted maximum likelihood.
    free
        Places of random terms whose variance may be estimated below zero, as long as the covariance of the answers is
        positive definite.
    near
        Values of the parameters to start from, such as those of a model that is nearly the same; not taken if a term has
        correlated coefficients.
    """
    terms = _terms(structure, free)
    if near is not None and not any(term.correlated for term in terms):
        start = near
    else:
        start = _start(structure, terms, y)
    bounded = _bounded(structure, terms)
    factors = np.zeros(structure.size, dtype=bool)
    factors[[r for term in terms if term.correlated for r in np.diagonal(term.places)]] = True
    found = At(structure, y, _values(start, terms), reml)
    at = start
    for _ in range(STEPS):
        jacobian = _jacobian(at, terms)
        score = jacobian.T @ found.score
        held = bounded & (at <= 0) & (score <= 0)
        information = _curvature(found, jacobian, terms, ~held)
        step = _step(information, score, held)
        if float(step @ score) < CLOSE:
            return Found(found, True, _spread(found, at, terms, bounded, factors))
        better = None
        for halving in range(30):
            moved = at + step / 2**halving
            # A factor at zero would stay there, whatever the answers.
            least = np.where(factors, at / 10, 0)
            moved[bounded] = np.maximum(moved, least)[bounded]
            try:
                better = At(structure, y, _values(moved, terms), reml)
            except np.linalg.LinAlgError:
                continue
            if better.loglik > found.loglik:
                break
            better = None
        if better is None:
            return Found(
                found, float(step @ score) < 1e-5, _spread(found, at, terms, bounded, factors)
            )
        at, found = moved, better
    return Found(found, False, _spread(found, at, terms, bounded, factors))


def _start(structure: Structure, terms: Sequence[_Term], y: Array) -> Array:
    """Return parameters that divide the variance of the answers evenly over the terms."""
    matrix = structure.fixed
    residual = y - matrix @ np.linalg.lstsq(matrix, y, rcond=None)[0]
    unit = float(residual @ residual) / max(len(y) - matrix.shape[1], 1)
    start = np.zeros(structure.size)
    for group, term in zip(structure.groups, terms, strict=True):
        scale = (group.slopes**2).mean(axis=0)
        share = unit / (len(terms) + 1) / np.maximum(scale, 1e-300)
        own = np.diagonal(term.places)
        start[own] = np.sqrt(share) if term.correlated else share
    start[0] = unit / (len(terms) + 1)
    return start


def _terms(structure: Structure, free: Collection[int]) -> list[_Term]:
    found = []
    for k, group in enumerate(structure.groups):
        q = len(group.names)
        places = np.full((q, q), -1)
        for r, each in enumerate(structure.parameters, start=1):
            if each.term == k:
                places[each.row, each.column] = r
        found.append(_Term(places, k in free))
    return found


def _bounded(structure: Structure, terms: Sequence[_Term]) -> Bools:
    found = np.zeros(structure.size, dtype=bool)
    for term in terms:
        if not term.free:
            found[np.diagonal(term.places)] = True
    return found


def _values(at: Array, terms: Sequence[_Term]) -> Array:
    """Return the covariance parameters from what is estimated."""
    values = at.copy()
    for term in terms:
        if term.correlated:
            rows, columns = np.tril_indices(len(term.places))
            lower = np.zeros(term.places.shape)
            lower[rows, columns] = at[term.places[rows, columns]]
            values[term.places[rows, columns]] = (lower @ lower.T)[rows, columns]
    return values


def _jacobian(at: Array, terms: Sequence[_Term]) -> Array:
    found = np.eye(len(at))
    for term in terms:
        if not term.correlated:
            continue
        rows, columns = np.tril_indices(len(term.places))
        own = term.places[rows, columns]
        lower = np.zeros(term.places.shape)
        lower[rows, columns] = at[own]
        found[np.ix_(own, own)] = 0
        for i, j in zip(rows, columns, strict=True):
            change = np.zeros_like(lower)
            change[i, j] = 1
            moved = change @ lower.T
            found[own, term.places[i, j]] = (moved + moved.T)[rows, columns]
    return found


def _spread(found: At, at: Array, terms: Sequence[_Term], bounded: Bools, factors: Bools) -> Array:
    """Return the inverse of the observed information, of what is estimated and not at a boundary."""
    jacobian = _jacobian(at, terms)
    curvature = jacobian.T @ found.observed @ jacobian - _bent(found.score, terms)
    unit = np.sqrt(found.values[0])
    zero = bounded & (at <= np.where(factors, AT_ZERO * unit, 0))
    inside = np.flatnonzero(~zero)
    scale = np.sqrt(np.maximum(np.diag(curvature)[inside], 1e-300))
    scaled = curvature[np.ix_(inside, inside)] / np.outer(scale, scale)
    moved = jacobian[:, inside] / scale
    return np.asarray(moved @ np.linalg.pinv(scaled, hermitian=True) @ moved.T)


def _curvature(found: At, jacobian: Array, terms: Sequence[_Term], moving: Bools) -> Array:
    """Return the observed information of what is estimated, or else the expected one, that is positive definite."""
    bent = _bent(found.score, terms)
    expected = jacobian.T @ found.information @ jacobian
    for information in (jacobian.T @ found.observed @ jacobian - bent, expected - bent):
        if _positive(information[np.ix_(moving, moving)]):
            return np.asarray(information)
    return np.asarray(expected)


def _bent(score: Array, terms: Sequence[_Term]) -> Array:
    """Return the curvature of the log-likelihood that comes from that of the covariances in their Cholesky factors."""
    found = np.zeros((len(score), len(score)))
    for term in terms:
        if not term.correlated:
            continue
        rows, columns = np.tril_indices(len(term.places))
        slopes = np.zeros(term.places.shape)
        slopes[rows, columns] = score[term.places[rows, columns]]
        slopes = slopes + slopes.T
        for i, j in zip(rows, columns, strict=True):
            for k in range(j, len(slopes)):
                found[term.places[i, j], term.places[k, j]] = slopes[i, k]
    return found


def _positive(matrix: Array) -> bool:
    scale = np.sqrt(np.maximum(np.diag(matrix), 0))
    if not (scale > 0).all():
        return False
    return bool(np.linalg.eigvalsh(matrix / np.outer(scale, scale))[0] > FLAT)


def _step(information: Array, score: Array, held: Bools) -> Array:
    moving = np.flatnonzero(~held)
    own = information[np.ix_(moving, moving)]
    scale = np.sqrt(np.maximum(np.diag(own), 1e-300))
    scaled = own / np.outer(scale, scale) + 1e-10 * np.eye(len(moving))
    step = np.zeros_like(score)
    step[moving] = np.linalg.solve(scaled, score[moving] / scale) / scale
    return step
