"""Giving the data: what a collector has kept, as rows of the schema and lists of plain records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from experiments.errors import UserError
from experiments.online.collector.database import connect, database_shown, has_identities
from experiments.online.collector.deleting import deleted_of
from experiments.online.collector.refusal import DatabaseError
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


class CombinedDatabasesError(UserError):
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
        database itself and a copy of it; what several hold is given once, and who was
        deleted from one is given from none.

    Raises
    ------
    DatabaseError
        If there is no such database, or it is not a collector's.
    CombinedDatabasesError
        If databases belong to different studies, modes or versions, or contradict each other.
    """
    listed = [databases] if isinstance(databases, str | Path) else list(databases)
    return _merged([(str(name), _read(name)) for name in listed])


def payments(database: str | Path) -> list[Record]:
    """Return who is to be paid: source, id, participant, outcome, confirmed, opened, finished.

    This is the one function that connects participants with their payment identities.

    Raises
    ------
    DatabaseError
        If there is no such database, or its identities are gone (as they should be after payment).
    """
    query = (
        select(
            *(PEOPLE.c.source, PEOPLE.c.id, PEOPLE.c.participant),
            *(SESSIONS.c.outcome, SESSIONS.c.confirmed, SESSIONS.c.opened, SESSIONS.c.finished),
        )
        .join_from(PEOPLE, SESSIONS, SESSIONS.c.session == PEOPLE.c.session)
        .order_by(SESSIONS.c.opened, PEOPLE.c.participant)
    )
    with closing(connect(database, reading=True)) as opened, opened.transaction() as connection:
        if not has_identities(connection):
            raise DatabaseError(
                503,
                f"{database_shown(database)} has no payment identities beside it",
                "Put the file of identities beside it, if it still exists.",
            )
        return [_record(line) for line in connection.execute(query).mappings()]


def _record(line: Mapping[Any, Any]) -> Record:
    record = dict(line)
    flags = {name: bool(record[name]) for name in ("confirmed", "surplus") if name in record}
    texts = {name: json.loads(record[name]) for name in ("detail", "drafts") if name in record}
    return {**record, **flags, **texts}


def _read(database: str | Path) -> Given:
    about = select(ABOUT.c.name, ABOUT.c.value).where(ABOUT.c.name != "tables")
    rows = (
        select(ROWS.c.row)
        .join_from(ROWS, SESSIONS, ROWS.c.session == SESSIONS.c.session)
        .order_by(SESSIONS.c.opened, ROWS.c.session, ROWS.c.sequence)
    )
    with closing(connect(database, reading=True)) as opened, opened.transaction() as connection:

        def records(table: Table, *order: ColumnElement[Any]) -> tuple[Record, ...]:
            columns = [column for column in table.c if column.name != "digest"]
            found = connection.execute(select(*columns).order_by(*order)).mappings()
            return tuple(map(_record, found))

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
    for name, one in given:
        if one.about != study.about:
            raise CombinedDatabasesError(
                f"{name} holds {one.about}, but {first} holds {study.about}; "
                "import studies, modes and versions one by one"
            )
    deleted = frozenset[str]().union(*(one.deleted for _, one in given))
    everybody = [session for _, one in given for session in one.sessions]
    gone = {one["session"] for one in everybody if hash_of(one["participant"]) in deleted}

    def all_of(name: str) -> list[Record]:
        found = (record for _, one in given for record in getattr(one, name))
        return [record for record in found if record["session"] not in gone]

    rows: dict[tuple[str, int], Row] = {}
    for name, one in given:
        for row in one.rows:
            key = row["session"], row["sequence"]
            if rows.setdefault(key, row) != row:
                raise CombinedDatabasesError(
                    f"{name} holds another row {key[1]} of session {key[0]} than the databases before it; "
                    "find out which of them was changed"
                )
    latest = _latest(all_of("sessions"), "last_seen", "confirmed")
    sessions = sorted(latest.values(), key=lambda one: (one["opened"], one["session"]))
    place = {one["session"]: number for number, one in enumerate(sessions)}
    kept = sorted((key for key in rows if key[0] in place), key=lambda key: (place[key[0]], key[1]))
    drafts = _latest(all_of("drafts"), "received")
    return Given(
        rows=tuple(rows[key] for key in kept),
        sessions=tuple(sessions),
        events=_once(all_of("events"), "received"),
        drafts=tuple(drafts[session] for session in sorted(drafts)),
        allocation=_once(all_of("allocation"), "time"),
        refused=_once(all_of("refused"), "received"),
        about=study.about,
    )


def _once(records: Sequence[Record], order: str) -> tuple[Record, ...]:
    """Return each record once, in the order of time (and of its own list within it)."""
    found = {json.dumps(record, sort_keys=True): record for record in records}
    return tuple(sorted(found.values(), key=lambda record: str(record[order])))


def _latest(records: Sequence[Record], *order: str) -> dict[str, Record]:
    """Return the newest record of each session."""
    newest_last = sorted(records, key=lambda record: [record[name] for name in order])
    return {record["session"]: record for record in newest_last}
