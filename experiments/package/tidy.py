"""The tidy folder: all rows in one table, all sessions in another, each as Parquet and as CSV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.package.arrow import ROW_SCHEMA, SESSION_SCHEMA, DataError
from experiments.package.csv_table import read_csv, write_csv
from experiments.package.gathering import Gathered
from experiments.session.journal import Damage

#: Where the tidy tables are in a package; the README and the scripts name it too.
TIDY = Path("derivatives") / "tidy"
_ABOUT = "about.json"


def write_tidy(folder: Path, rows: pa.Table, sessions: pa.Table, about: dict[str, Any]) -> None:
    """Write a tidy folder, which must not exist yet.

    Parameters
    ----------
    about
        ``study``, ``simulated``, and where the data are from.
    """
    folder.mkdir(parents=True)
    for name, table in (("rows", rows), ("sessions", sessions)):
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        write_csv(table, folder / f"{name}.csv")
    text = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    (folder / _ABOUT).write_text(text, encoding="utf-8")


def is_tidy(folder: Path) -> bool:
    """Return whether a folder is a tidy one."""
    return (folder / _ABOUT).is_file()


def read_tidy(folder: Path) -> Gathered:
    """Read a tidy folder: the Parquet files, or the CSV files where those are gone.

    Raises
    ------
    DataError
        If a table is missing or cannot be read.
    """
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        study, simulated = about["study"], about["simulated"]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{folder / _ABOUT} cannot be read ({error}).") from error
    rows, damaged_rows = _read(folder, "rows", ROW_SCHEMA)
    sessions, damaged_sessions = _read(folder, "sessions", SESSION_SCHEMA)
    damage = (*damaged_rows, *damaged_sessions)
    return Gathered(folder, study, simulated, rows, sessions, damage)


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
