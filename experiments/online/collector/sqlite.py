"""SQLite databases: one file for the data, and one beside it for the payment identities."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from experiments.online.collector.refusal import DatabaseError

#: Seconds to wait for a locked file; pages wait longer than this for a response.
LOCK_TIMEOUT_S = 10.0


def identities_beside(path: Path) -> Path:
    """Return the file that holds the payment identities of a database."""
    return path.with_name(f"{path.stem}.identities{path.suffix}")


def open_sqlite(path: Path, reading: bool, deleting: bool) -> sqlite3.Connection:
    """Open a database together with its payment identities.

    Parameters
    ----------
    path
        The file; created if it does not exist, unless it is opened for reading or deleting.
    reading
        Open it for reading only.
    deleting
        Open it for deleting; the identities may be missing, since they are deleted after everybody has been paid.

    Raises
    ------
    DatabaseError
        If there is no such file to read or delete from, the identities of a study that has begun are missing,
        or a file cannot be written.
    """
    identities = identities_beside(path)
    files = {"main": path, "identity": identities}
    if reading or deleting:
        if not path.is_file():
            raise DatabaseError(503, f"The file {path} does not exist", "Check the path.")
        if not identities.is_file():
            del files["identity"]
    elif path.is_file() and path.stat().st_size and not identities.is_file():
        raise DatabaseError(
            503,
            f"{identities}, which belongs to {path}, is missing",
            "Restore it to continue data collection, or use a new database.",
        )
    for file in () if reading else files.values():
        try:
            # Readable only by the server's account.
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise DatabaseError(
                507,
                f"{file} cannot be written: {error.strerror}",
                "Check that the folder exists and is writable, or choose another database.",
            ) from error
    addresses = [
        f"{file.resolve().as_uri()}?mode={'ro' if reading else 'rw'}" for file in files.values()
    ]
    connection = sqlite3.connect(
        addresses[0],
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=LOCK_TIMEOUT_S,
    )
    for address in addresses[1:]:
        connection.execute("ATTACH ? AS identity", (address,))
    if not reading:
        for name in files:
            connection.execute(f"PRAGMA {name}.journal_mode=WAL")
            connection.execute(f"PRAGMA {name}.synchronous=FULL")
            # Replaced drafts and deleted answers are overwritten in the file.
            connection.execute(f"PRAGMA {name}.secure_delete=ON")
        connection.execute("PRAGMA foreign_keys=ON")
    return connection
