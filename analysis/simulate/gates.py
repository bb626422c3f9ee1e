"""Ends of a session before its last screen: who declines, who is too young, who is asked no further."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from experiments.screen import Answer, Ask, Given, Screen
from experiments.timeline.timeline import Timeline, is_shown

Decide = Callable[[Screen], Mapping[str, Answer]]


@dataclass(frozen=True)
class Gate:
    """An end that some answers lead to."""

    end: Screen
    asked: tuple[Screen, ...]
    """The screens whose answers lead to it."""
    position: int

    def outcome(self, decide: Decide) -> str:
        """Return how the session ends here; '' if it goes on."""
        answers = {
            (screen.id, measure): answer
            for screen in self.asked
            for measure, answer in decide(screen).items()
        }
        return self.end.ends if is_shown(self.end, answers) else ""


def gates_of(timeline: Timeline) -> tuple[Gate, ...]:
    """Return the ends that depend on answers, in order."""
    return tuple(
        Gate(
            screen,
            tuple(timeline.screens[timeline.index[each]] for each in _asked(screen)),
            position,
        )
        for position, screen in enumerate(timeline.screens)
        if screen.ends and screen.given
    )


def _asked(screen: Screen) -> dict[str, None]:
    return dict.fromkeys(given.screen for given in screen.given)


def consent_of(timeline: Timeline) -> dict[tuple[str, str], Given]:
    """Return the questions by which participants decline: (screen, measure) -> condition of the end."""
    return {
        (given.screen, given.measure): given
        for screen in timeline.screens
        if screen.ends == "declined"
        for given in screen.given
    }


def consenting(ask: Ask, given: Given, consents: bool) -> Answer:
    """Return the first option with which a participant consents, or declines."""
    for option in ask.options:
        declines = option.value in given.equals or bool(
            given.differs and option.value not in given.differs
        )
        if declines != consents:
            return option.value
    return None
