"""Simulated sessions in memory, run by the same ``SessionRun`` as sessions in the lab."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from analysis.errors import AnalysisError
from analysis.simulate.draws import Draws
from analysis.simulate.participants import SimulatedParticipant, age
from analysis.simulate.population import Population
from analysis.simulate.taking_part import style_of
from experiments.schema import Row
from experiments.tasks.eligibility import Eligibility
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


def written(moment: datetime) -> str:
    """Return a date and time in the format of rows."""
    return moment.isoformat(timespec="milliseconds") + "Z"


def plan_sessions(people: Population, n: int) -> list[PlannedSession]:
    """Assign a slot to each of ``n`` participants in turn; those who do not finish return theirs.

    Raises
    ------
    AnalysisError
        If the allocation list is too short.
    """
    if n < 1:
        raise AnalysisError(f"{n} participants cannot be simulated.", "Simulate at least one.")
    free = [slot.number for slot in people.study.slots(people.mode)]
    available = len(free)
    heapify(free)
    steps = people.study.protocol.flow
    least_age = max((step.least_age for step in steps if isinstance(step, Eligibility)), default=0)
    planned = []
    for number in range(1, n + 1):
        if not free:
            raise AnalysisError(
                f"{n} participants cannot be simulated: the {available} slots of the allocation list are enough"
                f" for {number - 1} (those who do not finish return theirs).",
                f"Simulate at most {number - 1}, or increase 'allocation: slots' in the protocol.",
            )
        slot = heappop(free)
        draws = Draws(people.seed, "person", people.mode, number)
        outcome = style_of(draws, people.assumed, people.dropout).outcome
        if outcome != "declined" and int(age(draws)) < least_age:
            outcome = "ineligible"
        if outcome != "complete":
            heappush(free, slot)
        planned.append(PlannedSession(number, slot, outcome))
    return planned


def take_part(people: Population, planned: PlannedSession, language: str | None = None) -> Session:
    """Run the session of one simulated participant."""
    slot = people.study.slots(people.mode)[planned.slot - 1]
    timeline = people.study.timeline(slot, language)
    participant = SimulatedParticipant(people, timeline, planned.number)

    def clock() -> str:
        return written(planned.begins + timedelta(seconds=participant.elapsed))

    run = SessionRun(
        timeline, SessionIdentity(people.participant(planned.number), SESSION, True, "none"), clock
    )
    rows: list[Row] = []
    while (screen := run.current()) is not None:
        rows += run.take(participant.respond(screen, {}))
    return Session(planned, rows, run.outcome, clock())


def sessions(people: Population, n: int, language: str | None = None) -> Iterator[Session]:
    """Simulate ``n`` sessions without writing anything."""
    for planned in plan_sessions(people, n):
        yield take_part(people, planned, language)
