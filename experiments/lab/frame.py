"""The frame: the session, width, unit of length and styles used to lay out a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from PyQt6.QtGui import QImage

from experiments.lab.text import LaidOutText, Style, lay_out, least_width
from experiments.look import CONTROL, RADIUS, SPACE, STROKE, TYPE
from experiments.screen import Screen
from experiments.timeline.timeline import Timeline


@dataclass(frozen=True)
class PageContext:
    """The context that all pages of a session share."""

    timeline: Timeline
    root: Path
    """Folder to which the paths of pictures are relative."""
    simulated: bool = False
    """Whether the participant is simulated; if so, every page says so."""
    participant: str = ""
    """The participant code shown on the last page, needed to have answers deleted."""

    reached: int = 0
    """Part of the session that was reached before: who goes back to a screen does not go back to its part."""

    def progress(self, screen: Screen) -> tuple[int, int]:
        """Return the number of the part that is reached with a screen, from 1, and the number of parts."""
        numbers, place = self.timeline.parts, self.timeline.index.get(screen.id)
        parts = max(numbers)
        if screen.ends or place is None:
            return parts, parts
        return max(self.reached, numbers[place]), parts

    def at(self, screen: Screen) -> PageContext:
        """Return the context when a screen is reached."""
        return replace(self, reached=self.progress(screen)[0])


@dataclass(frozen=True)
class Frame:
    """Sizes and styles for laying out a screen."""

    context: PageContext
    unit: float
    """Pixels of one unit of length."""
    width: float
    """Pixels from the start to the end of the content."""
    height: float
    """Pixels of content that can be seen without scrolling."""
    picture: float
    """Maximum height of a picture, in units."""
    stacked: bool = False
    """Whether items are laid out one below another because they do not fit in a table."""

    @property
    def rtl(self) -> bool:
        """Whether the page is read from right to left."""
        return self.context.timeline.direction == "rtl"

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of buttons and notices."""
        return self.context.timeline.interface

    def style(self, role: str, bold: bool = False, align: str = "start") -> Style:
        """Return the style of a role: heading, prompt, text, label, note."""
        high = role in {"heading", "prompt", "label", "small"}
        return Style(
            pixels=round(TYPE[role] * self.unit),
            language=self.context.timeline.language,
            bold=bold or role == "heading",
            align=align,
            rtl=self.rtl,
            line_height=TYPE["heading_line_height" if high else "line_height"],
            paragraph=self.space("paragraph"),
        )

    def laid(
        self, text: str, role: str, width: float, bold: bool = False, align: str = "start"
    ) -> LaidOutText:
        """Lay out a text."""
        return lay_out(text, self.style(role, bold, align), width)

    def whole_words(self, texts: Iterable[str], role: str, width: float) -> bool:
        """Return whether every word of the texts fits into a width without being broken."""
        style = self.style(role)
        return all(least_width(text, style) <= width for text in texts if text)

    def image(self, source: str) -> QImage:
        """Return a picture by its path relative to the session's folder of pictures."""
        return read_picture(self.context.root / source)

    # Lengths from look.json, in pixels

    def space(self, name: str) -> float:
        """Return a distance."""
        return SPACE[name] * self.unit

    def size(self, name: str) -> float:
        """Return the size of a control."""
        return CONTROL[name] * self.unit

    def radius(self, name: str) -> float:
        """Return the radius of corners."""
        return RADIUS[name] * self.unit

    def stroke(self, name: str) -> float:
        """Return the width of a line."""
        return STROKE[name] * self.unit


@lru_cache(maxsize=256)
def read_picture(path: Path) -> QImage:
    """Read a picture file; each file is read only once.

    Raises
    ------
    FileNotFoundError
        If the file does not exist or is not a picture.
    """
    image = QImage(str(path))
    if image.isNull():
        found = "cannot be read as a picture" if path.exists() else "does not exist"
        raise FileNotFoundError(
            f"the picture {path} {found}. Check the stimulus set with `compassion check`."
        )
    return image
