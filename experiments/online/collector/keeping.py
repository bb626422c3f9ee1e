"""Keeping what pages send: rows once each, drafts, events, and what had to be refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.online.collector.allocation import come_back
from experiments.online.collector.database import Database

#: Refused rows that are put aside for one session; more tell nothing new.
MOST_REFUSED = 200


@dataclass(frozen=True)
class Event:
    """Something that happened on a page beside answers."""

    event: str
    time: str
    detail: str
    """As JSON."""


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


class Gone(Exception):
    """The session is not there any more: its participant has withdrawn."""


@dataclass(frozen=True)
class Kept:
    """What became of the rows of a post."""

    accepted: tuple[int, ...]
    known: tuple[int, ...]
    differing: tuple[int, ...]
    """Sequences under which another row is kept; that one stays."""


def keep(database: Database, posts: Sequence[Post]) -> list[Kept | Gone]:
    """Keep many posts in the transaction that is open, and say what became of each."""
    rows = [
        (post.session, sequence, text, post.time) for post in posts for sequence, text in post.rows
    ]
    fresh = database.insert_rows(rows) if rows else set()
    answers = [_sorted(database, post, fresh) for post in posts]
    gone = _count(database, posts, answers)
    for session in gone:
        # A page that was open while its participant withdrew goes on sending.
        database.run("DELETE FROM rows WHERE session = ?", (session,))
    for post, answer in zip(posts, answers, strict=True):
        if post.session in gone:
            continue
        _put_aside(database, post, answer)
        if post.drafts is not None:
            database.run(
                "INSERT INTO drafts VALUES (?, ?, ?) ON CONFLICT (session) "
                "DO UPDATE SET drafts = excluded.drafts, received = excluded.received",
                (post.session, post.drafts, post.time),
            )
        for event in post.events:
            keep_event(database, post.session, event, post.time)
    return [
        Gone() if post.session in gone else answer
        for post, answer in zip(posts, answers, strict=True)
    ]


def keep_event(database: Database, session: str, event: Event, received: str) -> None:
    """Keep an event; the same event sent again is kept once."""
    digest = _digest(event.event, event.time, event.detail)
    database.run(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (session, digest, event.event, event.time, event.detail, received),
    )


def _sorted(database: Database, post: Post, fresh: set[tuple[str, int]]) -> Kept:
    accepted, known, differing = [], [], []
    for sequence, text in post.rows:
        if (post.session, sequence) in fresh:
            # The same row may stand in several posts of one transaction: the first has brought it.
            fresh.discard((post.session, sequence))
            accepted.append(sequence)
        elif _is_kept(database, post.session, sequence, text):
            known.append(sequence)
        else:
            differing.append(sequence)
    return Kept(tuple(accepted), tuple(known), tuple(differing))


def _is_kept(database: Database, session: str, sequence: int, text: str) -> bool:
    sql = "SELECT row FROM rows WHERE session = ? AND sequence = ?"
    return bool(json.loads(database.run(sql, (session, sequence))[0][0]) == json.loads(text))


def _count(database: Database, posts: Sequence[Post], answers: Sequence[Kept]) -> set[str]:
    """Note for each session when it was last heard of and how many rows it has; return those gone."""
    new: dict[str, int] = {}
    for post, answer in zip(posts, answers, strict=True):
        new[post.session] = new.get(post.session, 0) + len(answer.accepted)
    time = max(post.time for post in posts)
    gone = set()
    for session, count in new.items():
        state = database.run(
            "UPDATE sessions SET last_seen = ?, row_count = row_count + ?, "
            "last_row = CASE WHEN ? > 0 THEN ? ELSE last_row END WHERE session = ? RETURNING state",
            (time, count, count, time, session),
        )
        if not state:
            gone.add(session)
        elif state[0][0] == "dropped":
            come_back(database, session, time)
    return gone


def _put_aside(database: Database, post: Post, answer: Kept) -> None:
    texts = dict(post.rows)
    refused = [
        *post.refused,
        *((f"sequence {number} holds another row", texts[number]) for number in answer.differing),
    ]
    if not refused:
        return
    sql = "SELECT count(*) FROM refused WHERE session = ?"
    room = MOST_REFUSED - database.run(sql, (post.session,))[0][0]
    for reason, text in refused[: max(0, room)]:
        database.run(
            "INSERT INTO refused VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (post.session, _digest(text), reason, text, post.time),
        )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
