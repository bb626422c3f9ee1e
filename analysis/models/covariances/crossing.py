"""The columns of random terms that cross the blocks of a covariance (stimuli, say).

A term whose columns are sums of those of another one, as ``(1 | item)`` of ``(1 | item:condition)``, has no columns of its
own: its variance is a covariance of the coefficients of the other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from analysis.models.design import Grouping

Indices = NDArray[np.integer[Any]]
Coefficient = tuple[int, int]
"""Place of a random term in the model, and of a coefficient in the term."""


def crossing_columns(
    groups: Sequence[Grouping], inside: Collection[int], rows: int
) -> tuple[csr_array, dict[Coefficient, csr_array]]:
    """Return the columns of crossing terms (rows, q), and of which of them each coefficient's columns are sums (q, units).

    The last column is zero, and belongs to no term.

    Parameters
    ----------
    inside
        Places of the terms that do not cross the blocks.
    rows
        Number of rows.
    """
    outside = [k for k in range(len(groups)) if k not in inside]
    finest = {k: _finest(groups, k, outside) for k in outside}
    own = [(k, j) for k in outside if finest[k] == k for j in range(len(groups[k].names))]
    ends = np.cumsum([0, *(groups[k].size for k, _ in own)])
    start = dict(zip(own, ends, strict=False))
    q = int(ends[-1]) + 1
    sums = {}
    for k in outside:
        for j in range(len(groups[k].names)):
            used = start[finest[k], j] + codes_of(groups[finest[k]])
            pairs = np.unique([used, codes_of(groups[k])], axis=1)
            shape = (q, groups[k].size)
            sums[k, j] = csr_array((np.ones(pairs.shape[1]), tuple(pairs)), shape=shape)
    columns = csr_array((rows, q))
    for k, j in own:
        place = (np.arange(rows), start[k, j] + codes_of(groups[k]))
        columns = columns + csr_array((groups[k].slopes[:, j], place), shape=columns.shape)
    return columns, sums


def _finest(groups: Sequence[Grouping], k: int, terms: Sequence[int]) -> int:
    """Return the term with the most units of which the columns of term ``k`` are sums; itself if there is no other."""
    found = [f for f in terms if f == k or _are_sums(groups[k], groups[f])]
    return max(found, key=lambda f: (groups[f].size, -f))


def _are_sums(group: Grouping, finer: Grouping) -> bool:
    """Return whether the columns of a term are sums of those of another, each with one coefficient."""
    return (
        len(group.names) == len(finer.names) == 1
        and np.array_equal(group.slopes, finer.slopes)
        and nested(codes_of(finer), codes_of(group))
    )


def codes_of(group: Grouping) -> Indices:
    """Return the unit of each row; codes of categories are small integers, which would overflow."""
    return np.asarray(group.codes.codes, dtype=np.int64)


def nested(codes: Indices, within: Indices) -> bool:
    """Return whether every group of ``codes`` lies in one block."""
    block = np.zeros(codes.max() + 1, dtype=within.dtype)
    block[codes] = within
    return bool((block[codes] == within).all())
