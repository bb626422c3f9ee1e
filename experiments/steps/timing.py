"""How long screens are shown, and how long a session takes."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from experiments.language.quantities import Duration
from experiments.measures import KINDS
from experiments.screen import Block, Display, Screen
from experiments.steps.not_yet import NotYetError

READING = 25.0
"""Characters read per second (convention), as for simulated participants."""
EXPERIMENTER = 120.0
"""Median number of seconds until the experimenter goes on (convention), as for simulated participants."""


def seconds(duration: Duration | None) -> float:
    """Return a duration in seconds; 0 if there is none.

    Raises
    ------
    NotYetError
        If it is in frames.
    """
    if duration is None:
        return 0.0
    if duration.seconds is None:
        raise NotYetError("durations in frames cannot be shown yet")
    return float(duration.seconds)


def _lasts(display: Display) -> float:
    """Return the seconds for which a display of a timed trial is shown; with a key until it is pressed."""
    longest = display.longest
    if not display.ask or display.fixed:
        return longest
    pressed = max(display.at_least, KINDS["timed"].seconds)
    return min(pressed, longest) if longest else pressed


def minutes(screens: Iterable[Screen]) -> int:
    """Return the median duration of a session in whole minutes, if all its screens are shown.

    A titration shows one path through its tree: a screen counts as much as it is likely that halves lead to it.
    """
    seconds, step = 0.0, None
    titrated: set[str] = set()
    for screen in screens:
        again = step is not None and screen.id.startswith(f"{step.id}.")
        shown = _shown(screen, step.blocks if again and step is not None else ())
        seconds += shown * 0.5 ** sum(given.screen in titrated for given in screen.given)
        step = step if again else screen
        if screen.kind == "decide" and len(screen.asks) == 1:
            titrated.add(screen.id)
    return max(1, ceil(seconds / 60))


def _shown(screen: Screen, known: tuple[Block, ...]) -> float:
    """Return the seconds for which a screen is shown, if all is read and every question answered.

    Parameters
    ----------
    known
        What was read on an earlier screen of the same step.
    """
    if screen.until:
        return EXPERIMENTER
    if screen.kind == "look":
        return screen.duration
    if screen.kind == "timed":
        return sum(_lasts(display) for display in screen.displays)
    new = (block for block in screen.blocks if block not in known)
    read = sum(len(block.text) for block in new) / READING
    answered = sum(KINDS[screen.kind].time(ask) for ask in screen.asks)
    shown = max(screen.at_least, read) + answered
    return min(shown, screen.at_most) if screen.at_most else shown
