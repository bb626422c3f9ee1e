"""The trial that a screen belongs to."""

from __future__ import annotations

from functools import lru_cache

from experiments.screen import Screen


def trial_of(screen: Screen) -> str:
    """Return the name of a screen's trial, which all screens of the trial have in common.

    It is the beginning of their names: ``appeals.3`` of ``appeals.3.donation``.
    """
    if screen.trial is None:
        return f"{screen.task}|{screen.stimulus}"
    return f"{_beginning(screen.id, screen.trial)}|{screen.stimulus}"


def is_trial(screen: Screen) -> bool:
    """Return whether a screen is part of a trial that is analysed."""
    return screen.phase == "trials" and screen.trial is not None


@lru_cache(maxsize=10_000)
def _beginning(screen: str, trial: int) -> str:
    words = screen.split(".")
    number = str(trial)
    return ".".join(words[: words.index(number) + 1]) if number in words else screen
