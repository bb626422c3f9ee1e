"""The tidy folder: one table of all rows and one of all sessions, each as Parquet and CSV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.package.arrow import ROW_SCHEMA, SESSION_SCHEMA, DataError
from experiments.package.csv_table import current_names, read_csv, write_csv
from experiments.package.gathering import Gathered
from experiments.package.imported import read_imported
from experiments.schema import LATER, SCHEMA, SCHEMA_KEY, check_schema
from experiments.session.journal import Damage

#: Folder of the tidy tables in a package; also in the README and the scripts.
TIDY = Path("derivatives") / "tidy"
_ORIGIN = "about.json"


def write_tidy(folder: Path, rows: pa.Table, sessions: pa.Table, origin: dict[str, Any]) -> None:
    """Write a tidy folder, which must not exist yet.

    Parameters
    ----------
    origin
        ``study``, ``simulated``, and the origin of the data.
    """
    folder.mkdir(parents=True)
    for name, table in (("rows", rows), ("sessions", sessions)):
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        write_csv(table, folder / f"{name}.csv")
    text = json.dumps({SCHEMA_KEY: SCHEMA, **origin}, indent=2, ensure_ascii=False) + "\n"
    (folder / _ORIGIN).write_text(text, encoding="utf-8")


def is_tidy(folder: Path) -> bool:
    """Return whether a folder is a tidy folder."""
    return (folder / _ORIGIN).is_file()


def read_tidy(folder: Path) -> Gathered:
    """Read a tidy folder: its Parquet files, or its CSV files if there are no Parquet files.

    Raises
    ------
    DataError
        If a table is missing or cannot be read.
    SchemaError
        If a later version of compassion wrote the folder.
    """
    try:
        origin = json.loads((folder / _ORIGIN).read_text(encoding="utf-8"))
        check_schema(folder / _ORIGIN, origin)
        study, simulated = origin["study"], origin["simulated"]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{folder / _ORIGIN} cannot be read ({error}).") from error
    rows, damaged_rows = _read(folder, "rows", ROW_SCHEMA)
    sessions, damaged_sessions = _read(folder, "sessions", SESSION_SCHEMA)
    damage = (*damaged_rows, *damaged_sessions)
    imported = read_imported(folder)
    return Gathered(folder, study, simulated, rows, sessions, damage, imported=imported)


def _read(folder: Path, name: str, schema: pa.Schema) -> tuple[pa.Table, tuple[Damage, ...]]:
    parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
    if parquet.exists():
        try:
            table = pq.read_table(parquet)
            table = table.rename_columns(current_names(table.column_names, schema))
            return completed(table, schema), ()
        except (OSError, pa.ArrowInvalid) as error:
            raise DataError(
                f"{parquet} cannot be read ({error}). If you remove it, {text.name} is read instead."
            ) from error
    if text.exists():
        table, damage = read_csv(text, schema)
        return completed(table, schema), damage
    raise DataError(f"{folder} has neither {parquet.name} nor {text.name}.")


def completed(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table with the columns that an earlier version did not write, which have their default."""
    for place, column in enumerate(schema):
        if column.name in LATER and column.name not in table.column_names:
            values = pa.repeat(pa.scalar(LATER[column.name], column.type), len(table))
            table = table.add_column(place, column, values)
    return table
