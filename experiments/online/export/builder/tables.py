"""Tables: the two conditions files, so written that PsychoPy (pandas) and PsychoJS (SheetJS) read the same.

Both guess. SheetJS takes for the separator what is most frequent outside quotes in the first 1,024 characters:
so every cell is quoted. Both take ``1,000`` for a number, SheetJS ``May 2`` for a date and ``=A1`` for a formula,
pandas ``None`` for nothing: so every text begins with ``t:``, which ``$shown(page_body)`` in a component leaves
out. PsychoJS makes a list of whatever is in square brackets, anywhere in a text, and PsychoPy writes straight
quotes into its data as they are, so that columns shift: both are replaced.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from experiments.design.slots import Slot
from experiments.online.export.exporting import ExportError

Cell = str | int | float
Row = dict[str, Cell]
#: Drawn where a page has fewer pictures than its routine can show.
BLANK = "media/blank.png"
#: Separates values in one cell.
BETWEEN = ";"
ROWS = "rows "
_REPLACED = str.maketrans({"[": "(", "]": ")"})


def text_cell(text: str) -> str:
    """Return a text as a cell.

    >>> text_cell('a "word" [here]')
    't:a “word” (here)'
    """
    first, *parts = text.translate(_REPLACED).split('"')
    return "t:" + first + "".join("“”"[place % 2] + part for place, part in enumerate(parts))


def list_cell(parts: Sequence[object]) -> str:
    """Return several values as one cell.

    Raises
    ------
    ExportError
        If one of them holds the character that separates them.
    """
    texts = [str(part) for part in parts]
    for text in texts:
        if BETWEEN in text:
            raise ExportError(
                f"'{text}' holds '{BETWEEN}', which separates the values of a Builder cell."
            )
    return text_cell(BETWEEN.join(texts))


@dataclass(frozen=True)
class Tables:
    """What the experiment reads."""

    slots: list[Row]
    """One row per slot: number, block, levels, and its rows of ``screens`` in their order."""
    screens: list[Row]
    """Every page that any slot has, once; all rows have the same columns."""

    @property
    def media(self) -> list[str]:
        """Paths of the pictures that cells name."""
        cells = (str(cell) for row in self.screens for cell in row.values())
        return sorted({cell for cell in cells if cell.startswith("media/")})

    @property
    def kinds(self) -> list[str]:
        """Kinds of screens, in the order in which they come first."""
        return list(dict.fromkeys(str(row["page_kind"]) for row in self.screens))

    def most(self, column: str) -> int:
        """Return how many numbered columns there are, such as ``page_image1``, ``page_image2``."""
        return sum(name.removeprefix(column).isdigit() for name in self.screens[0])


def tables_of(slots: Sequence[Slot], pages: Iterable[list[Row]]) -> Tables:
    """Put the pages of all slots into one table, each once, and note their rows with the slots."""
    places: dict[tuple[tuple[str, Cell], ...], int] = {}
    listed: list[Row] = []
    for slot, of_slot in zip(slots, pages, strict=True):
        rows = [places.setdefault(tuple(sorted(page.items())), len(places)) for page in of_slot]
        levels = {f"slot_{name}": text_cell(str(level)) for name, level in slot.cells.items()}
        numbers = {"slot_number": slot.number, "slot_block": slot.block}
        # A text, since PsychoJS keeps the order of a list only if it is given as one.
        listed.append({**numbers, **levels, "slot_pages": ROWS + ",".join(map(str, rows))})
    found = [dict(row) for row in places]
    like: Row = {}
    for page in found:
        like |= page
    names = sorted(like)
    return Tables(
        listed,
        [{name: page.get(name, _unused(name, like[name])) for name in names} for page in found],
    )


def _unused(name: str, like: Cell) -> Cell:
    """Return the filler of a column that a page does not use; no cell is empty."""
    if isinstance(like, str):
        return BLANK if like.startswith("media/") else "t:"
    # Sizes of what is not shown stay above nothing.
    return 0.01 if name.endswith(("_w", "_h")) else 0


def to_csv(rows: Sequence[Mapping[str, Cell]]) -> str:
    """Return rows as CSV, every cell in quotes; every row has the columns of the first."""
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(rows[0]), lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()
