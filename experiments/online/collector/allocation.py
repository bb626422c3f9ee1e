"""Allocation of slots, which are taken in the order of the list and released after drop-outs; a log records both."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from experiments.codes import new_participant, new_session
from experiments.online.collector.export import PlannedSlot, Study
from experiments.online.collector.rows import text_of
from experiments.online.collector.tables import (
    ALLOCATION_LOG,
    DRAFTS,
    IDENTITIES,
    ROWS,
    SESSIONS,
    SLOTS,
    insert_new,
)
from experiments.online.recruitment import Arrival
from experiments.schema import Row
from experiments.screen import Decision

ENTRY = 0
"""Slot of a session that has none yet: an answer decides which slots it can get."""
FULL = "full"
"""Outcome of a session for whose answer no slot is free."""
_FREE = select(SLOTS.c.slot).where(SLOTS.c.state == "free").order_by(SLOTS.c.place).limit(1)


@dataclass(frozen=True)
class Opening:
    """A request to open a session."""

    arrival: Arrival
    resume: str | None
    """Session of the token that the page had stored, if any."""
    language: str
    time: str


@dataclass(frozen=True)
class Card:
    """The fixed properties of a session."""

    session: str
    participant: str
    slot: int
    language: str
    arrival: Arrival
    """How the participant arrived when the session was first opened."""


@dataclass(frozen=True)
class Opened(Card):
    """A session that has been opened or continued."""

    state: str = "new"
    outcome: str = ""
    surplus: bool = False
    rows: tuple[Row, ...] = ()
    drafts: dict[str, Any] = field(default_factory=dict)


def earlier(time: str, **ago: float) -> str:
    """Return the time that is ``timedelta(**ago)`` earlier, in the same format.

    >>> earlier("2026-01-01T00:00:00.000Z", minutes=1)
    '2025-12-31T23:59:00.000Z'
    """
    then = datetime.fromisoformat(time) - timedelta(**ago)
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_list(connection: Connection, slots: Sequence[PlannedSlot]) -> None:
    """Write the allocation list into a database; existing slots are not changed."""
    lines = [
        {
            "slot": planned.slot,
            "place": place,
            "block": planned.block,
            "cells": _written(planned.cells),
        }
        for place, planned in enumerate(slots)
    ]
    connection.execute(insert_new(SLOTS), lines)


def _written(cells: Mapping[str, str | int]) -> str:
    """Return the levels of a slot as they are in the database."""
    return text_of(dict(sorted(cells.items())))


def log(
    connection: Connection, time: str, what: str, slot: int | None, session: str | None, why: str
) -> None:
    """Write a line into the allocation log."""
    line = {"time": time, "what": what, "slot": slot, "session": session, "why": why}
    connection.execute(insert(ALLOCATION_LOG), line)


def _change(connection: Connection, session: str, **values: Any) -> None:
    connection.execute(update(SESSIONS).where(SESSIONS.c.session == session).values(values))


def release_dropouts(connection: Connection, study: Study, time: str) -> int:
    """Release the slots of all drop-outs, and return their number."""
    query = (
        select(SESSIONS.c.session, SESSIONS.c.slot)
        .where(SESSIONS.c.state == "running")
        .where(SESSIONS.c.last_seen < earlier(time, minutes=study.dropout_minutes))
        # With PostgreSQL, two processes must not release the same session; SQLite has one writer at a time.
        .with_for_update(skip_locked=True)
    )
    silent = connection.execute(query).all()
    for session, slot in silent:
        _change(connection, session, state="dropped")
        _free(connection, time, slot, session, f"silent for {study.dropout_minutes:g} minutes")
    return len(silent)


def free_slot(connection: Connection, session: str) -> bool:
    """Free the slot of a session; return whether the session had one."""
    freed = (
        update(SLOTS)
        .where(SLOTS.c.session == session, SLOTS.c.state == "taken")
        .values(state="free", session=None)
    )
    return connection.execute(freed).rowcount > 0


def _free(connection: Connection, time: str, slot: int | None, session: str, why: str) -> None:
    if slot is None:
        return
    freed = free_slot(connection, session)
    log(connection, time, "released" if freed else "surplus ended", slot, session, why)


def continue_dropout(connection: Connection, session: str, time: str) -> None:
    """Continue a session that was dropped: in its old slot if that is still free, otherwise as a surplus session."""
    query = select(SESSIONS.c.slot).where(
        SESSIONS.c.session == session, SESSIONS.c.state == "dropped"
    )
    dropped = connection.execute(query).first()
    if dropped is None:
        return
    slot = dropped.slot
    if slot is None:
        _change(connection, session, state="running")
        return
    take = (
        update(SLOTS)
        .where(SLOTS.c.slot == slot, SLOTS.c.state == "free")
        .values(state="taken", session=session)
    )
    again = connection.execute(take).rowcount > 0
    _change(connection, session, state="running", surplus=int(not again))
    fate = "was still free" if again else "had been allocated to another participant"
    what = "taken again" if again else "surplus"
    log(connection, time, what, slot, session, f"returned late; the slot {fate}")


def open_session(
    connection: Connection, study: Study, opening: Opening, decisions: Sequence[Decision] = ()
) -> Opened | None:
    """Open a session, or continue the participant's existing one; None if no slot is free.

    Parameters
    ----------
    decisions
        The answers that decide which slots a participant can get. A session begins without a slot then, and takes one
        when it is continued after these answers.
    """
    arrival = opening.arrival
    session = _identified(connection, arrival) if arrival.id is not None else opening.resume
    if session is not None and (
        opened := _continue(connection, study, session, opening.time, decisions)
    ):
        return opened
    return _open_new(connection, study, opening, session)


def _identified(connection: Connection, arrival: Arrival) -> str | None:
    query = select(IDENTITIES.c.session).where(
        IDENTITIES.c.source == arrival.source, IDENTITIES.c.id == arrival.id
    )
    return connection.execute(query).scalar()


def _open_new(
    connection: Connection, study: Study, opening: Opening, lost: str | None
) -> Opened | None:
    arrival, time = opening.arrival, opening.time
    session, participant = new_session(), new_participant()
    slot: int | None = ENTRY
    if not study.answered:
        slot = _take(connection, session)
    elif connection.execute(_FREE).scalar() is None:
        slot = None
    if slot is None:
        log(connection, time, "full", None, None, "no slot is free")
        return None
    codes = {"session": session, "participant": participant, "source": arrival.source}
    if arrival.id is not None:
        if lost is not None:
            # This identity has no session: the server was stopped between writing SQLite's two files.
            connection.execute(delete(IDENTITIES).where(IDENTITIES.c.session == lost))
        identity = {**codes, "id": arrival.id, "details": text_of(arrival.details), "time": time}
        if not connection.execute(insert_new(IDENTITIES), identity).rowcount:
            # Another server process has just opened a session for the same participant.
            free_slot(connection, session)
            other = _identified(connection, arrival)
            return None if other is None else _continue(connection, study, other, time)
    line = {
        **codes,
        "slot": slot or None,
        "language": opening.language,
        "opened": time,
        "last_seen": time,
    }
    connection.execute(insert(SESSIONS), line)
    if slot != ENTRY:
        log(connection, time, "taken", slot, session, "first free slot of the list")
    return Opened(session, participant, slot, opening.language, arrival)


def _take(connection: Connection, session: str, cells: Sequence[str] = ()) -> int | None:
    """Take the first free slot, of certain cells if some are given, and return its number; None if there is none."""
    free = _FREE.where(SLOTS.c.cells.in_(cells)) if cells else _FREE
    first = free.with_for_update(skip_locked=True).scalar_subquery()
    take = update(SLOTS).where(SLOTS.c.slot == first).values(state="taken", session=session)
    return connection.execute(take.returning(SLOTS.c.slot)).scalar()


def _admit(
    connection: Connection, study: Study, card: Card, decisions: Sequence[Decision], time: str
) -> Card:
    """Take a slot for the group that a participant's answers decide, as soon as they are stored.

    Returns
    -------
    Card
        The card as it is now. If no slot is free for this group, the session has ended.
    """
    given = {
        (row["screen"], row["measure"]): row["value"] for row in rows_of(connection, card.session)
    }
    levels = {each.factor: given.get((each.screen, each.measure)) for each in decisions}
    group = [
        planned.cells
        for planned in study.slots
        if all(str(planned.cells.get(name)) == level for name, level in levels.items())
    ]
    if not group:
        # Not answered yet, or with an answer that leads to an end.
        return card
    slot = _take(connection, card.session, sorted({_written(cells) for cells in group}))
    words = ", ".join(f"{name} = {level}" for name, level in levels.items())
    if slot is None:
        log(connection, time, "full", None, card.session, f"no slot is free with {words}")
        finish_session(connection, card.session, FULL, True, time)
        return card
    _change(connection, card.session, slot=slot)
    log(connection, time, "taken", slot, card.session, f"first free slot with {words}")
    return replace(card, slot=slot)


def _continue(
    connection: Connection,
    study: Study,
    session: str,
    time: str,
    decisions: Sequence[Decision] = (),
) -> Opened | None:
    card = card_of(connection, session)
    if card is None:
        return None
    continue_dropout(connection, session, time)
    state = connection.execute(
        select(SESSIONS.c.state).where(SESSIONS.c.session == session)
    ).scalar()
    if card.slot == ENTRY and state != "finished":
        card = _admit(connection, study, card, decisions, time)
    found = connection.execute(select(SESSIONS).where(SESSIONS.c.session == session)).one()
    state = found.state
    if state != "finished":
        away = found.last_seen < earlier(time, hours=study.away_hours)
        state = "away" if away else "running"
        _change(connection, session, last_seen=time)
    drafts = select(DRAFTS.c.drafts).where(DRAFTS.c.session == session)
    return Opened(
        **vars(card),
        state=state,
        outcome=found.outcome,
        surplus=bool(found.surplus),
        rows=rows_of(connection, session),
        drafts=json.loads(connection.execute(drafts).scalar() or "{}"),
    )


def card_of(connection: Connection, session: str) -> Card | None:
    """Return the fixed properties of a session, or None if there is no such session."""
    found = connection.execute(select(SESSIONS).where(SESSIONS.c.session == session)).first()
    if found is None:
        return None
    identity = connection.execute(select(IDENTITIES).where(IDENTITIES.c.session == session)).first()
    arrival = Arrival("direct", None)
    if identity is not None:
        arrival = Arrival(identity.source, identity.id, json.loads(identity.details))
    return Card(session, found.participant, found.slot or ENTRY, found.language, arrival)


def rows_of(connection: Connection, session: str) -> tuple[Row, ...]:
    """Return the stored rows of a session, in order."""
    query = select(ROWS.c.row).where(ROWS.c.session == session).order_by(ROWS.c.sequence)
    return tuple(map(json.loads, connection.execute(query).scalars()))


def finish_session(
    connection: Connection, session: str, outcome: str, confirmed: bool, time: str
) -> str:
    """End a session and return its outcome (see ``Store.finish``); empty if there is no such session."""
    continue_dropout(connection, session, time)
    found = connection.execute(select(SESSIONS).where(SESSIONS.c.session == session)).first()
    if found is None:
        return ""
    if found.state == "finished":
        if confirmed and outcome == found.outcome:
            _change(connection, session, confirmed=1)
        return str(found.outcome)
    ended = {"state": "finished", "outcome": outcome, "confirmed": int(confirmed)}
    _change(connection, session, **ended, finished=time, last_seen=time)
    if outcome == "complete":
        connection.execute(update(SLOTS).where(SLOTS.c.session == session).values(state="done"))
        why = "the participant reached the end"
        log(connection, time, "completed", found.slot, session, why)
    else:
        _free(connection, time, found.slot, session, outcome)
    return outcome
