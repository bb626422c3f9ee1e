"""What a participant answers on a screen, and where they go from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from experiments.screen.ask import Answer

Way = Literal["on", "back", "leave"]
"""How a participant goes from a screen: on to the next, back to the one before, or out of the study."""


@dataclass(frozen=True, slots=True)
class Response:
    """The response to a screen: an answer to each question, with its response time.

    A screen without questions has no answers; its row has the measure ``read`` or ``look``.
    """

    answers: dict[str, Answer]
    """Measure -> answer; None if it was skipped."""
    times: dict[str, float | None]
    """Measure -> seconds from onset to the answer (to its last change)."""
    onset: float
    """Seconds from the start of the program to the first flip with the screen."""
    clock: str
    way: Way = "on"
    """Where the participant went; the answers of those who leave the study are discarded. Those who go back can have
    answered some of the questions; the others have no answer."""
    shown: dict[str, tuple[float, float]] = field(default_factory=dict)
    """timed: display -> its onset, as that of the screen, and its duration, in seconds; not those that were passed over."""
