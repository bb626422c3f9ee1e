"""Group commit: one thread writes for all requests that wait, and answers when their data are on disk."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from experiments.online.collector.database import Database
from experiments.online.collector.refusal import DatabaseError

#: Most requests that share one transaction.
TOGETHER = 256

Perform = Callable[[Connection, Sequence[Any]], list[Any]]
"""Does a list of requests inside one transaction and returns their answers in order."""
Waiting = tuple[Any, asyncio.Future[Any]]
"""A request, and where its answer is awaited."""


class Writer:
    """The only one who writes to a database in this process.

    A disk needs milliseconds to make a transaction safe, however many rows are in it. So whatever
    arrives while one transaction is being made safe goes together into the next.
    """

    def __init__(self, database: Database, perform: Perform) -> None:
        self._database, self._perform = database, perform
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="collector-writer", daemon=True)
        self._thread.start()

    async def submit(self, request: Any) -> Any:
        """Do a request, and return its answer once what it wrote is on disk.

        Raises
        ------
        DatabaseError
            If nothing of it could be kept.
        """
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue.put((request, answer))
        return await answer

    def close(self) -> None:
        """Write all that waits, and stop."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (waiting := self._queue.get()) is not None:
            batch = [waiting]
            while len(batch) < TOGETHER and not self._queue.empty():
                if (waiting := self._queue.get()) is None:
                    self._write(batch)
                    return
                batch.append(waiting)
            self._write(batch)

    def _write(self, batch: list[Waiting]) -> None:
        try:
            with self._database.transaction() as connection:
                answers = self._perform(connection, [request for request, _ in batch])
        except Exception as error:
            # A lock or a full disk is no request's own fault: trying each would only make all wait longer.
            if len(batch) == 1 or isinstance(error, DatabaseError):
                _answer(batch, [error] * len(batch))
                return
            # One request that cannot be done must not take the others with it.
            for waiting in batch:
                self._write([waiting])
            return
        _answer(batch, answers)


def _answer(batch: list[Waiting], answers: list[Any]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for (_, future), answer in zip(batch, answers, strict=True):
        by_loop.setdefault(future.get_loop(), []).append((future, answer))
    for loop, pairs in by_loop.items():
        # The page may have gone and the loop closed while its rows were being written.
        if not loop.is_closed():
            loop.call_soon_threadsafe(_deliver, pairs)


def _deliver(pairs: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, answer in pairs:
        if future.done():
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
