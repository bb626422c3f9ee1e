"""Keeping what pages send: rows once each, drafts, events, and what had to be refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Integer, Text, bindparam, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert

from experiments.online.collector.allocation import come_back
from experiments.online.collector.bodies import Event
from experiments.online.collector.refusal import Gone
from experiments.online.collector.rows import text_of
from experiments.online.collector.tables import DRAFTS, EVENTS, REFUSED, ROWS, SESSIONS, once

#: Refused rows that are put aside for one session; more tell nothing new.
MOST_REFUSED = 200


@dataclass(frozen=True)
class Post:
    """What one request of a page brings, already checked."""

    session: str
    rows: tuple[tuple[int, str], ...]
    """Sequence and the row as JSON."""
    refused: tuple[tuple[str, str], ...] = ()
    """Reason and what was sent, as JSON."""
    drafts: str | None = None
    events: tuple[Event, ...] = ()
    time: str = ""


@dataclass(frozen=True)
class Kept:
    """What became of the rows of a post."""

    accepted: tuple[int, ...]
    known: tuple[int, ...]
    differing: tuple[int, ...]
    """Sequences under which another row is kept; that one stays."""


# Built once, and run once for all posts of a transaction.
_KEEP_ROWS = once(ROWS).returning(ROWS.c.session, ROWS.c.sequence)
_NEW, _TIME = bindparam("new", type_=Integer), bindparam("time", type_=Text)
_HEARD = (
    update(SESSIONS)
    .where(SESSIONS.c.session == bindparam("key"))
    .values(
        last_seen=_TIME,
        row_count=SESSIONS.c.row_count + _NEW,
        last_row=case((_NEW > 0, _TIME), else_=SESSIONS.c.last_row),
    )
)
_STATES = select(SESSIONS.c.session, SESSIONS.c.state).where(
    SESSIONS.c.session.in_(bindparam("sessions", expanding=True))
)
_DRAFT = postgres_insert(DRAFTS)
_KEEP_DRAFT = _DRAFT.on_conflict_do_update(
    index_elements=["session"],
    set_={"drafts": _DRAFT.excluded.drafts, "received": _DRAFT.excluded.received},
)


def keep(connection: Connection, posts: Sequence[Post]) -> list[Kept | Gone]:
    """Keep many posts in the transaction that is open, and say what became of each."""
    fresh = _insert_rows(connection, posts)
    answers = [_sorted(connection, post, fresh) for post in posts]
    gone = _count(connection, posts, answers)
    if gone:
        # A page that was open while its participant withdrew goes on sending.
        connection.execute(delete(ROWS).where(ROWS.c.session.in_(gone)))
    here = [
        (post, answer)
        for post, answer in zip(posts, answers, strict=True)
        if post.session not in gone
    ]
    for post, answer in here:
        _put_aside(connection, post, answer)
        if post.drafts is not None:
            draft = {"session": post.session, "drafts": post.drafts, "received": post.time}
            connection.execute(_KEEP_DRAFT, draft)
    _keep_events(connection, [post for post, _ in here])
    return [
        Gone() if post.session in gone else answer
        for post, answer in zip(posts, answers, strict=True)
    ]


def _insert_rows(connection: Connection, posts: Sequence[Post]) -> set[tuple[str, int]]:
    rows = [
        {"session": post.session, "sequence": sequence, "row": text, "received": post.time}
        for post in posts
        for sequence, text in post.rows
    ]
    return (
        {(row.session, row.sequence) for row in connection.execute(_KEEP_ROWS, rows)}
        if rows
        else set()
    )


def _keep_events(connection: Connection, posts: Sequence[Post]) -> None:
    """Keep events; the same event sent again is kept once."""
    events = [
        {
            "session": post.session,
            "digest": _digest(event.event, event.time, detail),
            "event": event.event,
            "time": event.time,
            "detail": detail,
            "received": post.time,
        }
        for post in posts
        for event in post.events
        for detail in [text_of(event.detail)]
    ]
    if events:
        connection.execute(once(EVENTS), events)


def _sorted(connection: Connection, post: Post, fresh: set[tuple[str, int]]) -> Kept:
    accepted, known, differing = [], [], []
    for sequence, text in post.rows:
        if (post.session, sequence) in fresh:
            # The same row may come in several posts of one transaction: the first has brought it.
            fresh.discard((post.session, sequence))
            accepted.append(sequence)
        elif _is_kept(connection, post.session, sequence, text):
            known.append(sequence)
        else:
            differing.append(sequence)
    return Kept(tuple(accepted), tuple(known), tuple(differing))


def _is_kept(connection: Connection, session: str, sequence: int, text: str) -> bool:
    asked = select(ROWS.c.row).where(ROWS.c.session == session, ROWS.c.sequence == sequence)
    return bool(json.loads(connection.execute(asked).scalar_one()) == json.loads(text))


def _count(connection: Connection, posts: Sequence[Post], answers: Sequence[Kept]) -> set[str]:
    """Note for each session when it was last heard of and how many rows it has; return those gone."""
    new: dict[str, int] = {}
    for post, answer in zip(posts, answers, strict=True):
        new[post.session] = new.get(post.session, 0) + len(answer.accepted)
    time = max(post.time for post in posts)
    heard = [{"key": session, "new": count, "time": time} for session, count in new.items()]
    connection.execute(_HEARD, heard)
    states = dict(connection.execute(_STATES, {"sessions": list(new)}).all())
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
    asked = select(func.count()).where(REFUSED.c.session == post.session)
    room = MOST_REFUSED - connection.execute(asked).scalar_one()
    aside = [
        {
            "session": post.session,
            "digest": _digest(text),
            "reason": reason,
            "row": text,
            "received": post.time,
        }
        for reason, text in refused[: max(0, room)]
    ]
    if aside:
        connection.execute(once(REFUSED), aside)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
