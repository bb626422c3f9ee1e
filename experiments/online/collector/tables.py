"""The tables of a collector's database. Payment identities stand apart, in the schema ``identity``."""

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
#: Written into ``about`` as ``tables``; a database with another number is not read.
VERSION = 1


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _text(name: str, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _texts(*names: str) -> list[Column[str]]:
    return [_text(name) for name in names]


def _number(name: str, default: str | None = None) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=default)


SLOTS = Table(
    "slots",
    METADATA,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    _number("place"),
    _number("block"),
    _text("cells"),
    _text("state", "free"),
    Column("session", Text, unique=True),
    UniqueConstraint("place"),
    CheckConstraint("state IN ('free', 'taken', 'done')"),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    _key("session"),
    _text("participant"),
    Column("slot", Integer, ForeignKey("slots.slot"), nullable=False),
    *_texts("language", "source"),
    _text("state", "running"),
    _text("outcome", ""),
    _number("confirmed", "0"),
    _number("surplus", "0"),
    *_texts("opened", "last_seen"),
    Column("last_row", Text),
    Column("finished", Text),
    _number("row_count", "0"),
    UniqueConstraint("participant"),
    CheckConstraint("state IN ('running', 'dropped', 'finished')"),
)
ROWS = Table(
    "rows",
    METADATA,
    _key("session"),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    *_texts("row", "received"),
)
REFUSED = Table(
    "refused", METADATA, _key("session"), _key("digest"), *_texts("reason", "row", "received")
)
DRAFTS = Table("drafts", METADATA, _key("session"), *_texts("drafts", "received"))
EVENTS = Table(
    "events",
    METADATA,
    *(_key("session"), _key("digest")),
    *_texts("event", "time", "detail", "received"),
)
ALLOCATION_LOG = Table(
    "allocation_log",
    METADATA,
    Column(
        "entry",
        BigInteger().with_variant(Integer, "sqlite"),
        Identity(always=True),
        primary_key=True,
    ),
    *_texts("time", "what"),
    Column("slot", Integer),
    Column("session", Text),
    _text("why"),
    sqlite_autoincrement=True,
)
#: What is known about the study that the tables are for.
ABOUT = Table("about", METADATA, _key("name"), _text("value"))
PEOPLE = Table(
    "people",
    METADATA,
    *(_key("source"), _key("id")),
    *_texts("session", "participant", "details", "time"),
    UniqueConstraint("session"),
    UniqueConstraint("participant"),
    schema="identity",
)
SECRETS = Table("secrets", METADATA, _key("name"), _text("secret"), schema="identity")

for _name, _column, _state in (
    ("free_slots", SLOTS.c.place, "free"),
    ("running_sessions", SESSIONS.c.last_seen, "running"),
):
    _those = text(f"state = '{_state}'")
    Index(_name, _column, sqlite_where=_those, postgresql_where=_those)


def once(table: Table) -> Insert:
    """Return an INSERT that leaves a row alone whose key is there already.

    SQLite understands PostgreSQL's ON CONFLICT, and SQLAlchemy writes the one for the other.
    """
    return postgres_insert(table).on_conflict_do_nothing()
