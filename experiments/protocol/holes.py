"""Blank texts that leave a hole in the text around them: ``Kim broke an arm in {place}.`` without a place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from experiments.files.faults import Fault, Key
from experiments.files.po_entries import short
from experiments.language.braces import Fill, Literal, Piece
from experiments.language.by import By, values
from experiments.protocol.cells import TEXT, Cell, cells, in_braces, read, shown_texts
from experiments.protocol.names import Factor
from experiments.protocol.opened import OpenedStudy

#: What ends a sentence, with the marks that may follow.
_ENDED = re.compile(r"""[.!?…。！？]["'”’»)*_]*\Z""")


def faults_of_holes(opened: OpenedStudy, rows: Mapping[str, set[int]]) -> Iterator[Fault]:
    """Yield the blank cells, words of levels and texts of ``fill`` that leave a hole in a text.

    Parameters
    ----------
    rows
        Name of a loop -> the rows of its conditions file that participants meet.
    """
    shown: dict[Key, list[str]] = {}
    for place, text, varies in shown_texts(opened):
        if place.loop is not None and not varies:
            shown.setdefault(place.loop.key, []).append(text)
    in_row: dict[tuple[Key, int], list[Cell]] = {}
    for cell in cells(opened):
        in_row.setdefault((cell.loop.key, cell.row), []).append(cell)
    for (key, row), beside in in_row.items():
        loop = beside[0].loop
        if row not in rows.get(loop.name, ()):
            continue
        around = [
            *shown.get(key, ()),
            *(text for text in loop.step.fill.values() if not isinstance(text, By)),
            *(cell.text for cell in beside),
        ]
        for cell in beside:
            if cell.column == TEXT:
                continue  # A blank text is a fault of its own.
            if not cell.text.strip() and (hole := _hole(cell.column, around)):
                remedy = f"Write the words, or a text without '{{{cell.column}}}' in this row."
                yield opened.tables[loop.name].fault(
                    row, cell.column, f"the cell is blank, {hole}", remedy
                )
    for (key, _), beside in in_row.items():
        shown.setdefault(key, []).extend(cell.text for cell in beside)
    for each in in_braces(opened):
        loop_around, factor = each.place.loop, opened.names.factors.get(each.name)
        if loop_around is not None and each.name in loop_around.step.fill:
            blank = any(not text.strip() for text in values(loop_around.step.fill[each.name]))
            hole = _hole(each.name, shown.get(loop_around.key, ()))
            if blank and hole:
                at = (*loop_around.key, "fill", each.name)
                yield opened.source.fault(at, f"a text is blank, {hole}", "Write the words.")
        elif factor is not None:
            yield from _without_words(opened, factor)


def _without_words(opened: OpenedStudy, factor: Factor) -> Iterator[Fault]:
    """Yield the levels of a factor that is used in a text and whose words are blank."""
    name = factor.name
    for level, words in factor.levels.items():
        if words is not None and not all(text.strip() for text in values(words)):
            found = f"the level '{level}' has no words, but '{{{name}}}' is used in a text"
            remedy = f"Write its words. A text that one level has and others lack is written {{by: {name}, ...}}."
            yield opened.source.fault((*factor.key, level), found, remedy)


def _hole(name: str, around: Iterable[str]) -> str:
    """Return where a blank in place of a name leaves a hole; '' if nowhere."""
    text = next((text for text in around if leaves_hole(name, text)), "")
    return text and f"which leaves a hole in '{short(text)}'"


def leaves_hole(name: str, text: str) -> bool:
    """Return whether nothing in place of a name in braces leaves a hole in a sentence of a text.

    A name that is a paragraph or sentence of its own leaves none.

    >>> leaves_hole("place", "An arm was broken in {place}."), leaves_hole("more", "It was late. {more}")
    (True, False)
    """
    pieces: list[Piece] = [Literal(""), *read(text).pieces, Literal("")]
    for before, piece, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
        if isinstance(piece, Fill) and piece.name == name:
            begun = before.text.rpartition("\n")[2] if isinstance(before, Literal) else ""
            rest = after.text.partition("\n")[0] if isinstance(after, Literal) else ""
            if _goes_on(begun, rest):
                return True
    return False


def _goes_on(before: str, after: str) -> bool:
    """Return whether the sentence of a name has words on its line before the name, or after it."""
    begun = bool(before.strip()) and not _ENDED.search(before.rstrip())
    rest = after.lstrip()
    return begun or (bool(rest) and (rest == after or rest[0].islower()))
