"""SQLite's files: one for the data, one beside it for payment identities; opened and overwritten."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from experiments.online.collector.refusal import DatabaseFault

#: Seconds that a locked file is waited for: less than the pages wait for an answer.
PATIENCE_S = 10.0


def identities_beside(path: Path) -> Path:
    """Return the file that holds the payment identities of a database."""
    return path.with_name(f"{path.stem}.identities{path.suffix}")


def opener(path: Path, reading: bool, deleting: bool) -> Callable[[], sqlite3.Connection]:
    """Return a function that opens a database with its identities, after checking that it can be opened.

    Parameters
    ----------
    path
        The file.
    reading
        Open it for reading alone.
    deleting
        Open it for deleting: its identities may be gone, as they are after everybody was paid.

    Raises
    ------
    DatabaseFault
        If there is no such file to read or delete from, the identities of a begun study are gone, or a file
        cannot be made.
    """
    identities = identities_beside(path)
    if reading or deleting:
        if not path.is_file():
            raise DatabaseFault(503, f"there is no file {path}", "Check the path.")
    elif path.is_file() and path.stat().st_size and not identities.is_file():
        raise DatabaseFault(
            503,
            f"{identities}, which belongs to {path}, is gone",
            "Put it back to go on collecting, or name a new database.",
        )
    optional = (reading or deleting) and not identities.is_file()
    files = {"main": path} if optional else {"main": path, "identity": identities}
    if not reading:
        for file in files.values():
            _make(file)

    def connect() -> sqlite3.Connection:
        mode = "ro" if reading else "rw"
        addresses = {name: f"{file.resolve().as_uri()}?mode={mode}" for name, file in files.items()}
        connection = sqlite3.connect(
            addresses["main"],
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=PATIENCE_S,
        )
        if "identity" in addresses:
            connection.execute("ATTACH ? AS identity", (addresses["identity"],))
        if reading:
            return connection
        for name in files:
            connection.execute(f"PRAGMA {name}.journal_mode=WAL")
            connection.execute(f"PRAGMA {name}.synchronous=FULL")
            # Replaced drafts and deleted answers leave no bytes behind in the file.
            connection.execute(f"PRAGMA {name}.secure_delete=ON")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    return connect


def _make(file: Path) -> None:
    try:
        # Readable by the server's own account alone.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise DatabaseFault(
            507,
            f"{file} cannot be written: {error.strerror}",
            "Check that the folder exists and may be written, or name another database.",
        ) from error


def overwrite_freed(connection: Connection, name: str) -> None:
    """Rewrite both files without what was deleted, and empty their logs.

    Raises
    ------
    DatabaseFault
        If another program is reading, so that a log cannot be emptied.
    """
    for _, schema, _ in connection.exec_driver_sql("PRAGMA database_list").all():
        connection.exec_driver_sql(f"VACUUM {schema}")
        busy = connection.exec_driver_sql(f"PRAGMA {schema}.wal_checkpoint(TRUNCATE)").all()[0][0]
        if busy:
            raise DatabaseFault(
                503,
                f"{name} is being read by another program, so that what was deleted is"
                f" still in {name}-wal",
                "Close the other program, and delete again.",
            )
