"""Simulated sessions in memory, run by the same ``SessionRun`` as sessions in the lab."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from analysis.errors import AnalysisError
from analysis.simulate.ends import Ends
from analysis.simulate.participants import SimulatedParticipant
from analysis.simulate.population import Population
from experiments.schema import Row
from experiments.screen import Response, Screen
from experiments.timeline.session_run import SessionIdentity, SessionRun

#: Date of simulated sessions: obviously not real, and always the same.
FIRST = datetime(2000, 1, 1)
INTERVAL = timedelta(minutes=30)
SESSION = "1"


@dataclass(frozen=True)
class PlannedSession:
    """The slot of a simulated participant, and how the session will end."""

    number: int
    slot: int
    outcome: str

    @property
    def begins(self) -> datetime:
        """Date and time at which the session begins."""
        return FIRST + (self.number - 1) * INTERVAL


@dataclass(frozen=True)
class Session:
    """One simulated session."""

    planned: PlannedSession
    rows: list[Row]
    outcome: str
    ended: str
    events: tuple[dict[str, Any], ...] = ()
    """The begins and ends of its periods, as a window or browser notes them."""


def written(moment: datetime) -> str:
    """Return a date and time in the format of rows."""
    return moment.isoformat(timespec="milliseconds") + "Z"


def plan_sessions(people: Population, n: int) -> list[PlannedSession]:
    """Assign a slot to each of ``n`` participants in turn; those who do not finish return theirs.

    Raises
    ------
    AnalysisError
        If ``n`` is below one.
    """
    if n < 1:
        raise AnalysisError(f"{n} participants cannot be simulated.", "Simulate at least one.")
    # The list goes on beyond the planned sample if more are simulated.
    slots = people.study.slots(people.mode, least=n)
    # Sorted numbers are a heap.
    free = list(range(1, len(slots) + 1))
    ends = Ends(people)
    planned = []
    for number in range(1, n + 1):
        slot = heappop(free)
        outcome = ends.of(number, slots[slot - 1])
        if outcome != "complete":
            heappush(free, slot)
        planned.append(PlannedSession(number, slot, outcome))
    return planned


def take_part(people: Population, planned: PlannedSession, language: str | None = None) -> Session:
    """Run the session of one simulated participant."""
    slot = people.study.slots(people.mode, least=planned.slot)[planned.slot - 1]
    timeline = people.study.timeline(slot, language)
    participant = SimulatedParticipant(people, timeline, planned.number)

    def clock() -> str:
        return written(planned.begins + timedelta(seconds=participant.elapsed))

    run = SessionRun(
        timeline, SessionIdentity(people.participant(planned.number), SESSION, True, "none"), clock
    )
    rows: list[Row] = []
    events: list[dict[str, Any]] = []
    while (screen := run.current()) is not None:
        visit, response = run.visit, participant.respond(screen, {})
        if screen.period:
            events += _period(planned, screen, visit, response)
        rows += run.take(response)
    return Session(planned, rows, run.outcome, clock(), tuple(events))


def _period(
    planned: PlannedSession, screen: Screen, visit: int, response: Response
) -> Iterator[dict[str, Any]]:
    """Yield the begin of the period that a screen is in and, if it was not left, its end."""
    of = {
        "screen": screen.id,
        "period": screen.period,
        "visit": visit,
        "onset": round(response.onset, 6),
    }
    begun = planned.begins + timedelta(seconds=response.onset)
    yield {"event": "period_begin", **of, "time": written(begun)}
    if response.way == "on":
        seconds = round(max((each for each in response.times.values() if each), default=0.0), 6)
        for onset, lasts in response.shown.values():
            seconds = max(seconds, round((onset or 0.0) + (lasts or 0.0) - response.onset, 6))
        ended = written(begun + timedelta(seconds=seconds))
        yield {"event": "period_end", **of, "seconds": seconds, "held": 0.0, "time": ended}


def sessions(people: Population, n: int, language: str | None = None) -> Iterator[Session]:
    """Simulate ``n`` sessions without writing anything."""
    for planned in plan_sessions(people, n):
        yield take_part(people, planned, language)
