"""A session: from taking a slot to giving it back, so that whoever runs it keeps the same promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.allocation import AllocationLog
from experiments.building import Study
from experiments.collection import Collection, read_collection
from experiments.journal import Journal, JournalError, Record, read_journal
from experiments.screen import Answer
from experiments.sitting import Person, Responder, Sitting

#: Endings after which the slot goes back to the list: nobody's data fill it.
RETURNING = {"declined", "ineligible", "left"}


@dataclass
class Session:
    """One session that is going on."""

    study: Study
    collection: Collection
    mode: str
    person: Person
    sitting: Sitting
    journal: Journal
    drafts: dict[str, Answer] = field(default_factory=dict)
    """Answers already given on the screen that a resumed session goes on at."""

    def answered(self, screen: str, measure: str, value: Answer, seconds: float) -> None:
        """Put an answer on disk while its screen is still on."""
        self.journal.draft(screen, self.sitting.visit, measure, value, seconds)

    def run(self, responder: Responder) -> str:
        """Go on to the end; return how it ended, and give the slot of a drop-out back.

        Every answer is in the journal before the next screen shows.
        """
        drafts = self.drafts
        while (screen := self.sitting.current()) is not None:
            response = responder.respond(screen, drafts)
            self.journal.rows(self.sitting.take(response))
            drafts = {}
        outcome = self.sitting.outcome
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
    person: Person,
    language: str,
    facts: Mapping[str, Any],
) -> Session:
    """Take a slot and begin the journal.

    Parameters
    ----------
    facts
        What is worth knowing of the machine (window size, refresh rate, versions).

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
            f"the session '{person.session}' of '{person.participant}' is there already ({path})."
            " Use --resume to go on with it, or give another session name."
        )
    number = allocation(study, collection, mode).take(person.participant, person.session)
    timeline = study.timeline(study.slots(mode)[number - 1], language)
    journal = Journal.begin(
        path,
        {
            "participant": person.participant,
            "session": person.session,
            "study": study.protocol.study,
            "protocol_version": study.protocol.version,
            "protocol_hash": study.protocol.hash,
            "code_version": timeline.code_version,
            "mode": mode,
            "slot": number,
            "language": language,
            "simulated": person.simulated,
            "renderer": person.renderer,
            "facts": dict(facts),
        },
    )
    return Session(study, collection, mode, person, Sitting(timeline, person), journal)


def resume(study: Study, collection: Collection, person: Person) -> Session:
    """Go on with a session that was interrupted, at the next screen, in the same slot.

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
    said = record.session
    allocation(study, collection, said["mode"]).take(person.participant, person.session)
    timeline = study.timeline(study.slots(said["mode"])[said["slot"] - 1], said["language"])
    sitting = Sitting(timeline, person)
    sitting.replay(record.rows)
    journal = Journal.resume(path)
    journal.event("resumed", at=getattr(sitting.current(), "id", ""))
    return Session(
        study, collection, said["mode"], person, sitting, journal, _drafts(record, sitting)
    )


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


def _drafts(record: Record, sitting: Sitting) -> dict[str, Answer]:
    screen = sitting.current()
    if screen is None:
        return {}
    return {
        draft["measure"]: draft["value"]
        for draft in record.drafts
        if draft["screen"] == screen.id and draft["visit"] == sitting.visit
    }


def _sessions(collection: Collection) -> list[str]:
    names = []
    for path in collection.journals():
        said = read_journal(path).session
        names.append(f"{said['participant']}/{said['session']}")
    return names
