"""Conditions files: tables of items as PsychoPy Builder reads them, in CSV or Excel.

The first row has the names of the columns; each further row is one item. Cells are texts as they are in the file, but
for ``\\n``, which is a line break, as in Builder.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.files.faults import Fault, InvalidFileError, nearest
from experiments.stimuli.workbook import read_workbook

SUFFIXES = (".csv", ".tsv", ".xlsx")
ITEM = "item"
"""Column that names the item of a row."""
MAX_ROWS = 100_000


@dataclass(frozen=True)
class ConditionsFile:
    """The items of a conditions file."""

    path: Path
    columns: tuple[str, ...]
    """Names of the columns, with those of the study in place of the file's."""
    rows: tuple[Mapping[str, str], ...]
    """Column -> cell, for each row."""
    lines: tuple[int, ...]
    """Line of each row in the file."""
    headings: Mapping[str, tuple[int, str]]
    """Column -> its number and its heading in the file."""

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the items; the number of the row if the file has no column for them."""
        if ITEM not in self.columns:
            return tuple(str(number) for number in range(1, len(self.rows) + 1))
        return tuple(row[ITEM] for row in self.rows)

    def field(self, column: str) -> tuple[str, ...]:
        """Return the cells of a column."""
        return tuple(row[column] for row in self.rows)

    def fault(self, row: int, column: str, found: str, remedy: str) -> Fault:
        """Return a fault of a cell.

        Parameters
        ----------
        row
            Position of the row in ``rows``.
        """
        number, heading = self.headings[column]
        return Fault(str(self.path), self.lines[row], number, heading, found, remedy)


def is_conditions_file(name: str) -> bool:
    """Return whether a name is that of a conditions file."""
    return Path(name).suffix.lower() in SUFFIXES


def read_conditions(path: Path, renamed: Mapping[str, str] | None = None) -> ConditionsFile:
    """Read a conditions file.

    Parameters
    ----------
    renamed
        Name in the study -> heading in the file, for columns that have another name in the study.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidFileError
        With every fault: a file that cannot be read, headings that are missing or repeated, a row with more cells than
        headings, a row without an item, the same row twice.
    """
    table = read_workbook(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    # Spreadsheets save blank lines at the end, and between blocks.
    table = [(line, cells) for line, cells in table if any(cell.strip() for cell in cells)]
    if len(table) < 2:
        found = "the file is empty" if not table else "the file has headings but no rows"
        raise InvalidFileError([Fault(str(path), 1, 1, "", found, "Write one row for each item.")])
    first, headings = table[0]
    headings = [heading.strip() for heading in headings]
    # Spreadsheets save empty columns too.
    used = [
        place
        for place in range(max(len(cells) for _, cells in table))
        if any(place < len(cells) and cells[place].strip() for _, cells in table)
    ]
    faults = list(_faults_of_headings(path, first, headings, renamed or {}))
    names = {heading: name for name, heading in (renamed or {}).items()}
    columns = {p: names.get(headings[p], headings[p]) for p in used if p < len(headings)}
    rows: list[dict[str, str]] = []
    lines: list[int] = []
    for line, cells in table[1:]:
        for place, cell in enumerate(cells):
            if cell.strip() and not columns.get(place):
                faults.append(_without_heading(path, line, place, cell.strip(), len(headings)))
                break
        rows.append(
            {
                name: cells[place].strip().replace("\\n", "\n") if place < len(cells) else ""
                for place, name in columns.items()
                if name
            }
        )
        lines.append(line)
    named = {name: (place + 1, headings[place]) for place, name in columns.items() if name}
    known = tuple(named)
    faults += _faults_of_rows(path, known, rows, lines)
    if faults:
        raise InvalidFileError(faults)
    return ConditionsFile(path, known, tuple(rows), tuple(lines), named)


def _without_heading(path: Path, line: int, place: int, cell: str, headings: int) -> Fault:
    if place < headings:
        found = f"column {place + 1} has '{cell}', but no heading"
        return Fault(
            str(path), line, place + 1, "", found, "Write a heading, or remove the column."
        )
    found = f"the row has more cells than there are headings ('{cell}')"
    remedy = 'Put quotes around a text with a comma: "one, two".'
    return Fault(str(path), line, place + 1, "", found, remedy)


def _csv(path: Path) -> list[tuple[int, list[str]]]:
    text = _decoded(path)
    delimiter = (
        "\t"
        if path.suffix.lower() == ".tsv"
        else _delimiter(re.split("[\r\n]", text, maxsplit=1)[0])
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    csv.field_size_limit(10_000_000)
    table: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            table.append((before + 1, cells))
            before = reader.line_num
            if len(table) > MAX_ROWS:
                found = f"the file has more than {MAX_ROWS:,} rows"
                raise InvalidFileError([Fault(str(path), before, 1, "", found, "Divide it.")])
    except csv.Error as error:
        remedy = (
            "Close the quotation mark that opens here; write a quotation mark inside a text twice."
        )
        raise InvalidFileError(
            [Fault(str(path), before + 1, 1, "", f"the row cannot be read: {error}", remedy)]
        ) from error
    return table


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        found = f"the file cannot be read: {error.strerror}"
        raise InvalidFileError(
            [Fault(str(path), 1, 1, "", found, "Check the path and the permissions.")]
        ) from error
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        remedy = "Save it as 'CSV UTF-8' (in Excel: Save as, CSV UTF-8)."
        found = f"this is not text in UTF-8 (byte {raw[error.start]:02X})"
        raise InvalidFileError([Fault(str(path), line, column, "", found, remedy)]) from error


def _delimiter(headings: str) -> str:
    """Return the sign between the cells: the one that occurs most often in the headings, outside of quotation marks."""
    outside = re.sub('"[^"]*"', "", headings)
    return max((",", ";", "\t"), key=outside.count)


def _faults_of_headings(
    path: Path, line: int, headings: Sequence[str], renamed: Mapping[str, str]
) -> Iterator[Fault]:
    for number, heading in enumerate(headings, start=1):
        if heading and heading in headings[: number - 1]:
            found = f"the heading '{heading}' occurs twice"
            yield Fault(str(path), line, number, "", found, "Rename one of the columns.")
        elif heading in renamed.keys() - set(renamed.values()) and renamed[heading] in headings:
            found = f"there is a column '{heading}' besides '{renamed[heading]}', which is to be '{heading}'"
            yield Fault(str(path), line, number, "", found, "Choose another name in 'columns'.")
    given = list(renamed.values())
    for heading in dict.fromkeys(each for each in given if given.count(each) > 1):
        both = " and ".join(f"'{name}'" for name, of in renamed.items() if of == heading)
        found = f"the column '{heading}' is to be {both}"
        yield Fault(str(path), line, 1, "", found, "Give it one name in 'columns'.")
    for name, heading in renamed.items():
        if heading not in headings:
            found = f"there is no column '{heading}', which is to be '{name}'"
            yield Fault(str(path), line, 1, "", found, nearest(heading, headings))


def _faults_of_rows(
    path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]], lines: Sequence[int]
) -> Iterator[Fault]:
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for line, row in zip(lines, rows, strict=True):
        if ITEM in columns and not row[ITEM]:
            yield Fault(str(path), line, 1, ITEM, "the row has no item", "Give the item a name.")
        content = tuple(sorted(row.items()))
        if content in seen:
            found = f"the row is the same as that in line {seen[content]}"
            yield Fault(str(path), line, 1, "", found, "Remove one of them.")
        seen.setdefault(content, line)
