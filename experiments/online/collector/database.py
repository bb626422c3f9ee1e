"""Where sessions and rows are kept: an SQLite file or a PostgreSQL database, used alike through SQLAlchemy.

Payment identities are kept apart from all else: in the schema ``identity``, which SQLite keeps in a second file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, StaticPool, create_engine, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateSchema

from experiments.online.collector.refusal import DatabaseError
from experiments.online.collector.sqlite import open_sqlite
from experiments.online.collector.tables import ABOUT, METADATA, VERSION

MAKE_TABLES = "python -m experiments.online.collector.make_tables"
#: SQLite's result codes and PostgreSQL's SQLSTATEs, with HTTP's status, what is wrong, and what to do.
_FAULTS: tuple[tuple[set[int | str], int, str, str], ...] = (
    (
        {
            *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY),
            *(sqlite3.SQLITE_CANTOPEN, "53100", "25006", "42501", "58030"),
        },
        507,
        "cannot be read or written: {cause}",
        "Free disk space or correct the permissions; the pages send again by themselves.",
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
        "is damaged or no SQLite database: {cause}",
        "Keep the file as it is, name a new database, and recover the old one with"
        " `sqlite3 FILE .recover`.",
    ),
)
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
        self._engine, self._begin, self._reading = engine, begin, reading
        self.name = name
        self._driver = engine.dialect.loaded_dbapi
        self._connection: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Keep all that is done inside, on disk when it is left; nothing if it raises.

        Raises
        ------
        DatabaseError
            If the database cannot do it.
        """
        with self.connected() as connection, connection.begin():
            connection.connection.cursor().execute(self._begin)
            yield connection

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Use the connection, outside a transaction; raises as ``transaction``."""
        try:
            if self._reading:
                # The pool looks whether its connection still lives.
                with self._engine.connect() as connection:
                    yield connection
                return
            # Asking the pool again would take as long as ten posts of a transaction.
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
    DatabaseError
        If it cannot be opened, it is not a collector's, or a PostgreSQL database lacks the tables.
    """
    opened = _open(database, reading, deleting)
    try:
        with opened.transaction() as connection:
            made = _version(connection)
            if not made and not reading and not is_postgres(database):
                _make_tables(connection)
            elif made != VERSION:
                raise DatabaseError(503, *_another_version(database))
    except BaseException:
        opened.close()
        raise
    return opened


def migrate(database: str | Path) -> None:
    """Make the tables that a database lacks; PostgreSQL needs it once, before servers start.

    Several may call it at once.

    Raises
    ------
    DatabaseError
        If the database does not answer, or its user may not make tables.
    """
    if not is_postgres(database):
        connect(database).close()
        return
    with closing(_open(database)) as opened, opened.transaction() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
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


def _another_version(database: str | Path) -> tuple[str, str]:
    shown = database_shown(database)
    if is_postgres(database):
        return (
            f"{shown} does not have the tables of this version of the collector",
            f"Make them once with `{MAKE_TABLES} ADDRESS`.",
        )
    return (
        f"{shown} is not a database that this version of the collector reads",
        "Check the path, or use the version of compassion that made it.",
    )


def _open(database: str | Path, reading: bool = False, deleting: bool = False) -> Database:
    # The values of statements are answers, which belong in no message.
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
        # A server that hangs is one that does not answer: the pages try again.
        connection.execute("SET statement_timeout = '30s'")
        connection.commit()
        return connection

    options |= {"pool_size": 1, "max_overflow": 0}
    if reading:
        # Reading again is harmless, and the server may only have been restarted.
        how = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        options |= {"pool_pre_ping": True, "execution_options": how}
    engine = create_engine("postgresql+psycopg://", creator=open_postgres, **options)
    # Acknowledged means on disk, whatever the server's own default is.
    begin = "SET LOCAL synchronous_commit = on"
    return Database(engine, begin, database_shown(database), reading)


def _fault(cause: Any, name: str, out_of_order: bool) -> DatabaseError | None:
    """Return what an error of either database means for whoever runs the study; None for our own mistakes."""
    number = getattr(cause, "sqlite_errorcode", None)
    code = getattr(cause, "sqlstate", None) if number is None else number & 0xFF
    for codes, status, found, remedy in _FAULTS:
        if code in codes:
            return DatabaseError(status, f"{name} {found.format(cause=cause)}", remedy)
    if out_of_order and number is None:
        return DatabaseError(503, f"{name} does not answer: {cause}", "Check that PostgreSQL runs.")
    return None
