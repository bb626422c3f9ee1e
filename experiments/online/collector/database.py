"""The database of sessions and rows: an SQLite file or a PostgreSQL database, both used through SQLAlchemy.

Payment identities are stored separately from everything else, in the schema ``identity``; with SQLite, this schema is
a second file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import (
    Connection,
    Engine,
    StaticPool,
    create_engine,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateSchema

from experiments.online.collector.refusal import DatabaseError
from experiments.online.collector.sqlite import open_sqlite
from experiments.online.collector.tables import ABOUT, METADATA, VERSION, insert_new
from experiments.schema import SCHEMA, SCHEMA_KEY, SchemaError, check_schema

MAKE_TABLES = "python -m experiments.online.collector.make_tables"
#: SQLite's result codes and PostgreSQL's SQLSTATEs, each with the HTTP status, the error and the remedy.
_FAULTS: tuple[tuple[set[int | str], int, str, str], ...] = (
    (
        {
            *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY),
            *(sqlite3.SQLITE_CANTOPEN, "53100", "25006", "42501", "58030"),
        },
        507,
        "cannot be read or written: {cause}",
        "Free disk space or change the permissions; the pages send their answers again automatically.",
    ),
    (
        {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED},
        503,
        "is locked by another program",
        "Close the other program.",
    ),
    (
        {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB},
        503,
        "is damaged or not an SQLite database: {cause}",
        "Keep the file unchanged, use a new database, and recover the old one with"
        " `sqlite3 FILE .recover`.",
    ),
)
#: Key of the PostgreSQL advisory lock that is held while tables are created; no other program uses it.
_MIGRATION_LOCK = 7263


class Database:
    """One database, with one connection, which only one thread may use at a time.

    Parameters
    ----------
    engine
        SQLAlchemy's engine; its pool holds a single connection, which is renewed if it breaks.
    begin
        SQL statement that begins a transaction.
    name
        Path or address for messages, without a password.
    reading
        Whether the database is opened for reading only.
    """

    def __init__(self, engine: Engine, begin: str, name: str, reading: bool) -> None:
        self._engine, self._begin, self._reading = engine, begin, reading
        self.name = name
        self._driver = engine.dialect.loaded_dbapi
        self._connection: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Run a transaction: everything in it is saved when it ends; if an error is raised, nothing is.

        Raises
        ------
        DatabaseError
            If the database does not respond, or cannot be read or written.
        """
        with self.connected() as connection, connection.begin():
            connection.connection.cursor().execute(self._begin)
            yield connection

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Use the connection outside a transaction; raises the same errors as ``transaction``."""
        try:
            if self._reading:
                # The pool checks whether its connection still works.
                with self._engine.connect() as connection:
                    yield connection
                return
            # Getting it from the pool each time would take as long as ten posts in a transaction.
            if self._connection is None:
                self._connection = self._engine.connect()
            yield self._connection
        except (DBAPIError, self._driver.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            fault = _fault(cause, self.name, isinstance(cause, self._driver.OperationalError))
            if fault is None:
                raise
            raise fault from error

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


def has_identities(connection: Connection) -> bool:
    """Return whether the database has its payment identities, which are deleted after payment."""
    return inspect(connection).has_table("people", schema="identity")


def is_postgres(database: str | Path) -> bool:
    """Return whether this is a PostgreSQL address rather than the path of an SQLite file."""
    return str(database).startswith(("postgres://", "postgresql://"))


def database_shown(database: str | Path) -> str:
    """Return the path or the address, without user and password, for messages.

    >>> database_shown("postgresql://user:secret@db.example/study")
    'postgresql://db.example/study'
    """
    if not is_postgres(database):
        return str(database)
    parts = urlsplit(str(database))
    return f"postgresql://{parts.hostname or 'localhost'}{parts.path}"


def connect(database: str | Path, *, reading: bool = False, deleting: bool = False) -> Database:
    """Open a database; an SQLite file is created if it does not exist.

    Parameters
    ----------
    database
        SQLite file or ``postgresql://`` address.
    reading
        Open it for reading only; it must exist.
    deleting
        Open it for deleting; it must exist, but its payment identities may already have been deleted.

    Raises
    ------
    DatabaseError
        If it cannot be opened, is not a collector's database, or is a PostgreSQL database without the tables.
    """
    opened = _open(database, reading, deleting)
    try:
        with opened.transaction() as connection:
            version = _version(connection)
            if not version and not reading and not is_postgres(database):
                _make_tables(connection)
            elif version != VERSION:
                raise DatabaseError(503, *_wrong_version(database, version))
            else:
                _check_schema(connection, database_shown(database), reading or deleting)
    except BaseException:
        opened.close()
        raise
    return opened


def migrate(database: str | Path) -> None:
    """Create a database's tables if they are missing; PostgreSQL needs this once, before servers start.

    Several processes may do this at the same time.

    Raises
    ------
    DatabaseError
        If the database does not respond, or its user may not create tables.
    """
    if not is_postgres(database):
        connect(database).close()
        return
    with closing(_open(database)) as opened, opened.transaction() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        if not _version(connection):
            connection.execute(CreateSchema("identity", if_not_exists=True))
            _make_tables(connection)


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table("about"):
        return 0
    query = select(ABOUT.c.value).where(ABOUT.c.name == "tables")
    return int(connection.execute(query).scalar() or 0)


def _make_tables(connection: Connection) -> None:
    METADATA.create_all(connection)
    connection.execute(insert(ABOUT).values(name="tables", value=str(VERSION)))
    connection.execute(insert(ABOUT).values(name=SCHEMA_KEY, value=str(SCHEMA)))


def _check_schema(connection: Connection, shown: str, reading: bool) -> None:
    """Check the format of the rows; a database to which rows may be added states the present format from then on."""
    value = select(ABOUT.c.value).where(ABOUT.c.name == SCHEMA_KEY)
    stated = connection.execute(value).scalar()
    try:
        check_schema(shown, {} if stated is None else {SCHEMA_KEY: int(stated)})
    except SchemaError as error:
        found, _, remedy = str(error).rpartition(". ")
        raise DatabaseError(503, found, remedy) from error
    except ValueError as error:
        remedy = "Restore it from a backup."
        raise DatabaseError(503, f"{shown} is damaged ({error})", remedy) from error
    if reading or stated == str(SCHEMA):
        return
    connection.execute(insert_new(ABOUT).values(name=SCHEMA_KEY, value=str(SCHEMA)))
    raised = update(ABOUT).where(ABOUT.c.name == SCHEMA_KEY).values(value=str(SCHEMA))
    connection.execute(raised)


def _wrong_version(database: str | Path, version: int) -> tuple[str, str]:
    shown = database_shown(database)
    if version > VERSION:
        return (
            f"{shown} has tables of a later version of the collector ({version}; this one knows {VERSION})",
            "Update compassion; the database was not changed.",
        )
    if is_postgres(database):
        return (
            f"{shown} does not have the tables of this version of the collector",
            f"Create them once with `{MAKE_TABLES} ADDRESS`.",
        )
    return (
        f"{shown} is not a database that this version of the collector reads",
        "Check the path, or use the version of compassion that created it.",
    )


def _open(database: str | Path, reading: bool = False, deleting: bool = False) -> Database:
    # Error messages must not contain the values of statements, which are participants' answers.
    options: dict[str, Any] = {"hide_parameters": True}
    if not is_postgres(database):
        path = Path(database)
        engine = create_engine(
            "sqlite://",
            creator=lambda: open_sqlite(path, reading, deleting),
            poolclass=StaticPool,
            **options,
        )
        return Database(engine, "BEGIN" if reading else "BEGIN IMMEDIATE", str(path), reading)
    try:
        import psycopg
    except ImportError as error:
        raise DatabaseError(
            503,
            "PostgreSQL needs psycopg, which is not installed",
            "Install `compassion[postgres]`.",
        ) from error

    def open_postgres() -> psycopg.Connection[Any]:
        connection = psycopg.connect(str(database), connect_timeout=10)
        # A server that hangs is treated like one that does not respond: the pages try again.
        connection.execute("SET statement_timeout = '30s'")
        connection.commit()
        return connection

    options |= {"pool_size": 1, "max_overflow": 0}
    if reading:
        # The server may have been restarted; reading on a new connection is harmless.
        execution = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        options |= {"pool_pre_ping": True, "execution_options": execution}
    engine = create_engine("postgresql+psycopg://", creator=open_postgres, **options)
    # An acknowledged row must have been saved, whatever the server's default is.
    begin = "SET LOCAL synchronous_commit = on"
    return Database(engine, begin, database_shown(database), reading)


def _fault(cause: Any, name: str, operational: bool) -> DatabaseError | None:
    """Return the experimenter's version of a database error; None if the error is a bug of the collector."""
    number = getattr(cause, "sqlite_errorcode", None)
    code = getattr(cause, "sqlstate", None) if number is None else number & 0xFF
    for codes, status, found, remedy in _FAULTS:
        if code in codes:
            return DatabaseError(status, f"{name} {found.format(cause=cause)}", remedy)
    if operational and number is None:
        return DatabaseError(
            503, f"{name} does not respond: {cause}", "Check that PostgreSQL is running."
        )
    return None
