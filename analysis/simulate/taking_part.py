"""Participation styles: most simulated participants read and answer; some are careless, skip, leave or decline.

Response times are log-normal, with variance between participants and between answers. They are assumptions of ours that
give rows plausible times and let careless participants be too fast; they are not a model of how people read or decide,
and are not suitable for trying out analyses of response times.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Literal

from analysis.simulate.assumptions import Assumptions
from analysis.simulate.draws import Draws
from experiments.measures import KINDS
from experiments.screen import Answer, Ask, Given, Screen
from experiments.steps.timing import EXPERIMENTER
from experiments.timeline.timeline import Timeline

BETWEEN = 0.5
"""Seconds between the answer and the next screen."""


ENDS = ("declined", "ineligible")
"""Ends of sessions that an answer decides."""


@dataclass(frozen=True)
class Style:
    """The participation style of one participant."""

    reads: Literal["with care", "straight line", "at random"]
    """Straight line: always the same point of every scale; at random: any point."""
    skips: float
    """Probability of skipping an optional item."""
    leaves: bool
    """Whether the participant leaves before the end."""
    consents: bool


def style_of(draws: Draws, assumed: Assumptions, dropout: float) -> Style:
    """Draw the style of a participant.

    Parameters
    ----------
    draws
        Random numbers of the participant.
    dropout
        Proportion of participants who leave before the end.
    """
    careless = draws.uniform("careless")
    reads: Literal["with care", "straight line", "at random"] = "with care"
    if careless < assumed.careless:
        reads = "straight line" if careless < assumed.careless / 2 else "at random"
    skipper = draws.uniform("skipper") < assumed.skipping
    return Style(
        reads,
        assumed.skipped_by_skippers if skipper else assumed.skipped,
        draws.uniform("leaves") < dropout,
        draws.uniform("consents") >= assumed.declines,
    )


def times_of(screen: Screen, draws: Draws, style: Style, assumed: Assumptions) -> dict[str, float]:
    """Return the seconds from onset to each answer of a screen, in the order of its asks."""
    if screen.until:
        waits = EXPERIMENTER * exp(assumed.spread_answer * draws.normal("time", screen.id, "until"))
        return {screen.kind: round(waits, 3)}
    if screen.kind == "look":
        return {screen.kind: screen.duration}
    pace = exp(assumed.spread_person * draws.normal("pace"))
    pace *= 1.0 if style.reads == "with care" else assumed.careless_pace

    def spread(measure: str) -> float:
        return exp(assumed.spread_answer * draws.normal("time", screen.id, measure))

    reading = sum(len(block.text) for block in screen.blocks) / assumed.reading
    passed = screen.at_least + reading * pace
    if not screen.asks:
        passed += 0.3 + pace * spread(screen.kind)
        return _in_time({screen.kind: round(passed, 3)}, screen)
    times = {}
    for ask in screen.asks:
        passed += 0.2 + KINDS[screen.kind].time(ask) * pace * spread(ask.measure)
        times[ask.measure] = round(passed, 3)
    return _in_time(times, screen)


def _in_time(times: dict[str, float], screen: Screen) -> dict[str, float]:
    """Return the times of a screen that may end by itself: everybody has answered by then."""
    if not screen.at_most:
        return times
    return {name: min(time, screen.at_most) for name, time in times.items()}


def last_questions(timeline: Timeline) -> dict[tuple[str, str], tuple[Given, str]]:
    """Return the questions after which a session can end: (screen, measure) -> condition of the end, and what it is.

    These ends are those of participants who decline, or cannot take part, by one answer.
    """
    found: dict[tuple[str, str], tuple[Given, str]] = {}
    for screen in timeline.screens:
        if screen.ends in ENDS and len({given.measure for given in screen.given}) == 1:
            found |= {(given.screen, given.measure): (given, screen.ends) for given in screen.given}
        for rule in screen.after:
            ends = timeline.screens[timeline.index[rule.go]].ends
            if rule.measure and ends in ENDS:
                given = Given(screen.id, rule.measure, rule.equals, rule.differs)
                found[screen.id, rule.measure] = given, ends
    return found


def going_on(ask: Ask, given: Given, goes_on: bool) -> list[Answer]:
    """Return the options with which a participant goes on, or comes to the end."""

    def ends(value: Answer) -> bool:
        return value in given.equals or bool(given.differs and value not in given.differs)

    return [option.value for option in ask.options if ends(option.value) != goes_on]
