"""Withdrawal: deletion of all data of a participant from databases and folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from experiments.codes import as_typed, mistyped
from experiments.online.collector import delete_from
from experiments.online.collector.database import database_shown, is_postgres
from experiments.package import DataError, Deletion, delete


@dataclass
class Withdrawn:
    """The result of a withdrawal."""

    deleted: dict[str, Deletion] = field(default_factory=dict)
    """Database or folder -> what was deleted there."""
    faults: list[str] = field(default_factory=list)
    """Databases and folders without data of the participant."""


def withdraw(places: Sequence[str], who: str) -> Withdrawn:
    """Delete all data of a participant.

    Parameters
    ----------
    places
        Folders with sessions, and a collector's databases (files or ``postgresql://`` addresses).
    who
        The participant's code, or, if one of the databases has it, the recruitment ID.

    Raises
    ------
    DataError
        If no place has data of this participant, or one cannot be changed.
    DatabaseError
        If a database does not respond, or cannot be changed.
    JournalError
        If a folder is not a collection of sessions.
    """
    for place in places:
        # Checked before anything is deleted anywhere.
        if not _is_database(place) and not Path(place).is_dir():
            raise DataError(f"{place} is neither a folder nor a database. Check the path.")
    done = Withdrawn()
    who = as_typed(who)
    # Databases first: only they can look up a recruitment ID.
    for place in sorted(places, key=lambda place: not _is_database(place)):
        try:
            if _is_database(place):
                deletion = delete_from(place, who)
                who = deletion.participant
                done.deleted[database_shown(place)] = deletion
            else:
                done.deleted[place] = delete(place, who)
        except DataError as error:
            done.faults.append(str(error))
    if not done.deleted:
        raise DataError(" ".join(filter(None, (*done.faults, mistyped(who)))))
    return done


def _is_database(place: str) -> bool:
    return is_postgres(place) or Path(place).is_file()
