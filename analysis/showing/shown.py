"""Display of all results: parts with a title, lines and a table, as text or as HTML."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.numbers import count, degrees, estimate, interval, p_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIMULATED = "SIMULATED: nobody gave these answers."
"""First line of everything that shows simulated data."""
WIDTH = 100
"""Number of characters per line of a summary."""
WRITTEN: dict[str, tuple[str, Callable[[float], str]]] = {
    "se": ("SE", estimate),
    "sd": ("SD", estimate),
    "df": ("df", degrees),
    "statistic": ("statistic", lambda value: estimate(value, 2)),
    "p": ("p", p_value),
    "p_adjusted": ("p (adjusted)", p_value),
    "n": ("n", count),
}
"""Columns of tables of results: their heading in a summary, and the format of their numbers."""


class Summary(str):
    """Text that a notebook or a console shows as it is, line by line."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Part:
    """One part of a summary."""

    title: str = ""
    lines: tuple[str, ...] = ()
    """Sentences; a long one is wrapped."""
    table: pd.DataFrame | None = None
    """Formatted cells; see :func:`written`."""

    def text(self) -> str:
        """Return the part as plain text."""
        table = [] if self.table is None else [_aligned(self.table)]
        lines = [fill(line, WIDTH, subsequent_indent="  ") for line in self.lines]
        return "\n".join([*([self.title] if self.title else []), *table, *lines])

    def html(self) -> str:
        """Return the part as HTML; everything in it is escaped."""
        title = f"<p><strong>{escape(self.title)}</strong></p>" if self.title else ""
        table = "" if self.table is None else self.table.to_html(index=False, border=0)
        lines = "".join(f"<p>{escape(line)}</p>" for line in self.lines)
        return title + table + lines


class Shown(ABC):
    """A result that can be read, plotted, and used as a data frame."""

    def __init_subclass__(cls) -> None:
        # IPython uses the first of _repr_pretty_ and __repr__ that a class itself defines; data classes define the latter.
        cls._repr_pretty_ = Shown._repr_pretty_  # type: ignore[method-assign]

    @abstractmethod
    def parts(self) -> Iterator[Part]:
        """Return the parts of the summary, in the order in which they are read."""

    @abstractmethod
    def table(self) -> pd.DataFrame:
        """Return the result as a data frame, with numbers that are not formatted."""

    @abstractmethod
    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the result; on new axes unless some are given."""

    def summary(self) -> Summary:
        """Return the result as text."""
        return Summary("\n\n".join(part.text() for part in self.parts()))

    def __str__(self) -> str:
        return self.summary()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show the summary in an IPython console."""
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return f"<div>{''.join(part.html() for part in self.parts())}</div>"


def written(table: pd.DataFrame, level: float = 0.95, **headings: str) -> pd.DataFrame:
    """Format a table's numbers as text, with both ends of an interval in one column.

    Parameters
    ----------
    table
        With any of the columns of ``WRITTEN``; ``ci_low`` and ``ci_high`` become one column.
    level
        Confidence level of the interval, for its heading.
    **headings
        Column -> heading to use instead.

    Examples
    --------
    >>> table = pd.DataFrame({"term": ["arm"], "p": [0.0004], "ci_low": [0.1], "ci_high": [0.25]})
    >>> written(table).iloc[0].to_dict()
    {'term': 'arm', 'p': '< .001', '95% CI': '[0.100, 0.250]'}
    """
    columns: dict[str, list[str]] = {}
    for name, column in table.items():
        heading, write = WRITTEN.get(str(name), (str(name), None))
        if name == "ci_high":
            continue
        if name == "ci_low":
            ends = zip(table["ci_low"], table["ci_high"], strict=True)
            columns[f"{level:.0%} CI"] = [interval(low, high) for low, high in ends]
            continue
        if write is None:
            write = estimate if pd.api.types.is_float_dtype(column) else str
        columns[headings.get(str(name), heading)] = [write(value) for value in column]
    return pd.DataFrame(columns, index=table.index)


def _aligned(table: pd.DataFrame) -> str:
    """Align the columns of a table under their headings: numbers to the right, everything else to the left."""
    columns = []
    for name, column in table.items():
        cells = [str(name), *map(str, column)]
        wide = max(map(len, cells))
        numbers = all(not any(c.isalpha() for c in cell) for cell in cells[1:])
        columns.append([cell.rjust(wide) if numbers else cell.ljust(wide) for cell in cells])
    return "\n".join("  ".join(row).rstrip() for row in zip(*columns, strict=True))
