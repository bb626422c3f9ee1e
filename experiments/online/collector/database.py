"""The one interface to where sessions and rows are kept, so that SQLite and PostgreSQL are used alike.

SQL is written once, in what both understand, with ``?`` for values. Payment identities stand apart from
all else: in the schema ``identity``, which SQLite keeps in a second file.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol
from urllib.parse import urlsplit

from experiments.told import Told

KeptRow = tuple[str, int, str, str]
"""Session, sequence, the row as JSON, time of arrival."""


class DatabaseFault(Told):
    """The database cannot do what was asked; ``status`` is what HTTP calls it."""

    def __init__(self, status: int, found: str, remedy: str) -> None:
        self.status, self.found, self.remedy = status, found, remedy
        super().__init__(f"{found}. {remedy}")


class Database(Protocol):
    """One connection, used by one thread at a time."""

    skipping: str
    """Put behind a query whose result will be changed, so that no two processes take the same."""

    def transaction(self) -> AbstractContextManager[None]:
        """Keep all that is done inside, on disk when it is left; nothing if it raises."""
        ...

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        ...

    def insert_rows(self, rows: Sequence[KeptRow]) -> set[tuple[str, int]]:
        """Insert the rows whose (session, sequence) is new, and return those."""
        ...

    def has_identities(self) -> bool:
        """Tell whether the payment identities are (still) there."""
        ...

    def overwrite_freed(self) -> str:
        """Overwrite what deleted content has left on the disk; say what remains to be done, if anything.

        Raises
        ------
        DatabaseFault
            If it could not be done; what was deleted stays deleted.
        """
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


def is_postgres(database: str | Path) -> bool:
    """Tell a PostgreSQL address from the path of an SQLite file."""
    return str(database).startswith(("postgres://", "postgresql://"))


def database_shown(database: str | Path) -> str:
    """Return a path or an address so that it can be shown: without user and password.

    >>> database_shown("postgresql://user:secret@db.example/study")
    'postgresql://db.example/study'
    """
    if not is_postgres(database):
        return str(database)
    parts = urlsplit(str(database))
    return f"postgresql://{parts.hostname or 'localhost'}{parts.path}"


def connect(database: str | Path) -> Database:
    """Open a database for writing; an SQLite file is made if there is none.

    Raises
    ------
    DatabaseFault
        If it cannot be opened, or a PostgreSQL database lacks the tables.
    """
    return _connect(database, reading=False)


def connect_reading(database: str | Path) -> Database:
    """Open a database that exists, for reading alone.

    Raises
    ------
    DatabaseFault
        If there is no such database, or it is not a collector's.
    """
    return _connect(database, reading=True)


def connect_deleting(database: str | Path) -> Database:
    """Open a database that exists, for deleting from it; its identities may be gone already.

    Raises
    ------
    DatabaseFault
        If there is no such database, or it is not a collector's.
    """
    return _connect(database, reading=False, deleting=True)


def migrate(database: str | Path) -> None:
    """Make the tables that a database lacks. PostgreSQL needs it once, before servers start.

    Raises
    ------
    DatabaseFault
        If the database does not answer, or its user may not make tables.
    """
    if not is_postgres(database):
        connect(database).close()
        return
    _postgres().migrate_postgres(str(database))


def _connect(database: str | Path, *, reading: bool, deleting: bool = False) -> Database:
    if is_postgres(database):
        made: Database = _postgres().Postgres(str(database), reading=reading)
        return made
    from experiments.online.collector.sqlite import Sqlite

    return Sqlite(Path(database), reading=reading, deleting=deleting)


def _postgres() -> ModuleType:
    try:
        from experiments.online.collector import postgres
    except ImportError as error:
        raise DatabaseFault(
            503,
            "PostgreSQL needs psycopg, which is not installed",
            "Install `compassion[postgres]`.",
        ) from error
    return postgres
