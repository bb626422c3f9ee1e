"""Timed trials of simulated participants: when keys are pressed, and when each display is shown.

Response times are log-normal and follow the hypothesis. A wrong key takes as long as a right one, which is not so of
people, who are fast where they err.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from analysis.simulate.answering import Person
from experiments.measures.timed import Timed
from experiments.screen import Answer, Ask, Response, Screen, version_for


@dataclass(frozen=True)
class Press:
    """The keys that a participant would press on a timed trial, if it lasted long enough."""

    answer: Answer
    """Answer of the first key."""
    first: float
    """Seconds until the first key."""
    time: float
    """Seconds until the key that ends the display: the right one, where only that one does."""


class TimedTrials:
    """The keys of one participant on timed trials; each press is computed once."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._keys: dict[str, dict[str, Answer]] = {}
        """Screen -> the answers of the first keys."""
        self._presses: dict[tuple[str, str], Press] = {}

    def response(self, screen: Screen, onset: float) -> tuple[Response, float]:
        """Return the response to a trial, and when it ends, in seconds from the start of the session.

        Parameters
        ----------
        onset
            Seconds from the start of the session to its first display.
        """
        answers: dict[str, Answer] = {}
        times: dict[str, float | None] = {}
        shown: dict[str, tuple[float, float]] = {}
        asks = {ask.measure: ask for ask in screen.asks}
        at = onset
        for display in screen.displays:
            if version_for(display, asks, answers) is None:
                continue
            lasts = display.longest
            if display.ask:
                pressed = self._press(screen, display.ask)
                late = bool(lasts) and pressed.first >= lasts
                # Where only the right key ends the display, it may end before that key is pressed.
                ended = not late and (not lasts or pressed.time < lasts)
                answers[display.ask] = None if late else pressed.answer
                times[display.ask] = round(pressed.time, 3) if ended else None
                if f"{display.ask}.first" in asks:
                    answers[f"{display.ask}.first"] = answers[display.ask]
                    times[f"{display.ask}.first"] = None if late else round(pressed.first, 3)
                if ended and not display.fixed:
                    lasts = max(pressed.time, display.at_least)
            shown[display.name] = (round(at, 3), round(lasts, 3))
            at += lasts
        return Response(answers, times, onset, "simulated", shown=shown), at

    def answer(self, screen: Screen, ask: Ask) -> Answer:
        """Return the answer of the first key, or the response time if that is what the question asks."""
        for time, asked in zip(Timed.predicted(screen.asks), screen.asks, strict=True):
            if time == ask:
                pressed = self._press(screen, asked.question)
                return pressed.first if asked.first else pressed.time
        return self._first_keys(screen)[ask.measure]

    def unskipped(self, screen: Screen, ask: Ask) -> Answer:
        """Return the same: no key is skipped, although it can be too late."""
        return self.answer(screen, ask)

    def _first_keys(self, screen: Screen) -> dict[str, Answer]:
        if screen.id not in self._keys:
            self._keys[screen.id] = Timed.answers(
                screen.asks, lambda ask: self.person.asked(screen, ask)
            )
        return self._keys[screen.id]

    def _press(self, screen: Screen, measure: str) -> Press:
        key = (screen.id, measure)
        if key not in self._presses:
            self._presses[key] = self._pressed(screen, measure)
        return self._presses[key]

    def _pressed(self, screen: Screen, measure: str) -> Press:
        """Return the keys that answer a question."""
        assumed, latent = self.person.assumed, self.person.latent
        asks = [ask for ask in screen.asks if ask.question == measure]
        times, ask = Timed.predicted(asks), asks[0]
        followed = (each for each in times if latent.follows(screen, each))
        place = latent.place(screen, next(followed, times[0]), Timed.count(ask))
        pace = 1.0 if self.person.style.reads == "with care" else assumed.careless_pace
        answer, first = self._first_keys(screen)[measure], pace * Timed.value(ask, place)
        if not ask.until_right or answer == ask.correct:
            return Press(answer, first, first)
        spread = exp(assumed.key_spread * self.person.asked(screen, ask).normal("corrects"))
        return Press(answer, first, first + assumed.key_corrected * spread)
