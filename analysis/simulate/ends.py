"""How sessions end: who declines, is too young, is asked no further, or leaves."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.simulate.participants import SimulatedParticipant
from analysis.simulate.population import Population
from experiments.protocol.slots import Slot
from experiments.screen import Answer, Given, Screen
from experiments.timeline.timeline import Timeline, is_shown


class Ends:
    """How the sessions of a population end, from the answers that decide it alone."""

    def __init__(self, people: Population) -> None:
        self.people = people
        self._timelines: dict[tuple[tuple[str, str], ...], tuple[Timeline, bool]] = {}

    def of(self, number: int, slot: Slot) -> str:
        """Return how the session of a participant in a slot ends."""
        cell = tuple(slot.levels.items())
        if cell not in self._timelines:
            timeline = self.people.study.timeline(slot)
            self._timelines[cell] = timeline, self._differ(timeline)
        timeline, differ = self._timelines[cell]
        if differ:
            timeline = self.people.study.timeline(slot)
        return outcome_of_session(SimulatedParticipant(self.people, timeline, number))

    def _differ(self, timeline: Timeline) -> bool:
        """Return whether questions that can end a session differ between the slots of a cell."""
        measures = self.people.study.names.measures
        asked = {
            given.measure
            for screen in timeline.screens
            if screen.ends
            for given in _conditions(screen, timeline)
        }
        return any(
            measures[each].loop is not None
            or getattr(measures[each].asked, "order", "") == "random"
            for each in asked & measures.keys()
        )


def outcome_of_session(participant: SimulatedParticipant) -> str:
    """Return how the session of a participant ends."""
    decided = _Decided(participant)
    for position, screen in enumerate(participant.timeline.screens):
        if screen.ends:
            if participant.leaves_before(position):
                return "left"
            if decided.is_shown(screen):
                return screen.ends
    return "complete"


class _Decided:
    """What a participant answers where the course of the session depends on it."""

    def __init__(self, participant: SimulatedParticipant) -> None:
        self.participant = participant
        self.timeline = participant.timeline
        self._answers: dict[tuple[str, str], Answer] = {}

    def is_shown(self, screen: Screen) -> bool:
        """Return whether the participant comes to a screen, if the session does not end before it."""
        for given in screen.given:
            if (given.screen, given.measure) not in self._answers:
                self._decide(self.timeline.screens[self.timeline.index[given.screen]])
        return is_shown(screen, self._answers)

    def _decide(self, screen: Screen) -> None:
        shown = self.is_shown(screen)
        for ask in screen.asks:
            answer = self.participant.answer(screen, ask) if shown else None
            self._answers[screen.id, ask.measure] = answer


def _conditions(screen: Screen, timeline: Timeline) -> Iterator[Given]:
    """Yield the conditions under which a screen is shown, also those of the questions that they are about."""
    for given in screen.given:
        yield given
        yield from _conditions(timeline.screens[timeline.index[given.screen]], timeline)
