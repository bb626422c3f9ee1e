"""CSV tables: texts escaped for spreadsheets and read back exactly; damaged lines are listed and ignored.

Spreadsheets treat a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula, even within quotation marks,
and participants can type anything. A text that begins with one of these (or with a tab, a line break, their
full-width forms, or an apostrophe) is therefore prefixed with an apostrophe, unless it is a plain number. To read
it, remove one apostrophe from the start of a text (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from experiments.package.arrow import DataError
from experiments.schema import FORMER_NAMES, LATER
from experiments.session.journal import Damage

#: First characters that a spreadsheet treats as a formula, and the apostrophe itself.
RISKY = "=+\\-@\t\r\n＝＋－＠'"
_RISKY = re.compile(f"[{RISKY}]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")

RULE_OF_CSV = (
    "In CSV files, a text that begins with = + - @, a tab, a line break, a full-width form of these, or an"
    " apostrophe, and is not a plain number, is prefixed with an apostrophe, so that spreadsheets do not treat it"
    " as a formula. To read it, remove one apostrophe from the start of a text. An empty cell without"
    ' quotation marks is a missing value; "" is an empty text. Parquet and JSON files contain the texts unchanged.'
)


def to_csv(text: str) -> str:
    """Convert a text to a CSV cell.

    >>> to_csv("=1+1"), to_csv("-3"), to_csv("-3+cmd"), to_csv("it's"), to_csv("'s")
    ("'=1+1", '-3', "'-3+cmd", "it's", "''s")
    """
    return f"'{text}" if _RISKY.match(text) and not _NUMBER.match(text) else text


def _escaped(column: pa.ChunkedArray) -> pa.ChunkedArray:
    # Most columns need no escaping, which Arrow can check without creating Python strings.
    if not pc.any(pc.match_substring_regex(column, f"^[{RISKY}]")).as_py():
        return column
    texts = [None if text is None else to_csv(text) for text in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _unescaped(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.starts_with(column, "'"), pc.utf8_slice_codeunits(column, 1), column)


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table, with texts in quotation marks and missing values as empty cells without them."""
    columns = [
        _escaped(table[field.name]) if pa.types.is_string(field.type) else table[field.name]
        for field in table.schema
    ]
    pcsv.write_csv(pa.table(columns, names=table.column_names), path)


def current_names(names: Iterable[str], schema: pa.Schema) -> list[str]:
    """Return the names of columns, with former names of the schema's columns replaced by their current names."""
    former = {old: new for old, new in FORMER_NAMES.items() if new in schema.names}
    return [former.get(name, name) for name in names]


def read_csv(path: Path, schema: pa.Schema) -> tuple[pa.Table, tuple[Damage, ...]]:
    """Read a table written by ``write_csv``.

    Parameters
    ----------
    schema
        Types of the known columns; any other column is read as whole numbers if every cell is one, otherwise as text.

    Returns
    -------
    The table, and the damage of each line that was ignored because it does not fit.

    Raises
    ------
    DataError
        If the file is not CSV, or lacks a column of the schema that every version has written.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        written = next(csv.reader(file), [])
    names = current_names(written, schema)
    if not names:
        raise DataError(f"{path} is empty.")
    if missing := [name for name in schema.names if name not in names and name not in LATER]:
        raise DataError(
            f"{path}: the column '{missing[0]}' is missing; the file was not written by compassion, or the column was"
            f" deleted. Its columns are {', '.join(names[:8])} ..."
        )
    known = {field.name: field.type for field in schema}
    kinds = {
        header: known.get(name, pa.string()) for header, name in zip(written, names, strict=True)
    }
    damage: list[Damage] = []
    try:
        table = pcsv.read_csv(
            path,
            parse_options=pcsv.ParseOptions(newlines_in_values=True),
            convert_options=pcsv.ConvertOptions(
                column_types=kinds,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        table, damage = _read_line_by_line(path, kinds)
    table = table.rename_columns(names)
    for index, name in enumerate(names):
        if pa.types.is_string(table.schema.field(index).type):
            column = _unescaped(table[name])
            table = table.set_column(index, name, column if name in known else _whole(column))
    return table, tuple(damage)


def _read_line_by_line(path: Path, kinds: dict[str, pa.DataType]) -> tuple[pa.Table, list[Damage]]:
    """Read cells as text, then keep the lines whose cells have the right types."""
    rows: list[list[str | None]] = []
    damage: list[Damage] = []
    text = path.read_bytes().decode("utf-8-sig", "replace")
    reader = csv.reader(text.splitlines(keepends=True))
    next(reader)
    begins = reader.line_num + 1
    for cells in reader:
        if fault := _fault(cells, kinds):
            damage.append(Damage(str(path), begins, fault))
        else:
            rows.append([cell or None for cell in cells])
        begins = reader.line_num + 1
    columns = [
        pa.array([row[index] for row in rows], pa.string()).cast(kind)
        for index, kind in enumerate(kinds.values())
    ]
    return pa.table(columns, names=list(kinds)), damage


def _fault(cells: list[str], kinds: dict[str, pa.DataType]) -> str:
    if len(cells) != len(kinds):
        return f"the line has {len(cells)} cells instead of {len(kinds)}"
    for (name, kind), cell in zip(kinds.items(), cells, strict=True):
        try:
            pa.array([cell or None], pa.string()).cast(kind)
        except pa.ArrowInvalid:
            return f"'{name}' should be {kind}, found {cell!r}"
    return ""


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = column.drop_null()
    whole = pc.all(pc.match_substring_regex(texts, "^-?(0|[1-9][0-9]*)$")).as_py()
    return column.cast(pa.int64()) if len(texts) and whole else column
