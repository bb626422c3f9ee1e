"""Inputs: key presses, mouse actions and typed characters, each with its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import QPointF


@dataclass(frozen=True)
class Key:
    """A key press, or its repetition while the key is held."""

    name: str
    """Its name in PsychoPy: ``return``, ``space``, ``tab``, ``left``, ``1`` ..."""
    time: float
    """Seconds on PsychoPy's clock."""
    device: str
    shift: bool = False
    repeated: bool = False


@dataclass(frozen=True)
class Mouse:
    """A mouse action at a point (pixels from the window's top left)."""

    action: Literal["press", "drag", "release", "move", "wheel"]
    point: QPointF
    time: float
    device: str = "mouse"
    steps: float = 0.0
    """wheel: number of steps up."""


@dataclass(frozen=True)
class Typed:
    """Characters typed with the keyboard or an input method."""

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
    """A key that moves the caret, selects or deletes in a text; it repeats as in other programs."""

    motion: Motion
    time: float
    device: str = "text"
    select: bool = False
    """Whether the text that the caret passes is selected."""


Input = Key | Mouse | Typed | Caret
