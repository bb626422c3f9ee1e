"""Screens of steps that are the same in several sessions, so that they are composed once.

Composing is most of the time that a simulated session takes. A step is composed for each session if it depends on
what chance decides for the participant, or on the trials of a loop. The screens of a trial are the same for all
numbers that it can have, but for their names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from experiments.screen import Screen
from experiments.steps.asked import Asked, Lookup

MOST = 20_000
"""Number of steps that are remembered."""


@dataclass(frozen=True)
class Composed:
    """What a step added to a session."""

    name: str
    """Name with which the ids of its screens begin."""
    screens: tuple[Screen, ...]
    asked: tuple[Asked, ...]
    lookups: tuple[Lookup, ...]
    """What it looked up of questions that were asked before it; where that differs, it is composed again."""
    closing: tuple[Screen, ...]
    exit: str
    tried: bool

    @property
    def can_be_renamed(self) -> bool:
        """Whether nothing but the ids of its screens depends on the name."""
        return not (self.closing or self.exit) and not any(
            screen.given or screen.after or screen.fills for screen in self.screens
        )

    def named(self, name: str, number: int | None) -> Composed:
        """Return the step under another name, with another number of the trial."""
        if name == self.name:
            return self
        old = len(self.name)
        return replace(
            self,
            name=name,
            screens=tuple(
                replace(
                    each,
                    id=f"{name}{each.id[old:]}",
                    trial=None if each.trial is None else number,
                )
                for each in self.screens
            ),
            asked=tuple(replace(each, screen=f"{name}{each.screen[old:]}") for each in self.asked),
        )


Known = dict[tuple[Any, ...], Composed]
