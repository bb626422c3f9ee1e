"""The tables of a collector's database; payment identities are in a separate schema, ``identity``."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as postgres_insert

METADATA = MetaData()
#: Version of the tables, stored in ``about`` as ``tables``; databases of other versions are not read.
VERSION = 1


def _keys(*names: str) -> list[Column[str]]:
    return [Column(name, Text, primary_key=True) for name in names]


def _texts(*names: str, default: str | None = None) -> list[Column[str]]:
    return [Column(name, Text, nullable=False, server_default=default) for name in names]


def _numbers(*names: str, default: str | None = None) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False, server_default=default) for name in names]


SLOTS = Table(
    "slots",
    METADATA,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    *_numbers("place", "block"),
    *_texts("cells"),
    *_texts("state", default="free"),
    Column("session", Text, unique=True),
    UniqueConstraint("place"),
    CheckConstraint("state IN ('free', 'taken', 'done')"),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    *_keys("session"),
    *_texts("participant"),
    # Empty as long as an answer is awaited that decides which slots the participant can get.
    Column("slot", Integer, ForeignKey("slots.slot")),
    *_texts("language", "source"),
    *_texts("state", default="running"),
    *_texts("outcome", default=""),
    *_numbers("confirmed", "surplus", default="0"),
    *_texts("opened", "last_seen"),
    Column("last_row", Text),
    Column("finished", Text),
    *_numbers("row_count", default="0"),
    UniqueConstraint("participant"),
    CheckConstraint("state IN ('running', 'dropped', 'finished')"),
)
ROWS = Table(
    "rows",
    METADATA,
    *_keys("session"),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    *_texts("row", "received"),
)
REFUSED = Table(
    "refused", METADATA, *_keys("session", "digest"), *_texts("reason", "row", "received")
)
DRAFTS = Table("drafts", METADATA, *_keys("session"), *_texts("drafts", "received"))
EVENTS = Table(
    "events",
    METADATA,
    *_keys("session", "digest"),
    *_texts("event", "time", "detail", "received"),
)
_ENTRY = BigInteger().with_variant(Integer, "sqlite")
ALLOCATION_LOG = Table(
    "allocation_log",
    METADATA,
    Column("entry", _ENTRY, Identity(always=True), primary_key=True),
    *_texts("time", "what"),
    Column("slot", Integer),
    Column("session", Text),
    *_texts("why"),
    sqlite_autoincrement=True,
)
#: The study, mode and protocol to which the database belongs, and the version of the tables.
ABOUT = Table("about", METADATA, *_keys("name"), *_texts("value"))
#: Recruitment platform and ID of each participant, by which they are paid.
IDENTITIES = Table(
    "people",
    METADATA,
    *_keys("source", "id"),
    *_texts("session", "participant", "details", "time"),
    UniqueConstraint("session"),
    UniqueConstraint("participant"),
    schema="identity",
)
SECRETS = Table("secrets", METADATA, *_keys("name"), *_texts("secret"), schema="identity")

for _name, _column, _state in (
    ("free_slots", SLOTS.c.place, "free"),
    ("running_sessions", SESSIONS.c.last_seen, "running"),
):
    _condition = text(f"state = '{_state}'")
    Index(_name, _column, sqlite_where=_condition, postgresql_where=_condition)


def insert_new(table: Table) -> Insert:
    """Return an INSERT that leaves existing rows with the same key unchanged.

    SQLite understands PostgreSQL's ON CONFLICT, so the same statement serves both.
    """
    return postgres_insert(table).on_conflict_do_nothing()
