"""Rows of a conditions file with the same item: versions of one item, or two items under one name.

They are versions of one item if a column says what differs, such as a factor that varies over the versions; the item
then varies at random over all of them. Rows that differ only in what participants read are a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from experiments.files.faults import Fault
from experiments.numbers import count
from experiments.protocol.cells import cells, offered
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.places import Loop
from experiments.stimuli.conditions_file import ITEM


def faults_of_versions(opened: OpenedStudy) -> Iterator[Fault]:
    """Yield a fault for each row whose item is that of another row, without a column that says what differs."""
    for pair in _pairs(opened):
        if not pair.differ_in:
            table = opened.tables[pair.loop.name]
            found = f"'{pair.item}' is in line {table.lines[pair.first]} too, with another text"
            remedy = "Give each item its own name; versions of one item differ in a column that is a factor."
            yield table.fault(pair.second, ITEM, found, remedy)


def notes_on_versions(opened: OpenedStudy) -> Iterator[Fault]:
    """Yield how rows with the same item are read, once for each loop in which a participant can meet both."""
    of_loops: dict[str, list[_Pair]] = {}
    for pair in _pairs(opened):
        of_loops.setdefault(pair.loop.name, []).append(pair)
    for name, pairs in of_loops.items():
        table, (first, *_) = opened.tables[name], pairs
        rows = {
            row for pair in pairs if pair.item == first.item for row in (pair.first, pair.second)
        }
        lines = " and ".join(str(table.lines[row]) for row in sorted(rows))
        others = len({pair.item for pair in pairs}) - 1
        more = f"; so are those of {count(others, 'other item', 'other items')}" if others else ""
        columns = " and ".join(dict.fromkeys(each for pair in pairs for each in pair.differ_in))
        found = (
            f"lines {lines} have the item '{first.item}' and are read as versions of one item, which differ in "
            f"{columns}{more}"
        )
        remedy = "If they are different items, give each its own name."
        yield table.fault(min(rows), ITEM, found, remedy)


@dataclass(frozen=True)
class _Pair:
    """Two rows with the same item that one participant can meet."""

    loop: Loop
    item: str
    first: int
    second: int
    differ_in: tuple[str, ...]
    """Columns in which they differ, apart from those that participants read."""


def _pairs(opened: OpenedStudy) -> Iterator[_Pair]:
    read: dict[str, set[str]] = {}
    for cell in cells(opened):
        read.setdefault(cell.loop.name, set()).add(cell.column)
    seen = set[tuple[str, int, int]]()
    for loop, offer in offered(opened):
        table, shown = opened.tables[loop.name], read.get(loop.name, set())
        rows: dict[str, list[int]] = {}
        for entry in offer.entries:
            rows.setdefault(entry.item, []).append(entry.row)
        for item, same in rows.items():
            for first, second in combinations(sorted(same), 2):
                if (loop.name, first, second) not in seen:
                    seen.add((loop.name, first, second))
                    one, other = table.rows[first], table.rows[second]
                    differ = (n for n in table.columns if n not in shown and one[n] != other[n])
                    yield _Pair(loop, item, first, second, tuple(differ))
