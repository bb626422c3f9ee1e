"""The store: the collector's access to its database, which acknowledges data only after they are saved."""

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
from experiments.online.collector.tables import ABOUT, SLOTS, insert_new
from experiments.online.collector.writer import Writer
from experiments.schema import Row
from experiments.screen import Decision

Result = TypeVar("Result")
#: Seconds by which the wall clock must differ from the monotonic clock to count as an interruption.
CLOCK_JUMP_S = 60.0


class Uptime:
    """The time for which the collector has been running without interruption.

    It restarts when the server starts, when the machine has been asleep, and when the clock has been set. After each of
    these, participants may seem to have been silent for longer than they were.

    Parameters
    ----------
    clock
        The wall clock: seconds since 1970, as in the times that are written into the database.
    steady
        The monotonic clock: seconds that are never set, and do not pass while the machine sleeps (on Linux).
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._steady = clock, steady
        self._since = clock(), steady()

    def minutes(self) -> float:
        """Return for how many minutes the collector has been running without interruption."""
        clock, steady = self._clock(), self._steady()
        lasted = steady - self._since[1]
        if abs(clock - self._since[0] - lasted) > CLOCK_JUMP_S:
            self._since = clock, steady
            return 0.0
        return lasted / 60


class Store:
    """The sessions and rows of one study.

    Parameters
    ----------
    database
        Path of an SQLite file (created if it does not exist), or the address of a PostgreSQL database.
    study
        The study; a database holds the data of one version and one mode.
    uptime
        Time since when a participant's silence counts (default: from now on).

    Raises
    ------
    DatabaseError
        If the database cannot be used, or belongs to another study.
    """

    def __init__(self, database: str | Path, study: Study, uptime: Uptime | None = None) -> None:
        self._study = study
        self._uptime = uptime or Uptime()
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

    async def open(self, opening: Opening, decisions: Sequence[Decision] = ()) -> Opened | None:
        """Open a session, or continue the participant's existing one; None if no slot is free.

        Parameters
        ----------
        decisions
            The answers that decide which slots a participant can get.
        """

        def write(connection: Connection) -> Opened | None:
            self._release(connection, opening.time)
            return open_session(connection, self._study, opening, decisions)

        opened: Opened | None = await self._writer.submit(write)
        if opened is not None and decisions:
            self._cards.pop(opened.session, None)
        return opened

    async def keep(self, post: Post) -> Kept:
        """Store what a page has sent.

        Raises
        ------
        DeletedSessionError
            If the participant has withdrawn.
        """
        kept: Kept = await self._submit(post.session, post)
        return kept

    async def finish(self, session: str, outcome: str, confirmed: bool, time: str) -> str:
        """End a session and return its outcome: the first outcome that was sent.

        Parameters
        ----------
        session
            Code of the session.
        outcome
            How the session has ended.
        confirmed
            Whether the stored rows lead to this outcome.
        time
            The current time.

        Raises
        ------
        DeletedSessionError
            If the participant has withdrawn.
        """

        def write(connection: Connection) -> str | DeletedSessionError:
            return (
                finish_session(connection, session, outcome, confirmed, time)
                or DeletedSessionError()
            )

        first_outcome: str = await self._submit(session, write)
        return first_outcome

    async def _submit(self, session: str, request: Any) -> Any:
        try:
            return await self._writer.submit(request)
        except DeletedSessionError:
            self._cards.pop(session, None)
            raise

    async def release(self, time: str) -> int:
        """Release the slots of drop-outs, and return their number."""
        released: int = await self._writer.submit(partial(self._release, time=time))
        return released

    def _release(self, connection: Connection, time: str) -> int:
        if self._uptime.minutes() < self._study.dropout_minutes:
            return 0
        return release_dropouts(connection, self._study, time)

    async def card(self, session: str) -> Card | None:
        """Return the fixed properties of a session, or None if there is no such session."""
        if session not in self._cards:
            card = await self._read(lambda connection: card_of(connection, session))
            if card is not None:
                self._cards[session] = card
        return self._cards.get(session)

    async def rows(self, session: str) -> tuple[Row, ...]:
        """Return the stored rows of a session, in order."""
        return await self._read(lambda connection: rows_of(connection, session))

    async def counts(self, time: str) -> dict[str, Any]:
        """Return the counts for the live page (``counts.count``)."""
        return await self._read(lambda connection: count(connection, self._letter_secret, time))

    async def _read(self, query: Callable[[Connection], Result]) -> Result:
        def read() -> Result:
            with self._reading, self._reader.transaction() as connection:
                return query(connection)

        return await run_in_threadpool(read)

    def close(self) -> None:
        """Write everything that is still waiting, and close the database."""
        self._writer.close()
        self._reader.close()
        self._database.close()


def _perform(connection: Connection, requests: Sequence[Any]) -> list[Any]:
    """Store all posts together, then carry out the other requests one by one."""
    kept = iter(keep(connection, [post for post in requests if isinstance(post, Post)]))
    return [
        next(kept) if isinstance(request, Post) else request(connection) for request in requests
    ]


def _claim(connection: Connection, study: Study) -> None:
    """Assign a new database to this study, or check that the database belongs to it."""
    for name in ("study", "mode", "protocol_version", "protocol_hash"):
        value = getattr(study, name)
        connection.execute(insert_new(ABOUT).values(name=name, value=value))
        query = select(ABOUT.c.value).where(ABOUT.c.name == name)
        found = connection.execute(query).scalar_one()
        if found != value:
            raise DatabaseError(
                409,
                f"The database holds sessions of {name} '{found}', but the export has '{value}'",
                "Use a new database: the data of different versions and modes are never mixed.",
            )
    listed = connection.execute(select(SLOTS.c.slot, SLOTS.c.cells))
    stored = {slot: json.loads(cells) for slot, cells in listed}
    if stored and stored != {slot.slot: slot.cells for slot in study.slots}:
        raise DatabaseError(
            409,
            "The allocation list in the database differs from that of the export",
            "Use a new database, or serve the export with which data collection began.",
        )
