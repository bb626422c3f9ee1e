"""The store: what the collector asks of its database, each answer given once it is on disk."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool

from experiments.online.collector.allocation import (
    Card,
    Opened,
    Opening,
    card_of,
    finish_session,
    open_session,
    release_dropouts,
    rows_of,
    write_list,
)
from experiments.online.collector.counts import count
from experiments.online.collector.credentials import secret_of
from experiments.online.collector.database import connect
from experiments.online.collector.export import Study
from experiments.online.collector.keeping import Kept, Post, keep
from experiments.online.collector.refusal import DatabaseError, DeletedSessionError
from experiments.online.collector.tables import ABOUT, SLOTS, once
from experiments.online.collector.writer import Writer
from experiments.schema import Row

Answer = TypeVar("Answer")
#: A step of the machine's clock against its steady one that counts as a break, in seconds.
LEAP_S = 60.0


class Listening:
    """How long the collector has listened without a break.

    A break is a start of the server, a machine that was asleep, or a clock that was set: after each,
    the last sign of life of everybody may look too old, though they are not to blame.

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
    DatabaseError
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
        self._writer = Writer(self._database, _perform)

    async def open(self, opening: Opening) -> Opened | None:
        """Open a session or go on with it; None if no slot is free."""

        def write(connection: Connection) -> Opened | None:
            self._release(connection, opening.time)
            return open_session(connection, self._study, opening)

        opened: Opened | None = await self._writer.submit(write)
        return opened

    async def keep(self, post: Post) -> Kept:
        """Keep what a page has sent.

        Raises
        ------
        DeletedSessionError
            If the participant has withdrawn.
        """
        kept: Kept = await self._submit(post.session, post)
        return kept

    async def finish(self, session: str, outcome: str, confirmed: bool, time: str) -> str:
        """End a session, and return its outcome: the first one that was sent. Raises ``DeletedSessionError`` as ``keep`` does.

        Parameters
        ----------
        session
            The session.
        outcome
            How it has ended.
        confirmed
            Whether the kept rows lead to this outcome.
        time
            The present time.
        """

        def write(connection: Connection) -> str | DeletedSessionError:
            return (
                finish_session(connection, session, outcome, confirmed, time)
                or DeletedSessionError()
            )

        kept: str = await self._submit(session, write)
        return kept

    async def _submit(self, session: str, request: Any) -> Any:
        try:
            return await self._writer.submit(request)
        except DeletedSessionError:
            self._cards.pop(session, None)
            raise

    async def release(self, time: str) -> int:
        """Give back the slots of drop-outs, and return how many there were."""
        released: int = await self._writer.submit(partial(self._release, time=time))
        return released

    def _release(self, connection: Connection, time: str) -> int:
        if self._listening.minutes() < self._study.dropout_minutes:
            return 0
        return release_dropouts(connection, self._study, time)

    async def card(self, session: str) -> Card | None:
        """Return what is fixed about a session, or None if there is no such session."""
        if session not in self._cards:
            card = await self._read(lambda connection: card_of(connection, session))
            if card is not None:
                self._cards[session] = card
        return self._cards.get(session)

    async def rows(self, session: str) -> tuple[Row, ...]:
        """Return the rows that are kept of a session, in order."""
        return await self._read(lambda connection: rows_of(connection, session))

    async def counts(self, time: str) -> dict[str, Any]:
        """Count for the experimenter's page (``counts.count``)."""
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


def _perform(connection: Connection, requests: Sequence[Any]) -> list[Any]:
    """Keep all posts together, and then do each other request."""
    kept = iter(keep(connection, [post for post in requests if isinstance(post, Post)]))
    return [
        next(kept) if isinstance(request, Post) else request(connection) for request in requests
    ]


def _claim(connection: Connection, study: Study) -> None:
    """Make a new database this study's, or check that it is."""
    for name in ("study", "mode", "protocol_version", "protocol_hash"):
        value = getattr(study, name)
        connection.execute(once(ABOUT).values(name=name, value=value))
        query = select(ABOUT.c.value).where(ABOUT.c.name == name)
        found = connection.execute(query).scalar_one()
        if found != value:
            raise DatabaseError(
                409,
                f"the database holds sessions of {name} '{found}', but the export has '{value}'",
                "Name a new database for it: versions and modes of a study are never mixed.",
            )
    listed = connection.execute(select(SLOTS.c.slot, SLOTS.c.cells))
    kept = {slot: json.loads(cells) for slot, cells in listed}
    if kept and kept != {slot.slot: slot.cells for slot in study.slots}:
        raise DatabaseError(
            409,
            "the database holds another allocation list than the export",
            "Name a new database, or serve the export that the study began with.",
        )
