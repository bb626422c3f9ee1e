"""What a hand does: keys, clicks and typed characters, each with its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import QPointF


@dataclass(frozen=True)
class Key:
    """A key went down (or repeats while it is held)."""

    name: str
    """As PsychoPy names it: ``return``, ``space``, ``tab``, ``left``, ``1`` ..."""
    time: float
    """Seconds on PsychoPy's clock."""
    device: str
    shift: bool = False
    repeated: bool = False


@dataclass(frozen=True)
class Mouse:
    """The mouse did something at a point (pixels from the window's top left)."""

    what: Literal["press", "drag", "release", "move", "wheel"]
    point: QPointF
    time: float
    device: str = "mouse"
    steps: float = 0.0
    """wheel: steps up (away from the person)."""


@dataclass(frozen=True)
class Typed:
    """Characters that the keyboard's layout or input method made."""

    text: str
    time: float
    device: str = "text"


Motion = Literal[
    "left",
    "right",
    "up",
    "down",
    "home",
    "end",
    "word left",
    "word right",
    "start",
    "finish",
    "backspace",
    "delete",
    "all",
    "undo",
    "redo",
]
"""``home`` and ``end`` of the line, ``start`` and ``finish`` of the text; ``all`` selects it."""


@dataclass(frozen=True)
class Caret:
    """A key that moves, selects or deletes in a text, repeating as the system does."""

    what: Motion
    time: float
    device: str = "text"
    select: bool = False
    """Whether what the caret passes is selected."""


Input = Key | Mouse | Typed | Caret
