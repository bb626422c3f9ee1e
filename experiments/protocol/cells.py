"""What is in braces in the texts of a study, and the cells of conditions files that participants read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from experiments.files.faults import Key
from experiments.files.scalars import ShownText
from experiments.language.braces import FilledText, Literal, parse_text
from experiments.language.by import By, values
from experiments.language.phrases import PhraseError
from experiments.protocol.loops import Offer, between_cells, offers
from experiments.protocol.opened import OpenedStudy, place_in_table
from experiments.protocol.places import Loop, Place, loops, places

TEXT = "text"
"""Column with the text of an item; ``text.NAME`` has one of several."""


@dataclass(frozen=True)
class InBraces:
    """A name in braces that participants read something for."""

    name: str
    place: Place
    """Place of the first text of the flow, or of the loop, that contains it, or into which it is put."""
    always: bool = False
    """Whether it is used in a text that does not depend on a condition."""
    alone: bool = False
    """Whether such a text is nothing but this name."""


@dataclass(frozen=True)
class Cell:
    """A cell of a conditions file that participants read."""

    loop: Loop
    column: str
    row: int
    """Position of its row among those of the file."""
    text: str
    place: str
    """Its place, as translations name it."""
    shown: InBraces
    """The name for which it is put into texts."""


def in_braces(opened: OpenedStudy) -> list[InBraces]:
    """Return the names in braces in the flow, in what these put into the texts, and so on: each once in every loop."""
    found: dict[tuple[Key | None, str], InBraces] = {}
    for place, text, varies in shown_texts(opened):
        loop, filled = place.loop, read(text)
        alone = not varies and sum(not _is_blank(piece) for piece in filled.pieces) == 1
        waiting = [InBraces(name, place, not varies, alone) for name in filled.names]
        for path in files_in(opened, text):
            names = read(path.read_text(encoding="utf-8")).names
            waiting += [InBraces(name, place) for name in names]
        while waiting:
            each = waiting.pop()
            at = (None if loop is None else loop.key, each.name)
            if at in found:
                always, alone = found[at].always or each.always, found[at].alone or each.alone
                found[at] = replace(found[at], always=always, alone=alone)
                continue
            found[at] = each
            inside = [text for text, _ in put_in(opened, loop, each.name)]
            waiting += [InBraces(name, place) for text in inside for name in read(text).names]
    return list(found.values())


def shown_texts(opened: OpenedStudy) -> Iterator[tuple[Place, ShownText, bool]]:
    """Yield the texts of the flow, each with its place and whether it depends on a condition that its loop does not."""
    differing: set[Key] = set()
    for place, text in places(opened.study):
        if isinstance(text, By):
            differing.add(place.key)
        if isinstance(text, ShownText):
            given = () if place.loop is None else place.loop.given
            around = (place.key[:end] for end in range(len(place.key)))
            yield place, text, place.given != given or any(key in differing for key in around)


def names_in_loop(opened: OpenedStudy, loop: Loop) -> set[str]:
    """Return the names for which participants read something in a loop."""
    return {
        each.name
        for each in in_braces(opened)
        if each.place.loop is not None and each.place.loop.key == loop.key
    }


def names_in_texts(opened: OpenedStudy) -> set[str]:
    """Return the names for which participants read something."""
    return {each.name for each in in_braces(opened)}


def cells(opened: OpenedStudy) -> Iterator[Cell]:
    """Yield the cells of conditions files that participants read, column by column."""
    seen: set[tuple[Key, str]] = set()
    for each in in_braces(opened):
        loop = each.place.loop
        for column in columns_of(opened, loop, each.name):
            assert loop is not None
            if (loop.key, column) in seen:
                continue
            seen.add((loop.key, column))
            table = opened.tables[loop.name]
            listed = zip(table.items, table.field(column), strict=True)
            for row, (item, text) in enumerate(listed):
                yield Cell(loop, column, row, text, place_in_table(loop, item, column), each)


def offered(opened: OpenedStudy) -> Iterator[tuple[Loop, Offer]]:
    """Yield what each loop over a conditions file offers to the participants of each cell and mode."""
    over_files = [loop for loop in loops(opened.study) if loop.name in opened.tables]
    for mode in opened.study.modes if over_files else ():
        for between in between_cells(opened.names, mode):
            yield from offers(opened.names, over_files, mode, between)


def files_in(opened: OpenedStudy, text: str) -> list[Path]:
    """Return the files whose text is inserted into a text, apart from those that do not exist."""
    folder = opened.source.path.parent
    return [folder / file for file in read(text).files if (folder / file).is_file()]


def put_in(
    opened: OpenedStudy, loop: Loop | None, name: str, row: int | None = None
) -> Iterator[tuple[str, Key]]:
    """Yield the texts that can be put in for a name, with the key of each; a cell has none.

    Parameters
    ----------
    row
        The only row of the conditions file whose cells are put in; None for all.
    """
    factor = opened.names.factors.get(name)
    if loop is not None and name != TEXT and name in loop.step.fill:
        for text in values(loop.step.fill[name]):
            yield text, (*loop.key, "fill", name)
    elif factor is not None and name != TEXT:
        for level, words in factor.levels.items():
            for text in values(words) if words is not None else ():
                yield text, (*factor.key, level)
    for column in columns_of(opened, loop, name):
        assert loop is not None
        table = opened.tables[loop.name]
        rows = table.rows if row is None else table.rows[row : row + 1]
        yield from ((each[column], ()) for each in rows)


def columns_of(opened: OpenedStudy, loop: Loop | None, name: str) -> list[str]:
    """Return the columns that are put in for a name; one with the name of a factor is put in by the factor's words."""
    table = opened.tables.get(loop.name) if loop is not None else None
    if loop is None or table is None:
        return []
    if name == TEXT:
        return [each for each in table.columns if each.partition(".")[0] == TEXT]
    own = name in table.columns and name not in {*loop.step.fill, *opened.names.factors}
    return [name] if own else []


def read(text: str) -> FilledText:
    """Return a text in pieces; without any if its braces are faulty."""
    if "{" not in text and "}" not in text:
        return FilledText((Literal(text),) if text else ())
    try:
        return parse_text(text)
    except PhraseError:
        return FilledText(())


def _is_blank(piece: object) -> bool:
    return isinstance(piece, Literal) and not piece.text.strip()
