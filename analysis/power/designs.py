"""Designs of linear mixed models, reduced to the sufficient statistics of the restricted likelihood.

Participants with the same trials in the same conditions form a composition, with a weight. The likelihood depends on
their random terms (q columns Z) and on everything that is shared between participants (d columns T, the fixed effects
and other random terms such as those of items) through T'T, Z'Z and sums of (Z'T)'(Z'T): J matrices, which in a
counterbalanced design have small blocks (``blocks``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.power.blocks import Array, Blocks, blocks_of
from analysis.power.terms import Term, columns_of, independent, marks, numbered


@dataclass(frozen=True)
class Design:
    """Compositions of trials, the number of participants with each, and the model."""

    composition: NDArray[np.intp]
    """(rows,) number of the composition of each row, 0, 1, ..."""
    people: Array
    """(compositions,) number of participants with each composition; need not be an integer."""
    fixed: Array
    """(rows, p) fixed-effects columns, of full rank."""
    terms: tuple[Term, ...]

    @property
    def inner(self) -> list[Term]:
        """Terms within participants."""
        return [term for term in self.terms if term.within]

    @property
    def outer(self) -> list[Term]:
        """Terms shared between participants."""
        return [term for term in self.terms if not term.within]

    @property
    def residual(self) -> int:
        """Position of the residual variance among the K parameters: after the terms within participants."""
        return sum(term.entries for term in self.inner)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Columns of each covariance matrix, in the order of the parameters."""
        inner, outer = ([t.columns.shape[1] for t in own] for own in (self.inner, self.outer))
        return (*inner, 1, *outer)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the covariance matrices, in the order of the parameters."""
        return (*(t.name for t in self.inner), "residual", *(t.name for t in self.outer))

    @property
    def free_terms(self) -> tuple[bool, ...]:
        """Whether each covariance matrix is one variance that may be below zero, in the order of the parameters."""
        return (*(t.free for t in self.inner), False, *(t.free for t in self.outer))

    @cached_property
    def rows(self) -> list[NDArray[np.intp]]:
        """Rows of each composition."""
        return [np.flatnonzero(self.composition == s) for s in range(len(self.people))]

    @cached_property
    def sums(self) -> Sums:
        """Sums over participants."""
        return _sums_of(self)

    def times(self, size: float) -> Design:
        """Return the design with ``size`` times as many participants."""
        found, own = replace(self, people=self.people * size), self.sums
        scaled = replace(own, count=own.count * size, size=own.size * size)
        scaled.__dict__["blocks"] = own.blocks
        found.__dict__["sums"] = scaled
        return found

    def weights(self, contrasts: Array) -> Array:
        """Return contrasts (c, p) of the coefficients as weights (c, d) of the orthonormal columns."""
        found = np.zeros((len(contrasts), self.sums.kernels.shape[1]))
        solved = np.linalg.solve(self.sums.triangle.T, np.asarray(contrasts, dtype=float).T)
        found[:, : self.fixed.shape[1]] = solved.T
        return found

    def answers(self, means: Sequence[Array], scatters: Sequence[Array]) -> Answers:
        """Reduce n studies to their sufficient statistics.

        Parameters
        ----------
        means
            For each composition, (n, r) mean answers of its participants.
        scatters
            For each composition, (n, r, r) sums of squares and products around these means.
        """
        own, n = self.sums, len(means[0])
        kind, a, b = own.places
        right = np.zeros((n, own.answers, own.kernels.shape[1]))
        squares = np.zeros((n, own.answers))
        for s, (rows, count) in enumerate(zip(self.rows, self.people, strict=True)):
            mean, scatter, z, between = means[s], scatters[s], own.within[rows], own.between[s]
            right[:, 0] += count * mean @ own.columns[rows]
            squares[:, 0] += np.einsum("nrr->n", scatter) + count * np.sum(mean**2, axis=1)
            here = np.flatnonzero(kind == own.kind[s])
            first, second = a[here], b[here]
            twice, seen = np.where(first == second, 1.0, 2.0), mean @ z
            both = seen[:, first, None] * between[second] + seen[:, second, None] * between[first]
            right[:, here + 1] += count * both * (twice / 2)[:, None]
            inside = z.T @ scatter @ z + count * seen[:, :, None] * seen[:, None, :]
            squares[:, here + 1] += inside[:, first, second] * twice
        turned = [
            np.einsum("bmsd,njd->njbsm", part.basis, right, optimize=True) for part in own.blocks
        ]
        return Answers(tuple(turned), squares)


@dataclass(frozen=True)
class Answers:
    """Sufficient statistics of the answers of n studies."""

    right: tuple[Array, ...]
    """(n, J, b, s, m) sums of T'y, in each size of blocks."""
    squares: Array
    """(n, J) sums of y'y."""

    def of(self, chosen: Any) -> Answers:
        """Return the statistics of some of the studies."""
        return Answers(tuple(own[chosen] for own in self.right), self.squares[chosen])


@dataclass(frozen=True)
class Sums:
    """Sums over participants, which are used in every evaluation of the likelihood."""

    columns: Array
    """(rows, d) T = [X, W], X orthonormal over all answers."""
    triangle: Array
    """(p, p) R of the orthonormalisation fixed = X R."""
    within: Array
    """(rows, q) Z: columns of the terms within participants of which no one depends on others."""
    inside: Array
    """(Kw, q, q) derivatives of the covariance F of these columns."""
    sampling: Array
    """(columns of all covariance matrices,) sampling variance of the estimate of a typical group, in residual variances."""
    products: Array
    """(G, q, q) Z'Z of each kind of participant."""
    length: Array
    """(G,) number of answers of each."""
    count: Array
    """(G,) number of participants of each kind."""
    kind: NDArray[np.intp]
    """(compositions,) kind of each composition."""
    between: Array
    """(compositions, q, d) Z'T."""
    places: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]
    """(J - 1,) kind and two columns of Z of each sum except the first, which is T'T."""
    kernels: Array
    """(J + 1 + Ko, d, d) the sums; 1 for each fixed column; derivatives of the covariance of the shared terms."""
    size: float = 1.0
    """Multiplier of the numbers of participants (``Design.times``)."""

    @property
    def answers(self) -> int:
        """Number J of the sums."""
        return len(self.places[0]) + 1

    @cached_property
    def blocks(self) -> tuple[Blocks, ...]:
        """The kernels in blocks."""
        return blocks_of(self.kernels)


def square(values: Array, size: int) -> Array:
    """Return symmetric matrices (..., q, q) from their lower triangles (..., q (q + 1) / 2)."""
    a, b = np.tril_indices(size)
    found = np.zeros((*values.shape[:-1], size, size))
    found[..., a, b] = found[..., b, a] = values
    return found


def spectral(blocks: Array, change: Callable[[Array], Array]) -> Array:
    """Return symmetric matrices (..., q, q) with transformed eigenvalues."""
    if blocks.shape[-1] == 1:
        return np.asarray(change(blocks))
    values, vectors = np.linalg.eigh(blocks)
    return np.asarray((vectors * change(values)[..., None, :]) @ vectors.swapaxes(-1, -2))


def square_root(values: Array) -> Array:
    """Return square roots; values that are below zero because of rounding count as zero."""
    return np.asarray(np.sqrt(np.clip(values, 0, None)))


def _sums_of(design: Design) -> Sums:
    people = np.asarray(design.people, dtype=float)
    weight = np.sqrt(people[design.composition])[:, None]
    triangle: Array = np.linalg.qr(weight * design.fixed)[1]
    fixed = np.linalg.solve(triangle.T, design.fixed.T).T
    every, of_terms = columns_of(
        [numbered(t, design.composition) for t in design.inner], len(fixed)
    )
    within, inside = independent(every, of_terms)
    shared, outside = columns_of(design.outer, len(fixed))
    columns, p = np.hstack([fixed, shared]), fixed.shape[1]
    products = np.array([within[rows].T @ within[rows] for rows in design.rows])
    between = np.array([within[rows].T @ columns[rows] for rows in design.rows])
    length = np.array([len(rows) for rows in design.rows], dtype=float)
    key = np.column_stack([length, products.reshape(len(length), -1)]).round(9) + 0.0
    _, first, kind = np.unique(key, axis=0, return_index=True, return_inverse=True)
    kind = kind.ravel()
    sums, places = [(weight * columns).T @ (weight * columns)], []
    for g, at in enumerate(first):
        own = (between * np.sqrt(people)[:, None, None])[kind == g].reshape((kind == g).sum(), -1)
        crossed = (own.T @ own).reshape(*between.shape[1:], *between.shape[1:])
        for a, b in zip(*np.tril_indices(within.shape[1]), strict=True):
            if products[at][a, a] and products[at][b, b]:
                sums.append(crossed[a, :, b] + (crossed[b, :, a] if a != b else 0))
                places.append((g, a, b))
    ends = np.zeros((1 + len(outside), columns.shape[1], columns.shape[1]))
    ends[0, np.arange(p), np.arange(p)] = 1
    ends[1:, p:, p:] = outside
    kinds, left, right = np.array(places, dtype=np.intp).reshape(-1, 3).T
    count = np.bincount(kind, people)
    of_groups = count @ np.array([np.sum(every[design.rows[at]] ** 2, axis=0) for at in first])
    groups = count @ np.array([np.any(every[design.rows[at]], axis=0) for at in first])
    typical = [of_groups @ own / (groups @ own) for own in marks(of_terms)]
    typical += [1.0, *(np.diag(sums[0]) @ own / own.sum() for own in marks(ends[1:]))]
    return Sums(
        columns, triangle, within, inside, 1 / np.array(typical), products[first], length[first],
        count, kind, between, (kinds, left, right), np.concatenate([np.array(sums), ends]),
    )  # fmt: skip
