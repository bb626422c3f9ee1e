"""The data of a collector's database: rows of the schema, and plain records of sessions, events and the rest."""

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
from experiments.online.collector.deleting import deleted_hashes
from experiments.online.collector.refusal import DatabaseError
from experiments.online.collector.tables import (
    ABOUT,
    ALLOCATION_LOG,
    DRAFTS,
    EVENTS,
    IDENTITIES,
    REFUSED,
    ROWS,
    SESSIONS,
)
from experiments.package.deleting import hash_of
from experiments.schema import SCHEMA_KEY, Row

Record = dict[str, Any]


class CombinedDatabasesError(UserError):
    """Databases cannot be combined because they belong to different studies or contradict each other."""


@dataclass(frozen=True)
class CollectorData:
    """The data of one or more of a collector's databases, without payment identities."""

    rows: tuple[Row, ...]
    """Each row once, sorted by session (in the order of opening) and sequence."""
    sessions: tuple[Record, ...]
    """session, participant, slot, language, source, state, outcome, confirmed, surplus, opened,
    last_seen, last_row, finished, row_count; sorted by ``opened``."""
    events: tuple[Record, ...]
    """session, event, time, detail (an object), received."""
    drafts: tuple[Record, ...]
    """session, drafts (an object), received: answers on a screen that was not completed."""
    allocation: tuple[Record, ...]
    """entry, time, what, slot, session, why: every allocation, release and deletion."""
    refused: tuple[Record, ...]
    """session, reason, row (what was sent), received."""
    about: Record
    """study, mode, protocol_version, protocol_hash."""

    @property
    def deleted(self) -> frozenset[str]:
        """Hashes of the codes of participants who withdrew."""
        logged = [line["session"] for line in self.allocation if line["what"] == "deleted"]
        return deleted_hashes(logged)


def give(databases: str | Path | Sequence[str | Path]) -> CollectorData:
    """Read the data of one or more databases, whose servers may be running.

    Parameters
    ----------
    databases
        One or more SQLite files or ``postgresql://`` addresses of the same study, such as a database and its
        copy. Data that several of them have are returned once; participants who were deleted from one of
        them are not returned at all.

    Raises
    ------
    DatabaseError
        If there is no such database, or it is not a collector's database.
    CombinedDatabasesError
        If the databases belong to different studies, modes or versions, or contradict each other.
    """
    listed = [databases] if isinstance(databases, str | Path) else list(databases)
    return _merged([(str(name), _read(name)) for name in listed])


def payments(database: str | Path) -> list[Record]:
    """Return who can be paid, with source, id, participant, outcome, confirmed, opened and finished.

    Only this function links participants to their payment identities.

    Raises
    ------
    DatabaseError
        If there is no such database, or its identities were deleted (as they should be after payment).
    """
    query = (
        select(
            *(IDENTITIES.c.source, IDENTITIES.c.id, IDENTITIES.c.participant),
            *(SESSIONS.c.outcome, SESSIONS.c.confirmed, SESSIONS.c.opened, SESSIONS.c.finished),
        )
        .join_from(IDENTITIES, SESSIONS, SESSIONS.c.session == IDENTITIES.c.session)
        .order_by(SESSIONS.c.opened, IDENTITIES.c.participant)
    )
    with closing(connect(database, reading=True)) as opened, opened.transaction() as connection:
        if not has_identities(connection):
            raise DatabaseError(
                503,
                f"{database_shown(database)} has no file of payment identities beside it",
                "Put the file of identities there, if it still exists.",
            )
        return [_record(line) for line in connection.execute(query).mappings()]


def _record(line: Mapping[Any, Any]) -> Record:
    record = dict(line)
    flags = {name: bool(record[name]) for name in ("confirmed", "surplus") if name in record}
    texts = {name: json.loads(record[name]) for name in ("detail", "drafts") if name in record}
    return {**record, **flags, **texts}


def _read(database: str | Path) -> CollectorData:
    about = select(ABOUT.c.name, ABOUT.c.value).where(ABOUT.c.name.not_in(("tables", SCHEMA_KEY)))
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

        return CollectorData(
            rows=tuple(map(json.loads, connection.execute(rows).scalars())),
            sessions=records(SESSIONS, SESSIONS.c.opened, SESSIONS.c.session),
            events=records(EVENTS, EVENTS.c.received, EVENTS.c.session, EVENTS.c.time),
            drafts=records(DRAFTS, DRAFTS.c.session),
            allocation=records(ALLOCATION_LOG, ALLOCATION_LOG.c.entry),
            refused=records(REFUSED, REFUSED.c.received, REFUSED.c.session, REFUSED.c.digest),
            about=dict(connection.execute(about).all()),
        )


def _merged(databases: Sequence[tuple[str, CollectorData]]) -> CollectorData:
    (first_name, first), *_ = databases
    for name, data in databases:
        if data.about != first.about:
            raise CombinedDatabasesError(
                f"{name} has {data.about}, but {first_name} has {first.about}. "
                "Import different studies, modes and versions separately."
            )
    deleted = frozenset[str]().union(*(data.deleted for _, data in databases))
    all_sessions = [session for _, data in databases for session in data.sessions]
    withdrawn = {
        session["session"] for session in all_sessions if hash_of(session["participant"]) in deleted
    }

    def all_of(name: str) -> list[Record]:
        found = (record for _, data in databases for record in getattr(data, name))
        return [record for record in found if record["session"] not in withdrawn]

    rows: dict[tuple[str, int], Row] = {}
    for name, data in databases:
        for row in data.rows:
            key = row["session"], row["sequence"]
            if rows.setdefault(key, row) != row:
                raise CombinedDatabasesError(
                    f"row {key[1]} of session {key[0]} differs between {name} and a database listed before it. "
                    "Find out which of them was changed."
                )
    latest = _latest(all_of("sessions"), "last_seen", "confirmed")
    sessions = sorted(latest.values(), key=lambda session: (session["opened"], session["session"]))
    place = {session["session"]: number for number, session in enumerate(sessions)}
    kept = sorted((key for key in rows if key[0] in place), key=lambda key: (place[key[0]], key[1]))
    drafts = _latest(all_of("drafts"), "received")
    return CollectorData(
        rows=tuple(rows[key] for key in kept),
        sessions=tuple(sessions),
        events=_once(all_of("events"), "received"),
        drafts=tuple(drafts[session] for session in sorted(drafts)),
        allocation=_once(all_of("allocation"), "time"),
        refused=_once(all_of("refused"), "received"),
        about=first.about,
    )


def _once(records: Sequence[Record], order: str) -> tuple[Record, ...]:
    """Return each record once, sorted by time."""
    found = {json.dumps(record, sort_keys=True): record for record in records}
    return tuple(sorted(found.values(), key=lambda record: str(record[order])))


def _latest(records: Sequence[Record], *order: str) -> dict[str, Record]:
    """Return the newest record of each session."""
    newest_last = sorted(records, key=lambda record: [record[name] for name in order])
    return {record["session"]: record for record in newest_last}
