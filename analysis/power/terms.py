"""Random terms of a design, and their columns in the likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.power.blocks import Array


@dataclass(frozen=True)
class Term:
    """A random term with an unstructured covariance: lme4's ``(columns | groups)``."""

    name: str
    columns: Array
    """(rows, q) numbers."""
    groups: NDArray[np.intp]
    """(rows,) group of each row, 0, 1, ...; for a term within participants, its number within the participant."""
    within: bool
    """Whether every group is within one participant."""
    variance: float = 0.0
    """Variance of each of its columns in the population."""
    units: int = 0
    """Number of units that differ in it, such as items; 0 if they are participants."""
    free: bool = False
    """Whether its variance (one column) may be estimated below zero; it is zero in the population."""
    start: float = 0.0
    """Starting value of a variance that may be below zero."""

    @property
    def entries(self) -> int:
        """Number of variances and covariances of the term."""
        return entries(self.columns.shape[1])

    def partition(self, composition: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the group of each row (rows,), numbered by first appearance; rows share it if they vary together."""
        whole = self.groups + self.within * composition * (self.groups.max() + 1)
        return np.asarray(pd.factorize(whole)[0])


def entries(size: int) -> int:
    """Return the number of variances and covariances in a covariance matrix."""
    return size * (size + 1) // 2


def numbered(term: Term, composition: NDArray[np.intp]) -> Term:
    """Number the groups of each participant by their size, so that fewer compositions differ."""
    count = np.zeros((composition.max() + 1, term.groups.max() + 1), dtype=int)
    np.add.at(count, (composition, term.groups), 1)
    number = np.argsort(np.argsort(-count, axis=1, kind="stable"), axis=1)
    return replace(term, groups=number[composition, term.groups])


def columns_of(terms: Sequence[Term], rows: int) -> tuple[Array, Array]:
    """Return the columns (rows, k) of random terms, and the derivatives (entries, k, k) of their covariance."""
    parts, places, start = [np.zeros((rows, 0))], [], 0
    for term in terms:
        q, groups = term.columns.shape[1], int(term.groups.max()) + 1
        block = np.zeros((rows, groups, q))
        block[np.arange(rows), term.groups] = term.columns
        parts.append(block.reshape(rows, -1))
        first = start + q * np.arange(groups)
        places += [(first + a, first + b) for a, b in zip(*np.tril_indices(q), strict=True)]
        start += q * groups
    found = np.zeros((len(places), start, start))
    for kernel, (a, b) in zip(found, places, strict=True):
        kernel[a, b] = kernel[b, a] = 1.0
    return np.hstack(parts), found


def independent(columns: Array, covariances: Array) -> tuple[Array, Array]:
    """Express columns (rows, k) by as few of them as possible: Z F Z' = Z0 (A F A') Z0' for Z = Z0 A.

    Of terms such as ``(1|participant)`` and ``(1|participant:c)`` the columns of the first are sums of those of the
    second, and the cost of the likelihood rises with the square of their number.

    Returns
    -------
    tuple
        The columns that remain (rows, q), and the derivatives of their covariance (entries, q, q).
    """
    kept: list[int] = []
    rank = 0
    triangle = np.asarray(np.linalg.qr(columns, mode="r"))
    for number in range(columns.shape[1] - 1, -1, -1):
        found = int(np.linalg.matrix_rank(triangle[:, [number, *kept]]))
        if found > rank:
            kept, rank = [number, *kept], found
    if rank == columns.shape[1]:
        return columns, covariances
    combined = np.linalg.lstsq(columns[:, kept], columns, rcond=None)[0].round(12)
    return columns[:, kept], combined @ covariances @ combined.T


def marks(covariances: Array) -> Array:
    """Return the columns (v, k) that each variance belongs to, leaving out covariances."""
    diagonals = np.einsum("kaa->ka", covariances)
    return np.asarray(diagonals[diagonals.any(axis=1)])
