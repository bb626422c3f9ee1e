"""Tables of a report: plain text in cells, numbers to the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Column:
    """A column: its head, what it shows of a row, and whether it holds numbers."""

    head: str
    show: Callable[[Any], str]
    numeric: bool = True
    title: str = ""
    """Said when the pointer rests on the head."""


@dataclass(frozen=True)
class Grid:
    """A table ready to be printed."""

    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    note: str = ""
    titles: tuple[str, ...] = ()
    groups: frozenset[int] = field(default_factory=frozenset)
    """Places of rows that are headings over those below."""


def grid(table: pd.DataFrame, columns: Sequence[Column], caption: str = "", note: str = "") -> Grid:
    """Show a table by columns."""
    rows = tuple(tuple(column.show(row) for column in columns) for _, row in table.iterrows())
    return Grid(
        tuple(c.head for c in columns),
        tuple(c.numeric for c in columns),
        rows,
        caption,
        note,
        tuple(c.title for c in columns),
    )


def grouped(
    table: pd.DataFrame, by: str, heading: Callable[[Any], str], columns: Sequence[Column],
    caption: str = "", note: str = "",
) -> Grid:  # fmt: skip
    """Show a table with a heading over the rows of each group."""
    rows: list[tuple[str, ...]] = []
    groups = set()
    for _, own in table.groupby(by, sort=False):
        groups.add(len(rows))
        rows.append((heading(own.iloc[0]),))
        rows += [tuple(c.show(row) for c in columns) for _, row in own.iterrows()]
    return Grid(
        tuple(c.head for c in columns),
        tuple(c.numeric for c in columns),
        tuple(rows),
        caption,
        note,
        tuple(c.title for c in columns),
        frozenset(groups),
    )


def text(name: str) -> Callable[[Any], str]:
    """Show a column as it is."""

    def shown(row: Any) -> str:
        value = row[name]
        return "" if value is None or (isinstance(value, float) and pd.isna(value)) else str(value)

    return shown


def count(name: str) -> Callable[[Any], str]:
    """Show a whole number."""
    return lambda row: "–" if pd.isna(row[name]) else f"{int(row[name]):,}"
