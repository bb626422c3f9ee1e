"""Tables: the two conditions files, written so that PsychoPy (pandas) and PsychoJS (SheetJS) read the same values.

Both libraries guess. For SheetJS the separator is the most frequent candidate outside quotes in the first 1,024
characters, so every cell is quoted. Both take ``1,000`` for a number, SheetJS takes ``May 2`` for a date and ``=A1``
for a formula, and pandas takes ``None`` for a missing value, so every text begins with ``t:``, which
``$shown(page_body)`` in a component removes. PsychoJS turns whatever is in square brackets, anywhere in a text, into
a list, and PsychoPy does not escape straight quotes in its data, so that columns shift; both are replaced.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from experiments.online.export.exporting import ExportError
from experiments.protocol.slots import Slot
from experiments.screen import Given

Cell = str | int | float
Row = dict[str, Cell]
#: Shown if a page has fewer pictures than its routine can show.
BLANK = "media/blank.png"
#: Separates values in one cell.
BETWEEN = ";"
#: Separates the parts of a condition, and the answers that it is about.
WITHIN, AMONG = "|", "^"
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
        If one of them contains the character that separates them.
    """
    texts = [str(part) for part in parts]
    for text in texts:
        _refuse(text, (BETWEEN,))
    return text_cell(BETWEEN.join(texts))


def _refuse(text: str, separators: Sequence[str]) -> None:
    for separator in separators:
        if separator in text:
            raise ExportError(
                f"'{text}' contains '{separator}', which separates the values of a Builder cell."
            )


def conditions_cell(conditions: Sequence[Given]) -> str:
    """Return conditions on earlier answers as one cell, such as ``consent|consent.agree|=|no``.

    Raises
    ------
    ExportError
        If an answer contains a character that separates the parts.
    """
    tests: list[str] = []
    for each in conditions:
        wanted: dict[str, Sequence[object]] = {"=": each.equals, "!=": each.differs}
        if each.sign:
            wanted[each.sign] = (f"{each.limit:g}",)
        if each.missing:
            wanted["missing"] = ("",)
        for sign, answers in wanted.items():
            if answers:
                texts = [str(answer).translate(_REPLACED).replace('"', "”") for answer in answers]
                for text in texts:
                    _refuse(text, (WITHIN, AMONG))
                tests.append(WITHIN.join((each.screen, each.measure, sign, AMONG.join(texts))))
    return list_cell(tests)


@dataclass(frozen=True)
class Tables:
    """The two tables that the experiment reads."""

    slots: list[Row]
    """One row per slot: number, block, levels, and its rows of ``screens`` in their order."""
    screens: list[Row]
    """Every page of any slot, once; all rows have the same columns."""

    @property
    def media(self) -> list[str]:
        """Paths of the pictures that cells name."""
        cells = (str(cell) for row in self.screens for cell in row.values())
        return sorted({cell for cell in cells if cell.startswith("media/")})

    @property
    def kinds(self) -> list[str]:
        """Kinds of screens, in order of first appearance."""
        return list(dict.fromkeys(str(row["page_kind"]) for row in self.screens))

    def numbered(self, column: str) -> int:
        """Return how many numbered columns of a name there are, such as ``page_image1``, ``page_image2``."""
        return sum(name.removeprefix(column).isdigit() for name in self.screens[0])


def tables_of(slots: Sequence[Slot], pages: Iterable[list[Row]]) -> Tables:
    """Collect the pages of all slots in one table, each once, and list the rows of each slot."""
    places: dict[tuple[tuple[str, Cell], ...], int] = {}
    listed: list[Row] = []
    for slot, of_slot in zip(slots, pages, strict=True):
        rows = [places.setdefault(tuple(sorted(page.items())), len(places)) for page in of_slot]
        levels = {f"slot_{name}": text_cell(str(level)) for name, level in slot.cells.items()}
        numbers = {"slot_number": slot.number, "slot_block": slot.block}
        # As text, because PsychoJS keeps the order of a list only if the list is given as text.
        listed.append({**numbers, **levels, "slot_pages": ROWS + ",".join(map(str, rows))})
    unique = [dict(row) for row in places]
    examples: Row = {}
    for page in unique:
        examples |= page
    names = sorted(examples)
    return Tables(
        listed,
        [
            {name: page.get(name, _unused(name, examples[name])) for name in names}
            for page in unique
        ],
    )


def _unused(name: str, example: Cell) -> Cell:
    """Return the filler of a column that a page does not use; no cell is empty."""
    if isinstance(example, str):
        return BLANK if example.startswith("media/") else "t:"
    # Sizes must be above zero, even of what is not shown.
    return 0.01 if name.endswith(("_w", "_h")) else 0


def to_csv(rows: Sequence[Mapping[str, Cell]]) -> str:
    """Return rows as CSV, every cell in quotes; every row has the columns of the first."""
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(rows[0]), lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()
