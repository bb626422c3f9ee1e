"""Pages of simulated participants: who consents, what is skipped, and what is answered."""

from __future__ import annotations

from math import log

from analysis.simulate.answering import Person
from analysis.simulate.draws import Draws
from analysis.simulate.taking_part import BETWEEN, going_on, last_questions, times_of
from experiments.measures import KINDS
from experiments.screen import Answer, Ask, Given, Response, Screen
from experiments.timeline.timeline import Timeline


class Pages:
    """The answers of one participant on all screens but timed trials."""

    def __init__(self, person: Person, timeline: Timeline) -> None:
        self.person = person
        self._together: dict[tuple[str, int], dict[str, Answer]] = {}
        """(Screen, panel) -> answers that are given together."""
        self._last = last_questions(timeline)
        decisions = timeline.entry.decisions if timeline.entry else ()
        self._group = {(each.screen, each.measure): each.level for each in decisions if each.level}
        """(screen, measure) -> the answer of those for whom the slot is kept."""

    def response(self, screen: Screen, onset: float) -> tuple[Response, float]:
        """Return the response to a screen, and when the next one follows, in seconds from the start of the session."""
        person = self.person
        answers = {ask.measure: self.answer(screen, ask) for ask in screen.asks}
        at = times_of(screen, person.draws, person.style, person.assumed)
        times = {name: None if answers.get(name, 0) is None else at[name] for name in at}
        return Response(answers, times, onset, "simulated"), onset + max(at.values()) + BETWEEN

    def answer(self, screen: Screen, ask: Ask) -> Answer:
        """Return the answer to one question of a screen; None if it is skipped."""
        style = self.person.style
        if level := self._group.get((screen.id, ask.measure)):
            return next(option.value for option in ask.options if str(option.value) == level)
        given, ends = self._last.get((screen.id, ask.measure), (None, ""))
        if given is not None and ask.options:
            return self._last_answer(screen, ask, given, ends)
        skipped = screen.asks_in(ask.panel)[0] if KINDS[screen.kind].together else ask
        chance = self.person.draws.uniform("skips", screen.id, skipped.measure)
        if not ask.required and chance < style.skips:
            return None
        return self.unskipped(screen, ask)

    def _last_answer(self, screen: Screen, ask: Ask, given: Given, ends: str) -> Answer:
        """Return the answer to a question after which the session can end."""
        person = self.person
        eligible = person.draws.uniform("eligible", screen.id, ask.measure)
        goes_on = (
            person.style.consents if ends == "declined" else eligible >= person.assumed.ineligible
        )
        options = going_on(ask, given, goes_on)
        return (
            options[person.draws.below(len(options), screen.id, ask.measure)] if options else None
        )

    def unskipped(self, screen: Screen, ask: Ask) -> Answer:
        """Return the answer to a question if it is not skipped."""
        person = self.person
        if ask.entry == "integer" and ask.address.rpartition(".")[2] == "age":
            return int(min(max(age(person.draws), ask.low), ask.high))
        kind = KINDS[screen.kind]
        if not kind.together:
            return kind.answer(ask, person.asked(screen, ask))
        key = (screen.id, ask.panel)
        if key not in self._together:
            asks = screen.asks_in(ask.panel)
            self._together[key] = kind.answers(asks, lambda ask: person.asked(screen, ask))
        return self._together[key][ask.measure]


def age(draws: Draws) -> float:
    """Return a participant's age: exponential above 18 with a mean of 34, so that young adults are most frequent."""
    return 18 - 16 * log(draws.uniform("age"))
