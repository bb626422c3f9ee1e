"""Keeping what pages send: rows once each, drafts, events, and what had to be refused."""

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

from experiments.online.collector.allocation import come_back
from experiments.online.collector.bodies import Event
from experiments.online.collector.refusal import DeletedSessionError
from experiments.online.collector.rows import text_of
from experiments.online.collector.tables import DRAFTS, EVENTS, REFUSED, ROWS, once

#: Refused rows that are put aside for one session; more say nothing new.
MOST_REFUSED = 200
#: Each row has four values, and no database takes any number of them.
ROWS_IN_A_STATEMENT = 100


@dataclass(slots=True)
class Post:
    """What one request of a page sends, already checked."""

    session: str
    rows: Sequence[tuple[int, str]] = ()
    """Sequence and the row as JSON."""
    refused: Sequence[tuple[str, str]] = ()
    """Reason and what was sent, as JSON."""
    drafts: str | None = None
    events: Sequence[Event] = ()
    time: str = ""


@dataclass(slots=True)
class Kept:
    """What became of the rows of a post."""

    accepted: list[int]
    known: list[int]
    differing: list[int]
    """Sequences under which another row is kept; that one stays."""


# The two statements that every post needs are written by hand, as SQLite and PostgreSQL both read them, and go to
# the driver itself: SQLAlchemy takes longer than the database for them (benchmarks/online/collector.md).
@cache
def _keep_rows(count: int, mark: str) -> str:
    """Return the statement that inserts so many rows; it gives back those that were not there before."""
    rows = ", ".join([f"({mark}, {mark}, {mark}, {mark})"] * count)
    return (
        f"INSERT INTO rows (session, sequence, row, received) VALUES {rows}"
        " ON CONFLICT DO NOTHING RELEASED_AFTER session, sequence"
    )


@cache
def _note_heard(count: int, mark: str) -> str:
    """Return the statement that notes of so many sessions when they were heard, and their new rows."""
    heard = ", ".join([f"({mark}, {mark})"] * count)
    return (
        f"UPDATE sessions SET last_seen = {mark}, row_count = row_count + column2,"
        f" last_row = CASE WHEN column2 > 0 THEN {mark} ELSE last_row END"
        f" FROM (VALUES {heard}) AS heard WHERE session = column1 RELEASED_AFTER session, state"
    )


_DRAFT = postgres_insert(DRAFTS)
_KEEP_DRAFT = _DRAFT.on_conflict_do_update(
    index_elements=["session"],
    set_={"drafts": _DRAFT.excluded.drafts, "received": _DRAFT.excluded.received},
)


def keep(connection: Connection, posts: Sequence[Post]) -> list[Kept | DeletedSessionError]:
    """Keep many posts in the transaction that is open, and say what became of each."""
    if not posts:
        return []
    fresh = _insert_rows(connection, posts)
    answers = [_sorted(connection, post, fresh) for post in posts]
    gone = _count(connection, posts, answers)
    if gone:
        # A page that was open while its participant withdrew goes on sending.
        connection.execute(delete(ROWS).where(ROWS.c.session.in_(gone)))
    staying = [pair for pair in zip(posts, answers, strict=True) if pair[0].session not in gone]
    for post, answer in staying:
        _put_aside(connection, post, answer)
        if post.drafts is not None:
            draft = {"session": post.session, "drafts": post.drafts, "received": post.time}
            connection.execute(_KEEP_DRAFT, draft)
    if events := [_event(post, event) for post, _ in staying for event in post.events]:
        connection.execute(once(EVENTS), events)
    return [
        DeletedSessionError() if post.session in gone else answer
        for post, answer in zip(posts, answers, strict=True)
    ]


def _insert_rows(connection: Connection, posts: Sequence[Post]) -> set[tuple[str, int]]:
    rows = [
        (post.session, sequence, text, post.time) for post in posts for sequence, text in post.rows
    ]
    fresh: set[tuple[str, int]] = set()
    for start in range(0, len(rows), ROWS_IN_A_STATEMENT):
        part = rows[start : start + ROWS_IN_A_STATEMENT]
        fresh.update(_run(connection, _keep_rows, len(part), chain.from_iterable(part)))
    return fresh


def _run(
    connection: Connection, statement: Callable[[int, str], str], count: int, values: Iterable[Any]
) -> list[Any]:
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    cursor = connection.connection.cursor()
    cursor.execute(statement(count, mark), tuple(values))
    return list(cursor.fetchall())


def _sorted(connection: Connection, post: Post, fresh: set[tuple[str, int]]) -> Kept:
    kept = Kept([], [], [])
    for sequence, text in post.rows:
        if (post.session, sequence) in fresh:
            # The same row may come in several posts of one transaction: the first has brought it.
            fresh.discard((post.session, sequence))
            kept.accepted.append(sequence)
            continue
        query = select(ROWS.c.row).where(
            ROWS.c.session == post.session, ROWS.c.sequence == sequence
        )
        same = json.loads(connection.execute(query).scalar_one()) == json.loads(text)
        (kept.known if same else kept.differing).append(sequence)
    return kept


def _count(connection: Connection, posts: Sequence[Post], answers: Sequence[Kept]) -> set[str]:
    """Note for each session when it last sent something and how many rows it has; return those deleted."""
    new = Counter[str]()
    for post, answer in zip(posts, answers, strict=True):
        new[post.session] += len(answer.accepted)
    time = max(post.time for post in posts)
    values = time, time, *chain.from_iterable(new.items())
    states = dict(_run(connection, _note_heard, len(new), values))
    for session, state in states.items():
        if state == "dropped":
            come_back(connection, session, time)
    return new.keys() - states.keys()


def _put_aside(connection: Connection, post: Post, answer: Kept) -> None:
    texts = dict(post.rows)
    refused = [
        *post.refused,
        *((f"sequence {number} holds another row", texts[number]) for number in answer.differing),
    ]
    if not refused:
        return
    query = select(func.count()).where(REFUSED.c.session == post.session)
    room = MOST_REFUSED - connection.execute(query).scalar_one()
    own = {"session": post.session, "received": post.time}
    aside = [
        {**own, "digest": _digest(text), "reason": reason, "row": text}
        for reason, text in refused[: max(0, room)]
    ]
    if aside:
        connection.execute(once(REFUSED), aside)


def _event(post: Post, event: Event) -> dict[str, Any]:
    """Return the line of an event; the same event sent again has the same digest, and is kept once."""
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
