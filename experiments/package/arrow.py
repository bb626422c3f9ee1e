"""Arrow tables of rows: the columns of the schema with their types, and one column per factor."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import pyarrow as pa

from experiments.errors import UserError
from experiments.schema import COLUMNS, NAMES, SESSION_COLUMNS, Column, Kind, Row

_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "cells": pa.string(),
}


class DataError(UserError):
    """Data cannot be read, written or combined; the message states the remedy."""


def _schema(columns: Iterable[Column]) -> pa.Schema:
    return pa.schema([(column.name, _TYPES[column.kind]) for column in columns])


ROW_SCHEMA = _schema(COLUMNS)
SESSION_SCHEMA = _schema(SESSION_COLUMNS)


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Convert rows to a table, with ``cells`` as JSON and a column per factor after those of the schema.

    Raises
    ------
    DataError
        If a factor has the same name as a column.
    """
    cells = [row["cells"] or {} for row in rows]
    values = {
        column.name: [row.get(column.name, column.default) for row in rows] for column in COLUMNS
    }
    values["cells"] = [json.dumps(levels, ensure_ascii=False, sort_keys=True) for levels in cells]
    for column in COLUMNS:
        if column.kind == "text":
            values[column.name] = [_valid(text) for text in values[column.name]]
    table = pa.table(values, schema=ROW_SCHEMA)
    for factor in dict.fromkeys(name for of_row in cells for name in of_row):
        if factor in NAMES:
            raise DataError(
                f"the factor '{factor}' has the same name as a column of the data."
                f" Rename it in the protocol; the columns are {', '.join(NAMES)}."
            )
        levels = [of_row.get(factor) for of_row in cells]
        if any(isinstance(level, str) for level in levels):
            levels = [None if level is None else str(level) for level in levels]
            table = table.append_column(factor, pa.array(levels, pa.string()))
        else:
            table = table.append_column(factor, pa.array(levels, pa.int64()))
    return table


def factors_of(table: pa.Table) -> tuple[str, ...]:
    """Return the names of the factor columns."""
    return tuple(name for name in table.column_names if name not in NAMES)


def concatenate(tables: Sequence[pa.Table]) -> pa.Table:
    """Concatenate tables, which may have different factors; levels that are text in one become text in all."""
    if not tables:
        return ROW_SCHEMA.empty_table()
    text = {field.name for table in tables for field in table.schema if field.type == pa.string()}

    def with_text(table: pa.Table) -> pa.Table:
        kinds = [(f.name, pa.string() if f.name in text else f.type) for f in table.schema]
        return table.cast(pa.schema(kinds))

    return pa.concat_tables(map(with_text, tables), promote_options="default")


def _valid(text: str | None) -> str | None:
    """Replace half of a surrogate pair (from an emoji cut in two) with U+FFFD; other programs could not read it."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
