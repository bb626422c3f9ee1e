"""What the experimenter may see while the study runs: how many came and went, never what they answered.

Conditions are shown under letters in an order drawn for this database, so that whoever watches
stays blind to which condition loses its participants.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from experiments.online.collector.allocation import before
from experiments.online.collector.database import Database

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


def count(database: Database, secret: bytes, time: str) -> Counts:
    """Count sessions and rows.

    Parameters
    ----------
    database
        A connection for reading.
    secret
        What the letters of the conditions are drawn from.
    time
        The present time.
    """
    slots = _pairs(database.run("SELECT state, count(*) FROM slots GROUP BY state"))
    states = _pairs(database.run("SELECT state, count(*) FROM sessions GROUP BY state"))
    outcomes = _pairs(database.run("SELECT outcome, count(*) FROM sessions GROUP BY outcome"))
    logged = _pairs(database.run("SELECT what, count(*) FROM allocation_log GROUP BY what"))
    (started, rows, last_row, surplus) = database.run(
        "SELECT count(*), coalesce(sum(row_count), 0), max(last_row), coalesce(sum(surplus), 0) FROM sessions"
    )[0]
    active = "SELECT count(*) FROM sessions WHERE state = 'running' AND last_seen >= ?"
    unconfirmed = "SELECT count(*) FROM sessions WHERE state = 'finished' AND outcome = 'complete' AND confirmed = 0"
    return Counts(
        slots=sum(slots.values()),
        free=slots.get("free", 0),
        started=started,
        active=_one(database.run(active, (before(time, minutes=ACTIVE_MINUTES),))),
        running=states.get("running", 0),
        completed=outcomes.get("complete", 0),
        declined=outcomes.get("declined", 0),
        ineligible=outcomes.get("ineligible", 0),
        left=outcomes.get("left", 0),
        dropped=states.get("dropped", 0),
        surplus=int(surplus),
        unconfirmed=_one(database.run(unconfirmed)),
        full=logged.get("full", 0),
        deleted=logged.get("deleted", 0),
        rows=int(rows),
        refused=_one(database.run("SELECT count(*) FROM refused")),
        last_row=last_row,
        cells=_cells(database, secret),
        hours=_hours(database),
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


def _cells(database: Database, secret: bytes) -> tuple[Cell, ...]:
    planned = _pairs(database.run("SELECT cells, count(*) FROM slots GROUP BY cells"))
    found = database.run(
        "SELECT cells, sessions.state, outcome, count(*) FROM sessions "
        "JOIN slots ON slots.slot = sessions.slot GROUP BY cells, sessions.state, outcome"
    )
    made = []
    for cells, code in letters(planned, secret).items():
        here = [(state, outcome, number) for cell, state, outcome, number in found if cell == cells]

        def total(
            state: str, complete: bool | None = None, here: list[tuple[str, str, int]] = here
        ) -> int:
            return sum(
                number
                for found_state, outcome, number in here
                if found_state == state and complete in (None, outcome == "complete")
            )

        made.append(
            Cell(
                code,
                planned[cells],
                sum(number for _, _, number in here),
                total("running"),
                total("finished", True),
                total("finished", False),
                total("dropped"),
            )
        )
    return tuple(made)


def _hours(database: Database) -> tuple[Hour, ...]:
    started = _pairs(
        database.run("SELECT substr(opened, 1, 13) AS hour, count(*) FROM sessions GROUP BY hour")
    )
    completed = _pairs(
        database.run(
            "SELECT substr(finished, 1, 13) AS hour, count(*) FROM sessions "
            "WHERE outcome = 'complete' GROUP BY hour"
        )
    )
    hours = sorted({*started, *completed})
    return tuple(Hour(hour, started.get(hour, 0), completed.get(hour, 0)) for hour in hours)


def _pairs(rows: list[tuple[str, int]]) -> dict[str, int]:
    return dict(rows)


def _one(rows: list[tuple[int]]) -> int:
    return int(rows[0][0])
