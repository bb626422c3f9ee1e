"""Periods: which screens are the time of imported signals."""

from __future__ import annotations

from dataclasses import replace

from experiments.protocol.screen_steps import Step
from experiments.screen import Screen
from experiments.steps.here import Here


def in_period(screen: Screen, step: Step, here: Here) -> Screen:
    """Return a screen of a step with the address of the step's period, if the screen has none of a step inside it.

    Practice has no periods, as nothing of it is analysed.
    """
    if step.period is None or screen.period or screen.phase == "practice":
        return screen
    periods = here.session.opened.names.periods
    return replace(screen, period=periods[here.place.key].address)
