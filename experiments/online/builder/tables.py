"""Tables: the two conditions files, ``slots.csv`` (our allocation list) and ``screens.csv`` (every page once)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from experiments.design import Slot
from experiments.online.builder.cells import Cell, listed, said
from experiments.online.builder.pages import Page
from experiments.online.builder.showing import BLANK


@dataclass(frozen=True)
class Tables:
    """What the experiment reads."""

    slots: list[dict[str, Cell]]
    """One row per slot: number, block, levels, and its pages in their order."""
    screens: list[Page]
    """Every page that any slot has, once; all rows have the same columns."""

    @property
    def media(self) -> list[str]:
        """Paths of the pictures named, as they stand in the cells."""
        named = {
            str(cell)
            for row in self.screens
            for cell in row.values()
            if isinstance(cell, str) and cell.startswith("media/")
        }
        return sorted(named | {BLANK}) if named else []

    @property
    def most_pictures(self) -> int:
        """Greatest number of pictures on a page."""
        return _most(self.screens[0], "page_image")

    @property
    def most_options(self) -> int:
        """Greatest number of options on a page."""
        return _most(self.screens[0], "page_option")

    def routines(self) -> list[str]:
        """Return the names of the routines that pages ask for, in the order in which they come first."""
        return list(
            dict.fromkeys(str(row["page_routine"]).removeprefix("t|") for row in self.screens)
        )


def _most(row: Page, name: str) -> int:
    numbers = [key.removeprefix(name) for key in row if key.startswith(name)]
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def tables_of(slots: Sequence[Slot], pages: Iterable[list[Page]]) -> Tables:
    """Put the pages of all slots into one table, each once, and note their rows with the slots."""
    rows: dict[tuple[tuple[str, Cell], ...], int] = {}
    listed_slots: list[dict[str, Cell]] = []
    for slot, of_slot in zip(slots, pages, strict=True):
        places = [rows.setdefault(tuple(sorted(page.items())), len(rows)) for page in of_slot]
        levels = {f"slot_{name}": said(str(level)) for name, level in slot.cells.items()}
        told = listed([f"row{place}" for place in places])
        listed_slots.append(
            {"slot_number": slot.number, "slot_block": slot.block, **levels, "slot_pages": told}
        )
    return Tables(listed_slots, _even(rows))


def _even(rows: Iterable[tuple[tuple[str, Cell], ...]]) -> list[Page]:
    """Give all rows the same columns, and none an empty cell."""
    pages = [dict(row) for row in rows]
    names = sorted({name for page in pages for name in page})
    kinds: dict[str, Cell] = {}
    for page in pages:
        kinds.update(page)
    return [
        {
            "page_row": number,
            **{name: page.get(name, _nothing(name, kinds[name])) for name in names},
        }
        for number, page in enumerate(pages)
    ]


def _nothing(name: str, like: Cell) -> Cell:
    """Return what stands in a column that a page does not use."""
    if isinstance(like, str):
        return BLANK if like.startswith("media/") else "t|"
    # Sizes of pictures that are not shown stay above nothing.
    return 0.01 if name.endswith(("_w", "_h")) or name == "page_option_width" else 0
