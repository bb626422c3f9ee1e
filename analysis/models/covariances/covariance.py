"""The covariance of the answers at given parameters: its determinant, products with its inverse, and traces."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from analysis.models.covariances.structure import ByKind, Indices, Structure
from analysis.models.design import Array


class Covariance:
    """The covariance of the answers at given parameters.

    Parameters
    ----------
    structure
        The matrices of the parameters.
    values : ndarray, shape (size,)
        The parameters, the residual variance first.

    Raises
    ------
    numpy.linalg.LinAlgError
        If it is not positive definite.
    """

    def __init__(self, structure: Structure, values: Array) -> None:
        self.structure, self.values = structure, values
        self.inverses: ByKind = []
        determinant = 0.0
        for block in structure.blocks:
            whole = sum(values[r] * each for r, each in block.matrices.items())
            lower = np.linalg.cholesky(whole)
            logs = np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
            determinant += 2 * float(logs @ block.count)
            self.inverses.append(np.linalg.inv(whole))
        self._columns: ByKind = [block.columns for block in structure.blocks]
        q = structure.columns.shape[1]
        self._solved = self._inverse_times(self._columns)
        self.inner = self.structure.product(self._columns, self._solved)
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

    def _inverse_times(self, right: ByKind) -> ByKind:
        """Return the blocks' inverses times columns."""
        return [inverse @ each for inverse, each in zip(self.inverses, right, strict=True)]

    def solve_kinds(self, right: ByKind) -> ByKind:
        """Return the inverse times ``right`` by kind."""
        inner = self.middle @ self.structure.product(self._solved, right)
        own = self._inverse_times(right)
        return [each - solved @ inner for each, solved in zip(own, self._solved, strict=True)]

    @cached_property
    def solved(self) -> Array:
        """The crossing columns over the blocks' covariance, (rows, q)."""
        return self.structure.in_rows(self._solved)

    def solve(self, right: Array) -> Array:
        """Return the inverse times ``right`` (rows, columns)."""
        found = np.zeros_like(right)
        for block, inverse in zip(self.structure.blocks, self.inverses, strict=True):
            found[block.rows] = inverse[block.kind] @ right[block.rows]
        return np.asarray(found - self.solved @ (self.middle @ (self.solved.T @ right)))

    @cached_property
    def _block_inverses(self) -> csr_array:
        """Inverses of the blocks without the crossing terms (rows, rows), nearly all zero."""
        blocks = self.structure.blocks
        at = [np.broadcast_arrays(b.rows[:, :, None], b.rows[:, None, :]) for b in blocks]
        first, second = (np.concatenate([pair[k].ravel() for pair in at]) for k in (0, 1))
        every = zip(blocks, self.inverses, strict=True)
        values = np.concatenate([each[block.kind].ravel() for block, each in every])
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
    def _inside(self) -> dict[int, ByKind]:
        """``G_r F`` of each parameter inside blocks, F the crossing columns over the blocks' covariance."""
        inside = [r for r in range(self.structure.size) if r not in self.structure.crossing]
        return {r: self.structure.times_kinds(r, self._solved) for r in inside}

    @cached_property
    def _outer(self) -> dict[int, Array]:
        """``M F' G_r F`` of each parameter inside blocks, M the middle of the inverse."""
        return {
            r: self.middle @ self.structure.product(self._solved, each)
            for r, each in self._inside.items()
        }

    @cached_property
    def traces(self) -> Array:
        """``tr(V^-1 G_r)`` (size,)."""
        found = np.zeros(self.structure.size)
        for block, inverse in zip(self.structure.blocks, self.inverses, strict=True):
            for r, each in block.matrices.items():
                found[r] += np.einsum("k,kij,kij->", block.count, inverse, each)
        for r, each in self._outer.items():
            found[r] -= np.trace(each)
        for r, each in self.structure.crossing.items():
            found[r] = np.sum(each * self._crossed)
        return found

    @cached_property
    def double_traces(self) -> Array:
        """``tr(V^-1 G_r V^-1 G_s)`` (size, size)."""
        structure, outer = self.structure, self._outer
        found = np.zeros((structure.size, structure.size))
        for block, inverse in zip(structure.blocks, self.inverses, strict=True):
            products = {r: inverse @ each for r, each in block.matrices.items()}
            for r, one in products.items():
                counted = one * block.count[:, None, None]
                for s, other in products.items():
                    if s <= r:
                        found[r, s] += np.sum(counted * other.swapaxes(1, 2))
        across = {r: each @ self._crossed for r, each in structure.crossing.items()}
        change = self.middle @ self.inner
        reached = [each - each @ change for each in self._solved]
        paired = {
            s: [columns @ each for columns in reached] for s, each in structure.crossing.items()
        }
        for r, moved in self._inside.items():
            solved = [each @ self.middle.T for each in self._inverse_times(moved)]
            for s, also in self._inside.items():
                if s <= r:
                    found[r, s] -= 2 * structure.sum_of_products(also, solved)
                    found[r, s] += np.sum(outer[r] * outer[s].T)
            both = structure.times_kinds(r, reached)
            for s, pair in paired.items():
                found[max(r, s), min(r, s)] = structure.sum_of_products(pair, both)
        for r, one in across.items():
            for s, other in across.items():
                if s <= r:
                    found[r, s] = np.sum(one * other.T)
        return np.asarray(np.tril(found) + np.tril(found, -1).T)
