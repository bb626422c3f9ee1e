"""Deletion from a collector's database when a participant withdraws; a server may be running meanwhile.

Rows, drafts, events, refused rows, session and payment identity go. The allocation log keeps the slot under
a hash of the participant's code, with a line that says so: copies can be cleared of the same person, and an
import knows who must not come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from experiments.online.collector.allocation import free_slot, log
from experiments.online.collector.database import (
    Database,
    connect,
    database_shown,
    has_identities,
)
from experiments.online.collector.refusal import DatabaseError
from experiments.online.collector.tables import (
    ALLOCATION_LOG,
    DRAFTS,
    EVENTS,
    PEOPLE,
    REFUSED,
    ROWS,
    SESSIONS,
    SLOTS,
)
from experiments.package.arrow import DataError
from experiments.package.deleting import Deletion, hash_of
from experiments.schema import now

DELETED = "deleted-"
#: What holds content of a session.
_TABLES = (ROWS, DRAFTS, EVENTS, REFUSED, SESSIONS)
_LOGGED = select(ALLOCATION_LOG.c.session).where(ALLOCATION_LOG.c.what == "deleted")


def delete_from(database: str | Path, who: str) -> Deletion:
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
        If the database holds no such participant.
    DatabaseError
        If there is no such database, or it cannot be changed.
    """
    with closing(connect(database, deleting=True)) as opened:
        with opened.transaction() as connection:
            found = _sessions(connection, who)
            rows = sum(_delete(connection, one) for one in found)
            deleted = deleted_of(connection.execute(_LOGGED).scalars())
        participant = found[0].participant if found else who
        if not found and hash_of(participant) not in deleted:
            raise DataError(
                f"{database_shown(database)} holds nobody with the code or recruitment id '{who}'."
                " Capitals and spaces in a code matter."
            )
        # Done again where a first deletion could not finish it.
        remains = _overwrite_freed(opened)
    return Deletion(participant, len(found), rows, remains)


def deleted_of(sessions: Iterable[Any]) -> frozenset[str]:
    """Return the hashes of the codes of deleted participants, from the sessions that the log has for them."""
    return frozenset(str(session).removeprefix(DELETED) for session in sessions)


def _overwrite_freed(opened: Database) -> str:
    """Overwrite what deleted content has left on the disk; return what remains to be done, if anything.

    Raises
    ------
    DatabaseError
        If another program is reading, so that a log cannot be emptied; what was deleted stays deleted.
    """
    with opened.connected() as connection:
        if connection.dialect.name != "sqlite":
            return (
                "PostgreSQL overwrites the bytes in its own time, or with `VACUUM FULL` on"
                f" {opened.name}; think of its backups, too."
            )
        for _, schema, _ in connection.exec_driver_sql("PRAGMA database_list").all():
            connection.exec_driver_sql(f"VACUUM {schema}")
            emptied = connection.exec_driver_sql(f"PRAGMA {schema}.wal_checkpoint(TRUNCATE)")
            if emptied.all()[0][0]:
                raise DatabaseError(
                    503,
                    f"{opened.name} is being read by another program, so that what was deleted is"
                    f" still in {opened.name}-wal",
                    "Close the other program, and delete again.",
                )
    return ""


def _sessions(connection: Connection, who: str) -> Sequence[Row[Any]]:
    """Return the sessions of a person; empty if there is no such participant.

    Raises
    ------
    DataError
        If several people have the same id from different sources.
    """
    found = connection.execute(select(SESSIONS).where(SESSIONS.c.participant == who)).all()
    if not found and has_identities(connection):
        theirs = select(PEOPLE.c.session).where(PEOPLE.c.id == who)
        found = connection.execute(select(SESSIONS).where(SESSIONS.c.session.in_(theirs))).all()
    if len(found) > 1:
        codes = ", ".join(one.participant for one in found)
        raise DataError(
            f"'{who}' is the recruitment id of several people ({codes}). Name the one by the code."
        )
    return found


def _delete(connection: Connection, one: Row[Any]) -> int:
    query = select(func.count()).where(ROWS.c.session == one.session)
    rows = connection.execute(query).scalar_one()
    written, time = f"{DELETED}{hash_of(one.participant)}", now()
    freed = free_slot(connection, one.session)
    for table in (SLOTS, ALLOCATION_LOG):
        this = table.c.session == one.session
        connection.execute(update(table).where(this).values(session=written))
    for table in (*_TABLES, *([PEOPLE] if has_identities(connection) else [])):
        connection.execute(delete(table).where(table.c.session == one.session))
    if freed:
        log(connection, time, "released", one.slot, written, "the participant has withdrawn")
    why = f"{rows} rows, at the participant's request"
    log(connection, time, "deleted", one.slot, written, why)
    return rows
