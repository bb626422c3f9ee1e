"""Response times of simulated people: log-normal, with a pace of the person and a spread of the answer.

This is our own assumption, made so that rows have plausible times and the careless can be too fast; it is
no model of how people read or decide, and no analysis should be tried out on it.
"""

from __future__ import annotations

from math import exp

from analysis.simulate.assumptions import Assumptions
from analysis.simulate.draws import Draws
from analysis.simulate.style import Style
from experiments.measures import KINDS
from experiments.screen import Screen

#: Seconds between the answer and the next screen.
BETWEEN = 0.5


def times_of(screen: Screen, draws: Draws, style: Style, assumed: Assumptions) -> dict[str, float]:
    """Return the seconds from onset to each answer of a screen, in the order of its asks."""
    if screen.kind == "look":
        return {screen.kind: screen.duration}
    pace = exp(assumed.spread_person * draws.normal("pace"))
    pace *= 1.0 if style.reads == "with care" else assumed.careless_pace
    reading = sum(len(block.text) for block in screen.content) / assumed.reading
    passed = screen.at_least + reading * pace
    if not screen.asks:
        passed += 0.3 + pace * _answer(screen.kind, screen, draws, assumed)
        return {screen.kind: round(passed, 3)}
    median = KINDS[screen.kind].seconds
    times = {}
    for ask in screen.asks:
        passed += 0.2 + median * pace * _answer(ask.measure, screen, draws, assumed)
        times[ask.measure] = round(passed, 3)
    return times


def _answer(measure: str, screen: Screen, draws: Draws, assumed: Assumptions) -> float:
    return exp(assumed.spread_answer * draws.normal("time", screen.id, measure))
