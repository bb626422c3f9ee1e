"""Simulated sessions in memory: each goes through the same ``SessionRun`` as a session in the lab."""

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
from experiments.timeline.session_run import Participant, SessionRun

#: Simulated sessions have a date that nobody takes for real, and the same one each time.
FIRST = datetime(2000, 1, 1)
APART = timedelta(minutes=30)
SESSION = "1"


@dataclass(frozen=True)
class Place:
    """Which slot a simulated person takes, and how the session will end."""

    number: int
    slot: int
    outcome: str

    @property
    def begins(self) -> datetime:
        """Date and time at which the session begins."""
        return FIRST + (self.number - 1) * APART


@dataclass(frozen=True)
class Session:
    """One simulated session."""

    place: Place
    rows: list[Row]
    outcome: str
    ended: str


def written(moment: datetime) -> str:
    """Write a date and time as rows do."""
    return moment.isoformat(timespec="milliseconds") + "Z"


def places(people: Population, n: int) -> list[Place]:
    """Give each of ``n`` people a slot, one after the other; who does not finish gives it back.

    Raises
    ------
    AnalysisError
        If the allocation list is too short.
    """
    if n < 1:
        raise AnalysisError(f"{n} people cannot be simulated.", "Ask for at least one.")
    free = [slot.number for slot in people.study.slots(people.mode)]
    available = len(free)
    heapify(free)
    steps = people.study.protocol.flow
    least_age = max((step.least_age for step in steps if isinstance(step, Eligibility)), default=0)
    made = []
    for number in range(1, n + 1):
        if not free:
            raise AnalysisError(
                f"The allocation list has {available} slots; they are used up by person {number}.",
                "Simulate fewer, or raise 'allocation: slots' in the protocol.",
            )
        slot = heappop(free)
        own = Draws(people.seed, "person", people.mode, number)
        outcome = style_of(own, people.assumed, people.dropout).outcome
        if outcome != "declined" and int(age(own)) < least_age:
            outcome = "ineligible"
        if outcome != "complete":
            heappush(free, slot)
        made.append(Place(number, slot, outcome))
    return made


def take_part(people: Population, place: Place, language: str | None = None) -> Session:
    """Let one simulated person go through the timeline of a slot."""
    slot = people.study.slots(people.mode)[place.slot - 1]
    timeline = people.study.timeline(slot, language)
    person = SimulatedParticipant(people, timeline, place.number)

    def clock() -> str:
        return written(place.begins + timedelta(seconds=person.elapsed))

    run = SessionRun(
        timeline, Participant(people.participant(place.number), SESSION, True, "none"), clock
    )
    rows: list[Row] = []
    while (screen := run.current()) is not None:
        rows += run.take(person.respond(screen, {}))
    return Session(place, rows, run.outcome, clock())


def sessions(people: Population, n: int, language: str | None = None) -> Iterator[Session]:
    """Simulate ``n`` sessions without writing anything."""
    for place in places(people, n):
        yield take_part(people, place, language)
