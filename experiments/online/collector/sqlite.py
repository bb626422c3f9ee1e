"""SQLite's files: one for the data, one beside it for payment identities."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from experiments.online.collector.refusal import DatabaseError

#: Seconds that a locked file is waited for: less than the pages wait for an answer.
PATIENCE_S = 10.0


def identities_beside(path: Path) -> Path:
    """Return the file that holds the payment identities of a database."""
    return path.with_name(f"{path.stem}.identities{path.suffix}")


def open_sqlite(path: Path, reading: bool, deleting: bool) -> sqlite3.Connection:
    """Open a database with its identities.

    Parameters
    ----------
    path
        The file; made if it is not there and neither to be read nor to be deleted from.
    reading
        Open it for reading alone.
    deleting
        Open it for deleting: its identities may be gone, as they are after everybody was paid.

    Raises
    ------
    DatabaseError
        If there is no such file to read or delete from, the identities of a begun study are gone, or a file
        cannot be made.
    """
    identities = identities_beside(path)
    files = {"main": path, "identity": identities}
    if reading or deleting:
        if not path.is_file():
            raise DatabaseError(503, f"there is no file {path}", "Check the path.")
        if not identities.is_file():
            del files["identity"]
    elif path.is_file() and path.stat().st_size and not identities.is_file():
        raise DatabaseError(
            503,
            f"{identities}, which belongs to {path}, is gone",
            "Put it back to go on collecting, or name a new database.",
        )
    for file in () if reading else files.values():
        try:
            # Readable by the server's own account alone.
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise DatabaseError(
                507,
                f"{file} cannot be written: {error.strerror}",
                "Check that the folder exists and may be written, or name another database.",
            ) from error
    addresses = [
        f"{file.resolve().as_uri()}?mode={'ro' if reading else 'rw'}" for file in files.values()
    ]
    connection = sqlite3.connect(
        addresses[0], uri=True, isolation_level=None, check_same_thread=False, timeout=PATIENCE_S
    )
    for address in addresses[1:]:
        connection.execute("ATTACH ? AS identity", (address,))
    if not reading:
        for name in files:
            connection.execute(f"PRAGMA {name}.journal_mode=WAL")
            connection.execute(f"PRAGMA {name}.synchronous=FULL")
            # Replaced drafts and deleted answers leave no bytes behind in the file.
            connection.execute(f"PRAGMA {name}.secure_delete=ON")
        connection.execute("PRAGMA foreign_keys=ON")
    return connection
