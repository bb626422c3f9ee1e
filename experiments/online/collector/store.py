"""The store: what the collector asks of its database, each answer given once it is on disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool

from experiments.online.collector.allocation import (
    Finish,
    Opened,
    Opening,
    came_from,
    finish_session,
    open_session,
    release_dropouts,
    rows_of,
    write_list,
)
from experiments.online.collector.counts import Counts, count
from experiments.online.collector.credentials import secret_of
from experiments.online.collector.database import connect
from experiments.online.collector.export import Study
from experiments.online.collector.keeping import Kept, Post, keep
from experiments.online.collector.refusal import DatabaseFault, Gone
from experiments.online.collector.rows import text_of
from experiments.online.collector.tables import ABOUT, SESSIONS, SLOTS, once
from experiments.online.collector.writer import Writer
from experiments.online.recruitment import Arrival
from experiments.schema import Row

Answer = TypeVar("Answer")
#: A step of the machine's clock against its steady one that counts as a break, in seconds.
LEAP_S = 60.0


class Listening:
    """How long the collector has listened without a break.

    A break is a start of the server, a machine that was asleep, or a clock that was set: after each,
    the last sign of life of everybody may look too old, through no fault of theirs.

    Parameters
    ----------
    clock
        Seconds since 1970, as they are written into the database.
    steady
        Seconds that are never set, and do not pass while the machine sleeps (Linux).
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._steady = clock, steady
        self._since = clock(), steady()

    def minutes(self) -> float:
        """Return for how many minutes it has listened."""
        clock, steady = self._clock(), self._steady()
        lasted = steady - self._since[1]
        if abs(clock - self._since[0] - lasted) > LEAP_S:
            self._since = clock, steady
            return 0.0
        return lasted / 60


@dataclass(frozen=True)
class Release:
    """Time to look for drop-outs."""

    time: str


@dataclass(frozen=True)
class Card:
    """What is fixed about a session."""

    session: str
    participant: str
    slot: int
    language: str
    came: Arrival


class Store:
    """Keeps one study's sessions and rows.

    Parameters
    ----------
    database
        Path of an SQLite file (made if it is not there), or the address of a PostgreSQL database.
    study
        The study; a database holds one version of one mode.
    listening
        Since when silence counts (default: from now on).

    Raises
    ------
    DatabaseFault
        If the database cannot be used, or belongs to another study.
    """

    def __init__(
        self, database: str | Path, study: Study, listening: Listening | None = None
    ) -> None:
        self._study = study
        self._listening = listening or Listening()
        self._database = connect(database)
        try:
            with self._database.transaction() as connection:
                _claim(connection, study)
                write_list(connection, study.slots)
                self.token_secret = secret_of(connection, "tokens")
                self._letter_secret = secret_of(connection, "letters")
            self._reader = connect(database, reading=True)
        except BaseException:
            self._database.close()
            raise
        self._reading = threading.Lock()
        self._cards: dict[str, Card] = {}
        self._writer = Writer(self._database, self._perform)

    def _perform(self, connection: Connection, requests: Sequence[Any]) -> list[Any]:
        posts = [request for request in requests if isinstance(request, Post)]
        kept = iter(keep(connection, posts) if posts else [])
        return [
            next(kept) if isinstance(request, Post) else self._one(connection, request)
            for request in requests
        ]

    def _one(self, connection: Connection, request: Opening | Finish | Release) -> Any:
        if isinstance(request, Opening):
            self._release(connection, request.time)
            return open_session(connection, self._study, request)
        if isinstance(request, Finish):
            return finish_session(connection, request) or Gone()
        return self._release(connection, request.time)

    def _release(self, connection: Connection, time: str) -> int:
        if self._listening.minutes() < self._study.dropout_minutes:
            return 0
        return release_dropouts(connection, self._study, time)

    async def open(self, opening: Opening) -> Opened | None:
        """Open a session or go on with it; None if no slot is free."""
        opened: Opened | None = await self._writer.submit(opening)
        return opened

    async def keep(self, post: Post) -> Kept:
        """Keep what a page has sent.

        Raises
        ------
        Gone
            If the participant has withdrawn.
        """
        kept: Kept = await self._submit(post)
        return kept

    async def finish(self, finish: Finish) -> str:
        """End a session, and return the outcome that stands; raises ``Gone`` as ``keep`` does."""
        outcome: str = await self._submit(finish)
        return outcome

    async def _submit(self, request: Post | Finish) -> Any:
        try:
            return await self._writer.submit(request)
        except Gone:
            self._cards.pop(request.session, None)
            raise

    async def release(self, time: str) -> int:
        """Give back the slots of drop-outs, and return how many there were."""
        released: int = await self._writer.submit(Release(time))
        return released

    async def card(self, session: str) -> Card | None:
        """Return what is fixed about a session, or None if there is no such session."""
        if session not in self._cards:
            card = await self._read(lambda connection: _card(connection, session))
            if card is not None:
                self._cards[session] = card
        return self._cards.get(session)

    async def rows(self, session: str) -> tuple[Row, ...]:
        """Return the rows that are kept of a session, in order."""
        return await self._read(lambda connection: rows_of(connection, session))

    async def counts(self, time: str) -> Counts:
        """Count for the experimenter's page."""
        return await self._read(lambda connection: count(connection, self._letter_secret, time))

    async def _read(self, ask: Callable[[Connection], Answer]) -> Answer:
        def read() -> Answer:
            with self._reading, self._reader.transaction() as connection:
                return ask(connection)

        return await run_in_threadpool(read)

    def close(self) -> None:
        """Write all that waits, and close the database."""
        self._writer.close()
        self._reader.close()
        self._database.close()


def _card(connection: Connection, session: str) -> Card | None:
    asked = select(SESSIONS).where(SESSIONS.c.session == session)
    found = connection.execute(asked).first()
    if found is None:
        return None
    came = came_from(connection, session)
    return Card(session, found.participant, found.slot, found.language, came)


def _claim(connection: Connection, study: Study) -> None:
    """Make a new database this study's, or check that it is."""
    for name in ("study", "mode", "protocol_version", "protocol_hash"):
        value = getattr(study, name)
        connection.execute(once(ABOUT).values(name=name, value=value))
        asked = select(ABOUT.c.value).where(ABOUT.c.name == name)
        found = connection.execute(asked).scalar_one()
        if found != value:
            raise DatabaseFault(
                409,
                f"the database holds sessions of {name} '{found}', but the export has '{value}'",
                "Name a new database for it: versions and modes of a study are never mixed.",
            )
    kept = dict(connection.execute(select(SLOTS.c.slot, SLOTS.c.cells)).all())
    planned = {slot.slot: text_of(slot.cells) for slot in study.slots}
    if kept and kept != planned:
        raise DatabaseFault(
            409,
            "the database holds another allocation list than the export",
            "Name a new database, or serve the export that the study began with.",
        )
