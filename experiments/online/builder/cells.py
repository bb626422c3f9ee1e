"""Cells of conditions files, written so that PsychoPy and PsychoJS read the same.

Both guess what a cell of a CSV file is: ``1,000`` becomes 1.0, ``None`` nothing, ``[1]`` a list, ``=A1`` a
formula, and in the browser ``May 2`` a date. So every text begins with ``t|``, which nothing takes for
anything else, and no cell is empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from experiments.online.exporting import ExportError

Cell = str | int | float


def said(text: str) -> str:
    """Return a text as a cell.

    Straight quotes become typographic ones: PsychoPy writes every condition into its own table of data,
    where a straight quote shifts the columns.

    >>> said('a "word"')
    't|a “word”'
    """
    return "t|" + (_quoted(text) if '"' in text else text)


def _quoted(text: str) -> str:
    parts = text.split('"')
    return "".join(
        part + ("" if place == len(parts) - 1 else "“”"[place % 2])
        for place, part in enumerate(parts)
    )


def listed(parts: Sequence[str]) -> str:
    """Return several texts as one cell.

    Raises
    ------
    ExportError
        If one of them holds the sign that parts them.
    """
    for part in parts:
        if "|" in part:
            raise ExportError(f"'{part}' holds '|', which parts the values of a Builder cell.")
    return said("|".join(parts))


def money_parts(money: dict[str, object] | None) -> list[str]:
    """Return prefix, suffix and decimals of an amount of money."""
    written = money or {"prefix": "", "suffix": "", "decimals": 0}
    return [str(written[name]) for name in ("prefix", "suffix", "decimals")]


def table(rows: Iterable[Mapping[str, Cell]]) -> str:
    """Return rows as CSV; every row has the columns of the first."""
    rows = list(rows)
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()
