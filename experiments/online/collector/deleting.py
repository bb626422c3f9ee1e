"""Deletion of a participant who withdraws, from a collector's database that may be in use.

The session with its rows, drafts, events, refused rows and payment identity is deleted. The allocation log keeps the
slot and an entry on the deletion, both under a hash of the participant's code. From this hash, an import recognises the
participant in older copies, and leaves these data out.
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
    IDENTITIES,
    REFUSED,
    ROWS,
    SESSIONS,
    SLOTS,
)
from experiments.package.arrow import DataError
from experiments.package.deleting import Deletion, hash_of
from experiments.schema import now

#: Prefix of the hash that replaces a deleted session's code in the log.
DELETED = "deleted-"
#: Tables with the content of a session.
_TABLES = (ROWS, DRAFTS, EVENTS, REFUSED, SESSIONS)
_LOGGED = select(ALLOCATION_LOG.c.session).where(ALLOCATION_LOG.c.what == "deleted")


def delete_from(database: str | Path, who: str) -> Deletion:
    """Delete all data of a participant from a collector's database.

    Parameters
    ----------
    database
        SQLite file or ``postgresql://`` address.
    who
        The participant's code, or the recruitment ID (such as the Prolific ID).

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
            rows = sum(_delete(connection, session) for session in found)
            deleted = deleted_hashes(connection.execute(_LOGGED).scalars())
        participant = found[0].participant if found else who
        if not found and hash_of(participant) not in deleted:
            raise DataError(
                f"{database_shown(database)} has no participant with the code or recruitment ID '{who}'."
                " Check upper and lower case and spaces."
            )
        # Repeated, in case an earlier deletion was not completed.
        still_to_do = _overwrite_deleted(opened)
    return Deletion(participant, len(found), rows, still_to_do)


def deleted_hashes(sessions: Iterable[Any]) -> frozenset[str]:
    """Return the hashes of deleted participants' codes, from the session codes in the log's entries on deletions."""
    return frozenset(str(session).removeprefix(DELETED) for session in sessions)


def _overwrite_deleted(opened: Database) -> str:
    """Overwrite deleted content on the disk; return what the experimenter must still do, if anything.

    Raises
    ------
    DatabaseError
        If another program is reading, so that the write-ahead log cannot be emptied; the data remain deleted.
    """
    with opened.connected() as connection:
        if connection.dialect.name != "sqlite":
            return (
                "PostgreSQL overwrites deleted data at some later time; to do it now, run `VACUUM FULL` on"
                f" {opened.name}. Remember its backups, too."
            )
        for _, schema, _ in connection.exec_driver_sql("PRAGMA database_list").all():
            connection.exec_driver_sql(f"VACUUM {schema}")
            emptied = connection.exec_driver_sql(f"PRAGMA {schema}.wal_checkpoint(TRUNCATE)")
            if emptied.all()[0][0]:
                raise DatabaseError(
                    503,
                    f"{opened.name} is being read by another program, so that the deleted data are"
                    f" still in {opened.name}-wal",
                    "Close the other program, and delete again.",
                )
    return ""


def _sessions(connection: Connection, who: str) -> Sequence[Row[Any]]:
    """Return the sessions of a participant; empty if there is no such participant.

    Raises
    ------
    DataError
        If several participants have the same ID on different platforms.
    """
    found = connection.execute(select(SESSIONS).where(SESSIONS.c.participant == who)).all()
    if not found and has_identities(connection):
        identified = select(IDENTITIES.c.session).where(IDENTITIES.c.id == who)
        found = connection.execute(select(SESSIONS).where(SESSIONS.c.session.in_(identified))).all()
    if len(found) > 1:
        codes = ", ".join(session.participant for session in found)
        raise DataError(
            f"'{who}' is the recruitment ID of several participants ({codes})."
            " Give the code of the participant who withdraws."
        )
    return found


def _delete(connection: Connection, session: Row[Any]) -> int:
    query = select(func.count()).where(ROWS.c.session == session.session)
    rows = connection.execute(query).scalar_one()
    code, time = f"{DELETED}{hash_of(session.participant)}", now()
    freed = free_slot(connection, session.session)
    for table in (SLOTS, ALLOCATION_LOG):
        in_table = table.c.session == session.session
        connection.execute(update(table).where(in_table).values(session=code))
    for table in (*_TABLES, *([IDENTITIES] if has_identities(connection) else [])):
        connection.execute(delete(table).where(table.c.session == session.session))
    if freed:
        log(connection, time, "released", session.slot, code, "the participant has withdrawn")
    why = f"{rows} rows, at the participant's request"
    log(connection, time, "deleted", session.slot, code, why)
    return rows
