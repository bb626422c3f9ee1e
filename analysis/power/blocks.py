"""Small blocks of large symmetric matrices: one orthogonal basis in which several of them are block-diagonal.

Counterbalanced lists look the same from every stimulus, so that the cross-products of a design have few
different parts, each many times over. The basis is found from eigenvectors of random combinations of the
matrices (Murota, Kanno, Kojima & Kojima 2010 [M+]), and is checked: what it does not separate stays together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

Array = NDArray[Any]
#: Numbers this small beside the greatest of their matrix are zero.
NOTHING = 1e-9


@dataclass(frozen=True)
class Blocks:
    """Different blocks of the same size, each of them as often as it comes."""

    kernels: Array
    """(J, b, s, s) the J matrices in the b blocks."""
    copies: Array
    """(b,) how often each block comes."""
    basis: Array
    """(b, m, s, d) rows that take a vector into each copy; zero for copies that there are not."""


def blocks_of(matrices: Array) -> tuple[Blocks, ...]:
    """Separate J symmetric matrices (J, d, d) into blocks, one ``Blocks`` for each size."""
    scaled = matrices / np.abs(matrices).max(axis=(1, 2), keepdims=True)
    rng = np.random.default_rng(1)
    mixed = [np.tensordot(rng.uniform(1, 2, len(scaled)), scaled, 1) for _ in range(2)]
    basis = _basis(*mixed)
    joined = sum(np.abs(basis.T @ each @ basis) for each in mixed) > NOTHING
    count, label = connected_components(joined, directed=False)
    if count == 1:
        return (Blocks(matrices[:, None], np.ones(1), np.eye(len(basis))[None, None]),)
    found: dict[int, list[tuple[Array, list[Array]]]] = {}
    for number in range(count):
        own = basis[:, label == number]
        kernel = own.T @ scaled @ own
        kinds = found.setdefault(own.shape[1], [])
        same = next((k for k in kinds if np.abs(k[0] - kernel).max() < NOTHING), None)
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
    """Return the eigenvectors (d, d) of a random combination, rotated among equal eigenvalues to suit another."""
    values, vectors = np.linalg.eigh(one)
    gaps = np.flatnonzero(np.diff(values) > NOTHING * np.ptp(values)) + 1
    spaces = np.split(vectors, gaps, axis=1)
    for first, second in _neighbours(spaces, other):
        between = spaces[first].T @ other @ spaces[second]
        left, sizes, right = np.linalg.svd(between)
        if between.shape[0] == between.shape[1] and np.ptp(sizes) < NOTHING:
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
            joined = [k for k in left if np.abs(rows[:, ends[k] : ends[k + 1]]).max() > NOTHING]
            for second in joined:
                left.discard(second)
                waiting.append(second)
                yield first, second
