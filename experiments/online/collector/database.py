"""Where sessions and rows are kept: an SQLite file or a PostgreSQL database, used alike through SQLAlchemy.

Payment identities stand apart from all else: in the schema ``identity``, which SQLite keeps in a second file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, StaticPool, create_engine, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.schema import CreateSchema

from experiments.online.collector import sqlite
from experiments.online.collector.refusal import DatabaseFault
from experiments.online.collector.tables import ABOUT, METADATA, VERSION

MAKE_TABLES = "python -m experiments.online.collector.make_tables"
#: SQLite's result codes and PostgreSQL's SQLSTATE.
_UNWRITABLE = {
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN),
    *("53100", "25006", "42501", "58030"),
}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
#: Any number that no other program uses for its own lock.
_MIGRATING = 7263


class Database:
    """One database, with one connection that one thread uses at a time.

    Parameters
    ----------
    engine
        How to reach it; its pool holds a single connection, renewed after it broke.
    begin
        Statement that begins a transaction.
    name
        Path or address as it may be shown.
    reading
        Whether it is for reading alone.
    """

    def __init__(self, engine: Engine, begin: str, name: str, reading: bool) -> None:
        self._engine, self._begin, self._name = engine, begin, name
        self._reading = reading
        self._connection: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Keep all that is done inside, on disk when it is left; nothing if it raises.

        Raises
        ------
        DatabaseFault
            If the database cannot do it.
        """
        with self._translated(), self._open() as connection:
            connection.exec_driver_sql(self._begin)
            yield connection

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        if self._reading:
            # The pool looks whether its connection still lives.
            with self._engine.begin() as connection:
                yield connection
            return
        # Asking the pool again would take as long as ten posts of a transaction.
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            yield self._connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            fault = _fault(error, self._name)
            if fault is None:
                raise
            raise fault from error

    def overwrite_freed(self) -> str:
        """Overwrite what deleted content has left on the disk; say what remains to be done, if anything.

        Raises
        ------
        DatabaseFault
            If it could not be done; what was deleted stays deleted.
        """
        if self._engine.dialect.name != "sqlite":
            return (
                "PostgreSQL overwrites the bytes in its own time, or with `VACUUM FULL` on"
                f" {self._name}; think of its backups, too."
            )
        with self._translated(), self._engine.connect() as connection:
            sqlite.overwrite_freed(connection, self._name)
        return ""

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


def has_identities(connection: Connection) -> bool:
    """Return whether the payment identities are (still) there."""
    return inspect(connection).has_table("people", schema="identity")


def is_postgres(database: str | Path) -> bool:
    """Return whether this is a PostgreSQL address rather than the path of an SQLite file."""
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


def connect(database: str | Path, *, reading: bool = False, deleting: bool = False) -> Database:
    """Open a database, and make an SQLite file if there is none.

    Parameters
    ----------
    database
        SQLite file or ``postgresql://`` address.
    reading
        For reading alone; the database must be there.
    deleting
        For deleting; the database must be there, while its identities may be gone already.

    Raises
    ------
    DatabaseFault
        If it cannot be opened, it is not a collector's, or a PostgreSQL database lacks the tables.
    """
    shown = database_shown(database)
    if is_postgres(database):
        opened = _postgres(str(database), reading=reading)
        found = f"{shown} does not have the tables of this version of the collector"
        remedy = f"Make them once with `{MAKE_TABLES} ADDRESS`."
    else:
        path = Path(database)
        engine = _engine("sqlite://", sqlite.opener(path, reading, deleting), poolclass=StaticPool)
        opened = Database(engine, "BEGIN" if reading else "BEGIN IMMEDIATE", shown, reading)
        found = f"{shown} is not a database that this version of the collector reads"
        remedy = "Check the path, or use the version of compassion that made it."
    try:
        with opened.transaction() as connection:
            made = _version(connection)
            if not made and not reading and not is_postgres(database):
                _make(connection)
            elif made != VERSION:
                raise DatabaseFault(503, found, remedy)
    except BaseException:
        opened.close()
        raise
    return opened


def migrate(database: str | Path) -> None:
    """Make the tables that a database lacks; PostgreSQL needs it once, before servers start.

    Several may call it at once.

    Raises
    ------
    DatabaseFault
        If the database does not answer, or its user may not make tables.
    """
    if not is_postgres(database):
        connect(database).close()
        return
    opened = _postgres(str(database), reading=False)
    try:
        with opened.transaction() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
            if not _version(connection):
                connection.execute(CreateSchema("identity", if_not_exists=True))
                _make(connection)
    finally:
        opened.close()


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table("about"):
        return 0
    asked = select(ABOUT.c.value).where(ABOUT.c.name == "tables")
    return int(connection.execute(asked).scalar() or 0)


def _make(connection: Connection) -> None:
    METADATA.create_all(connection)
    connection.execute(insert(ABOUT).values(name="tables", value=str(VERSION)))


def _engine(dialect: str, creator: Any, **options: Any) -> Engine:
    # The values of statements are answers, which belong in no message.
    return create_engine(dialect, creator=creator, hide_parameters=True, **options)


def _postgres(url: str, *, reading: bool) -> Database:
    try:
        import psycopg
    except ImportError as error:
        raise DatabaseFault(
            503,
            "PostgreSQL needs psycopg, which is not installed",
            "Install `compassion[postgres]`.",
        ) from error

    def connect_once() -> psycopg.Connection[Any]:
        connection = psycopg.connect(url, connect_timeout=10)
        # A server that hangs is one that does not answer: the pages try again.
        connection.execute("SET statement_timeout = '30s'")
        connection.commit()
        return connection

    options: dict[str, Any] = {"pool_size": 1, "max_overflow": 0}
    if reading:
        # Reading again is harmless, and the server may only have been restarted.
        options["pool_pre_ping"] = True
        options["execution_options"] = {
            "isolation_level": "REPEATABLE READ",
            "postgresql_readonly": True,
        }
    # Acknowledged means on disk, whatever the server's own default is.
    begin = "SET LOCAL synchronous_commit = on"
    engine = _engine("postgresql+psycopg://", connect_once, **options)
    return Database(engine, begin, database_shown(url), reading)


def _fault(error: DBAPIError, name: str) -> DatabaseFault | None:
    """Return what an error of either database means for whoever runs the study; None for our own mistakes."""
    cause = error.orig
    number = getattr(cause, "sqlite_errorcode", None)
    code = getattr(cause, "sqlstate", None) if number is None else number & 0xFF
    if code in _UNWRITABLE:
        return DatabaseFault(
            507,
            f"{name} cannot be read or written: {cause}",
            "Free disk space or correct the permissions; the pages send again by themselves.",
        )
    if code in _LOCKED:
        return DatabaseFault(
            503, f"{name} is locked by another program", "Close the other program."
        )
    if code in _DAMAGED:
        return DatabaseFault(
            503,
            f"{name} is damaged or no SQLite database: {cause}",
            "Keep the file as it is, name a new database, and recover the old one with"
            " `sqlite3 FILE .recover`.",
        )
    if isinstance(error, OperationalError) and number is None:
        return DatabaseFault(503, f"{name} does not answer: {cause}", "Check that PostgreSQL runs.")
    return None
