"""The covariance of the answers of a Gaussian mixed model: a sum of known matrices, each with one parameter.

``V = s_0 I + s_1 G_1 + s_2 G_2 + ...``: a random intercept or slope has one matrix ``Z Z'``, the covariance of two
coefficients of one term another. Nothing of size rows x rows is built. Rows are divided into blocks (participants, say)
in which the terms nested in them are dense; terms that cross the blocks (stimuli) are added by their columns (Woodbury).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from analysis.models.design import Array, Grouping

Indices = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Parameter:
    """A variance, or the covariance of two coefficients of a random term."""

    term: int
    """Place of the random term in the model."""
    row: int
    column: int
    """Coefficients of the term; the same for a variance."""


@dataclass(frozen=True)
class Blocks:
    """Rows of blocks of one size, and the matrices of the parameters inside them."""

    rows: Indices
    """(blocks, size): places of the rows."""
    matrices: dict[int, Array]
    """Parameter -> (blocks, size, size); crossing parameters are absent."""


class Structure:
    """The matrices of a model's covariance parameters, the residual variance first.

    Parameters
    ----------
    groups
        The random terms.
    rows : int
        Number of rows.

    Attributes
    ----------
    work : float
        Multiplications of one evaluation, roughly.
    """

    def __init__(self, groups: Sequence[Grouping], rows: int) -> None:
        self.groups, self.rows = tuple(groups), rows
        self.parameters = tuple(
            Parameter(k, i, j)
            for k, group in enumerate(groups)
            for i in range(len(group.names))
            for j in range(i + 1)
            if i == j or not group.term.independent
        )
        codes, inside = self._divide()
        self.inside = inside
        self.columns, places = self._crossing()
        self.blocks = tuple(self._blocks(codes))
        q = self.columns.shape[1]
        self.crossing: dict[int, Array] = {}
        for r, each in enumerate(self.parameters, start=1):
            if each.term in inside:
                continue
            one, other = places[each.term, each.row], places[each.term, each.column]
            matrix = np.zeros((q, q))
            matrix[one, other] = matrix[other, one] = 1
            self.crossing[r] = matrix

    @property
    def size(self) -> int:
        """Number of parameters with the residual variance."""
        return len(self.parameters) + 1

    def _divide(self) -> tuple[Indices, set[int]]:
        """Return the block of each row and the terms that are nested in blocks, by the least work."""
        every = [group.codes.codes.astype(np.int64) for group in self.groups]
        width = [group.size * len(group.names) for group in self.groups]
        best: tuple[Indices, set[int]] = (np.arange(self.rows), set())
        self.work = self._work(best[0], sum(width))
        for codes in every:
            inside = {k for k, own in enumerate(every) if nested(own, codes)}
            work = self._work(codes, sum(w for k, w in enumerate(width) if k not in inside))
            if work < self.work:
                best, self.work = (codes, inside), work
        return best

    def _work(self, codes: Indices, crossing: int) -> float:
        sizes = np.bincount(codes).astype(float)
        return float(np.sum(sizes**3)) + 2 * self.rows * crossing**2 + 2.0 * crossing**3

    def _crossing(self) -> tuple[Array, dict[tuple[int, int], Indices]]:
        """Return the columns of crossing terms (rows, q), and the places of each coefficient among them."""
        found: list[Array] = []
        places: dict[tuple[int, int], Indices] = {}
        at = 0
        for k, group in enumerate(self.groups):
            if k in self.inside:
                continue
            member = np.equal.outer(group.codes.codes, np.arange(group.size))
            for j in range(len(group.names)):
                found.append(member * group.slopes[:, [j]])
                places[k, j] = np.arange(at, at + group.size)
                at += group.size
        return np.hstack(found) if found else np.zeros((self.rows, 0)), places

    def _blocks(self, codes: Indices) -> Iterator[Blocks]:
        order = np.argsort(codes, kind="stable")
        sizes = np.bincount(codes)
        ends = np.cumsum(sizes)
        for size in np.unique(sizes[sizes > 0]):
            starts = (ends - sizes)[sizes == size]
            rows = order[starts[:, None] + np.arange(size)]
            matrices = {0: np.broadcast_to(np.eye(size), (len(rows), size, size))}
            for r, each in enumerate(self.parameters, start=1):
                if each.term not in self.inside:
                    continue
                group = self.groups[each.term]
                own = group.codes.codes[rows]
                one, other = group.slopes[rows, each.row], group.slopes[rows, each.column]
                products = one[:, :, None] * other[:, None, :]
                if each.row != each.column:
                    products = products + products.swapaxes(1, 2)
                matrices[r] = products * (own[:, :, None] == own[:, None, :])
            yield Blocks(rows, matrices)

    def times(self, r: int, right: Array) -> Array:
        """Return ``G_r @ right``; right: (rows, columns)."""
        if r == 0:
            return right
        if r in self.crossing:
            return np.asarray(self.columns @ (self.crossing[r] @ (self.columns.T @ right)))
        found = np.zeros_like(right)
        for block in self.blocks:
            found[block.rows] = block.matrices[r] @ right[block.rows]
        return found

    def at(self, values: Array) -> Covariance:
        """Return the covariance for values of the parameters (size,).

        Raises
        ------
        numpy.linalg.LinAlgError
            If it is not positive definite.
        """
        return Covariance(self, values)


class Covariance:
    """The covariance of the answers at given parameters: its determinant, and products with its inverse."""

    def __init__(self, structure: Structure, values: Array) -> None:
        self.structure, self.values = structure, values
        self.inverses, determinant = [], 0.0
        for block in structure.blocks:
            whole = sum(values[r] * each for r, each in block.matrices.items())
            lower = np.linalg.cholesky(whole)
            determinant += 2 * float(np.log(np.diagonal(lower, axis1=1, axis2=2)).sum())
            self.inverses.append(np.linalg.inv(whole))
        columns = structure.columns
        q = columns.shape[1]
        self.solved = self._in_blocks(columns)
        self.inner = columns.T @ self.solved
        own = np.zeros((q, q))
        for r, each in structure.crossing.items():
            own += values[r] * each
        change = np.eye(q) + own @ self.inner
        if q:
            roots, vectors = np.linalg.eigh(self.inner)
            half = vectors * np.sqrt(np.maximum(roots, 0))
            spread = np.linalg.eigvalsh(half.T @ own @ half)
            if spread[0] <= -1 + 1e-10:
                raise np.linalg.LinAlgError("not positive definite")
            determinant += float(np.log1p(spread).sum())
        self.middle = np.linalg.solve(change, own) if q else own
        self.log_determinant = determinant

    def _in_blocks(self, right: Array) -> Array:
        found = np.zeros_like(right)
        for block, inverse in zip(self.structure.blocks, self.inverses, strict=True):
            found[block.rows] = inverse @ right[block.rows]
        return found

    def solve(self, right: Array) -> Array:
        """Return the inverse times ``right`` (rows, columns)."""
        return np.asarray(
            self._in_blocks(right) - self.solved @ (self.middle @ (self.solved.T @ right))
        )

    @cached_property
    def _block_inverses(self) -> csr_array:
        """Inverses of the blocks without the crossing terms (rows, rows), nearly all zero."""
        rows = [block.rows for block in self.structure.blocks]
        at = [np.broadcast_arrays(each[:, :, None], each[:, None, :]) for each in rows]
        first, second = (np.concatenate([pair[k].ravel() for pair in at]) for k in (0, 1))
        values = np.concatenate([each.ravel() for each in self.inverses])
        return csr_array((values, (first, second)), shape=(self.structure.rows,) * 2)

    def inverse_at(self, rows: Indices) -> Array:
        """Return the inverse's entries of some rows (rows, rows)."""
        solved = self.solved[rows]
        own = self._block_inverses[rows][:, rows].toarray()
        return np.asarray(own - solved @ self.middle @ solved.T)

    @cached_property
    def _crossed(self) -> Array:
        """``Z' V^-1 Z`` of the crossing columns."""
        return np.asarray(self.inner - self.inner @ self.middle @ self.inner)

    @cached_property
    def _inside(self) -> dict[int, Array]:
        """``G_r F`` of each parameter inside blocks, F the crossing columns over the blocks' covariance."""
        inside = [r for r in range(self.structure.size) if r not in self.structure.crossing]
        return {r: self.structure.times(r, self.solved) for r in inside}

    @cached_property
    def traces(self) -> Array:
        """``tr(V^-1 G_r)`` (size,)."""
        found = np.zeros(self.structure.size)
        for block, inverse in zip(self.structure.blocks, self.inverses, strict=True):
            for r, each in block.matrices.items():
                found[r] += np.sum(inverse * each)
        for r, moved in self._inside.items():
            found[r] -= np.sum(self.middle * (self.solved.T @ moved))
        for r, each in self.structure.crossing.items():
            found[r] = np.sum(each * self._crossed)
        return found

    @cached_property
    def double_traces(self) -> Array:
        """``tr(V^-1 G_r V^-1 G_s)`` (size, size)."""
        structure, size = self.structure, self.structure.size
        found = np.zeros((size, size))
        for block, inverse in zip(structure.blocks, self.inverses, strict=True):
            products = {r: inverse @ each for r, each in block.matrices.items()}
            for r, one in products.items():
                for s, other in products.items():
                    if s <= r:
                        found[r, s] += np.sum(one * other.swapaxes(1, 2))
        outer = {r: self.middle @ (self.solved.T @ moved) for r, moved in self._inside.items()}
        solved = {r: self._in_blocks(moved) for r, moved in self._inside.items()}
        across = {r: each @ self._crossed for r, each in structure.crossing.items()}
        reached = self.solved - self.solved @ (self.middle @ self.inner)
        for r in range(size):
            for s in range(r + 1):
                if r in outer and s in outer:
                    found[r, s] -= 2 * np.sum(self.middle * (self._inside[s].T @ solved[r]))
                    found[r, s] += np.sum(outer[r] * outer[s].T)
                elif r in across and s in across:
                    found[r, s] = np.sum(across[r] * across[s].T)
                else:
                    inner, outside = (r, s) if r in outer else (s, r)
                    moved = reached.T @ structure.times(inner, reached)
                    found[r, s] = np.sum(structure.crossing[outside] * moved)
                found[s, r] = found[r, s]
        return found


def nested(codes: Indices, within: Indices) -> bool:
    """Return whether every group of ``codes`` lies in one block."""
    pairs = len(np.unique(codes * (within.max() + 1) + within))
    return pairs == len(np.unique(codes))
