"""The store: what the collector asks of its database, each answer given once it is on disk."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from experiments.online.collector.allocation import (
    Finish,
    Opened,
    Opening,
    came_from,
    finish_session,
    open_session,
    release_dropouts,
    write_list,
)
from experiments.online.collector.counts import Counts, count
from experiments.online.collector.database import (
    Database,
    DatabaseFault,
    connect,
    connect_reading,
)
from experiments.online.collector.export import Study
from experiments.online.collector.keeping import Gone, Kept, Post, keep
from experiments.online.collector.listening import Listening
from experiments.online.collector.rows import text_of
from experiments.online.collector.tokens import secret_of
from experiments.online.collector.writer import Writer
from experiments.online.recruitment import Arrival
from experiments.schema import Row


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
            with self._database.transaction():
                _claim(self._database, study)
                write_list(self._database, study.slots)
                self.token_secret = secret_of(self._database, "tokens")
                self._letter_secret = secret_of(self._database, "letters")
            self._reader = connect_reading(database)
        except BaseException:
            self._database.close()
            raise
        self._reading = threading.Lock()
        self._cards: dict[str, Card] = {}
        self._writer = Writer(self._database, self._perform)

    def _perform(self, database: Database, requests: Sequence[Any]) -> list[Any]:
        posts = [request for request in requests if isinstance(request, Post)]
        kept = iter(keep(database, posts) if posts else [])
        return [
            next(kept) if isinstance(request, Post) else self._one(database, request)
            for request in requests
        ]

    def _one(self, database: Database, request: Opening | Finish | Release) -> Any:
        if isinstance(request, Opening):
            self._release(database, request.time)
            return open_session(database, self._study, request)
        if isinstance(request, Finish):
            return finish_session(database, request) or Gone()
        return self._release(database, request.time)

    def _release(self, database: Database, time: str) -> int:
        if self._listening.minutes() < self._study.dropout_minutes:
            return 0
        return release_dropouts(database, self._study, time)

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
        if session not in self._cards and (card := await run_in_threadpool(self._card, session)):
            self._cards[session] = card
        return self._cards.get(session)

    async def rows(self, session: str) -> list[Row]:
        """Return the rows that are kept of a session, in order."""
        sql = "SELECT row FROM rows WHERE session = ? ORDER BY sequence"
        found = await run_in_threadpool(self._read, sql, (session,))
        return [json.loads(row) for (row,) in found]

    async def counts(self, time: str) -> Counts:
        """Count for the experimenter's page."""
        return await run_in_threadpool(self._count, time)

    def _count(self, time: str) -> Counts:
        with self._reading, self._reader.transaction():
            return count(self._reader, self._letter_secret, time)

    def _card(self, session: str) -> Card | None:
        found = self._read(
            "SELECT participant, slot, language FROM sessions WHERE session = ?", (session,)
        )
        if not found:
            return None
        with self._reading:
            came = came_from(self._reader, session)
        participant, slot, language = found[0]
        return Card(session, participant, slot, language, came)

    def _read(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._reading:
            return self._reader.run(sql, values)

    def close(self) -> None:
        """Write all that waits, and close the database."""
        self._writer.close()
        self._reader.close()
        self._database.close()


def _claim(database: Database, study: Study) -> None:
    """Make a new database this study's, or check that it is."""
    for name in ("study", "mode", "protocol_version", "protocol_hash"):
        value = getattr(study, name)
        database.run("INSERT INTO about VALUES (?, ?) ON CONFLICT DO NOTHING", (name, value))
        found = database.run("SELECT value FROM about WHERE name = ?", (name,))[0][0]
        if found != value:
            raise DatabaseFault(
                409,
                f"the database holds sessions of {name} '{found}', but the export has '{value}'",
                "Name a new database for it: versions and modes of a study are never mixed.",
            )
    kept = dict(database.run("SELECT slot, cells FROM slots"))
    planned = {slot.slot: text_of(slot.cells) for slot in study.slots}
    if kept and kept != planned:
        raise DatabaseFault(
            409,
            "the database holds another allocation list than the export",
            "Name a new database, or serve the export that the study began with.",
        )
