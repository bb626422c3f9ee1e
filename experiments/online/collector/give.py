"""Giving the data: what a collector has kept, as rows of the schema and lists of plain records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from experiments.errors import UserError
from experiments.online.collector.database import connect, database_shown, has_identities
from experiments.online.collector.deleting import deleted_of
from experiments.online.collector.refusal import DatabaseFault
from experiments.online.collector.tables import (
    ABOUT,
    ALLOCATION_LOG,
    DRAFTS,
    EVENTS,
    PEOPLE,
    REFUSED,
    ROWS,
    SESSIONS,
)
from experiments.package.deleting import hash_of
from experiments.schema import Row

Record = dict[str, Any]


class GiveFault(UserError):
    """Databases that cannot be given together."""


@dataclass(frozen=True)
class Given:
    """All that one or more databases of a collector hold, but for payment identities."""

    rows: tuple[Row, ...]
    """Sorted by session (in the order in which they were opened) and sequence, each once."""
    sessions: tuple[Record, ...]
    """session, participant, slot, language, source, state, outcome, confirmed, surplus, opened,
    last_seen, last_row, finished, row_count; sorted by ``opened``."""
    events: tuple[Record, ...]
    """session, event, time, detail (an object), received."""
    drafts: tuple[Record, ...]
    """session, drafts (an object), received: answers on screens that were never finished."""
    allocation: tuple[Record, ...]
    """entry, time, what, slot, session, why: every draw, release and deletion."""
    refused: tuple[Record, ...]
    """session, reason, row (what was sent), received."""
    about: Record
    """study, mode, protocol_version, protocol_hash."""

    @property
    def deleted(self) -> frozenset[str]:
        """Hashes of the codes of participants who have withdrawn."""
        logged = [line["session"] for line in self.allocation if line["what"] == "deleted"]
        return deleted_of(logged)


def give(databases: str | Path | Sequence[str | Path]) -> Given:
    """Read what collectors have kept; a server may be running meanwhile.

    Parameters
    ----------
    databases
        One or more SQLite files or ``postgresql://`` addresses of the same study, such as the
        database itself and a copy of it; what stands in several is given once, and
        who was deleted from one is given from none.

    Raises
    ------
    DatabaseFault
        If there is no such database, or it is not a collector's.
    GiveFault
        If databases belong to different studies, modes or versions, or contradict each other.
    """
    listed = [databases] if isinstance(databases, str | Path) else list(databases)
    return _merged([(str(name), _one(name)) for name in listed])


def payments(database: str | Path) -> list[Record]:
    """Return whom to pay: source, id, participant, outcome, confirmed, opened, finished.

    This is the one function that connects participants with their payment identities.

    Raises
    ------
    DatabaseFault
        If there is no such database, or its identities are gone (as they should be after payment).
    """
    asked = (
        select(
            *(PEOPLE.c.source, PEOPLE.c.id, PEOPLE.c.participant),
            *(SESSIONS.c.outcome, SESSIONS.c.confirmed, SESSIONS.c.opened, SESSIONS.c.finished),
        )
        .join_from(PEOPLE, SESSIONS, SESSIONS.c.session == PEOPLE.c.session)
        .order_by(SESSIONS.c.opened, PEOPLE.c.participant)
    )
    opened = connect(database, reading=True)
    try:
        with opened.transaction() as connection:
            if not has_identities(connection):
                raise DatabaseFault(
                    503,
                    f"{database_shown(database)} has no payment identities beside it",
                    "Put the file of identities beside it, if it still exists.",
                )
            return [_record(line) for line in connection.execute(asked).mappings()]
    finally:
        opened.close()


def _one(database: str | Path) -> Given:
    opened = connect(database, reading=True)
    try:
        with opened.transaction() as connection:
            return _read(connection)
    finally:
        opened.close()


def _record(line: Mapping[Any, Any]) -> Record:
    record = dict(line)
    flags = {name: bool(record[name]) for name in ("confirmed", "surplus") if name in record}
    texts = {name: json.loads(record[name]) for name in ("detail", "drafts") if name in record}
    return {**record, **flags, **texts}


def _read(connection: Connection) -> Given:
    def records(table: Table, *order: ColumnElement[Any]) -> tuple[Record, ...]:
        columns = [column for column in table.c if column.name != "digest"]
        found = connection.execute(select(*columns).order_by(*order)).mappings()
        return tuple(map(_record, found))

    about = select(ABOUT.c.name, ABOUT.c.value).where(ABOUT.c.name != "tables")
    rows = (
        select(ROWS.c.row)
        .join_from(ROWS, SESSIONS, ROWS.c.session == SESSIONS.c.session)
        .order_by(SESSIONS.c.opened, ROWS.c.session, ROWS.c.sequence)
    )
    return Given(
        rows=tuple(map(json.loads, connection.execute(rows).scalars())),
        sessions=records(SESSIONS, SESSIONS.c.opened, SESSIONS.c.session),
        events=records(EVENTS, EVENTS.c.received, EVENTS.c.session, EVENTS.c.time),
        drafts=records(DRAFTS, DRAFTS.c.session),
        allocation=records(ALLOCATION_LOG, ALLOCATION_LOG.c.entry),
        refused=records(REFUSED, REFUSED.c.received, REFUSED.c.session, REFUSED.c.digest),
        about=dict(connection.execute(about).all()),
    )


def _merged(given: Sequence[tuple[str, Given]]) -> Given:
    (first, study), *_ = given
    deleted = frozenset[str]().union(*(one.deleted for _, one in given))
    given = [(name, _without(one, deleted)) for name, one in given]
    rows: dict[tuple[str, int], Row] = {}
    sessions: dict[str, Record] = {}
    for name, one in given:
        if one.about != study.about:
            raise GiveFault(
                f"{name} holds {one.about}, but {first} holds {study.about}; "
                "import studies, modes and versions one by one"
            )
        for row in one.rows:
            key = row["session"], row["sequence"]
            if rows.setdefault(key, row) != row:
                raise GiveFault(
                    f"{name} holds another row {key[1]} of session {key[0]} than the databases before it; "
                    "find out which of them was changed"
                )
        for session in one.sessions:
            known = sessions.setdefault(session["session"], session)
            if session["last_seen"] > known["last_seen"]:
                sessions[session["session"]] = session
    opened = sorted(sessions.values(), key=lambda one: (one["opened"], one["session"]))
    place = {one["session"]: number for number, one in enumerate(opened)}
    return Given(
        rows=tuple(rows[key] for key in sorted(rows, key=lambda key: (place[key[0]], key[1]))),
        sessions=tuple(opened),
        events=_once([one.events for _, one in given], "received"),
        drafts=_latest([one.drafts for _, one in given]),
        allocation=_once([one.allocation for _, one in given], "time"),
        refused=_once([one.refused for _, one in given], "received"),
        about=study.about,
    )


def _without(given: Given, deleted: frozenset[str]) -> Given:
    """Leave out who has been deleted from another of the databases."""
    gone = {one["session"] for one in given.sessions if hash_of(one["participant"]) in deleted}

    def stay(records: Sequence[Record]) -> tuple[Record, ...]:
        return tuple(record for record in records if record["session"] not in gone)

    return replace(
        given,
        rows=stay(given.rows),
        sessions=stay(given.sessions),
        events=stay(given.events),
        drafts=stay(given.drafts),
        allocation=stay(given.allocation),
        refused=stay(given.refused),
    )


def _once(lists: Sequence[tuple[Record, ...]], order: str) -> tuple[Record, ...]:
    """Put lists together, each record once, in the order of time (and of its own list within it)."""
    found = {json.dumps(record, sort_keys=True): record for records in lists for record in records}
    return tuple(sorted(found.values(), key=lambda record: str(record[order])))


def _latest(lists: Sequence[tuple[Record, ...]]) -> tuple[Record, ...]:
    latest: dict[str, Record] = {}
    for draft in (draft for drafts in lists for draft in drafts):
        known = latest.setdefault(draft["session"], draft)
        if draft["received"] > known["received"]:
            latest[draft["session"]] = draft
    return tuple(latest[session] for session in sorted(latest))
