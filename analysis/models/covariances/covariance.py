"""The covariance of the answers at given parameters: its determinant, products with its inverse, and traces."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from analysis.models.covariances.crossing import Indices
from analysis.models.covariances.structure import ByKind, Structure, summed_rows
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
        for block, whole in zip(structure.blocks, structure.inside_blocks(values), strict=True):
            lower = np.linalg.cholesky(whole)
            logs = np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
            determinant += 2 * float(logs @ block.count)
            self.inverses.append(np.asarray(np.linalg.inv(whole), dtype=float))
        self._columns: ByKind = [block.columns for block in structure.blocks]
        q = structure.columns.shape[1]
        self._solved = self._inverse_times(self._columns)
        self.inner = structure.square(self._columns, self._solved)
        own = np.zeros((q, q))
        for r, each in structure.crossing.items():
            own += values[r] * each.toarray()
        more, self.middle = self._crossing(own)
        self.log_determinant = determinant + more

    def _crossing(self, own: Array) -> tuple[float, Array]:
        """Return what crossing terms with a covariance (q, q) add to the log determinant, and the middle of the inverse."""
        q, parameters = len(own), self.structure.parameters
        if all(
            self.values[r] >= 0 and parameters[r - 1].row == parameters[r - 1].column
            for r in self.structure.crossing
        ):
            self._left = 1.0
            whole = np.eye(q) + own @ self.inner
            middle = np.asarray(np.linalg.solve(whole, own), dtype=float)
            return float(np.linalg.slogdet(whole)[1]), middle
        # Slopes of large numbers are brought to the scale of the other columns.
        scale = np.sqrt(np.where(np.diag(self.inner) > 0, np.diag(self.inner), 1.0))
        roots, vectors = np.linalg.eigh(self.inner / np.outer(scale, scale))
        half = vectors * np.sqrt(np.maximum(roots, 0))
        spread = np.linalg.eigvalsh(half.T @ (own * np.outer(scale, scale)) @ half)
        if spread[0] <= -1 + 1e-10:
            raise np.linalg.LinAlgError("not positive definite")
        self._left = 1 + min(float(spread[0]), 0.0)
        middle = np.asarray(np.linalg.solve(np.eye(q) + own @ self.inner, own), dtype=float)
        return float(np.log1p(spread).sum()), middle

    @cached_property
    def margin(self) -> float:
        """How far the covariance is from a singular one: its smallest variance in any direction of a block, as a share of
        the residual variance, and what crossing terms leave of it."""
        inside = self.structure.inside_blocks(self.values)
        smallest = min(float(np.linalg.eigvalsh(each).min()) for each in inside)
        return min(smallest / float(self.values[0]), self._left)

    def _inverse_times(self, right: ByKind) -> ByKind:
        """Return the blocks' inverses times columns."""
        return [inverse @ each for inverse, each in zip(self.inverses, right, strict=True)]

    def solve_kinds(self, right: ByKind) -> ByKind:
        """Return the inverse times ``right`` by kind."""
        values = self.middle @ self.structure.pulled(self._solved, right)
        crossing = self.structure.pushed(self._solved, values)
        own = self._inverse_times(right)
        return [each - other for each, other in zip(own, crossing, strict=True)]

    def solve(self, right: Array) -> Array:
        """Return the inverse times ``right`` (rows, columns)."""
        every = list(zip(self.structure.blocks, self._solved, self.inverses, strict=True))
        pulled = np.zeros((len(self.middle), right.shape[1]))
        for block, solved, _ in every:
            pieces = solved[block.kind].swapaxes(1, 2) @ right[block.rows]
            pulled += summed_rows(block.active[block.kind], pieces, pulled.shape)
        values = self.middle @ pulled
        found = np.empty_like(right)
        for block, solved, inverse in every:
            crossing = solved[block.kind] @ values[block.active[block.kind]]
            found[block.rows] = inverse[block.kind] @ right[block.rows] - crossing
        return found

    @cached_property
    def _solved_rows(self) -> Array:
        """The crossing columns over the blocks' covariance, (rows, q)."""
        found = np.zeros((self.structure.rows, len(self.middle)))
        for block, each in zip(self.structure.blocks, self._solved, strict=True):
            active = block.active[block.kind]
            found[block.rows[:, :, None], active[:, None, :]] = each[block.kind]
        return found

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
        solved = self._solved_rows[rows]
        own = self._block_inverses[rows][:, rows].toarray()
        return np.asarray(own - solved @ self.middle @ solved.T)

    @cached_property
    def _kept(self) -> Array:
        """What the crossing terms leave of the blocks: ``V^-1 Z`` is ``F`` times this, of the crossing columns."""
        return np.asarray(np.eye(len(self.middle)) - self.middle @ self.inner)

    @cached_property
    def _crossed(self) -> Array:
        """``Z' V^-1 Z`` of the crossing columns."""
        return np.asarray(self.inner @ self._kept)

    @cached_property
    def _inside(self) -> dict[int, ByKind]:
        """``G_r F`` of each parameter inside blocks, F the crossing columns over the blocks' covariance."""
        inside = [r for r in range(self.structure.size) if r not in self.structure.crossing]
        return {r: self.structure.times_kinds(r, self._solved) for r in inside}

    @cached_property
    def _squares(self) -> dict[int, Array]:
        """``F' G_r F`` of each parameter inside blocks."""
        return {r: self.structure.square(self._solved, each) for r, each in self._inside.items()}

    @cached_property
    def traces(self) -> Array:
        """``tr(V^-1 G_r)`` (size,)."""
        found = np.zeros(self.structure.size)
        for block, inverse in zip(self.structure.blocks, self.inverses, strict=True):
            for r, each in block.matrices.items():
                found[r] += np.einsum("k,kij,kij->", block.count, inverse, each)
        for r, square in self._squares.items():
            found[r] -= np.sum(self.middle * square)
        for r in self.structure.crossing:
            found[r] = self.structure.picked(r, self._crossed)
        return found

    @cached_property
    def double_traces(self) -> Array:
        """``tr(V^-1 G_r V^-1 G_s)`` (size, size)."""
        structure, middle = self.structure, self.middle
        found = np.zeros((structure.size, structure.size))
        for block, inverse in zip(structure.blocks, self.inverses, strict=True):
            products = {r: inverse @ each for r, each in block.matrices.items()}
            for r, one in products.items():
                counted = one * block.count[:, None, None]
                for s, other in products.items():
                    if s <= r:
                        found[r, s] += np.sum(counted * other.swapaxes(1, 2))
        outer = {r: middle @ each for r, each in self._squares.items()}
        reached = {s: self._kept @ each @ self._kept.T for s, each in structure.crossing.items()}
        for r, moved in self._inside.items():
            between = [
                each @ middle[block.active[:, None, :], block.active[:, :, None]]
                for block, each in zip(structure.blocks, self._inverse_times(moved), strict=True)
            ]
            for s, also in self._inside.items():
                if s <= r:
                    found[r, s] -= 2 * structure.sum_of_products(also, between)
                    found[r, s] += np.sum(outer[r] * outer[s].T)
            for s, each in reached.items():
                found[max(r, s), min(r, s)] = np.sum(each * self._squares[r])
        across = {r: structure.crossed(r, self._crossed) for r in structure.crossing}
        for r, one in across.items():
            for s, other in across.items():
                if s <= r:
                    found[r, s] = np.sum(one * other.T)
        return np.asarray(np.tril(found) + np.tril(found, -1).T)
