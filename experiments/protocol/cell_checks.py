"""Checks of what is put into texts for names in braces: cells of conditions files, ``fill`` and the words of levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from experiments.files.faults import Fault
from experiments.files.scalars import ShownText
from experiments.language.braces import parse_text
from experiments.language.phrases import PhraseError
from experiments.protocol.cells import TEXT, cells, files_in, in_braces, offered, put_in, read
from experiments.protocol.holes import faults_of_holes
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.places import Loop, Place, places
from experiments.protocol.reach import Reach

Report = Callable[[str, str], Fault]
"""Makes a fault of what was found, and the remedy."""


def faults_of_cells(opened: OpenedStudy) -> Iterator[Fault]:
    """Yield what is wrong with the cells that participants read, and with other texts that are put into texts."""
    reach = Reach(opened)
    rows: dict[str, set[int]] = {}
    for loop, offer in offered(opened):
        met = (entry.row for entry in (*offer.practice, *offer.entries))
        rows.setdefault(loop.name, set()).update(met)
    for cell in cells(opened):
        if cell.row not in rows.get(cell.loop.name, ()):
            continue
        table = opened.tables[cell.loop.name]
        report = partial(table.fault, cell.row, cell.column)
        name = TEXT if cell.column.partition(".")[0] == TEXT else cell.column
        yield from _of_text(cell.text, cell.shown.place, reach, report, "the cell", name)
        yield from _circle(opened, cell.text, cell.loop, name, report, cell.row)
        is_text = cell.shown.name == cell.column == TEXT
        if not cell.text and (cell.shown.always if is_text else cell.shown.alone):
            found = "the cell is blank, so that participants would read nothing"
            yield report(found, "Write the text, or remove the row.")
    yield from faults_of_holes(opened, rows)
    for each in in_braces(opened):
        around = each.place.loop
        for text, key in put_in(opened, around, each.name):
            if key:
                report = partial(opened.source.fault, key)
                # What `fill` gives is in the flow, where it is checked.
                if key[0] == "factors":
                    yield from _of_text(text, each.place, reach, report, "the level")
                yield from _circle(opened, text, around, each.name, report)
    yield from _in_files(opened, reach)
    for name in read(opened.study.title).names:
        found = f"found '{{{name}}}', which nothing fills in a title"
        yield opened.source.fault(("title",), found, "Write the words themselves.")


def _in_files(opened: OpenedStudy, reach: Reach) -> Iterator[Fault]:
    for place, text in places(opened.study):
        for path in files_in(opened, text) if isinstance(text, ShownText) else ():
            lines = path.read_text(encoding="utf-8").splitlines()
            for number, line in enumerate(lines, start=1):
                report = partial(Fault, str(path), number, 1, "")
                yield from _of_text(line, place, reach, report, "the file")


def _of_text(
    text: str, place: Place, reach: Reach, report: Report, where: str, own: str = ""
) -> Iterator[Fault]:
    """Yield what is wrong with a text that is put into others, in a cell, a file or the words of a level."""
    try:
        filled = parse_text(text)
    except PhraseError as error:
        yield report(error.found, error.remedy)
        return
    for name in filled.names:
        if not reach.can_fill(name, place):
            # A text cannot be put into itself.
            remedy = reach.nearest(
                name, place, lambda each, at: each != own and reach.can_fill(each, at)
            )
            if where == "the cell" and not remedy.startswith("Did"):
                remedy = f"Add 'fill: {{{name}: ...}}' to the loop, or write '{{{{' for a brace. {remedy}"
            yield report(f"{where} has '{{{name}}}', which nothing fills", remedy)
    for file in filled.files:
        yield report(f"{where} has '{{file: {file}}}'", "Write the text itself here.")


def _circle(
    opened: OpenedStudy,
    text: str,
    loop: Loop | None,
    name: str,
    report: Report,
    row: int | None = None,
) -> Iterator[Fault]:
    """Yield a fault if a text that is put in for a name has this name in it again."""
    waiting, seen = [*read(text).names], set[str]()
    while waiting:
        inner = waiting.pop()
        if inner == name:
            found = f"what is put in for '{{{name}}}' contains '{{{name}}}' again"
            yield report(found, "Take it out, or write '{{' and '}}' for braces.")
            return
        if inner not in seen:
            seen.add(inner)
            inside = (put for put, _ in put_in(opened, loop, inner, row))
            waiting += [each for put in inside for each in read(put).names]
