"""Deletion from a collector's database at a participant's wish; a server may be running meanwhile.

Rows, drafts, events, refused rows, session and payment identity go. The allocation log keeps the slot under
a hash of the participant's code, with a line that says so: copies can be cleared of the same person, and an
import knows whom not to bring back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.online.collector.allocation import log
from experiments.online.collector.database import Database, connect_deleting, database_shown
from experiments.package.arrow import DataError
from experiments.package.deleting import Deletion, hash_of
from experiments.sitting import now

DELETED = "deleted-"
#: What holds content of a session.
_TABLES = ("rows", "drafts", "events", "refused", "sessions")


@dataclass(frozen=True)
class Erased(Deletion):
    """What was deleted from a database."""

    participant: str
    """The participant's code."""
    remains: str
    """What is left to do for the bytes to be gone; empty if nothing."""


def delete_from(database: str | Path, who: str) -> Erased:
    """Delete everything of a participant from a collector's database.

    Parameters
    ----------
    database
        SQLite file or ``postgresql://`` address.
    who
        The participant's code, or the recruitment id (such as that of Prolific).

    Raises
    ------
    DataError
        If the database holds nobody of this name.
    DatabaseFault
        If there is no such database, or it cannot be changed.
    """
    connection = connect_deleting(database)
    try:
        with connection.transaction():
            found = _sessions(connection, who)
            rows = sum(_delete(connection, *one) for one in found)
        participant = found[0][1] if found else who
        code = hash_of(participant)
        if not found and code not in deleted_of(connection.run(_LOGGED)):
            raise DataError(
                f"{database_shown(database)} holds nobody with the code or recruitment id '{who}'."
                " Codes are told apart by capitals and spaces."
            )
        # Done again where a first deletion could not finish it.
        remains = connection.overwrite_freed()
    finally:
        connection.close()
    return Erased(code, len(found), rows, participant, remains)


_LOGGED = "SELECT session FROM allocation_log WHERE what = 'deleted'"


def deleted_of(sessions: Iterable[tuple[Any, ...]]) -> frozenset[str]:
    """Return the hashes of the codes of deleted participants, from the sessions that the log has for them."""
    return frozenset(str(session).removeprefix(DELETED) for (session,) in sessions)


def _sessions(database: Database, who: str) -> list[tuple[Any, ...]]:
    """Return session, participant and slot; empty if there is nobody of this name.

    Raises
    ------
    DataError
        If several people have the same id from different sources.
    """
    found = database.run(
        "SELECT session, participant, slot FROM sessions WHERE participant = ?", (who,)
    )
    if not found and database.has_identities():
        found = database.run(
            "SELECT session, participant, slot FROM sessions "
            "WHERE session IN (SELECT session FROM identity.people WHERE id = ?)",
            (who,),
        )
    if len(found) > 1:
        codes = ", ".join(str(participant) for _, participant, _ in found)
        raise DataError(
            f"'{who}' is the recruitment id of several people ({codes}). Name the one by the code."
        )
    return found


def _delete(database: Database, session: str, participant: str, slot: int) -> int:
    rows = int(database.run("SELECT count(*) FROM rows WHERE session = ?", (session,))[0][0])
    written, time = f"{DELETED}{hash_of(participant)}", now()
    freed = database.run(
        "UPDATE slots SET state = 'free', session = NULL "
        "WHERE session = ? AND state = 'taken' RETURNING slot",
        (session,),
    )
    database.run("UPDATE slots SET session = ? WHERE session = ?", (written, session))
    for table in (*_TABLES, *(["identity.people"] if database.has_identities() else [])):
        database.run(f"DELETE FROM {table} WHERE session = ?", (session,))
    database.run("UPDATE allocation_log SET session = ? WHERE session = ?", (written, session))
    if freed:
        log(database, time, "released", slot, written, "the participant has withdrawn")
    log(database, time, "deleted", slot, written, f"{rows} rows, at the participant's wish")
    return rows
