"""A session: taking a slot, writing every answer before the next screen, giving the slot of a drop-out back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.screen import Answer
from experiments.session.allocation import AllocationLog
from experiments.session.collection import Collection, read_collection
from experiments.session.journal import Journal, JournalError, read_journal
from experiments.study import Study
from experiments.timeline.session_run import Participant, Responder, SessionRun

#: Endings after which the slot goes back to the list: nobody's data fill it.
RETURNING = {"declined", "ineligible", "left"}


@dataclass
class Session:
    """A session in progress."""

    study: Study
    collection: Collection
    mode: str
    person: Participant
    progress: SessionRun
    journal: Journal
    drafts: dict[str, Answer] = field(default_factory=dict)
    """Answers already given on the screen that a resumed session goes on at."""

    def answered(self, screen: str, measure: str, value: Answer, seconds: float) -> None:
        """Put an answer on disk while its screen is still on."""
        self.journal.draft(screen, self.progress.visit, measure, value, seconds)

    def run(self, responder: Responder) -> str:
        """Go on to the end; return how it ended, and give the slot of a drop-out back.

        Every answer is in the journal before the next screen shows.
        """
        drafts = self.drafts
        while (screen := self.progress.current()) is not None:
            response = responder.respond(screen, drafts)
            self.journal.rows(self.progress.take(response))
            drafts = {}
        outcome = self.progress.outcome
        self.journal.end(outcome)
        if outcome in RETURNING:
            log = allocation(self.study, self.collection, self.mode)
            log.release(self.person.participant, self.person.session, outcome)
        return outcome


def allocation(study: Study, collection: Collection, mode: str) -> AllocationLog:
    """Return the allocation log of one mode in a collection."""
    return AllocationLog(collection.folder, mode, len(study.slots(mode)))


def begin(
    study: Study,
    collection: Collection,
    mode: str,
    person: Participant,
    language: str,
    facts: Mapping[str, Any],
) -> Session:
    """Take a slot and begin the journal.

    Parameters
    ----------
    facts
        Facts about the machine (window size, refresh rate, versions).

    Raises
    ------
    JournalError
        If this participant has had this session, or the folder cannot be written.
    AllocationError
        If the allocation list is used up.
    """
    path = collection.journal(person.participant, person.session)
    if path.exists():
        raise JournalError(
            f"the session '{person.session}' of '{person.participant}' exists already ({path})."
            " Use --resume to go on with it, or give another session name."
        )
    number = allocation(study, collection, mode).take(person.participant, person.session)
    progress = SessionRun(study.timeline(study.slots(mode)[number - 1], language), person)
    journal = Journal.begin(path, {**progress.constants, "facts": dict(facts)})
    return Session(study, collection, mode, person, progress, journal)


def resume(study: Study, collection: Collection, person: Participant) -> Session:
    """Resume an interrupted session at the next screen, in the same slot.

    Raises
    ------
    JournalError
        If there is no such session, or it has ended.
    """
    path = collection.journal(person.participant, person.session)
    if not path.exists():
        raise JournalError(
            f"there is no session '{person.session}' of '{person.participant}' in {collection.folder}."
            f" There are: {', '.join(_sessions(collection)) or 'none'}."
        )
    record = read_journal(path)
    if record.outcome:
        raise JournalError(f"the session has ended ({record.outcome}); there is nothing to resume.")
    of_session = record.session
    mode = of_session["mode"]
    allocation(study, collection, mode).take(person.participant, person.session)
    slot = study.slots(mode)[of_session["slot"] - 1]
    progress = SessionRun(study.timeline(slot, of_session["language"]), person)
    progress.replay(record.rows)
    screen = getattr(progress.current(), "id", "")
    journal = Journal.resume(path)
    journal.event("resumed", at=screen)
    drafts = {
        draft["measure"]: draft["value"]
        for draft in record.drafts
        if (draft["screen"], draft["visit"]) == (screen, progress.visit)
    }
    return Session(study, collection, mode, person, progress, journal, drafts)


def give_up(study: Study, folder: Path, participant: str, session: str) -> int:
    """Give back the slot of a session that will never be finished, and return its number; its answers stay.

    Raises
    ------
    JournalError
        If there is no such session, it is complete, or its slot was given back before.
    """
    collection = read_collection(folder)
    record = read_journal(collection.held(participant, session))
    if record.outcome == "complete":
        raise JournalError("this session is complete; its slot is filled and cannot be given back.")
    log = allocation(study, collection, record.session["mode"])
    slot = log.release(participant, session, "given up")
    if slot is None:
        raise JournalError("this session holds no slot; it was given back before.")
    return slot


def note_failure(folder: Path, participant: str, session: str, what: str) -> Path:
    """Note in a session's journal that a device failed; return the journal.

    Raises
    ------
    JournalError
        If there is no such session.
    """
    path = read_collection(folder).held(participant, session)
    with Journal.resume(path) as journal:
        journal.event("device_failure", what=what)
    return path


def _sessions(collection: Collection) -> list[str]:
    sessions = (read_journal(path).session for path in collection.journals())
    return [f"{each['participant']}/{each['session']}" for each in sessions]
