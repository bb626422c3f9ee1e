"""The database of a server that runs for long: PostgreSQL, named by its address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg

from experiments.online.collector.database import (
    DatabaseFault,
    KeptRow,
    database_shown,
)
from experiments.online.collector.tables import CHANGES, make_changes

_INSERT = """INSERT INTO rows
    SELECT * FROM unnest(%s::text[], %s::integer[], %s::text[], %s::text[])
    ON CONFLICT DO NOTHING RETURNING session, sequence"""
_UNWRITABLE = (
    psycopg.errors.DiskFull,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.IoError,
)


MAKE_TABLES = "python -m experiments.online.collector.make_tables"


class Postgres:
    """A connection to a PostgreSQL database, renewed when it broke; see ``Database``."""

    skipping = " FOR UPDATE SKIP LOCKED"

    def __init__(self, url: str, *, reading: bool = False, migrating: bool = False) -> None:
        self._url, self._reading = url, reading
        self._name = database_shown(url)
        self._connection = self._open()
        if not migrating and self._changes_made() != len(CHANGES):
            self.close()
            raise DatabaseFault(
                503,
                f"{self._name} does not have the tables of this version of the collector",
                f"Make them once with `{MAKE_TABLES} ADDRESS`.",
            )

    def _open(self) -> psycopg.Connection[tuple[Any, ...]]:
        with self._translated():
            connection = psycopg.connect(self._url, autocommit=True, connect_timeout=10)
            # A server that hangs is one that does not answer: the pages try again.
            connection.execute("SET statement_timeout = '30s'")
            if self._reading:
                connection.read_only = True
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            return connection

    def _changes_made(self) -> int:
        if self.run("SELECT to_regclass('about')")[0][0] is None:
            return 0
        return int(self.run("SELECT value FROM about WHERE name = 'tables'")[0][0])

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except _UNWRITABLE as error:
            raise DatabaseFault(
                507,
                f"{self._name} cannot be written: {error}",
                "Free disk space or mend the permissions; the pages send again by themselves.",
            ) from error
        except psycopg.OperationalError as error:
            raise DatabaseFault(
                503, f"{self._name} does not answer: {error}", "Check that PostgreSQL runs."
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is done inside, on disk when it is left; nothing if it raises."""
        if self._connection.closed:
            self._connection = self._open()
        with self._translated(), self._connection.transaction():
            # Acknowledged means on disk, whatever the server's own default is.
            self._connection.execute("SET LOCAL synchronous_commit = on")
            yield

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        if self._connection.closed:
            self._connection = self._open()
        try:
            return self._run(sql, values)
        except DatabaseFault:
            # Reading again is harmless, and the server may only have been started anew.
            if not (self._reading and self._connection.closed):
                raise
        self._connection = self._open()
        return self._run(sql, values)

    def _run(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._translated():
            done = self._connection.execute(_with_percents(sql), values)
            return done.fetchall() if done.description else []

    def insert_rows(self, rows: Sequence[KeptRow]) -> set[tuple[str, int]]:
        """Insert the rows whose (session, sequence) is new, and return those."""
        with self._translated():
            columns = [list(column) for column in zip(*rows, strict=True)]
            return set(self._connection.execute(_INSERT, columns).fetchall())

    def has_identities(self) -> bool:
        """Tell whether the payment identities are (still) there."""
        return self.run("SELECT to_regclass('identity.people')")[0][0] is not None

    def overwrite_freed(self) -> str:
        """Leave it to PostgreSQL, whose administrator alone can stop everybody for it."""
        return (
            f"PostgreSQL overwrites the bytes in its own time, or with `VACUUM FULL` on {self._name};"
            " think of its backups, too."
        )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@cache
def _with_percents(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()


def migrate_postgres(url: str) -> None:
    """Make the tables that a PostgreSQL database lacks; safe to be called by several at once.

    Raises
    ------
    DatabaseFault
        If the database does not answer or its user may not make tables.
    """
    database = Postgres(url, migrating=True)
    try:
        with database.transaction():
            database.run("SELECT pg_advisory_xact_lock(?)", (7263,))
            database.run("CREATE SCHEMA IF NOT EXISTS identity")
            make_changes(
                database,
                "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
                database._changes_made(),
            )
    finally:
        database.close()
