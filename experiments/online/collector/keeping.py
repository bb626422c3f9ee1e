"""Storing what pages send: each row once, drafts, events, and refused rows."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert

from experiments.online.collector.allocation import continue_dropout
from experiments.online.collector.bodies import Event
from experiments.online.collector.refusal import DeletedSessionError
from experiments.online.collector.rows import text_of
from experiments.online.collector.tables import DRAFTS, EVENTS, REFUSED, ROWS, insert_new

#: Maximum number of refused rows that are stored for a session.
MOST_REFUSED = 200
#: Maximum number of rows in one statement; each has four values, and databases limit the number of values.
ROWS_IN_A_STATEMENT = 100


@dataclass(slots=True)
class Post:
    """The checked content of one request from a page."""

    session: str
    rows: Sequence[tuple[int, str]] = ()
    """Sequence number and row (as JSON)."""
    refused: Sequence[tuple[str, str]] = ()
    """Reason, and what was sent (as JSON)."""
    drafts: str | None = None
    events: Sequence[Event] = ()
    time: str = ""


@dataclass(slots=True)
class Kept:
    """The result of storing the rows of a post."""

    accepted: list[int]
    known: list[int]
    differing: list[int]
    """Sequence numbers under which a different row was already stored; the stored row is kept."""


# The two statements that every post needs are written by hand, in SQL that both SQLite and PostgreSQL understand, and
# go directly to the driver: SQLAlchemy takes longer than the database for them (benchmarks/online/collector.md).
@cache
def _insert_statement(count: int, mark: str) -> str:
    """Return the statement that inserts ``count`` rows and returns those that are new."""
    rows = ", ".join([f"({mark}, {mark}, {mark}, {mark})"] * count)
    return (
        f"INSERT INTO rows (session, sequence, row, received) VALUES {rows}"
        " ON CONFLICT DO NOTHING RETURNING session, sequence"
    )


@cache
def _update_statement(count: int, mark: str) -> str:
    """Return the statement that updates the last contact and the number of rows of ``count`` sessions."""
    active = ", ".join([f"({mark}, {mark})"] * count)
    return (
        f"UPDATE sessions SET last_seen = {mark}, row_count = row_count + column2,"
        f" last_row = CASE WHEN column2 > 0 THEN {mark} ELSE last_row END"
        f" FROM (VALUES {active}) AS active WHERE session = column1 RETURNING session, state"
    )


_DRAFT = postgres_insert(DRAFTS)
_KEEP_DRAFT = _DRAFT.on_conflict_do_update(
    index_elements=["session"],
    set_={"drafts": _DRAFT.excluded.drafts, "received": _DRAFT.excluded.received},
)


def keep(connection: Connection, posts: Sequence[Post]) -> list[Kept | DeletedSessionError]:
    """Store posts in the open transaction, and return the result of each."""
    if not posts:
        return []
    new_rows = _insert_rows(connection, posts)
    results = [_compare_with_stored(connection, post, new_rows) for post in posts]
    deleted = _update_sessions(connection, posts, results)
    if deleted:
        # A page that was open when its participant withdrew continues to send rows.
        connection.execute(delete(ROWS).where(ROWS.c.session.in_(deleted)))
    existing = [pair for pair in zip(posts, results, strict=True) if pair[0].session not in deleted]
    for post, result in existing:
        _store_refused(connection, post, result)
        if post.drafts is not None:
            draft = {"session": post.session, "drafts": post.drafts, "received": post.time}
            connection.execute(_KEEP_DRAFT, draft)
    if events := [_event(post, event) for post, _ in existing for event in post.events]:
        connection.execute(insert_new(EVENTS), events)
    return [
        DeletedSessionError() if post.session in deleted else result
        for post, result in zip(posts, results, strict=True)
    ]


def _insert_rows(connection: Connection, posts: Sequence[Post]) -> set[tuple[str, int]]:
    rows = [
        (post.session, sequence, text, post.time) for post in posts for sequence, text in post.rows
    ]
    new_rows: set[tuple[str, int]] = set()
    for start in range(0, len(rows), ROWS_IN_A_STATEMENT):
        part = rows[start : start + ROWS_IN_A_STATEMENT]
        new_rows.update(_run(connection, _insert_statement, len(part), chain.from_iterable(part)))
    return new_rows


def _run(
    connection: Connection, statement: Callable[[int, str], str], count: int, values: Iterable[Any]
) -> list[Any]:
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    cursor = connection.connection.cursor()
    cursor.execute(statement(count, mark), tuple(values))
    return list(cursor.fetchall())


def _compare_with_stored(
    connection: Connection, post: Post, new_rows: set[tuple[str, int]]
) -> Kept:
    kept = Kept([], [], [])
    for sequence, text in post.rows:
        if (post.session, sequence) in new_rows:
            # If several posts of one transaction have the same row, only the first counts as accepted.
            new_rows.discard((post.session, sequence))
            kept.accepted.append(sequence)
            continue
        query = select(ROWS.c.row).where(
            ROWS.c.session == post.session, ROWS.c.sequence == sequence
        )
        same = json.loads(connection.execute(query).scalar_one()) == json.loads(text)
        (kept.known if same else kept.differing).append(sequence)
    return kept


def _update_sessions(
    connection: Connection, posts: Sequence[Post], results: Sequence[Kept]
) -> set[str]:
    """Update each session's last contact and number of rows; return the sessions that were deleted."""
    new = Counter[str]()
    for post, result in zip(posts, results, strict=True):
        new[post.session] += len(result.accepted)
    time = max(post.time for post in posts)
    values = time, time, *chain.from_iterable(new.items())
    states = dict(_run(connection, _update_statement, len(new), values))
    for session, state in states.items():
        if state == "dropped":
            continue_dropout(connection, session, time)
    return new.keys() - states.keys()


def _store_refused(connection: Connection, post: Post, result: Kept) -> None:
    texts = dict(post.rows)
    refused = [
        *post.refused,
        *((f"sequence {number} has a different row", texts[number]) for number in result.differing),
    ]
    if not refused:
        return
    query = select(func.count()).where(REFUSED.c.session == post.session)
    room = MOST_REFUSED - connection.execute(query).scalar_one()
    common = {"session": post.session, "received": post.time}
    records = [
        {**common, "digest": _digest(text), "reason": reason, "row": text}
        for reason, text in refused[: max(0, room)]
    ]
    if records:
        connection.execute(insert_new(REFUSED), records)


def _event(post: Post, event: Event) -> dict[str, Any]:
    """Return the record of an event; an event that is sent again has the same digest, and is stored only once."""
    detail = text_of(dict(sorted(event.detail.items())))
    return {
        "session": post.session,
        "digest": _digest(event.event, event.time, detail),
        "event": event.event,
        "time": event.time,
        "detail": detail,
        "received": post.time,
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
