"""The tidy folder: all rows in one table, all sessions in another, each as Parquet and as CSV."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.journal import Damage
from experiments.package.arrow import DataError, fields_of
from experiments.package.csv_table import read_csv, write_csv
from experiments.package.sessions import SESSION_SCHEMA
from experiments.schema import COLUMNS

ROWS, SESSIONS, ABOUT = "rows", "sessions", "about.json"
ROW_SCHEMA: pa.Schema = pa.schema(fields_of(COLUMNS))


@dataclass(frozen=True)
class Tidy:
    """What a tidy folder holds."""

    folder: Path
    about: dict[str, Any]
    """Study, whether it is simulated, and where it is from."""
    rows: pa.Table
    sessions: pa.Table
    damage: tuple[Damage, ...] = ()


def write_tidy(folder: Path, rows: pa.Table, sessions: pa.Table, about: dict[str, Any]) -> None:
    """Write a tidy folder; it must not be there."""
    folder.mkdir(parents=True)
    for name, table in ((ROWS, rows), (SESSIONS, sessions)):
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        write_csv(table, folder / f"{name}.csv")
    text = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    (folder / ABOUT).write_text(text, encoding="utf-8")


def is_tidy(folder: Path) -> bool:
    """Say whether a folder is a tidy one."""
    return (folder / ABOUT).is_file()


def read_tidy(folder: Path) -> Tidy:
    """Read a tidy folder: the Parquet files, or the CSV files where those are gone.

    Raises
    ------
    DataError
        If a table is missing or cannot be read.
    """
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        known = {"study": about["study"], "simulated": about["simulated"]}
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{folder / ABOUT} cannot be read ({error}).") from error
    rows, torn = _read(folder, ROWS, ROW_SCHEMA)
    sessions, more = _read(folder, SESSIONS, SESSION_SCHEMA)
    return Tidy(folder, {**about, **known}, rows, sessions, (*torn, *more))


def _read(folder: Path, name: str, schema: pa.Schema) -> tuple[pa.Table, tuple[Damage, ...]]:
    parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
    if parquet.exists():
        try:
            return pq.read_table(parquet), ()
        except (OSError, pa.ArrowInvalid) as error:
            raise DataError(
                f"{parquet} cannot be read ({error}). Remove it, and {text.name} is read in its place."
            ) from error
    if text.exists():
        return read_csv(text, schema)
    raise DataError(f"{folder} has neither {parquet.name} nor {text.name}.")
