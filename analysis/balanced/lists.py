"""Presentation lists, item blocks and the cells that they form.

Participants who see the same items in the same conditions form a list; items that all lists see
in the same conditions form a block. A counterbalanced design has few of either, however many
people and stimuli it has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.balanced.design import CrossedDesign
from analysis.errors import AnalysisError

MOST_CELLS = 144
"""More cells than this cost more than fitting the studies one at a time."""


class NotBalancedError(AnalysisError):
    """The design has no small set of strata; its message says why."""


@dataclass(frozen=True)
class PresentationList:
    """People who see the same items at the same levels."""

    rows: NDArray[np.intp]
    """(n, m) position of each person's responses in the design, same order for all n people."""
    cell: NDArray[np.intp]
    """(m,) cell of each of these responses."""


@dataclass(frozen=True)
class Cells:
    """The table list x block (x occasion) whose means carry all that concerns the effects."""

    lists: tuple[PresentationList, ...]
    list_of: NDArray[np.intp]
    """(C,) list of each cell."""
    block_of: NDArray[np.intp]
    """(C,) item block of each cell."""
    people: NDArray[np.intp]
    """(C,) number of people in each cell."""
    items: NDArray[np.intp]
    """(C,) number of items in each cell."""
    fixed: NDArray[np.float64]
    """(C, p) row of the fixed-effects matrix that the whole cell shares."""
    random: NDArray[np.float64]
    """(C, q) row of the participants' random-effects matrix."""


def cells_of(design: CrossedDesign) -> Cells:
    """Find lists, blocks and cells.

    Raises
    ------
    NotBalancedError
        If there are more than ``MOST_CELLS`` cells, as when nearly every person has a pattern
        of missing rows of their own.
    """
    level = _level_codes(design.columns)
    order, owner, signature = _sorted_by_person(design, level)
    patterns = _groups_of_people(owner, signature)
    if len(patterns) > MOST_CELLS:
        raise NotBalancedError(
            f"{owner[-1] + 1} participants follow {len(patterns)} different presentation lists "
            "(rows are missing here and there, or the condition is not rotated in lists)."
        )
    block = _blocks_of_items(design, [signature[rows[0]] for rows in patterns], level.max() + 1)
    return _table(design, [order[rows] for rows in patterns], block)


def _level_codes(columns: NDArray[np.float64]) -> NDArray[np.int64]:
    codes = np.zeros(len(columns), dtype=np.int64)
    for column in columns.T:
        values = pd.factorize(column)[0]
        codes = pd.factorize(codes * (values.max() + 1) + values)[0]
    return codes


def _sorted_by_person(
    design: CrossedDesign, level: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
    """Order of the rows by person, item, level; their person; and what each row shows."""
    shown = design.item * (level.max() + 1) + level
    key = design.participant * (shown.max() + 1) + shown
    order = np.arange(len(key)) if (key[1:] >= key[:-1]).all() else np.argsort(key, kind="stable")
    return order, design.participant[order], shown[order]


def _groups_of_people(
    owner: NDArray[np.intp], signature: NDArray[np.int64]
) -> list[NDArray[np.intp]]:
    """One (n, m) array of sorted-row positions per list."""
    first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    length = np.diff(np.r_[first, len(owner)])
    groups = []
    for m in np.unique(length):
        rows = first[length == m][:, None] + np.arange(m)
        _, which = np.unique(signature[rows], axis=0, return_inverse=True)
        which = which.reshape(-1)
        groups += [rows[which == g] for g in range(which.max() + 1)]
    return groups


def _blocks_of_items(
    design: CrossedDesign, shown: list[NDArray[np.int64]], levels: int
) -> NDArray[np.intp]:
    """Block of each item: two items are alike if every list shows them at the same levels."""
    seen: list[list[tuple[int, int]]] = [[] for _ in range(design.item.max() + 1)]
    for g, signature in enumerate(shown):
        for code in signature:
            seen[code // levels].append((g, code % levels))
    number: dict[tuple[tuple[int, int], ...], int] = {}
    return np.array([number.setdefault(tuple(pattern), len(number)) for pattern in seen])


def _table(design: CrossedDesign, rows: list[NDArray[np.intp]], block: NDArray[np.intp]) -> Cells:
    fixed, random = design.fixed, design.random
    lists: list[PresentationList] = []
    cells: list[tuple[int, int, int, int, int]] = []
    for g, positions in enumerate(rows):
        item = design.item[positions[0]]
        occasion = _occasion(item)
        pairs, which = np.unique(
            np.column_stack([block[item], occasion]), axis=0, return_inverse=True
        )
        which = which.reshape(-1)
        lists.append(PresentationList(positions, len(cells) + which))
        for c, (h, _) in enumerate(pairs):
            example = positions[0, np.flatnonzero(which == c)[0]]
            cells.append((g, int(h), len(positions), int((which == c).sum()), int(example)))
        if len(cells) > MOST_CELLS:
            raise NotBalancedError(
                f"The design falls into more than {MOST_CELLS} cells of presentation lists and "
                "item blocks (rows are missing here and there, or the condition is not rotated in "
                "lists)."
            )
    list_of, block_of, people, items, example = np.array(cells, dtype=np.intp).T
    return Cells(tuple(lists), list_of, block_of, people, items, fixed[example], random[example])


def _occasion(item: NDArray[np.intp]) -> NDArray[np.intp]:
    """0, 1, ... for the first, second, ... response of a person to the same item (sorted)."""
    first = np.flatnonzero(np.r_[True, item[1:] != item[:-1]])
    return np.arange(len(item)) - np.repeat(first, np.diff(np.r_[first, len(item)]))
