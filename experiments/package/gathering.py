"""Reading the data of one or several collections, and refusing combinations that must not be mixed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from experiments.package.arrow import SESSION_SCHEMA, DataError, concatenate, factors_of, table_of
from experiments.package.deleting import ledger
from experiments.package.imported import SCHEMA as IMPORTED
from experiments.package.imported import read_imported
from experiments.schema import OF_SESSION, Row
from experiments.session.collection import Collection, read_collection
from experiments.session.journal import Damage, JournalError, Record, read_journal

#: Number of journals converted to an Arrow table at once, to limit the number of rows as Python objects.
BATCH = 200


@dataclass(frozen=True)
class Gathered:
    """Data of one study, all simulated or all collected."""

    folder: Path
    """The folder of the data, or the first of several."""
    study: str
    simulated: bool
    rows: pa.Table
    """The columns of ``schema.COLUMNS``, and one per factor."""
    sessions: pa.Table
    """The columns of ``schema.SESSION_COLUMNS``."""
    damage: tuple[Damage, ...] = ()
    """Lines and files that could not be read and were ignored."""
    frames: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """Frame statistics of screens, each with participant and session."""
    events: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """Pauses, interruptions and other events, each with participant and session."""
    imported: pa.Table = field(default_factory=IMPORTED.empty_table, repr=False)
    """Imported signals: the columns of ``imported.DESCRIBED``."""
    collections: tuple[Collection, ...] = ()
    deletions: tuple[dict[str, Any], ...] = ()
    """Lines of the deletion ledgers."""

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factor columns."""
        return factors_of(self.rows)


def gather(folders: Iterable[Path | str], protocol_hash: str | None = None) -> Gathered:
    """Read collections.

    Parameters
    ----------
    folders
        Folders of collections.
    protocol_hash
        Hash of the protocol: only sessions with this content are read (default: all).

    Raises
    ------
    DataError
        If simulated and collected data or two studies are combined, or a session occurs twice.
    JournalError
        If a folder is not a collection.
    """
    unique = dict.fromkeys(Path(folder).resolve() for folder in folders)
    collections = tuple(read_collection(folder) for folder in unique)
    if protocol_hash is not None:
        collections = tuple(c for c in collections if c.protocol_hash == protocol_hash)
    if not collections:
        raise DataError("no collection was given. Name at least one folder.")
    refuse_mixed_sources([(str(c.folder), c.study, c.simulated) for c in collections])
    tables, sessions, frames, events, damage = [], [], [], [], []
    for collection in collections:
        paths = collection.journals()
        for start in range(0, len(paths), BATCH):
            rows: list[Row] = []
            for path in paths[start : start + BATCH]:
                try:
                    record = read_journal(path)
                except JournalError as error:
                    found = str(error).removeprefix(f"{path} ").removesuffix(".")
                    damage.append(Damage(str(path), 1, found, whole=True))
                    continue
                damage += record.damage
                rows += record.rows
                sessions.append(session_row(record))
                who = {name: record.session.get(name) for name in ("participant", "session")}
                frames += [{**who, **frame} for frame in record.frames]
                events += [{**who, **event} for event in record.events]
            if rows:
                tables.append(table_of(rows))
    refuse_duplicate_sessions(sessions)
    return Gathered(
        collections[0].folder,
        collections[0].study,
        collections[0].simulated,
        concatenate(tables),
        pa.Table.from_pylist(sessions, SESSION_SCHEMA),
        tuple(damage),
        frames,
        events,
        pa.concat_tables([read_imported(collection.folder) for collection in collections]),
        collections,
        tuple(line for collection in collections for line in ledger(collection.folder)),
    )


def session_row(record: Record) -> dict[str, Any]:
    """Return the row of a session in the table of sessions."""
    first, rows = record.session, record.rows
    events = [event.get("event") for event in record.events]
    return {
        **{name: first.get(name) for name in OF_SESSION},
        "slot": record.slot,
        "outcome": record.outcome or None,
        "rows": len(rows),
        "begun": first.get("time"),
        "ended": rows[-1]["time"] if rows else None,
        "seconds": session_seconds(rows),
        "runs": 1 + events.count("resumed"),
        "pauses": events.count("pause"),
        "device_failures": events.count("device_failure"),
        "frames": sum(frame.get("n", 0) for frame in record.frames),
        "dropped_frames": sum(frame.get("dropped", 0) for frame in record.frames),
    }


def session_seconds(rows: list[Row]) -> float | None:
    """Return the duration of a session; the clock of onsets restarts when a session is resumed.

    >>> session_seconds([{"onset": 0, "response_time": 2}, {"onset": 5, "response_time": 1},
    ...             {"onset": 0, "response_time": 4}])
    10.0
    """
    total, latest, before = 0.0, 0.0, -1.0
    timed = [row for row in rows if row["onset"] is not None]
    for row in timed:
        if row["onset"] < before:
            total, latest = total + latest, 0.0
        before = row["onset"]
        latest = max(latest, row["onset"] + (row["response_time"] or 0.0))
    return round(total + latest, 6) if timed else None


def refuse_mixed_sources(sources: Sequence[tuple[str, str, bool]]) -> None:
    """Refuse to combine simulated with collected data, or two studies.

    Parameters
    ----------
    sources
        Folder, study, and whether the data are simulated.

    Raises
    ------
    DataError
        If two sources must not be combined; the message names them.
    """
    first = sources[0]
    kinds = {True: "simulated", False: "collected"}
    for folder, study, simulated in sources[1:]:
        if simulated != first[2]:
            raise DataError(
                f"{first[0]} has {kinds[first[2]]} data and {folder} has {kinds[simulated]} data."
                " Simulated and collected data are never combined; use them separately."
            )
        if study != first[1]:
            raise DataError(
                f"{first[0]} belongs to the study '{first[1]}' and {folder} to '{study}'."
                " Use the data of one study at a time."
            )


def refuse_duplicate_sessions(sessions: Iterable[dict[str, Any]]) -> None:
    """Refuse data in which a session occurs twice.

    Raises
    ------
    DataError
        If there is such a session; the message names the first.
    """
    seen = set()
    for session in sessions:
        key = (session["protocol_hash"], session["participant"], session["session"])
        if key in seen:
            raise DataError(
                f"the session '{session['session']}' of '{session['participant']}' is in two folders."
                " A collection and its package or copy have the same data; use only one of them."
            )
        seen.add(key)
