"""A copy of the database while the server runs, whole and checked; a plain copy of the files is neither."""

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
        File to write, or a folder (a name without an ending) to write files of the same names to; folders are
        made if need be.

    Returns
    -------
    list[Path]
        The files written, readable by this account alone.

    Raises
    ------
    DatabaseError
        If there is no such database, the copy is there already, or it cannot be written or read again.
    """
    if is_postgres(database):
        raise DatabaseError(
            503,
            f"{database_shown(database)} is a PostgreSQL database",
            "Copy it with PostgreSQL's own `pg_dump`.",
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
            f"the folder {target.parent} cannot be made: {error}",
            "Name another place with --to.",
        ) from error
    # The data first: an identity without its session is known to be none, a session without its
    # identity would let the same person in twice.
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
            # The copy is one file, without a log beside it.
            writing.execute("PRAGMA journal_mode=DELETE")
            (found,) = writing.execute("PRAGMA integrity_check").fetchone()
    except FileExistsError as error:
        raise DatabaseError(
            507, f"{new} already exists", "A copy is never overwritten; name another."
        ) from error
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(
            507,
            f"{new} cannot be written: {error}",
            "Free disk space, or name another place with --to.",
        ) from error
    if found != "ok":
        raise DatabaseError(
            503,
            f"{new} is damaged as {old} is: {found}",
            "Keep both, and recover with `sqlite3 FILE .recover`.",
        )
