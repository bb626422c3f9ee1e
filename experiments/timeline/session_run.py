"""The session run: one participant's course through one timeline, in the lab, online or simulated.

Lab window, simulated participants and resumed sessions all use ``SessionRun``. The browser's player
(``experiments/online/player``) is a port of it; tests check that both give the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from experiments.schema import OF_SESSION, Row, now
from experiments.screen import Answer, Response, Screen, Way
from experiments.timeline.rows import ScreenRows, answer_of, asked_in
from experiments.timeline.timeline import (
    UNKNOWN,
    Timeline,
    answer_text,
    next_screen,
    screen_before,
    with_answers_filled_in,
)

ENTERED = "entered"
"""Outcome of an entry: the answers are known that decide which slot is taken."""


@dataclass(frozen=True)
class SessionIdentity:
    """Participant code, session code and origin of a session, as in each of its rows."""

    participant: str
    session: str
    simulated: bool
    renderer: str


class Responder(Protocol):
    """Source of responses to screens: a PsychoPy window or a simulated participant."""

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        """Show ``screen``, with the answers in ``drafts`` already entered, and return the response."""
        ...


@dataclass
class SessionRun:
    """The state of a session: its current screen, the answers so far and the number of rows.

    Examples
    --------
    >>> run = SessionRun(timeline, participant)                   # doctest: +SKIP
    >>> while (screen := run.current()) is not None:              # doctest: +SKIP
    ...     journal.rows(run.take(responder.respond(screen, {})))
    """

    timeline: Timeline
    identity: SessionIdentity
    clock: Callable[[], str] = now
    sequence: int = 0
    outcome: str = ""
    """How the session ended: empty until it does, then ``left`` or the ``ends`` of its last screen.

    ``ENTERED`` if only its entry has ended.
    """
    visits: dict[str, int] = field(default_factory=dict)
    went_back: dict[str, int] = field(default_factory=dict)
    """Screen -> how many of its visits ended with Back."""
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    """(screen, measure) -> last answer."""
    kept: dict[tuple[str, str], Answer] = field(default_factory=dict)
    """(screen, measure) -> last answer that stays on the device, for texts and conditions of later screens."""
    left: bool = False
    """Whether the participant left early (and continued with debriefing and payment)."""
    _entered: dict[str, dict[str, Answer]] = field(default_factory=dict)
    """Screen to which a participant came back, or from which they went back -> the answers that it had."""

    def __post_init__(self) -> None:
        self._at: Screen | None = self.timeline.screens[0]

    @cached_property
    def constants(self) -> dict[str, Any]:
        """The columns that are the same in all rows of the session."""
        known = vars(self.timeline) | asdict(self.identity)
        return {name: known[name] for name in OF_SESSION}

    def current(self) -> Screen | None:
        """Return the current screen with its texts filled in; None after the end of the session.

        Its ``back`` is the one screen to which Back leads now, if it leads anywhere.
        """
        if self._at is None:
            return None
        screen = with_answers_filled_in(self._at, self.answers)
        if not screen.back:
            return screen
        before = self._before(self._at)
        return replace(screen, back=() if before is None else (before.id,))

    @property
    def drafts(self) -> dict[str, Answer]:
        """The answers that the current screen had before the participant went back; None: skipped."""
        screen = self._at
        return {} if screen is None else self._entered.get(screen.id, {})

    def _before(self, screen: Screen) -> Screen | None:
        # After leaving, the screens lead on to the end.
        return None if self.left else screen_before(self.timeline, screen, self.answers)

    @property
    def visit(self) -> int:
        """Number of times the current screen has been shown, including this time."""
        return 0 if self._at is None else self.visits.get(self._at.id, 0) + 1

    def take(self, response: Response) -> list[Row]:
        """Record the response to the current screen, return its rows, and move to the next screen.

        Raises
        ------
        ValueError
            If an answer is missing from the response, a required question was skipped, or Back leads nowhere.
        """
        screen = self._at
        if screen is None:
            raise ValueError("the session has ended; there is no screen to respond to")
        rows = self._rows(screen, response)
        for ask in screen.asks:
            if ask.local and ask.measure in response.answers:
                self.kept[screen.id, ask.measure] = response.answers[ask.measure]
        for row in rows:
            self._note(row, response.way)
        self._go(screen, response.answers, response.way)
        return rows

    def replay(self, rows: Iterable[Row]) -> None:
        """Restore the state of an interrupted session from its rows.

        Only complete screens count. A process that is killed while it writes can leave some rows of a screen, which is
        then shown again and gives its rows the same numbers, in place of those that were left.

        Raises
        ------
        ValueError
            If the rows do not fit the timeline (another slot, another protocol).
        """
        waiting: list[Row] = []
        for row in rows:
            screen = self._at
            if screen is None or row["screen"] != screen.id:
                where = "the end" if screen is None else screen.id
                raise ValueError(
                    f"row {row['sequence']} is about the screen '{row['screen']}', but the timeline is at {where}"
                )
            waiting.append(row)
            way = _WAYS.get(row["status"], "on")
            self._note(row, way)
            if way == "leave" or len(waiting) == len(screen.measures):
                answers = {asked_in(item): self.answer_of(item) for item in waiting}
                self._go(screen, answers, way)
                waiting = []
        if waiting:
            self.sequence = waiting[0]["sequence"]

    def _note(self, row: Row, way: Way) -> None:
        self.sequence = row["sequence"] + 1
        self.left = self.left or way == "leave"
        if way == "on":
            self.answers[row["screen"], asked_in(row)] = self.answer_of(row)

    def answer_of(self, row: Row) -> Answer:
        """Return the answer of a row; ``UNKNOWN`` if it stayed on another device."""
        answer = answer_of(row)
        if answer is not None or row["status"] != "answered":
            return answer
        return self.kept.get((row["screen"], asked_in(row)), UNKNOWN)

    def _go(self, screen: Screen, answers: Mapping[str, Answer], way: Way) -> None:
        self.visits[screen.id] = self.visits.get(screen.id, 0) + 1
        if way == "back":
            self._go_back(screen, answers)
            return
        self._entered.pop(screen.id, None)
        if way == "leave" and not screen.ends:
            self._at = self.timeline.screens[self.timeline.index[self.timeline.exit_from(screen)]]
            return
        # Who went back has not used up an attempt.
        visits = self.visits[screen.id] - self.went_back.get(screen.id, 0)
        self._at = next_screen(self.timeline, screen, answers, visits, self.answers)
        if self._at is None:
            at_end = ENTERED if self.timeline.ends_with_entry else "complete"
            self.outcome = "left" if self.left else screen.ends or at_end

    def _go_back(self, screen: Screen, answers: Mapping[str, Answer]) -> None:
        """Go to the screen before; the answers on both are entered there again, and count once one goes on."""
        before = self._before(screen)
        if before is None:
            raise ValueError(f"there is no way back from '{screen.id}'")
        self.went_back[screen.id] = self.went_back.get(screen.id, 0) + 1
        so_far = self._entered_on(screen, answers)
        self._entered[screen.id] = {name: each for name, each in so_far.items() if each is not None}
        given = {ask.measure: self.answers.get((before.id, ask.measure)) for ask in before.asks}
        self._entered[before.id] = self._entered_on(before, given)
        for left in (screen, before):
            for ask in left.asks:
                self.answers.pop((left.id, ask.measure), None)
        self._at = before

    def _entered_on(self, screen: Screen, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """Return the answers to a screen; those that stay on a device are known there only."""
        entered: dict[str, Answer] = {}
        for ask in screen.asks:
            if not ask.local:
                entered[ask.measure] = answers.get(ask.measure)
            elif (screen.id, ask.measure) in self.kept:
                entered[ask.measure] = self.kept[screen.id, ask.measure]
        return entered

    @property
    def decided(self) -> dict[str, str]:
        """Answered factor -> level, from the answers in the entry."""
        decisions = self.timeline.entry.decisions if self.timeline.entry else ()
        return {
            each.factor: answer_text(self.answers.get((each.screen, each.measure))) or ""
            for each in decisions
        }

    def admitted(self, timeline: Timeline, rows: Iterable[Row]) -> SessionRun:
        """Return the session after its entry, whose rows are given, in the slot of a timeline."""
        run = SessionRun(timeline, self.identity, self.clock, kept=self.kept)
        run.replay(rows)
        return run

    def _rows(self, screen: Screen, response: Response) -> list[Row]:
        if response.way == "back" and self._before(screen) is None:
            raise ValueError(f"there is no way back from '{screen.id}'")
        begin = self.constants | {
            "slot": 0 if self.timeline.is_entry(screen) else self.timeline.slot,
            "sequence": self.sequence,
            "visit": self.visit,
        }
        return ScreenRows(screen, response, begin, self.clock).rows()


_WAYS: Mapping[str, Way] = {"left": "leave", "back": "back"}
"""Status of rows -> how the participant went from the screen; of all others, on."""
