"""What a page shows: texts, pictures, films and sounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption of a clip."""

    start: float
    """Seconds from the beginning of the clip."""
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Clip:
    """A film or a sound; it begins with the screen."""

    src: str
    """Path inside ``stimuli/``, or absolute path."""
    alt: str
    """Description."""
    seconds: float
    width: int = 0
    """Pixels of a film."""
    height: int = 0
    captions: tuple[Cue, ...] = ()
    ends: bool = False
    """Whether the screen ends with it."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of content: a heading, a text (blank lines between paragraphs, ``**bold**``), a note, pictures, a clip."""

    type: Literal["heading", "text", "note", "images", "video", "audio"]
    text: str = ""
    images: tuple[dict[str, str], ...] = ()
    """Pictures side by side, each ``{"src": path inside stimuli/, "alt": description}``."""
    clip: Clip | None = None
