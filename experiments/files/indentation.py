"""Which line is indented wrongly, and where its neighbours begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

#: A key at the beginning of a line, after dashes of lists.
KEY = re.compile(r"\s*(?:-\s+)*(?P<key>[^\s:{}\[\]\"'#-][^:{}\[\]\"'#]*?):(?=\s|$)")
#: The end of a line below which a text begins.
TEXT_BELOW = re.compile(r"(?:^|[:-]\s+)[|>][-+0-9]*\s*(?:#.*)?$")


class Mistake(NamedTuple):
    """A mistake at a line and column, counted from 0."""

    line: int
    column: int
    found: str
    remedy: str


def content(line: str) -> bool:
    """Return whether a line has more than blanks and a comment."""
    return line.strip()[:1] not in ("", "#")


def indent(line: str) -> int:
    """Return the number of blanks before a line."""
    return len(line) - len(line.lstrip(" "))


def wrong_indentation(lines: Sequence[str], number: int) -> Mistake:
    """Return the mistake where a line begins in a column in which no line above it begins.

    The mistake can be in a line above. That is assumed if that line is in an odd column, alone in its column, or between
    two lines of this column, and this line is not.

    Parameters
    ----------
    number
        Index of the line.
    """
    line, column = lines[number], indent(lines[number])
    above = _above(lines, number)
    if text := text_above(lines, number):
        first = indent(lines[text[0]])
        if _suspect(lines, number, {first: text}, first):
            found = "the first line of this text begins further to the right than its other lines"
            return Mistake(text[0], first, found, f"Begin it in column {column + 1}.")
        found = "this line of a text begins further to the left than its first line"
        return Mistake(number, column, found, f"Begin it in column {first + 1}.")
    left = max((at for at in above if at < column), default=None)
    right = min((at for at in above if at > column), default=None)
    for neighbour in sorted((left, right), key=lambda at: at is None or at % 2 == 0):
        if neighbour is not None and _suspect(lines, number, above, neighbour):
            return _wrong(above[neighbour][-1], neighbour, {column: line})
    if column in above and line[column] == "-":
        found = (
            f"a list item is below '{_name(lines[above[column][-1]])}', which has a value already"
        )
        remedy = "Write the list below a key that has no other value, or indent it further."
        return Mistake(number, column, found, remedy)
    near = {at: lines[above[at][-1]] for at in (left, right) if at is not None}
    return _wrong(number, column, near)


def _wrong(number: int, column: int, near: dict[int, str]) -> Mistake:
    places = " or ".join(f"{at + 1} (as '{_name(line[at:])}')" for at, line in near.items())
    found = f"the indentation is wrong: this line begins in column {column + 1}"
    return Mistake(number, column, found, f"Begin it in column {places or '1'}.")


def _name(line: str) -> str:
    """Return the key of a line; a dash for an item of a list, the beginning of anything else."""
    text = line.strip()
    return "-" if text.startswith("- ") else text.partition(":")[0][:30]


def _above(lines: Sequence[str], number: int) -> dict[int, list[int]]:
    """Return the columns in which a line could begin without closing others -> indices of the lines that begin there."""
    above: dict[int, list[int]] = {}
    text_below: int | None = None
    for index, line in enumerate(lines[:number]):
        at = indent(line)
        if not content(line) or (text_below is not None and at > text_below):
            continue
        text_below = at if TEXT_BELOW.search(line) else None
        above = {column: found for column, found in above.items() if column <= at}
        for part in re.finditer(r"-(?=\s)|[^\s-].*", line):
            above.setdefault(part.start(), []).append(index)
    return above


def text_above(lines: Sequence[str], number: int) -> list[int]:
    """Return the lines of the text below a key of which a line is a part that begins too far to the left.

    Returns
    -------
    lines
        Indices of the lines above that begin in the column of the first one; none if the line is a key or an item of a
        list, or belongs to no text.
    """
    key = KEY.match(lines[number])
    if _item(lines[number]) or (key and len(key["key"].split()) < 4):
        return []
    column = indent(lines[number])
    text: list[int] = []
    for index in range(number - 1, -1, -1):
        if lines[index].strip() and indent(lines[index]) < column:
            if not TEXT_BELOW.search(lines[index]):
                return []
            return [above for above in text if indent(lines[above]) == indent(lines[text[0]])]
        if lines[index].strip():
            text.insert(0, index)
    return []


def _suspect(
    lines: Sequence[str], number: int, above: dict[int, list[int]], neighbour: int
) -> bool:
    """Return whether the last line above in a neighbouring column is more likely to be wrong than this line."""
    column, other = indent(lines[number]), above[neighbour][-1]
    if column % 2 or indent(lines[other]) != neighbour:
        return False
    if neighbour % 2:
        return True
    same = 0
    for line in lines[number:]:
        if content(line) and indent(line) < column:
            break
        same += content(line) and indent(line) == column and _item(line) == _item(lines[number])
    if neighbour < column:
        before = next((n for n in range(other - 1, -1, -1) if content(lines[n])), other)
        last = next(n for n in range(number - 1, -1, -1) if content(lines[n]))
        with_value = not _without_value(lines[other])
        first_below_key = indent(lines[before]) == neighbour and _without_value(lines[before])
        between = indent(lines[before]) == column and same > 1
        if (last == other or with_value) and before != other and (first_below_key or between):
            return True
        if not with_value:
            return False
    alike = _item(lines[other]) == _item(lines[number])
    return alike and len(above[neighbour]) == 1 and same > 1


def _without_value(line: str) -> bool:
    """Return whether a line is a key whose value is below it."""
    return bool(re.search(r":\s*(?:#.*)?$", line))


def _item(line: str) -> bool:
    """Return whether a line begins with the dash of a list."""
    return line.lstrip()[:2] in ("-", "- ")
