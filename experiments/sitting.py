"""The sitting: one participant going through one timeline, whoever draws it and whoever answers.

Lab window, simulated people and resumed sessions all run through ``Sitting``; the browser's player is
its port (``experiments/online/player/sitting.js``) and is held to the same rows by tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from experiments.schema import Row
from experiments.screen import Answer, Ask, Response, Screen
from experiments.timeline import Timeline, filled, following


@dataclass(frozen=True)
class Person:
    """Who sits: the codes that stand in each row."""

    participant: str
    session: str
    simulated: bool
    renderer: str


class Responder(Protocol):
    """Whoever answers screens: a PsychoPy window, a simulated person, a replayed journal."""

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        """Show ``screen`` (with the answers of ``drafts`` already given) and return the response."""
        ...


def now() -> str:
    """Return the date and time as rows state it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Sitting:
    """State of one session: where it is, what was answered, how many rows there are.

    Examples
    --------
    >>> sitting = Sitting(timeline, person)                       # doctest: +SKIP
    >>> while (screen := sitting.current()) is not None:          # doctest: +SKIP
    ...     journal.write(sitting.take(responder.respond(screen, {})))
    """

    timeline: Timeline
    person: Person
    clock: Callable[[], str] = now
    sequence: int = 0
    outcome: str = ""
    """How the session ended: empty while it goes on, else ``left`` or the ``ends`` of its last screen."""
    has_left: bool = False
    """Whether the participant has pressed "leave"."""
    visits: dict[str, int] = field(default_factory=dict)
    given: dict[tuple[str, str], Answer] = field(default_factory=dict)
    left: bool = False
    """Whether the participant left before the end (and went on to debriefing and payment)."""
    _at: Screen | None = None

    def __post_init__(self) -> None:
        self._at = self.timeline.screens[0]

    def current(self) -> Screen | None:
        """Return the screen to show now, its texts filled in; None when the session has ended."""
        return None if self._at is None else filled(self._at, self.given)

    @property
    def visit(self) -> int:
        """How often the current screen has been shown, this time included."""
        return 0 if self._at is None else self.visits.get(self._at.id, 0) + 1

    def take(self, response: Response) -> list[Row]:
        """Take the response to the current screen, return its rows, and go on.

        Raises
        ------
        ValueError
            If the response lacks an ask, or skips a required one.
        """
        screen = self._at
        if screen is None:
            raise ValueError("the session has ended: no screen is waiting for a response")
        rows = self._rows(screen, response)
        for row in rows:
            self.follow(row, response.leaves)
        self._go_on(screen, response.answers, response.leaves)
        return rows

    def replay(self, rows: Iterable[Row]) -> None:
        """Go again where the rows of an interrupted session went, without asking anything.

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
                    f"row {row['sequence']} answers the screen '{row['screen']}' where the timeline is at {where}"
                )
            waiting.append(row)
            self.follow(row, row["status"] == "left")
            if row["status"] == "left" or len(waiting) == max(1, len(screen.asks)):
                answers = {item["measure"]: _typed(item) for item in waiting}
                self._go_on(screen, answers, row["status"] == "left")
                waiting = []

    def follow(self, row: Row, leaves: bool) -> None:
        """Count a row and remember its answer."""
        self.sequence = row["sequence"] + 1
        self.left = self.left or leaves
        if not leaves:
            self.given[row["screen"], row["measure"]] = _typed(row)

    def _go_on(self, screen: Screen, answers: Mapping[str, Answer], leaves: bool) -> None:
        self.visits[screen.id] = self.visits.get(screen.id, 0) + 1
        if leaves and not screen.ends:
            self.has_left = True
            self._at = self.timeline.screens[self.timeline.index[self.timeline.exit]]
            return
        self._at = following(self.timeline, screen, answers, self.visits[screen.id])
        if self._at is None:
            self.outcome = "left" if self.left else screen.ends or "complete"

    def _rows(self, screen: Screen, response: Response) -> list[Row]:
        if response.leaves:
            return [self._row(screen, 0, "leave", None, "left", None, response)]
        if not screen.asks:
            return [self._row(screen, 0, screen.kind, None, "shown", None, response)]
        return [self._asked(screen, place, ask, response) for place, ask in enumerate(screen.asks)]

    def _asked(self, screen: Screen, place: int, ask: Ask, response: Response) -> Row:
        if ask.measure not in response.answers:
            raise ValueError(f"the response to '{screen.id}' lacks '{ask.measure}'")
        answer = response.answers[ask.measure]
        if answer is None and ask.required:
            raise ValueError(f"'{ask.measure}' on '{screen.id}' cannot be skipped")
        status = "skipped" if answer is None else "answered"
        return self._row(screen, place, ask.measure, answer, status, ask, response)

    def _row(
        self,
        screen: Screen,
        place: int,
        measure: str,
        answer: Answer,
        status: str,
        ask: Ask | None,
        response: Response,
    ) -> Row:
        line, person = self.timeline, self.person
        is_number = isinstance(answer, (int, float))
        row: dict[str, Any] = {
            "study": line.study,
            "protocol_version": line.protocol_version,
            "protocol_hash": line.protocol_hash,
            "code_version": line.code_version,
            "mode": line.mode,
            "participant": person.participant,
            "session": person.session,
            "slot": line.slot,
            "language": line.language,
            "simulated": person.simulated,
            "renderer": person.renderer,
            "sequence": self.sequence + place,
            "phase": screen.phase,
            "task": screen.task,
            "screen": screen.id,
            "visit": self.visit,
            "trial": screen.trial,
            "stimulus": screen.stimulus or None,
            "cells": dict(screen.cells or {}),
            "measure": measure,
            "value": _text(answer),
            "number": answer if is_number else None,
            "unit": ask.unit or None if ask else None,
            "status": status,
            "correct": _correct(ask, answer),
            "onset": round(response.onset, 6),
            "response_time": _rounded(response.times.get(measure)),
            "clock": response.clock,
            "time": self.clock(),
        }
        return row


def _text(answer: Answer) -> str | None:
    if isinstance(answer, float) and answer.is_integer():
        return str(int(answer))
    return None if answer is None else str(answer)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 6)


def _correct(ask: Ask | None, answer: Answer) -> bool | None:
    if ask is None or ask.correct is None or answer is None:
        return None
    return answer == ask.correct


def _typed(row: Row) -> Answer:
    number = row["number"]
    return row["value"] if number is None else number
