"""Counts for the live page: numbers of participants, but never their answers.

Conditions have letters, in a random order that is fixed for each database, so that experimenters stay blind to which
condition loses participants.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from experiments.online.collector.allocation import earlier
from experiments.online.collector.tables import ALLOCATION_LOG, REFUSED, SESSIONS, SLOTS

#: Minutes after a request for which a participant counts as active.
ACTIVE_MINUTES = 3
_COMPLETE = SESSIONS.c.outcome == "complete"


def count(connection: Connection, secret: bytes, time: str) -> dict[str, Any]:
    """Count sessions and rows.

    Parameters
    ----------
    connection
        A connection for reading.
    secret
        The secret that determines the letters of the conditions.
    time
        The current time.

    Returns
    -------
    dict
        What the live page shows: the numbers of slots, sessions and rows (``unconfirmed``: completed, but some
        rows have not arrived; ``full``: turned away because no slot was free; ``deleted``: withdrew),
        ``last_row`` (a time, or None), ``cells`` (for each condition, under its letter ``code``: the number of
        ``slots``, and of participants who ``started``, are ``running``, ``completed``, ``ended`` in another way,
        or ``dropped`` out), and ``hours`` (in UTC; ``started`` and ``completed``).
    """
    slots = _by(connection, SLOTS.c.state)
    states = _by(connection, SESSIONS.c.state)
    outcomes = _by(connection, SESSIONS.c.outcome)
    logged = _by(connection, ALLOCATION_LOG.c.what)
    is_recent = SESSIONS.c.last_seen >= earlier(time, minutes=ACTIVE_MINUTES)
    totals = select(
        func.count().label("started"),
        func.coalesce(func.sum(SESSIONS.c.row_count), 0).label("rows"),
        func.coalesce(func.sum(SESSIONS.c.surplus), 0).label("surplus"),
        func.count().filter(is_recent, SESSIONS.c.state == "running").label("active"),
        func.count().filter(_COMPLETE, SESSIONS.c.confirmed == 0).label("unconfirmed"),
        func.max(SESSIONS.c.last_row).label("last_row"),
    )
    refused = select(func.count()).select_from(REFUSED)
    return {
        **connection.execute(totals).mappings().one(),
        "slots": sum(slots.values()),
        "free": slots.get("free", 0),
        "running": states.get("running", 0),
        "dropped": states.get("dropped", 0),
        "completed": outcomes.get("complete", 0),
        "declined": outcomes.get("declined", 0),
        "ineligible": outcomes.get("ineligible", 0),
        "left": outcomes.get("left", 0),
        "full": logged.get("full", 0),
        "deleted": logged.get("deleted", 0),
        "refused": connection.execute(refused).scalar_one(),
        "cells": _cells(connection, secret),
        "hours": _hours(connection),
    }


def letters(cells: Iterable[str], secret: bytes) -> dict[str, str]:
    """Return condition -> letter, in a random order that only the secret determines.

    >>> sorted(letters(["x", "y"], b"s").values())
    ['A', 'B']
    """
    order = sorted(cells, key=lambda cell: hmac.digest(secret, cell.encode(), "sha256"))
    return {cell: _letter(place) for place, cell in enumerate(order)}


def _letter(place: int) -> str:
    further, place = divmod(place, 26)
    return (_letter(further - 1) if further else "") + chr(ord("A") + place)


def _cells(connection: Connection, secret: bytes) -> list[dict[str, Any]]:
    slots = _by(connection, SLOTS.c.cells)
    finished = SESSIONS.c.state == "finished"
    counted = (
        func.count(),
        func.count().filter(SESSIONS.c.state == "running"),
        func.count().filter(finished, _COMPLETE),
        func.count().filter(finished, ~_COMPLETE),
        func.count().filter(SESSIONS.c.state == "dropped"),
    )
    query = select(SLOTS.c.cells, *counted).join_from(SLOTS, SESSIONS).group_by(SLOTS.c.cells)
    found = {cells: numbers for cells, *numbers in connection.execute(query)}
    names = ("started", "running", "completed", "ended", "dropped")
    return [
        {
            "code": letter,
            "slots": slots[cells],
            **dict(zip(names, found.get(cells, [0] * len(names)), strict=True)),
        }
        for cells, letter in letters(slots, secret).items()
    ]


def _hours(connection: Connection) -> list[dict[str, Any]]:
    started = _by(connection, func.substr(SESSIONS.c.opened, 1, 13))
    completed = _by(connection, func.substr(SESSIONS.c.finished, 1, 13), _COMPLETE)
    return [
        {"hour": hour, "started": started.get(hour, 0), "completed": completed.get(hour, 0)}
        for hour in sorted({*started, *completed})
    ]


def _by(
    connection: Connection, column: ColumnElement[str], *conditions: ColumnElement[bool]
) -> dict[str, int]:
    """Return value -> number of lines with this value, for a column of a table."""
    value = column.label("value")
    query = select(value, func.count()).where(*conditions).group_by(value)
    return dict(connection.execute(query).all())
