"""Backup of the database, also while the server is running; unlike a copy of the files, it is complete and checked."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from experiments.online.collector.database import connect, database_shown, is_postgres
from experiments.online.collector.refusal import DatabaseError
from experiments.online.collector.sqlite import identities_beside


def back_up(database: str | Path, copy: str | Path) -> list[Path]:
    """Copy an SQLite database and its payment identities.

    Parameters
    ----------
    database
        The collector's SQLite file.
    copy
        File to write; or folder (also any name without an ending) for copies with the original file names. Missing
        folders are created.

    Returns
    -------
    list[Path]
        The files written, which only this account can read.

    Raises
    ------
    DatabaseError
        If there is no such database, the copy already exists, or it cannot be written or is damaged.
    """
    if is_postgres(database):
        raise DatabaseError(
            503,
            f"{database_shown(database)} is a PostgreSQL database",
            "Copy it with PostgreSQL's `pg_dump`.",
        )
    source, target = Path(database), Path(copy)
    connect(source, reading=True).close()
    if target.is_dir() or not target.suffix:
        target = target / source.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            507,
            f"The folder {target.parent} cannot be created: {error}",
            "Choose another location with --to.",
        ) from error
    # The data first: if an identity has no session, the participant simply starts again; if a session had no identity,
    # the same participant could take part twice.
    pairs = [(source, target), (identities_beside(source), identities_beside(target))]
    pairs = [(old, new) for old, new in pairs if old.is_file()]
    for old, new in pairs:
        _copy(old, new)
    return [new for _, new in pairs]


def _copy(old: Path, new: Path) -> None:
    try:
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        reading = sqlite3.connect(f"{old.resolve().as_uri()}?mode=ro", uri=True)
        with closing(reading), closing(sqlite3.connect(new, isolation_level=None)) as writing:
            reading.backup(writing)
            # The copy is a single file, without a write-ahead log beside it.
            writing.execute("PRAGMA journal_mode=DELETE")
            (found,) = writing.execute("PRAGMA integrity_check").fetchone()
    except FileExistsError as error:
        raise DatabaseError(
            507, f"{new} already exists", "Copies are never overwritten; choose another name."
        ) from error
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(
            507,
            f"{new} cannot be written: {error}",
            "Free disk space, or choose another location with --to.",
        ) from error
    if found != "ok":
        raise DatabaseError(
            503,
            f"{new} is damaged, and so is {old}: {found}",
            "Keep both, and recover the data with `sqlite3 FILE .recover`.",
        )
