"""The embedded database: one SQLite file for the data, one beside it for payment identities."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from experiments.online.collector.database import DatabaseFault, KeptRow
from experiments.online.collector.tables import CHANGES, make_changes

_UNWRITABLE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
}
#: Seconds that a locked file is waited for: less than the pages wait for an answer.
PATIENCE_S = 10.0


def identities_beside(path: Path) -> Path:
    """Return the file that holds the payment identities of a database."""
    return path.with_name(f"{path.stem}.identities{path.suffix}")


class Sqlite:
    """A connection to an SQLite database; see ``Database``."""

    skipping = ""  # A writing transaction has the whole file to itself.

    def __init__(self, path: Path, *, reading: bool = False, deleting: bool = False) -> None:
        self._path = path
        self._begin = "BEGIN" if reading else "BEGIN IMMEDIATE"
        self._done = "read" if reading else "written"
        identities = [identities_beside(path)]
        if reading or deleting:
            _must_be_there(path)
            # They are deleted when everybody is paid.
            identities = [file for file in identities if file.is_file()]
        with self._translated():
            self._connection = self._open_reading(identities) if reading else self._open(identities)
        made = self._changes_made()
        if made > len(CHANGES) or (reading and made < len(CHANGES)):
            self.close()
            raise DatabaseFault(
                503,
                f"{path} is not a database that this version of the collector reads",
                "Check the path, or use the version of compassion that made it.",
            )
        if not reading and made < len(CHANGES):
            with self.transaction():
                make_changes(self, "INTEGER PRIMARY KEY AUTOINCREMENT", self._changes_made())

    def _open(self, identities: list[Path]) -> sqlite3.Connection:
        is_begun = self._path.is_file() and self._path.stat().st_size
        if is_begun and not all(file.is_file() for file in identities):
            raise DatabaseFault(
                503,
                f"{identities[0]}, which belongs to {self._path}, is gone",
                "Put it back to go on collecting, or name a new database.",
            )
        for file in (self._path, *identities):
            try:
                # Readable by the server's own account alone.
                os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            except OSError as error:
                raise DatabaseFault(
                    507,
                    f"{file} cannot be written: {error.strerror}",
                    "Check that the folder exists and may be written, or name another database.",
                ) from error
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, timeout=PATIENCE_S
        )
        for file in identities:
            connection.execute("ATTACH ? AS identity", (str(file),))
        for schema in _schemas(connection):
            connection.execute(f"PRAGMA {schema}.journal_mode=WAL")
            connection.execute(f"PRAGMA {schema}.synchronous=FULL")
            # Replaced drafts and deleted answers leave no bytes behind in the file.
            connection.execute(f"PRAGMA {schema}.secure_delete=ON")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    def _open_reading(self, identities: list[Path]) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.resolve().as_uri()}?mode=ro",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=PATIENCE_S,
        )
        for file in identities:
            connection.execute("ATTACH ? AS identity", (f"{file.resolve().as_uri()}?mode=ro",))
        return connection

    def _changes_made(self) -> int:
        found = self.run("SELECT name FROM main.sqlite_master WHERE name = 'about'")
        made = self.run("SELECT value FROM about WHERE name = 'tables'") if found else []
        return int(made[0][0]) if made else 0

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
            if code in _UNWRITABLE:
                raise DatabaseFault(
                    507,
                    f"{self._path} cannot be {self._done}: {error}",
                    "Free disk space or mend the permissions; the pages send again by themselves.",
                ) from error
            if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise DatabaseFault(
                    503, f"{self._path} is locked by another program", "Close the other program."
                ) from error
            if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                raise DatabaseFault(
                    503,
                    f"{self._path} is damaged or no SQLite database: {error}",
                    "Keep the file as it is, name a new database, and recover the old one with `sqlite3 FILE .recover`.",
                ) from error
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is done inside, on disk when it is left; nothing if it raises."""
        with self._translated():
            self._connection.execute(self._begin)
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite has already rolled back by itself after some faults of the disk.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        with self._translated():
            return self._connection.execute(sql, values).fetchall()

    def insert_rows(self, rows: Sequence[KeptRow]) -> set[tuple[str, int]]:
        """Insert the rows whose (session, sequence) is new, and return those."""
        sql = "INSERT INTO rows VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
        with self._translated():
            execute = self._connection.execute
            return {(row[0], row[1]) for row in rows if execute(sql, row).rowcount == 1}

    def has_identities(self) -> bool:
        """Tell whether the payment identities are (still) there."""
        sql = "SELECT 1 FROM identity.sqlite_master WHERE name = 'people'"
        return "identity" in _schemas(self._connection) and bool(self.run(sql))

    def overwrite_freed(self) -> str:
        """Write both files anew without what was deleted, and empty their logs."""
        for schema in _schemas(self._connection):
            self.run(f"VACUUM {schema}")
            busy = self.run(f"PRAGMA {schema}.wal_checkpoint(TRUNCATE)")[0][0]
            if busy:
                raise DatabaseFault(
                    503,
                    f"{self._path} is being read by another program, so that what was deleted is"
                    f" still in {self._path}-wal",
                    "Close the other program, and delete again.",
                )
        return ""

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _must_be_there(path: Path) -> None:
    if not path.is_file():
        raise DatabaseFault(503, f"there is no file {path}", "Check the path.")


def _schemas(connection: sqlite3.Connection) -> list[str]:
    return [name for _, name, _ in connection.execute("PRAGMA database_list") if name != "temp"]
