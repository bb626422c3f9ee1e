"""Simulated participants, who follow a hypothesis and can answer any screen.

Answers depend only on the seed, the participant, the slot and the screen, so that a participant gives the same
answers in the PsychoPy window, in a browser and without a display.
"""

from __future__ import annotations

from collections.abc import Mapping

from analysis.simulate.answering import Person
from analysis.simulate.draws import Draws
from analysis.simulate.latent import Latent
from analysis.simulate.pages import Pages
from analysis.simulate.population import Population
from analysis.simulate.taking_part import BETWEEN, style_of, times_of
from analysis.simulate.timed_trials import TimedTrials
from experiments.screen import Answer, Ask, Response, Screen, Way
from experiments.timeline.timeline import Timeline


class SimulatedParticipant:
    """A participant who answers the screens of one slot; see ``simulate``."""

    def __init__(self, people: Population, timeline: Timeline, number: int) -> None:
        self.people, self.timeline, self.number = people, timeline, number
        self.draws = Draws(people.seed, "person", people.mode, number)
        self.style = style_of(self.draws, people.assumed, people.dropout)
        self.elapsed = 0.0
        """Seconds since the start of the session, for onsets; no answer depends on it."""
        self.went_back: set[str] = set()
        """Screens from which the participant has gone back, once and for all."""
        self._leaves_at = self._leaving_screen() if self.style.leaves else ""
        self.latent = Latent(people, timeline, self.draws, self._unskipped, self._member)
        person = Person(people.assumed, self.draws, self.style, self.latent)
        self._pages, self._trials = Pages(person, timeline), TimedTrials(person)

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        """Return the response to a screen (``drafts``, earlier answers of the participant, have no effect)."""
        del drafts
        onset = round(self.elapsed, 3)
        if self.leaves(screen):
            response, self.elapsed = self._goes(screen, onset, "leave")
        elif self.goes_back(screen):
            response, self.elapsed = self._goes(screen, onset, "back")
        else:
            response, self.elapsed = self._answers(screen).response(screen, onset)
        return response

    def _goes(self, screen: Screen, onset: float, way: Way) -> tuple[Response, float]:
        """Return the response of a participant who goes from a screen without an answer, and when that is over."""
        at = times_of(screen, self.draws, self.style, self.people.assumed)
        passed = max(at.values())
        times: dict[str, float | None] = {"leave": passed}
        if way == "back":
            times = {} if screen.asks else {screen.kind: passed}
        return Response({}, times, onset, "simulated", way), onset + passed + BETWEEN

    def _answers(self, screen: Screen) -> Pages | TimedTrials:
        """Return what answers a screen."""
        return self._trials if screen.kind == "timed" else self._pages

    def leaves(self, screen: Screen) -> bool:
        """Return whether this is the screen on which the participant leaves."""
        return screen.id == self._leaves_at

    def goes_back(self, screen: Screen) -> bool:
        """Return whether the participant goes back now, before answering; nobody does so twice on a screen."""
        if not screen.back or screen.id in self.went_back:
            return False
        if self.draws.uniform("goes back", screen.id) >= self.people.assumed.goes_back:
            return False
        self.went_back.add(screen.id)
        return True

    def leaves_before(self, position: int) -> bool:
        """Return whether the participant leaves before the screen at a position of the timeline."""
        index = self.timeline.index
        return bool(self._leaves_at) and index[self._leaves_at] < position

    def decide(self, screen: Screen) -> dict[str, Answer]:
        """Return the answer to each question of a screen; None if it is skipped."""
        return self._answers(screen).response(screen, 0.0)[0].answers

    def answer(self, screen: Screen, ask: Ask) -> Answer:
        """Return the answer to one question of a screen; None if it is skipped."""
        return self._answers(screen).answer(screen, ask)

    def _unskipped(self, screen: Screen, ask: Ask) -> Answer:
        """Return the answer to a question if it is not skipped."""
        return self._answers(screen).unskipped(screen, ask)

    def _member(self, number: int) -> Latent:
        return SimulatedParticipant(self.people, self.people.first_timeline, number).latent

    def _leaving_screen(self) -> str:
        """Choose the screen on which to leave: any between consent and debriefing."""
        screens = self.timeline.screens[: self.timeline.index[self.timeline.exit]]
        within = [each.id for each in screens if each.phase != "consent" and not each.given]
        return within[self.draws.below(len(within), "leaves at")] if within else ""
