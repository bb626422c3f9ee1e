"""For tests at the window: screens by name, and actions after a given flip."""

from __future__ import annotations

from collections.abc import Callable

from experiments.lab.window import LabWindow
from experiments.screen import Screen
from experiments.timeline.timeline import Timeline


def screen_of(timeline: Timeline, name: str) -> Screen:
    """Return the screen of a name."""
    return timeline.screens[timeline.index[name]]


def at_flip(window: LabWindow, number: int, act: Callable[[], object]) -> None:
    """Call a function after the n-th flip from now."""
    count = [0]

    def count_up() -> None:
        count[0] += 1
        if count[0] == number:
            act()

    window.after_flip.append(count_up)
