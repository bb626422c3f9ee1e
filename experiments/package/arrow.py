"""Rows as an Arrow table: the columns of the schema with their types, and a column for each factor."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from experiments.errors import UserError
from experiments.schema import COLUMNS, NAMES, Column, Kind, Row

TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "cells": pa.string(),
}


class DataError(UserError):
    """Data that cannot be read, written or put together; the message says what to do."""


def fields_of(columns: Iterable[Column]) -> list[pa.Field]:
    """Return the Arrow fields of columns."""
    return [pa.field(column.name, TYPES[column.kind]) for column in columns]


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Make a table of rows; ``cells`` becomes JSON, and each factor gets a column behind the schema's.

    Raises
    ------
    DataError
        If a factor is called like a column.
    """
    columns = {
        column.name: pa.array([row[column.name] for row in rows], TYPES[column.kind])
        for column in COLUMNS
        if column.kind not in {"cells", "text"}
    }
    texts = {
        column.name: pa.array([_valid(row[column.name]) for row in rows], pa.string())
        for column in COLUMNS
        if column.kind == "text"
    }
    cells = [row["cells"] or {} for row in rows]
    written = pa.array([json.dumps(c, ensure_ascii=False, sort_keys=True) for c in cells])
    arrays = {**columns, **texts, "cells": written}
    table = pa.table({name: arrays[name] for name in NAMES})
    for factor in dict.fromkeys(name for cell in cells for name in cell):
        table = with_factor(table, factor, [cell.get(factor) for cell in cells])
    return table


def with_factor(table: pa.Table, factor: str, levels: list[Any]) -> pa.Table:
    """Put a factor's column behind a table.

    Raises
    ------
    DataError
        If a column has its name already.
    """
    if factor in table.column_names:
        raise DataError(
            f"the factor '{factor}' is called like a column of the data."
            f" Rename it in the protocol; taken are {', '.join(NAMES)}."
        )
    whole = all(level is None or isinstance(level, int) for level in levels)
    kind = pa.int64() if whole else pa.string()
    made = levels if whole else [None if level is None else str(level) for level in levels]
    return table.append_column(factor, pa.array(made, kind))


def factors_of(table: pa.Table) -> tuple[str, ...]:
    """Return the names of the factor columns."""
    return tuple(name for name in table.column_names if name not in NAMES)


def together(tables: Sequence[pa.Table]) -> pa.Table:
    """Put tables with perhaps different factors below one another."""
    if not tables:
        return table_of([])
    kinds: dict[str, pa.DataType] = {}
    for table in tables:
        for field in table.schema:
            known = kinds.setdefault(field.name, field.type)
            # Levels that are numbers in one place and words in another are words.
            if known != field.type:
                kinds[field.name] = pa.string()
    schema = pa.schema([pa.field(name, kind) for name, kind in kinds.items()])
    cast = [
        pa.table(
            [
                table[name].cast(kind) if name in table.column_names else pa.nulls(len(table), kind)
                for name, kind in kinds.items()
            ],
            schema=schema,
        )
        for table in tables
    ]
    return pa.concat_tables(cast)


def _valid(text: str | None) -> str | None:
    """Replace half of a surrogate pair (a cut emoji) by U+FFFD: no other program could read it."""
    if text is None or text.isascii():
        return text
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
