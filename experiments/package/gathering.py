"""Gathering: what one or several collections hold, put together without mixing what must stay apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from experiments.collection import Collection, read_collection
from experiments.journal import Damage, JournalError, Record, read_journal
from experiments.package.arrow import DataError, factors_of, table_of, together
from experiments.package.sessions import SESSION_SCHEMA, session_of

LEDGER = "deletions.jsonl"
#: Journals turned into one Arrow table at a time, so that memory holds few rows as Python objects.
BATCH = 200


@dataclass(frozen=True)
class Gathered:
    """Everything that collections of one study hold."""

    study: str
    simulated: bool
    rows: pa.Table
    sessions: pa.Table
    frames: list[dict[str, Any]] = field(repr=False)
    """Frame statistics of screens, each with participant and session."""
    events: list[dict[str, Any]] = field(repr=False)
    """Pauses, interruptions and the like, each with participant and session."""
    damage: tuple[Damage, ...]
    collections: tuple[Collection, ...]
    deletions: tuple[dict[str, Any], ...]
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
        Only sessions under this content of the protocol (default: all).

    Raises
    ------
    DataError
        If simulated and collected data, or two studies, come together, or a session comes twice.
    JournalError
        If a folder is no collection.
    """
    unique = dict.fromkeys(Path(folder).resolve() for folder in folders)
    collections = tuple(read_collection(folder) for folder in unique)
    if protocol_hash is not None:
        collections = tuple(c for c in collections if c.protocol_hash == protocol_hash)
    if not collections:
        raise DataError("no collection was given; name at least one folder.")
    check_apart([(str(c.folder), c.study, c.simulated) for c in collections])
    tables, sessions, frames, events, damage = [], [], [], [], []
    for collection in collections:
        paths = collection.journals()
        for start in range(0, len(paths), BATCH):
            records, torn = _read(paths[start : start + BATCH])
            damage += torn
            rows = [row for record in records for row in record.rows]
            if rows:
                tables.append(table_of(rows))
            for record in records:
                sessions.append(session_of(record))
                frames += [{**_who(record), **frame} for frame in record.frames]
                events += [{**_who(record), **event} for event in record.events]
    check_once(sessions)
    return Gathered(
        collections[0].study,
        collections[0].simulated,
        together(tables),
        pa.Table.from_pylist(sessions, SESSION_SCHEMA),
        frames,
        events,
        tuple(damage),
        collections,
        tuple(line for collection in collections for line in ledger(collection.folder)),
    )


def check_apart(sources: Sequence[tuple[str, str, bool]]) -> None:
    """Refuse to put together what is not of one kind.

    Parameters
    ----------
    sources
        Where the data are, the study, and whether they are simulated.

    Raises
    ------
    DataError
        Naming the sources that do not go together.
    """
    first = sources[0]
    kinds = {True: "simulated", False: "collected"}
    for place, study, simulated in sources[1:]:
        if simulated != first[2]:
            raise DataError(
                f"{first[0]} holds {kinds[first[2]]} data and {place} holds {kinds[simulated]} data."
                " Simulated and collected data are never put together; give them one by one."
            )
        if study != first[1]:
            raise DataError(
                f"{first[0]} belongs to the study '{first[1]}' and {place} to '{study}'."
                " Give the data of one study at a time."
            )


def check_once(sessions: Iterable[dict[str, Any]]) -> None:
    """Refuse sessions that come twice.

    Raises
    ------
    DataError
        Naming the first one.
    """
    seen = set()
    for one in sessions:
        key = (one["protocol_hash"], one["participant"], one["session"])
        if key in seen:
            raise DataError(
                f"the session '{one['session']}' of '{one['participant']}' comes from two places."
                " A collection and a package or copy made of it hold the same data; give only one of them."
            )
        seen.add(key)


def ledger(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of a collection's deletion ledger."""
    path = folder / LEDGER
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _read(paths: Iterable[Path]) -> tuple[list[Record], list[Damage]]:
    records, damage = [], []
    for path in paths:
        try:
            record = read_journal(path)
        except JournalError as error:
            found = str(error).removeprefix(f"{path} ").removesuffix(".")
            damage.append(Damage(str(path), 1, found, whole=True))
            continue
        records.append(record)
        damage += record.damage
    return records, damage


def _who(record: Record) -> dict[str, Any]:
    return {name: record.session.get(name) for name in ("participant", "session")}
