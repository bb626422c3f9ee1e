"""The tables, as numbered changes that are made once and in order."""

from __future__ import annotations

from experiments.online.collector.database import Database

#: ``{counter}`` is how the database writes a column that counts by itself.
CHANGES: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE slots (
            slot INTEGER PRIMARY KEY,
            place INTEGER NOT NULL UNIQUE,
            block INTEGER NOT NULL,
            cells TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'free' CHECK (state IN ('free', 'taken', 'done')),
            session TEXT UNIQUE)""",
        "CREATE INDEX free_slots ON slots (place) WHERE state = 'free'",
        """CREATE TABLE sessions (
            session TEXT PRIMARY KEY,
            participant TEXT NOT NULL UNIQUE,
            slot INTEGER NOT NULL REFERENCES slots (slot),
            language TEXT NOT NULL,
            source TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'dropped', 'finished')),
            outcome TEXT NOT NULL DEFAULT '',
            confirmed INTEGER NOT NULL DEFAULT 0,
            surplus INTEGER NOT NULL DEFAULT 0,
            opened TEXT NOT NULL,
            last_seen TEXT NOT NULL,
            last_row TEXT,
            finished TEXT,
            row_count INTEGER NOT NULL DEFAULT 0)""",
        "CREATE INDEX running_sessions ON sessions (last_seen) WHERE state = 'running'",
        """CREATE TABLE rows (
            session TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            row TEXT NOT NULL,
            received TEXT NOT NULL,
            PRIMARY KEY (session, sequence))""",
        """CREATE TABLE refused (
            session TEXT NOT NULL,
            digest TEXT NOT NULL,
            reason TEXT NOT NULL,
            row TEXT NOT NULL,
            received TEXT NOT NULL,
            PRIMARY KEY (session, digest))""",
        """CREATE TABLE drafts (
            session TEXT PRIMARY KEY,
            drafts TEXT NOT NULL,
            received TEXT NOT NULL)""",
        """CREATE TABLE events (
            session TEXT NOT NULL,
            digest TEXT NOT NULL,
            event TEXT NOT NULL,
            time TEXT NOT NULL,
            detail TEXT NOT NULL,
            received TEXT NOT NULL,
            PRIMARY KEY (session, digest))""",
        """CREATE TABLE allocation_log (
            entry {counter},
            time TEXT NOT NULL,
            what TEXT NOT NULL,
            slot INTEGER,
            session TEXT,
            why TEXT NOT NULL)""",
        """CREATE TABLE identity.people (
            source TEXT NOT NULL,
            id TEXT NOT NULL,
            session TEXT NOT NULL UNIQUE,
            participant TEXT NOT NULL UNIQUE,
            details TEXT NOT NULL,
            time TEXT NOT NULL,
            PRIMARY KEY (source, id))""",
        "CREATE TABLE identity.secrets (name TEXT PRIMARY KEY, secret TEXT NOT NULL)",
        # One line for each change that was made, and one for the study that the tables are for.
        "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    ),
)


def make_changes(database: Database, counter: str, made: int) -> None:
    """Make the changes that a database lacks, inside the transaction that is open.

    Parameters
    ----------
    database
        A connection.
    counter
        How this database writes a column that counts by itself.
    made
        How many of the changes it has.
    """
    for number, statements in enumerate(CHANGES[made:], start=made + 1):
        for statement in statements:
            database.run(statement.replace("{counter}", counter))
        database.run(
            "INSERT INTO about (name, value) VALUES ('tables', ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (str(number),),
        )
