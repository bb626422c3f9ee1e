"""What is left of a model when the responses at a limit have reached it: the other rows, columns and thresholds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.models.design import Array, Design, Grouping, Model
from analysis.models.likelihoods.base import RowModel
from analysis.models.likelihoods.ordered import Blocks, CumulativeLogit, OrderedBeta
from analysis.models.likelihoods.rows import row_model
from analysis.models.separation import Separation

Indices = NDArray[np.intp]
ROW_FAMILIES = ("binomial", "gamma", "beta", "ordered_beta", "ordinal", "tobit")


@dataclass(frozen=True)
class Remaining:
    """The rows that are not at a limit, and the columns that they can estimate."""

    model: Model
    rows: RowModel | None
    """Their distribution; None if only glmm has it."""
    kept: Indices
    """Their places in the data."""
    columns: tuple[int, ...]
    """Places of the columns in the full design."""


def whole(model: Model) -> Remaining:
    """Return a model that has no response at a limit."""
    n, p = model.design.matrix.shape
    known = model.family in ROW_FAMILIES and model.link != "probit"
    rows = row_model(model.family, model.y, model.limits) if known else None
    return Remaining(model, rows, np.arange(n), tuple(range(p)))


def remaining(model: Model, separation: Separation) -> Remaining | None:
    """Return what is left of a model in the direction of a separation; None if all rows reach their limit."""
    kept = np.setdiff1d(np.arange(len(model.y)), separation.at_limit)
    if not len(kept):
        return None
    y, matrix, rows = model.y[kept], model.design.matrix[kept], whole(model).rows
    around = np.empty((len(kept), 0))
    if model.family == "ordered_beta":
        rows = OrderedBeta(bool((y <= 0).any()), bool((y >= 1).any()))
    if model.family == "ordinal":
        rows, y = _blocks(model, separation, kept)
        around = np.eye(len(rows.parts))[rows.block]
    columns = _independent(matrix, around)
    names = tuple(model.design.names[j] for j in columns)
    left = replace(
        model,
        data=model.data.iloc[kept],
        y=y,
        design=Design(matrix[:, columns], names),
        groups=tuple(_of_rows(group, kept) for group in model.groups),
    )
    return Remaining(left, rows, kept, columns)


def _of_rows(group: Grouping, kept: Indices) -> Grouping:
    codes, slopes = pd.Categorical(np.asarray(group.codes)[kept]), group.slopes[kept]
    # A slope over the conditions at their limit has no rows left.
    own = np.flatnonzero(slopes.any(axis=0))
    names = tuple(group.names[j] for j in own)
    return replace(group, codes=codes, slopes=slopes[:, own], names=names)


def _independent(matrix: Array, around: Array) -> tuple[int, ...]:
    """Return the first columns that are linearly independent of each other, and of those of ``around``."""
    basis: Array = np.linalg.qr(around)[0]
    chosen: list[int] = []
    for j, column in enumerate(matrix.T):
        own = column - basis @ (basis.T @ column)
        own -= basis @ (basis.T @ own)
        size = float(np.linalg.norm(own))
        if size > 1e-7 * max(float(np.linalg.norm(column)), 1e-300):
            basis = np.column_stack([basis, own / size])
            chosen.append(j)
    return tuple(chosen)


def _blocks(model: Model, separation: Separation, kept: Indices) -> tuple[Blocks, Array]:
    """Return the blocks of thresholds that the remaining rows compare themselves with, and the codes within them."""
    categories, codes = np.unique(model.y, return_inverse=True)
    cuts = len(categories) - 1
    tied = separation.comparisons.pulled[~separation.strict][:, -cuts:] != 0
    cut, row = tied.argmax(axis=1), separation.comparisons.row[~separation.strict]
    first = np.full(len(model.y), cuts)
    np.minimum.at(first, row, cut)
    last = np.full(len(model.y), -1)
    np.maximum.at(last, row, cut)
    # Rows between two thresholds join them into one block.
    joined = np.zeros(cuts + 1, dtype=bool)
    joined[last[kept][last[kept] > first[kept]]] = True
    used = np.unique(cut)
    starts = np.array([c for c in used if not joined[c]])
    block = np.searchsorted(starts, first[kept], side="right") - 1
    parts = []
    for b, start in enumerate(starts):
        own = used[(used >= start) & (used < (starts[b + 1] if b + 1 < len(starts) else cuts))]
        names = tuple(f"{categories[c]:g}|{categories[c + 1]:g}" for c in own)
        parts.append(CumulativeLogit(tuple(map(float, range(len(own) + 1))), names))
    top = np.array([len(part.categories) - 1 for part in parts])
    local = np.clip(codes.ravel()[kept] - starts[block], 0, top[block])
    return Blocks(block, tuple(parts)), local.astype(float)
