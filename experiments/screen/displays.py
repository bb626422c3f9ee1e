"""The displays of a timed trial: what is shown, for how long, and which keys count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from experiments.screen.ask import Answer, Ask

Spot = Literal[
    "left", "right", "up", "down", "centre", "up left", "up right", "down left", "down right"
]
"""Place of a stimulus of a timed trial."""

Result = Literal["right", "wrong", "late"]
RESULTS: tuple[Result, ...] = get_args(Result)
"""What ``.result`` of a key press can be."""

FRAME = 1 / 60
"""Seconds of a frame, where a display is shown for a number of frames, to estimate how long that is (convention)."""


@dataclass(frozen=True, slots=True)
class Stimulus:
    """A text or a picture of a timed trial, at its place."""

    spot: Spot
    text: str = ""
    image: str = ""
    """Path inside ``stimuli/``."""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What a display shows if the answer of the trial was right, wrong or late."""

    stimuli: tuple[Stimulus, ...] = ()
    """None: the display is empty."""
    results: tuple[Result, ...] = ()
    """Results for which it is shown; none: for all."""


@dataclass(frozen=True, slots=True)
class Display:
    """One part of a timed trial, from a flip to the flip of the next: what is shown, for how long, and which keys count."""

    name: str
    """``show.1``, the measure of its row."""
    versions: tuple[Version, ...]
    """The first one that fits the result is shown; if none does, the display is passed over."""
    of: str = ""
    """Measure whose result decides between the versions."""
    ask: str = ""
    """Measure that is answered with a key while it is shown."""
    seconds: float = 0.0
    """How long it is shown at most; 0: until a key is pressed."""
    frames: int = 0
    """The same in frames of the screen, in the lab."""
    at_least: float = 0.0
    """Seconds before a key can end it."""
    fixed: bool = False
    """Whether it is shown for all of its time, whatever key is pressed."""

    @property
    def longest(self) -> float:
        """About how long it is shown at most, in seconds; 0: until a key is pressed."""
        return self.frames * FRAME or self.seconds


def result_of(ask: Ask, answer: Answer) -> Result:
    """Return whether the answer of a timed trial is right, wrong or late; without a correct answer all are right."""
    if answer is None:
        return "late"
    return "right" if ask.correct in (None, answer) else "wrong"


def version_for(
    display: Display, asks: Mapping[str, Ask], answers: Mapping[str, Answer]
) -> Version | None:
    """Return what a display shows after the answers that the trial has so far; None if it is passed over."""
    ask, result = asks.get(display.of), None
    if ask is not None and ask.measure in answers:
        result = result_of(ask, answers[ask.measure])
    return next(
        (each for each in display.versions if not each.results or result in each.results), None
    )
