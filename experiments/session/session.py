"""Sessions: beginning and resuming them, saving every answer before the next screen, releasing drop-outs' slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.codes import mistyped
from experiments.marked_text import blocks
from experiments.screen import Answer, Screen
from experiments.session.allocation import AllocationError, AllocationLog
from experiments.session.collection import Collection, read_collection
from experiments.session.device import DeviceAnswers
from experiments.session.journal import RESUMED, Journal, JournalError, read_journal
from experiments.study import Study
from experiments.timeline.session_run import (
    ENTERED,
    Responder,
    SessionIdentity,
    SessionRun,
)
from experiments.timeline.timeline import Timeline

#: Outcomes after which the slot is released, because it has no complete data.
RELEASED_AFTER = {"declined", "ineligible", "left"}
FULL = "full"
"""Outcome of a session for whose levels of the answered factors no slot is free."""


@dataclass
class Session:
    """A session in progress."""

    study: Study
    collection: Collection
    mode: str
    identity: SessionIdentity
    progress: SessionRun
    journal: Journal
    drafts: dict[str, Answer] = field(default_factory=dict)
    """Measure -> answer already given on the screen at which a resumed session continues."""

    @property
    def device(self) -> DeviceAnswers:
        """The answers of the session that stay on this computer."""
        return DeviceAnswers.of(self.journal.path)

    def save_draft(self, screen: str, measure: str, value: Answer, seconds: float) -> None:
        """Save an answer while its screen is still shown."""
        shown = self.progress.timeline.screens[self.progress.timeline.index[screen]]
        if any(ask.local for ask in shown.asks if ask.measure == measure):
            self.device.write({**self.device.read(), (screen, measure): value})
            return
        self.journal.draft(screen, self.progress.visit, measure, value, seconds)

    def note(self, event: str, **details: Any) -> None:
        """Save an event; that of a period with the visit of its screen, by which it belongs to rows."""
        of_screen = {"visit": self.progress.visit} if event.startswith("period_") else {}
        self.journal.event(event, **details, **of_screen)

    def run(self, responder: Responder) -> str:
        """Run the session to its end and return its outcome; the slot of a drop-out is released.

        Every answer is in the journal before the next screen is shown.
        """
        drafts = self.drafts
        while True:
            if self.progress.outcome == ENTERED and not self._admitted():
                responder.respond(_full(self.progress.timeline), {})
                self.progress.outcome = FULL
            screen = self.progress.current()
            if screen is None:
                break
            response = responder.respond(screen, {**self.progress.drafts, **drafts})
            rows = self.progress.take(response)
            if any(ask.local for ask in screen.asks):
                self.device.write(self.progress.kept)
            self.journal.rows(rows)
            drafts = {}
        outcome = self.progress.outcome
        self.device.delete()
        self.journal.end(outcome)
        if outcome in RELEASED_AFTER:
            log = allocation(self.study, self.collection, self.mode)
            log.release(self.identity.participant, self.identity.session, outcome)
        return outcome

    def _admitted(self) -> bool:
        """Take a slot for the levels that the entry has decided, and continue in it; return whether one was free."""
        levels, who = self.progress.decided, self.identity
        slots = self.study.slots(self.mode)
        among = [slot.number for slot in slots if slot.answered == levels]
        try:
            number = allocation(self.study, self.collection, self.mode).take(
                who.participant, who.session, among
            )
        except AllocationError:
            return False
        timeline = self.study.timeline(slots[number - 1], self.progress.timeline.language)
        self.progress = self.progress.admitted(timeline, read_journal(self.journal.path).rows)
        return True


def _full(timeline: Timeline) -> Screen:
    """Return the page for participants of whom there are enough."""
    texts = timeline.interface
    content = blocks(f"# {texts['full_title']}\n\n{texts['full_text']}")
    return Screen("full", "read", "debrief", "end", content=content, proceed=texts["finish"])


def allocation(study: Study, collection: Collection, mode: str) -> AllocationLog:
    """Return the allocation log of one mode in a collection."""
    return AllocationLog(collection.folder, mode, len(study.slots(mode)))


def begin(
    study: Study,
    collection: Collection,
    mode: str,
    identity: SessionIdentity,
    language: str,
    facts: Mapping[str, Any],
) -> Session:
    """Take a slot and begin the journal.

    Parameters
    ----------
    facts
        Facts about the computer (window size, refresh rate, versions).

    Raises
    ------
    JournalError
        If this session already exists, or the folder cannot be written.
    AllocationError
        If the allocation list is used up.
    """
    path = collection.journal(identity.participant, identity.session)
    if path.exists():
        raise JournalError(
            f"the session '{identity.session}' of '{identity.participant}' already exists ({path})."
            " Use --resume to continue it, or choose another session name."
        )
    log = allocation(study, collection, mode)
    timeline = study.entry(mode, language)
    if timeline is None or not log.free():
        number = log.take(identity.participant, identity.session)
        timeline = study.timeline(study.slots(mode)[number - 1], language)
    progress = SessionRun(timeline, identity)
    journal = Journal.begin(path, {**progress.constants, "facts": dict(facts)})
    return Session(study, collection, mode, identity, progress, journal)


def resume(study: Study, collection: Collection, identity: SessionIdentity) -> Session:
    """Resume an interrupted session at the next screen, in the same slot.

    Raises
    ------
    JournalError
        If there is no such session, or it has ended.
    """
    path = collection.journal(identity.participant, identity.session)
    if not path.exists():
        nothing = f"there is no session '{identity.session}' of '{identity.participant}' in {collection.folder}."
        theirs = f"Its sessions are: {', '.join(_sessions(collection)) or 'none'}."
        why = mistyped(identity.participant)
        raise JournalError(" ".join(filter(None, (nothing, why, theirs))))
    record = read_journal(path)
    if record.outcome:
        raise JournalError(f"the session has ended ({record.outcome}); there is nothing to resume.")
    of_session = record.session
    mode = of_session["mode"]
    log = allocation(study, collection, mode)
    number = log.held(identity.participant, identity.session)
    if of_session["slot"] and not number:
        number = log.take(identity.participant, identity.session)
    kept = DeviceAnswers.of(path).read()
    timeline = study.timeline_at(mode, number, of_session["language"])
    progress = SessionRun(timeline, identity, kept=dict(kept))
    progress.replay(record.rows)
    screen = getattr(progress.current(), "id", "")
    journal = Journal.resume(path)
    journal.event(RESUMED, at=screen, rows=progress.sequence)
    # Rows of a screen that was cut short are drafts from now on, and are shown as entered.
    drafts = {
        draft["measure"]: draft["value"]
        for draft in read_journal(path).drafts
        if (draft["screen"], draft["visit"]) == (screen, progress.visit)
    }
    drafts |= {measure: answer for (place, measure), answer in kept.items() if place == screen}
    return Session(study, collection, mode, identity, progress, journal, drafts)


def give_up(study: Study, folder: Path, participant: str, session: str) -> int:
    """Release the slot of a session that will not be completed, and return its number; its answers are kept.

    Raises
    ------
    JournalError
        If there is no such session, it is complete, or its slot was already released.
    """
    collection = read_collection(folder)
    record = read_journal(collection.existing_journal(participant, session))
    if record.outcome == "complete":
        raise JournalError(
            "this session is complete; its place in the allocation list cannot be freed."
        )
    log = allocation(study, collection, record.session["mode"])
    DeviceAnswers.of(collection.journal(participant, session)).delete()
    slot = log.release(participant, session, "given up")
    if slot is None:
        raise JournalError(
            "this session has no place in the allocation list; it was already freed."
        )
    return slot


def note_failure(folder: Path, participant: str, session: str, what: str) -> Path:
    """Record in a session's journal that a device failed; return the path of the journal.

    Raises
    ------
    JournalError
        If there is no such session.
    """
    path = read_collection(folder).existing_journal(participant, session)
    with Journal.resume(path) as journal:
        journal.event("device_failure", what=what)
    return path


def _sessions(collection: Collection) -> list[str]:
    sessions = (read_journal(path).session for path in collection.journals())
    return [f"{session['participant']}/{session['session']}" for session in sessions]
