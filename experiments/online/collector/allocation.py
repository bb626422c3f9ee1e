"""Slots: given out in the order of the list, returned by drop-outs, every draw and release logged."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from experiments.online.collector.database import Database
from experiments.online.collector.export import PlannedSlot, Study
from experiments.online.collector.rows import text_of
from experiments.online.recruitment import Arrival

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True)
class Opening:
    """Somebody opens the study."""

    came: Arrival
    resume: str | None
    """Session of the token that the page still had."""
    language: str
    time: str


@dataclass(frozen=True)
class Opened:
    """The session that an opening led to."""

    session: str
    participant: str
    slot: int
    language: str
    state: str
    outcome: str
    surplus: bool
    rows: tuple[dict[str, Any], ...]
    drafts: dict[str, Any]
    came: Arrival
    """From where the session was opened first."""


@dataclass(frozen=True)
class Finish:
    """A participant has come to an end."""

    session: str
    outcome: str
    confirmed: bool
    """Whether the kept rows lead to this outcome."""
    time: str


def code(length: int) -> str:
    """Return a random code without letters that are easily confused."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def before(time: str, **ago: float) -> str:
    """Return the time that was ``timedelta(**ago)`` earlier, written alike.

    >>> before("2026-01-01T00:00:00.000Z", minutes=1)
    '2025-12-31T23:59:00.000Z'
    """
    then = datetime.fromisoformat(time) - timedelta(**ago)
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_list(database: Database, slots: Sequence[PlannedSlot]) -> None:
    """Write the allocation list into a database; slots that it has stay as they are."""
    for place, planned in enumerate(slots):
        database.run(
            "INSERT INTO slots (slot, place, block, cells) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (planned.slot, place, planned.block, text_of(planned.cells)),
        )


def log(
    database: Database, time: str, what: str, slot: int | None, session: str | None, why: str
) -> None:
    """Write a line into the allocation log."""
    database.run(
        "INSERT INTO allocation_log (time, what, slot, session, why) VALUES (?, ?, ?, ?, ?)",
        (time, what, slot, session, why),
    )


def release_dropouts(database: Database, study: Study, time: str) -> int:
    """Give back the slots of all who have been silent for too long, and return how many there were."""
    silent = database.run(
        "SELECT session, slot FROM sessions WHERE state = 'running' AND last_seen < ?"
        + database.skipping,
        (before(time, minutes=study.dropout_minutes),),
    )
    for session, slot in silent:
        database.run("UPDATE sessions SET state = 'dropped' WHERE session = ?", (session,))
        _free(database, time, slot, session, f"silent for {study.dropout_minutes:g} minutes")
    return len(silent)


def _free(database: Database, time: str, slot: int, session: str, why: str) -> None:
    freed = database.run(
        "UPDATE slots SET state = 'free', session = NULL WHERE session = ? RETURNING slot",
        (session,),
    )
    log(database, time, "released" if freed else "surplus ended", slot, session, why)


def come_back(database: Database, session: str, time: str) -> bool:
    """Take up a dropped session again, in its slot if that is still free, and return whether it is surplus."""
    found = database.run(
        "SELECT slot, surplus FROM sessions WHERE session = ? AND state = 'dropped'", (session,)
    )
    if not found:
        return False
    slot = found[0][0]
    again = database.run(
        "UPDATE slots SET state = 'taken', session = ? WHERE slot = ? AND state = 'free' RETURNING slot",
        (session, slot),
    )
    surplus = 0 if again else 1
    database.run(
        "UPDATE sessions SET state = 'running', surplus = ? WHERE session = ?", (surplus, session)
    )
    why = (
        "came back late, the slot was still free"
        if again
        else "came back late, the slot was given away"
    )
    log(database, time, "surplus" if surplus else "taken again", slot, session, why)
    return bool(surplus)


def open_session(database: Database, study: Study, opening: Opening) -> Opened | None:
    """Open the session of whoever came, or go on with the one they have; None if no slot is free."""
    came = opening.came
    session = _identified(database, came) if came.id is not None else opening.resume
    if session is not None and (opened := _back(database, study, session, opening)):
        return opened
    return _new(database, study, opening, session)


def _identified(database: Database, came: Arrival) -> str | None:
    found = database.run(
        "SELECT session FROM identity.people WHERE source = ? AND id = ?", (came.source, came.id)
    )
    return found[0][0] if found else None


def _new(database: Database, study: Study, opening: Opening, orphan: str | None) -> Opened | None:
    came, time = opening.came, opening.time
    session, participant = code(16), f"p{code(9)}"
    taken = database.run(
        "UPDATE slots SET state = 'taken', session = ? WHERE slot = (SELECT slot FROM slots "
        f"WHERE state = 'free' ORDER BY place LIMIT 1{database.skipping}) RETURNING slot",
        (session,),
    )
    if not taken:
        log(database, time, "full", None, None, "no slot is free")
        return None
    if came.id is not None:
        if orphan is not None:
            # An identity without its session: the machine stopped between the two files of SQLite.
            database.run("DELETE FROM identity.people WHERE session = ?", (orphan,))
        known = database.run(
            "INSERT INTO identity.people VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING session",
            (came.source, came.id, session, participant, text_of(came.details), time),
        )
        if not known:
            # Another process of the server has just opened the session of the same person.
            database.run(
                "UPDATE slots SET state = 'free', session = NULL WHERE session = ?", (session,)
            )
            theirs = _identified(database, came)
            return None if theirs is None else _back(database, study, theirs, opening)
    slot = taken[0][0]
    database.run(
        "INSERT INTO sessions (session, participant, slot, language, source, opened, last_seen) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (session, participant, slot, opening.language, came.source, time, time),
    )
    log(database, time, "taken", slot, session, "first free slot of the list")
    return Opened(session, participant, slot, opening.language, "new", "", False, (), {}, came)


def _back(database: Database, study: Study, session: str, opening: Opening) -> Opened | None:
    found = database.run(
        "SELECT participant, slot, language, state, outcome, last_seen FROM sessions WHERE session = ?",
        (session,),
    )
    if not found:
        return None
    participant, slot, language, state, outcome, last_seen = found[0]
    if state == "dropped":
        come_back(database, session, opening.time)
    if state != "finished":
        away = last_seen < before(opening.time, hours=study.away_hours)
        state = "away" if away else "running"
        database.run("UPDATE sessions SET last_seen = ? WHERE session = ?", (opening.time, session))
    surplus = database.run("SELECT surplus FROM sessions WHERE session = ?", (session,))[0][0]
    rows = database.run("SELECT row FROM rows WHERE session = ? ORDER BY sequence", (session,))
    drafts = database.run("SELECT drafts FROM drafts WHERE session = ?", (session,))
    return Opened(
        session,
        participant,
        slot,
        language,
        state,
        outcome,
        bool(surplus),
        tuple(json.loads(row) for (row,) in rows),
        json.loads(drafts[0][0]) if drafts else {},
        came_from(database, session),
    )


def came_from(database: Database, session: str) -> Arrival:
    """Return from where a session was opened first."""
    found = database.run(
        "SELECT source, id, details FROM identity.people WHERE session = ?", (session,)
    )
    if not found:
        return Arrival("direct", None)
    source, identity, details = found[0]
    return Arrival(source, identity, json.loads(details))


def finish_session(database: Database, finish: Finish) -> str:
    """End a session and return its outcome: the first one told stays. Empty if there is no such session."""
    session, time = finish.session, finish.time
    come_back(database, session, time)
    found = database.run("SELECT slot, state, outcome FROM sessions WHERE session = ?", (session,))
    if not found:
        return ""
    slot, state, outcome = found[0]
    if state == "finished":
        if finish.confirmed and finish.outcome == outcome:
            database.run("UPDATE sessions SET confirmed = 1 WHERE session = ?", (session,))
        return str(outcome)
    database.run(
        "UPDATE sessions SET state = 'finished', outcome = ?, confirmed = ?, finished = ?, last_seen = ? "
        "WHERE session = ?",
        (finish.outcome, int(finish.confirmed), time, time, session),
    )
    if finish.outcome == "complete":
        database.run("UPDATE slots SET state = 'done' WHERE session = ?", (session,))
        log(database, time, "completed", slot, session, "the participant came to the end")
    else:
        _free(database, time, slot, session, finish.outcome)
    return finish.outcome
