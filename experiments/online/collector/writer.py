"""Group commit: one thread writes for all requests that wait, and answers when their data are on disk."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from experiments.online.collector.database import Database
from experiments.online.collector.refusal import DatabaseFault

#: Most requests that share one transaction.
TOGETHER = 256

Perform = Callable[[Connection, Sequence[Any]], list[Any]]
"""Does a list of requests inside one transaction and returns their answers in order."""


@dataclass(frozen=True, eq=False)
class _Waiting:
    request: Any
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]


class Writer:
    """The only one who writes to a database in this process.

    A disk needs milliseconds to make a transaction safe, however many rows are in it. So whatever
    arrives while one transaction is being made safe goes together into the next.
    """

    def __init__(self, database: Database, perform: Perform) -> None:
        self._database, self._perform = database, perform
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="collector-writer", daemon=True)
        self._thread.start()

    async def submit(self, request: Any) -> Any:
        """Do a request, and return its answer once what it wrote is on disk.

        Raises
        ------
        DatabaseFault
            If nothing of it could be kept.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._queue.put(_Waiting(request, loop, answer))
        return await answer

    def close(self) -> None:
        """Write all that waits, and stop."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            stop = False
            while len(batch) < TOGETHER and not self._queue.empty():
                waiting = self._queue.get()
                if waiting is None:
                    stop = True
                    break
                batch.append(waiting)
            self._write(batch)
            if stop:
                return

    def _write(self, batch: list[_Waiting]) -> None:
        try:
            with self._database.transaction() as connection:
                answers = self._perform(connection, [waiting.request for waiting in batch])
        except Exception as error:
            # A lock or a full disk is no request's own fault: trying each would only make all wait longer.
            if len(batch) == 1 or isinstance(error, DatabaseFault):
                _answer(batch, [error] * len(batch))
                return
            # One request that cannot be done must not take the others with it.
            for waiting in batch:
                self._write([waiting])
            return
        _answer(batch, answers)


def _answer(batch: list[_Waiting], answers: list[Any]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Any]]] = {}
    for waiting, answer in zip(batch, answers, strict=True):
        by_loop.setdefault(waiting.loop, []).append((waiting, answer))
    for loop, pairs in by_loop.items():
        # The page may have gone and the loop closed while its rows were being written.
        if not loop.is_closed():
            loop.call_soon_threadsafe(_deliver, pairs)


def _deliver(pairs: list[tuple[_Waiting, Any]]) -> None:
    for waiting, answer in pairs:
        if waiting.answer.done():
            continue
        if isinstance(answer, Exception):
            waiting.answer.set_exception(answer)
        else:
            waiting.answer.set_result(answer)
