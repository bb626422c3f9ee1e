"""Simulated participants, who follow a hypothesis and can answer any screen.

Answers depend only on the seed, the participant, the slot and the screen, so that a participant gives the same
answers in the PsychoPy window, in a browser and without a display.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log

from analysis.simulate.draws import Draws
from analysis.simulate.items import is_time, time_of
from analysis.simulate.latent import Latent
from analysis.simulate.population import Population
from analysis.simulate.taking_part import BETWEEN, consent_of, consenting, style_of, times_of
from analysis.simulate.timed_trials import Press, press, response_to
from experiments.measures import KINDS
from experiments.measures.timed import Timed
from experiments.screen import Answer, Ask, Response, Screen
from experiments.timeline.timeline import Timeline


@dataclass(frozen=True)
class Answering:
    """A simulated participant answering one question (a ``measures.Respondent``)."""

    participant: SimulatedParticipant
    screen: Screen
    ask: Ask

    @property
    def right(self) -> float:
        return self.participant.people.assumed.right

    @property
    def right_key(self) -> float:
        return self.participant.people.assumed.right_key

    def unread(self, count: int, draw: str) -> int | None:
        reads = self.participant.style.reads
        if reads == "straight line":
            return self.participant.draws.below(count, "line")
        return self.below(count, draw) if reads == "at random" else None

    @property
    def follows(self) -> bool:
        return self.participant.latent.follows(self.screen, self.ask)

    def latent(self, count: int) -> int:
        return self.participant.latent.place(self.screen, self.ask, count)

    def below(self, count: int, draw: str) -> int:
        return self.participant.draws.below(count, draw, self.screen.id, self.ask.measure)

    def uniform(self, draw: str) -> float:
        return self.participant.draws.uniform(draw, self.screen.id, self.ask.measure)

    def normal(self, draw: str) -> float:
        return self.participant.draws.normal(draw, self.screen.id, self.ask.measure)


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
        self._together: dict[tuple[str, int], dict[str, Answer]] = {}
        """(Screen, panel) -> answers that are given together."""
        self._consent = consent_of(timeline)
        decisions = timeline.entry.decisions if timeline.entry else ()
        self._group = {(each.screen, each.measure): each.level for each in decisions if each.level}
        """(screen, measure) -> the answer of those whom the slot is for."""
        self._leaves_at = self._leaving_screen() if self.style.leaves else ""
        self.latent = Latent(people, timeline, self.draws, self._unskipped, self._member)

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        """Return the response to a screen (``drafts``, earlier answers of the participant, have no effect)."""
        del drafts
        onset = round(self.elapsed, 3)
        if screen.kind == "timed" and not self.leaves(screen):
            response, lasted = response_to(screen, onset, self._presses(screen), "simulated")
            self.elapsed = onset + lasted
            return response
        times: dict[str, float | None] = dict(
            times_of(screen, self.draws, self.style, self.people.assumed)
        )
        passed = max(time for time in times.values() if time is not None)
        self.elapsed = onset + passed + BETWEEN
        if self.leaves(screen):
            return Response({}, {"leave": passed}, onset, "simulated", "leave")
        if self.goes_back(screen):
            times = {} if screen.asks else {screen.kind: passed}
            return Response({}, times, onset, "simulated", "back")
        answers = self.decide(screen)
        times = {name: None if answers.get(name, 0) is None else times[name] for name in times}
        return Response(answers, times, onset, "simulated")

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
        if screen.kind == "timed":
            return response_to(screen, 0.0, self._presses(screen), "simulated")[0].answers
        return {ask.measure: self.answer(screen, ask) for ask in screen.asks}

    def _presses(self, screen: Screen) -> dict[str, Press]:
        """Return the keys that are pressed on a timed trial: measure -> keys."""
        return {ask.measure: self._press(screen, ask) for ask in screen.asks if not ask.first}

    def _press(self, screen: Screen, ask: Ask) -> Press:
        assumed = self.people.assumed
        whose = Answering(self, screen, ask)
        times = [time_of(each) for each in screen.asks if each.measure.startswith(ask.measure)]
        followed = (each for each in times if self.latent.follows(screen, each))
        place = self.latent.place(screen, next(followed, times[0]), Timed.count(ask))
        pace = 1.0 if self.style.reads == "with care" else assumed.careless_pace

        def spread() -> float:
            return exp(assumed.key_spread * whose.normal("corrects"))

        answer = self._unskipped(screen, ask)
        return press(ask, answer, pace * Timed.value(ask, place), spread, assumed)

    def answer(self, screen: Screen, ask: Ask) -> Answer:
        """Return the answer to one question of a screen; None if it is skipped."""
        if screen.kind == "timed":
            return self._unskipped(screen, ask)
        style = self.style
        if (given := self._consent.get((screen.id, ask.measure))) and ask.options:
            return consenting(ask, given, style.consents)
        if level := self._group.get((screen.id, ask.measure)):
            return next(option.value for option in ask.options if str(option.value) == level)
        skipped = screen.asks_in(ask.panel)[0] if KINDS[screen.kind].together else ask
        chance = self.draws.uniform("skips", screen.id, skipped.measure)
        if not ask.required and chance < style.skips:
            return None
        return self._unskipped(screen, ask)

    def _unskipped(self, screen: Screen, ask: Ask) -> Answer:
        """Return the answer to a question if it is not skipped."""
        if ask.entry == "integer" and ask.address.rpartition(".")[2] == "age":
            return int(min(max(age(self.draws), ask.low), ask.high))
        if is_time(screen, ask):
            (asked,) = (
                each
                for each in screen.asks
                if ask.measure in (each.measure, f"{each.measure}.time")
            )
            of = asked.measure.removesuffix(".first") if asked.first else asked.measure
            pressed = self._presses(screen)[of]
            return pressed.first if asked.first else pressed.time
        kind = KINDS[screen.kind]
        if not kind.together:
            return kind.answer(ask, Answering(self, screen, ask))
        key = (screen.id, ask.panel)
        if key not in self._together:
            asks = screen.asks_in(ask.panel)
            self._together[key] = kind.answers(asks, lambda ask: Answering(self, screen, ask))
        return self._together[key][ask.measure]

    def _member(self, number: int) -> Latent:
        return SimulatedParticipant(self.people, self.people.first_timeline, number).latent

    def _leaving_screen(self) -> str:
        """Choose the screen on which to leave: any between consent and debriefing."""
        screens = self.timeline.screens[: self.timeline.index[self.timeline.exit]]
        within = [each.id for each in screens if each.phase != "consent" and not each.given]
        return within[self.draws.below(len(within), "leaves at")] if within else ""


def age(draws: Draws) -> float:
    """Return a participant's age: exponential above 18 with a mean of 34, so that young adults are most frequent."""
    return 18 - 16 * log(draws.uniform("age"))
