"""What the experimenter may see while the study runs: how many came and went, never what they answered.

Conditions are shown under letters in an order drawn for this database, so that whoever watches
stays blind to which condition loses its participants.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from experiments.online.collector.allocation import before
from experiments.online.collector.tables import ALLOCATION_LOG, REFUSED, SESSIONS, SLOTS

#: Minutes since the last sign of life for which a participant counts as being there.
ACTIVE_MINUTES = 3


@dataclass(frozen=True)
class Cell:
    """One condition, under its letter."""

    code: str
    slots: int
    """Places in the allocation list."""
    started: int
    running: int
    completed: int
    ended: int
    """Declined, not eligible, or left."""
    dropped: int
    """Fell silent."""


@dataclass(frozen=True)
class Hour:
    """What happened in one hour (UTC)."""

    hour: str
    started: int
    completed: int


@dataclass(frozen=True)
class Counts:
    """The state of the collection."""

    slots: int
    free: int
    started: int
    active: int
    running: int
    completed: int
    declined: int
    ineligible: int
    left: int
    dropped: int
    surplus: int
    unconfirmed: int
    """Completed, but some of the rows have not arrived."""
    full: int
    """Came when no slot was free."""
    deleted: int
    """Withdrew, and were deleted."""
    rows: int
    refused: int
    last_row: str | None
    cells: tuple[Cell, ...]
    hours: tuple[Hour, ...]


def count(connection: Connection, secret: bytes, time: str) -> Counts:
    """Count sessions and rows.

    Parameters
    ----------
    connection
        A connection for reading.
    secret
        What the letters of the conditions are drawn from.
    time
        The present time.
    """
    slots = _by(connection, SLOTS.c.state)
    states = _by(connection, SESSIONS.c.state)
    outcomes = _by(connection, SESSIONS.c.outcome)
    logged = _by(connection, ALLOCATION_LOG.c.what)
    totals = select(
        func.count().label("started"),
        func.coalesce(func.sum(SESSIONS.c.row_count), 0).label("rows"),
        func.max(SESSIONS.c.last_row).label("last_row"),
        func.coalesce(func.sum(SESSIONS.c.surplus), 0).label("surplus"),
    )
    total = connection.execute(totals).one()
    there = SESSIONS.c.last_seen >= before(time, minutes=ACTIVE_MINUTES)
    complete = (SESSIONS.c.state == "finished") & (SESSIONS.c.outcome == "complete")
    return Counts(
        slots=sum(slots.values()),
        free=slots.get("free", 0),
        started=total.started,
        active=_sessions(connection, (SESSIONS.c.state == "running") & there),
        running=states.get("running", 0),
        completed=outcomes.get("complete", 0),
        declined=outcomes.get("declined", 0),
        ineligible=outcomes.get("ineligible", 0),
        left=outcomes.get("left", 0),
        dropped=states.get("dropped", 0),
        surplus=int(total.surplus),
        unconfirmed=_sessions(connection, complete & (SESSIONS.c.confirmed == 0)),
        full=logged.get("full", 0),
        deleted=logged.get("deleted", 0),
        rows=int(total.rows),
        refused=connection.execute(select(func.count()).select_from(REFUSED)).scalar_one(),
        last_row=total.last_row,
        cells=_cells(connection, secret),
        hours=_hours(connection),
    )


def letters(cells: Iterable[str], secret: bytes) -> dict[str, str]:
    """Give each condition a letter, in an order that cannot be guessed without the secret.

    >>> sorted(letters(["x", "y"], b"s").values())
    ['A', 'B']
    """
    order = sorted(cells, key=lambda cell: hmac.new(secret, cell.encode(), hashlib.sha256).digest())
    return {cell: _letter(place) for place, cell in enumerate(order)}


def _letter(place: int) -> str:
    further, here = divmod(place, 26)
    return (_letter(further - 1) if further else "") + chr(ord("A") + here)


def _cells(connection: Connection, secret: bytes) -> tuple[Cell, ...]:
    planned = _by(connection, SLOTS.c.cells)
    complete = (SESSIONS.c.outcome == "complete").label("complete")
    what = SLOTS.c.cells, SESSIONS.c.state, complete
    asked = select(*what, func.count()).join_from(SESSIONS, SLOTS).group_by(*what)
    found = {
        (cells, state, bool(ended)): number
        for cells, state, ended, number in connection.execute(asked)
    }
    return tuple(
        Cell(
            letter,
            planned[cells],
            sum(number for (cell, _, _), number in found.items() if cell == cells),
            found.get((cells, "running", False), 0),
            found.get((cells, "finished", True), 0),
            found.get((cells, "finished", False), 0),
            found.get((cells, "dropped", False), 0),
        )
        for cells, letter in letters(planned, secret).items()
    )


def _hours(connection: Connection) -> tuple[Hour, ...]:
    started = _by(connection, func.substr(SESSIONS.c.opened, 1, 13))
    ended = func.substr(SESSIONS.c.finished, 1, 13)
    completed = _by(connection, ended, SESSIONS.c.outcome == "complete")
    hours = sorted({*started, *completed})
    return tuple(Hour(hour, started.get(hour, 0), completed.get(hour, 0)) for hour in hours)


def _by(
    connection: Connection, column: ColumnElement[str], *those: ColumnElement[bool]
) -> dict[str, int]:
    """Return how many rows of a column's table have each of its values."""
    value = column.label("value")
    asked = select(value, func.count()).where(*those).group_by(value)
    return dict(connection.execute(asked).all())


def _sessions(connection: Connection, those: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).where(those)).scalar_one()
