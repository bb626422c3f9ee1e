"""Timed trials of simulated participants: when keys are pressed, and when each display is shown.

Response times are log-normal and follow the hypothesis. A wrong key takes as long as a right one, which is not so of
people, who are fast where they err.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.simulate.assumptions import Assumptions
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


def press(
    ask: Ask, answer: Answer, time: float, spread: Callable[[], float], assumed: Assumptions
) -> Press:
    """Return the keys that are pressed.

    Parameters
    ----------
    answer, time
        The first key, and seconds until it.
    spread
        Draws the spread of the time from a wrong key to the right one, around 1.
    """
    corrects = ask.until_right and answer != ask.correct
    return Press(answer, time, time + (assumed.key_corrected * spread() if corrects else 0.0))


def response_to(
    screen: Screen, onset: float, presses: Mapping[str, Press], clock: str
) -> tuple[Response, float]:
    """Return the response to a timed trial, and the seconds that it lasts.

    Parameters
    ----------
    onset
        Seconds from the start of the session to its first display.
    presses
        Measure -> the keys that would be pressed.
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
            pressed = presses[display.ask]
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
    return Response(answers, times, onset, clock, shown=shown), at - onset
