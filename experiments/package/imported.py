"""The table of imported signals beside the sessions: one line for each period of each session."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from experiments.package.arrow import DataError
from experiments.package.csv_table import read_csv, write_csv
from experiments.protocol.signals import MEASURES

FILE = "physiology.csv"
DESCRIBED: dict[str, str] = {
    "participant": "Participant code.",
    "session": "Session of this participant.",
    "period": "Address of the period.",
    "screen": "First screen of the period.",
    "visit": "Number of the visit of this screen.",
    "begin": "Date and time (UTC, ISO 8601) at which the period began.",
    "seconds": "Duration of the period (s); empty if it was not completed.",
    **MEASURES,
    "why": "Why values are missing.",
}
_NUMBERS = ("seconds", *MEASURES)
SCHEMA = pa.schema(
    [
        (name, pa.int64() if name == "visit" else pa.float64() if name in _NUMBERS else pa.string())
        for name in DESCRIBED
    ]
)


def read_imported(folder: Path) -> pa.Table:
    """Return the imported signals of a folder; no lines if nothing was imported.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return SCHEMA.empty_table()
    table, damage = read_csv(path, SCHEMA)
    if damage:
        raise DataError(
            f"{path}:{damage[0].line} cannot be read ({damage[0].found}). Import the signals again:"
            " compassion data physiology."
        )
    return table.select(SCHEMA.names).cast(SCHEMA)


def forget(folder: Path, participant: str) -> None:
    """Delete what was imported for a participant."""
    if (folder / FILE).is_file():
        table = read_imported(folder)
        write_imported(folder, table.filter(pc.not_equal(table["participant"], participant)))


def write_imported(folder: Path, table: pa.Table) -> Path:
    """Write the imported signals of a folder, in place of those that it had; return the file."""
    path = folder / FILE
    partial = path.with_suffix(".partial")
    write_csv(table.cast(SCHEMA), partial)
    partial.replace(path)
    return path
