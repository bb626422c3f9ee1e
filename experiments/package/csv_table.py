"""Tables as CSV: texts escaped for spreadsheets, read back exactly, damaged lines named and left out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from experiments.journal import Damage
from experiments.package.arrow import DataError
from experiments.package.text_cells import column_from_csv, column_to_csv


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table; texts in quotation marks, what is missing as an empty cell without them."""
    columns = [
        column_to_csv(table[field.name]) if pa.types.is_string(field.type) else table[field.name]
        for field in table.schema
    ]
    pcsv.write_csv(pa.table(columns, names=table.column_names), path)


def read_csv(path: Path, schema: pa.Schema) -> tuple[pa.Table, tuple[Damage, ...]]:
    """Read a table that ``write_csv`` wrote.

    Parameters
    ----------
    schema
        Types of the columns that are known; all others are whole numbers where every cell is one, else
        texts.

    Returns
    -------
    Table, and a Damage for each line that does not fit and was left out.

    Raises
    ------
    DataError
        If the file is no CSV, or lacks a column of the schema.
    """
    names = _header(path)
    if lacking := [field.name for field in schema if field.name not in names]:
        raise DataError(
            f"{path}: the column '{lacking[0]}' is missing; it is not a table of compassion, or a column was"
            f" deleted. It has {', '.join(names[:8])} ..."
        )
    known = {field.name: field.type for field in schema}
    wanted = {name: known.get(name, pa.string()) for name in names}
    damage: tuple[Damage, ...] = ()
    try:
        table = _read(path, wanted)
    except pa.ArrowInvalid:
        table, damage = _read_line_by_line(path, wanted)
    columns = []
    for name in names:
        column = table[name]
        if pa.types.is_string(column.type):
            column = column_from_csv(column)
        columns.append(column if name in known else _whole(column))
    return pa.table(columns, names=names), damage


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline().rstrip("\r\n")
    if not first:
        raise DataError(f"{path} is empty.")
    return [name.strip('"') for name in first.split(",")]


def _read(path: Path, kinds: dict[str, pa.DataType]) -> pa.Table:
    return pcsv.read_csv(
        path,
        parse_options=pcsv.ParseOptions(newlines_in_values=True),
        convert_options=pcsv.ConvertOptions(
            column_types=kinds,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _read_line_by_line(
    path: Path, kinds: dict[str, pa.DataType]
) -> tuple[pa.Table, tuple[Damage, ...]]:
    """Read as texts, then keep the lines whose cells have the right types."""
    import csv

    rows: list[list[str | None]] = []
    damage: list[Damage] = []
    text = path.read_bytes().decode("utf-8-sig", "replace")
    reader = csv.reader(text.splitlines(keepends=True))
    next(reader)
    begins = reader.line_num + 1
    for cells in reader:
        fault = _fault(cells, kinds)
        if fault:
            damage.append(Damage(str(path), begins, fault))
        else:
            rows.append([cell or None for cell in cells])
        begins = reader.line_num + 1
    columns = [
        pa.array([row[place] for row in rows], pa.string()).cast(kind)
        for place, kind in enumerate(kinds.values())
    ]
    return pa.table(columns, names=list(kinds)), tuple(damage)


def _fault(cells: list[str], kinds: dict[str, pa.DataType]) -> str:
    if len(cells) != len(kinds):
        return f"the line has {len(cells)} cells where there are {len(kinds)} columns"
    for (name, kind), cell in zip(kinds.items(), cells, strict=True):
        if not cell or pa.types.is_string(kind):
            continue
        try:
            pa.array([cell]).cast(kind)
        except pa.ArrowInvalid:
            return f"'{name}' should be {kind}, found {cell!r}"
    return ""


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = column.drop_null()
    whole = pc.all(pc.match_substring_regex(texts, "^-?(0|[1-9][0-9]*)$")).as_py()
    return column.cast(pa.int64()) if len(texts) and whole else column
