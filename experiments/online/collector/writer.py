"""Group commit: one thread writes the data of all waiting requests, and responds after they are saved."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from experiments.online.collector.database import Database
from experiments.online.collector.refusal import DatabaseError

#: Maximum number of requests in one transaction.
MOST_IN_A_TRANSACTION = 256

Perform = Callable[[Connection, Sequence[Any]], list[Any]]
"""Function that carries out several requests in one transaction and returns their results in order."""
Waiting = tuple[Any, asyncio.Future[Any]]
"""A request, and the future in which its result is awaited."""


class Writer:
    """The only thread of this process that writes to the database.

    A disk needs milliseconds to commit a transaction, however many rows it has. Therefore, all requests that arrive
    during one commit are written together in the next transaction.
    """

    def __init__(self, database: Database, perform: Perform) -> None:
        self._database, self._perform = database, perform
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="collector-writer", daemon=True)
        self._thread.start()

    async def submit(self, request: Any) -> Any:
        """Carry out a request, and return its result after its data are on disk.

        Raises
        ------
        DatabaseError
            If its data could not be saved.
        """
        result: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue.put((request, result))
        return await result

    def close(self) -> None:
        """Write everything that is still waiting, and stop."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (waiting := self._queue.get()) is not None:
            batch = [waiting]
            while len(batch) < MOST_IN_A_TRANSACTION and not self._queue.empty():
                if (waiting := self._queue.get()) is None:
                    self._write(batch)
                    return
                batch.append(waiting)
            self._write(batch)

    def _write(self, batch: list[Waiting]) -> None:
        try:
            with self._database.transaction() as connection:
                results = self._perform(connection, [request for request, _ in batch])
        except Exception as error:
            # A lock or a full disk affects all requests: trying each separately would only make all of them wait longer.
            if len(batch) == 1 or isinstance(error, DatabaseError):
                _return_results(batch, [error] * len(batch))
                return
            # One faulty request must not make the others fail.
            for waiting in batch:
                self._write([waiting])
            return
        _return_results(batch, results)


def _return_results(batch: list[Waiting], results: list[Any]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for (_, future), result in zip(batch, results, strict=True):
        by_loop.setdefault(future.get_loop(), []).append((future, result))
    for loop, pairs in by_loop.items():
        # The server may have stopped, and its loop been closed, while the rows were being written.
        if not loop.is_closed():
            loop.call_soon_threadsafe(_deliver, pairs)


def _deliver(pairs: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, result in pairs:
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
