"""Simultaneous block diagonalisation: an orthogonal basis in which several symmetric matrices have small blocks.

Counterbalanced lists are symmetric in the stimuli, so that the cross-products of a design have few distinct blocks,
each repeated many times. The basis is computed from eigenvectors of random combinations of the matrices (Murota, Kanno,
Kojima & Kojima 2010 [M+]) and is checked: parts that it does not separate remain one block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

Array = NDArray[Any]
#: Relative size below which an element of a matrix counts as zero.
NEAR_ZERO = 1e-9


@dataclass(frozen=True)
class Blocks:
    """Distinct blocks of the same size, with the number of copies of each."""

    kernels: Array
    """(J, b, s, s) the J matrices in the b blocks."""
    copies: Array
    """(b,) number of copies of each block."""
    basis: Array
    """(b, m, s, d) rows that project a vector onto each copy; zero beyond the number of copies."""


def blocks_of(matrices: Array) -> tuple[Blocks, ...]:
    """Separate J symmetric matrices (J, d, d) into blocks, one ``Blocks`` for each size."""
    scaled = matrices / np.abs(matrices).max(axis=(1, 2), keepdims=True)
    rng = np.random.default_rng(1)
    mixed = [np.tensordot(rng.uniform(1, 2, len(scaled)), scaled, 1) for _ in range(2)]
    basis = _basis(*mixed)
    joined = sum(np.abs(basis.T @ each @ basis) for each in mixed) > NEAR_ZERO
    count, label = connected_components(joined, directed=False)
    if count == 1:
        return (Blocks(matrices[:, None], np.ones(1), np.eye(len(basis))[None, None]),)
    found: dict[int, list[tuple[Array, list[Array]]]] = {}
    for number in range(count):
        own = basis[:, label == number]
        kernel = own.T @ scaled @ own
        kinds = found.setdefault(own.shape[1], [])
        same = next((k for k in kinds if np.abs(k[0] - kernel).max() < NEAR_ZERO), None)
        if same is None:
            kinds.append((kernel, [own.T]))
        else:
            same[1].append(own.T)
    return tuple(_stacked(matrices, kinds) for kinds in found.values())


def _stacked(matrices: Array, kinds: list[tuple[Array, list[Array]]]) -> Blocks:
    most = max(len(rows) for _, rows in kinds)
    size, d = kinds[0][1][0].shape
    basis = np.zeros((len(kinds), most, size, d))
    for b, (_, rows) in enumerate(kinds):
        basis[b, : len(rows)] = rows
    first = basis[:, 0]
    kernels = np.einsum("bsd,jde,bte->jbst", first, matrices, first, optimize=True)
    return Blocks(kernels, np.array([len(rows) for _, rows in kinds], dtype=float), basis)


def _basis(one: Array, other: Array) -> Array:
    """Return the eigenvectors (d, d) of one combination, rotated within equal eigenvalues to fit the other."""
    values, vectors = np.linalg.eigh(one)
    gaps = np.flatnonzero(np.diff(values) > NEAR_ZERO * np.ptp(values)) + 1
    spaces = np.split(vectors, gaps, axis=1)
    for first, second in _neighbours(spaces, other):
        between = spaces[first].T @ other @ spaces[second]
        left, sizes, right = np.linalg.svd(between)
        if between.shape[0] == between.shape[1] and np.ptp(sizes) < NEAR_ZERO:
            spaces[second] = spaces[second] @ right.T @ left.T
    return np.hstack(spaces)


def _neighbours(spaces: list[Array], matrix: Array) -> Iterator[tuple[int, int]]:
    """Pair the subspaces that a matrix connects, each once, starting from those already assigned."""
    whole = np.hstack(spaces).T @ matrix @ np.hstack(spaces)
    ends = np.cumsum([0, *(space.shape[1] for space in spaces)])
    left = set(range(len(spaces)))
    while left:
        waiting = [left.pop()]
        while waiting:
            first = waiting.pop()
            rows = whole[ends[first] : ends[first + 1]]
            joined = [k for k in left if np.abs(rows[:, ends[k] : ends[k + 1]]).max() > NEAR_ZERO]
            for second in joined:
                left.discard(second)
                waiting.append(second)
                yield first, second
