"""The covariance of the answers of a Gaussian mixed model: a sum of known matrices, each with one parameter.

``V = s_0 I + s_1 G_1 + s_2 G_2 + ...``: a random intercept or slope has one matrix ``Z Z'``, the covariance of two
coefficients of one term another. Nothing of size rows x rows is built. Rows are divided into blocks (participants, say)
in which the terms nested in them are dense; terms that cross the blocks (stimuli) are added by their columns (Woodbury).
Blocks with the same design (participants of one list, say) are of one kind, and what does not depend on the answers is
computed once for each kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from analysis.models.covariances.crossing import Indices, codes_of, crossing_columns, nested
from analysis.models.design import Array, Grouping

ByKind = list[Array]
"""Rows of each kind of block, a (kinds, size, columns) for each size."""
SAME = 10
"""Decimals to which columns, as a share of the largest value, agree in blocks of one kind."""


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
    """Rows of blocks of one size, by kind."""

    rows: Indices
    """(blocks, size): places of the rows."""
    kind: Indices
    """(blocks,): the kind of each block."""
    count: Array
    """(kinds,): number of blocks."""
    matrices: dict[int, Array]
    """Parameter -> (kinds, size, size); crossing parameters are absent."""
    active: Indices
    """(kinds, a): those of the columns of crossing terms that are not zero, the last one where there are fewer."""
    columns: Array
    """(kinds, size, a): these columns."""
    fixed: Array
    """(kinds, size, p): fixed columns."""


class Structure:
    """The matrices of a model's covariance parameters, the residual variance first.

    Parameters
    ----------
    groups
        The random terms.
    fixed : ndarray, shape (rows, p)
        The fixed columns.

    Attributes
    ----------
    columns : sparse array, shape (rows, q)
        The columns of crossing terms (:func:`crossing_columns`).
    crossing : dict
        Parameter of a crossing term -> covariance of the coefficients of these columns (q, q), for a value of 1.
    work : float
        Multiplications of one evaluation, roughly; as if no terms shared columns.
    """

    def __init__(self, groups: Sequence[Grouping], fixed: Array) -> None:
        self.groups, self.fixed, self.rows = tuple(groups), fixed, len(fixed)
        self.parameters = tuple(
            Parameter(k, i, j)
            for k, group in enumerate(groups)
            for i in range(len(group.names))
            for j in range(i + 1)
            if i == j or not group.term.independent
        )
        codes, inside = self._divide()
        self.inside = inside
        self.columns, sums = crossing_columns(self.groups, inside, self.rows)
        self.blocks = tuple(self._blocks(codes))
        self.crossing: dict[int, csr_array] = {}
        for r, each in enumerate(self.parameters, start=1):
            if each.term not in inside:
                product = sums[each.term, each.row] @ sums[each.term, each.column].T
                self.crossing[r] = product if each.row == each.column else product + product.T

    @property
    def size(self) -> int:
        """Number of parameters with the residual variance."""
        return len(self.parameters) + 1

    def _divide(self) -> tuple[Indices, set[int]]:
        """Return the block of each row and the terms that are nested in blocks, by the least work."""
        every = [codes_of(group) for group in self.groups]
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

    def _blocks(self, codes: Indices) -> Iterator[Blocks]:
        look = self._look()
        order = np.lexsort((*(group.codes.codes for group in self.groups), *look.T[::-1], codes))
        sizes = np.bincount(codes)
        ends = np.cumsum(sizes)
        for size in np.unique(sizes[sizes > 0]):
            starts = (ends - sizes)[sizes == size]
            rows = order[starts[:, None] + np.arange(size)]
            inside = [self._first_alike(rows, self.groups[k]) for k in sorted(self.inside)]
            signs = np.concatenate([look[rows].reshape(len(rows), -1), *inside], axis=1)
            _, first, kind, count = np.unique(
                signs, axis=0, return_index=True, return_inverse=True, return_counts=True
            )
            of_kind = rows[first]
            yield Blocks(
                rows,
                kind.reshape(-1),
                count.astype(float),
                self._matrices(of_kind),
                *self._active(of_kind),
                self.fixed[of_kind],
            )

    def _active(self, rows: Indices) -> tuple[Indices, Array]:
        """Return the columns of crossing terms that are not zero in blocks with these rows (blocks, size)."""
        blocks, size = rows.shape
        q = self.columns.shape[1]
        own = self.columns[rows.ravel()].tocoo()
        block = own.row // size
        used, place = np.unique(block * q + own.col, return_inverse=True)
        number = np.bincount(used // q, minlength=blocks)
        place -= (np.cumsum(number) - number)[block]
        active = np.full((blocks, max(number.max(initial=0), 1)), q - 1)
        active[block, place] = own.col
        columns = np.zeros((*rows.shape, active.shape[1]))
        columns[block, own.row % size, place] = own.data
        return active, columns

    def _look(self) -> Array:
        """Return what rows of blocks of one kind have in common (rows, features): columns, and units of crossing terms."""
        units = [
            group.codes.codes[:, None]
            for k, group in enumerate(self.groups)
            if k not in self.inside
        ]
        columns = np.hstack([*(group.slopes for group in self.groups), self.fixed])
        size = np.maximum(np.abs(columns).max(axis=0, initial=0.0), 1e-300)
        return np.hstack([*units, np.round(columns / size, SAME) + 0.0])

    @staticmethod
    def _first_alike(rows: Indices, group: Grouping) -> Indices:
        """Return the place in its block of the first row of the same unit (blocks, size)."""
        own = group.codes.codes[rows]
        return np.asarray(np.argmax(own[:, :, None] == own[:, None, :], axis=2))

    def _matrices(self, rows: Indices) -> dict[int, Array]:
        """Return the matrices of the parameters inside blocks with these rows (blocks, size)."""
        found = {0: np.broadcast_to(np.eye(rows.shape[1]), (len(rows), *rows.shape[1:] * 2))}
        for r, each in enumerate(self.parameters, start=1):
            if each.term not in self.inside:
                continue
            group = self.groups[each.term]
            own = group.codes.codes[rows]
            one, other = group.slopes[rows, each.row], group.slopes[rows, each.column]
            products = one[:, :, None] * other[:, None, :]
            if each.row != each.column:
                products = products + products.swapaxes(1, 2)
            found[r] = products * (own[:, :, None] == own[:, None, :])
        return found

    def times(self, r: int, right: Array) -> Array:
        """Return ``G_r @ right``; right: (rows, columns)."""
        if r == 0:
            return right
        if r in self.crossing:
            return np.asarray(self.columns @ self.crossed(r, self.columns.T @ right))
        found = np.zeros_like(right)
        for block in self.blocks:
            found[block.rows] = block.matrices[r][block.kind] @ right[block.rows]
        return found

    def crossed(self, r: int, right: Array) -> Array:
        """Return the covariance of the coefficients of crossing terms, for a parameter of 1, times ``right`` (q, columns)."""
        return np.asarray(self.crossing[r] @ right)

    def picked(self, r: int, square: Array) -> float:
        """Return the trace of the covariance of the coefficients, for a parameter of 1, times ``square`` (q, q)."""
        own = self.crossing[r].tocoo()
        return float(own.data @ square[own.coords])

    def inside_blocks(self, values: Array) -> ByKind:
        """Return the covariance inside blocks (kinds, size, size), without crossing terms, at values of the parameters."""
        return [
            np.asarray(sum(values[r] * each for r, each in block.matrices.items()))
            for block in self.blocks
        ]

    def in_rows(self, kinds: ByKind) -> Array:
        """Return what is known by kind for all rows (rows, columns)."""
        found = np.empty((self.rows, kinds[0].shape[2]))
        for block, each in zip(self.blocks, kinds, strict=True):
            found[block.rows] = each[block.kind]
        return found

    def product_rows(self, left: ByKind, column: Array) -> Array:
        """Return ``left' column`` over all rows, of what is known by kind and a column (rows,)."""
        found = np.zeros(left[0].shape[2])
        for block, one in zip(self.blocks, left, strict=True):
            kinds, size = one.shape[:2]
            at = block.kind[:, None] * size + np.arange(size)
            sums = summed(at, column[block.rows], (kinds, size))
            found += np.tensordot(one, sums, axes=([0, 1], [0, 1]))
        return found

    def product(self, left: ByKind, right: ByKind) -> Array:
        """Return ``left' right`` over all rows."""
        found = np.zeros((left[0].shape[2], right[0].shape[2]))
        for block, one, other in zip(self.blocks, left, right, strict=True):
            counted = one * block.count[:, None, None]
            rows = one.shape[0] * one.shape[1]
            found += counted.reshape(rows, -1).T @ other.reshape(rows, -1)
        return found

    def square(self, left: ByKind, right: ByKind) -> Array:
        """Return ``left' right`` over all rows (q, q), of active columns."""
        q = self.columns.shape[1]
        found = np.zeros((q, q))
        for block, one, other in zip(self.blocks, left, right, strict=True):
            pieces = (one * block.count[:, None, None]).swapaxes(1, 2) @ other
            at = block.active[:, :, None] * q + block.active[:, None, :]
            found += summed(at, pieces, found.shape)
        return found

    def pulled(self, left: ByKind, right: ByKind) -> Array:
        """Return ``left' right`` over all rows (q, columns), with active columns on the left."""
        found = np.zeros((self.columns.shape[1], right[0].shape[2]))
        for block, one, other in zip(self.blocks, left, right, strict=True):
            pieces = (one * block.count[:, None, None]).swapaxes(1, 2) @ other
            found += summed_rows(block.active, pieces, found.shape)
        return found

    def pushed(self, left: ByKind, values: Array) -> ByKind:
        """Return ``left @ values`` by kind, of active columns and values (q, columns)."""
        every = zip(self.blocks, left, strict=True)
        return [one @ values[block.active] for block, one in every]

    def sum_of_products(self, left: ByKind, right: ByKind) -> float:
        """Return the sum over all rows of the products of the elements."""
        every = zip(self.blocks, left, right, strict=True)
        return float(sum(np.einsum("k,kij,kij->", b.count, one, other) for b, one, other in every))

    def times_kinds(self, r: int, right: ByKind) -> ByKind:
        """Return ``G_r @ right`` by kind."""
        if r == 0:
            return right
        if r in self.crossing:
            columns = [block.columns for block in self.blocks]
            return self.pushed(columns, self.crossed(r, self.pulled(columns, right)))
        return [block.matrices[r] @ each for block, each in zip(self.blocks, right, strict=True)]


def summed(at: Indices, values: Array, shape: tuple[int, ...]) -> Array:
    """Return the sums of the values at each place (of a flat array) of an array of this shape."""
    sums = np.bincount(at.ravel(), values.ravel(), minlength=int(np.prod(shape)))
    return np.asarray(sums.reshape(shape))


def summed_rows(at: Indices, values: Array, shape: tuple[int, ...]) -> Array:
    """Return the sums of the rows of values (..., columns) at each row of an array of this shape."""
    columns = shape[1]
    return summed(at[..., None] * columns + np.arange(columns), values, shape)
