"""The frame that a screen is laid out in: its width, its unit of length, its language, its pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage

from experiments.lab.look import Look
from experiments.lab.parts import Part, Words
from experiments.lab.text import Laid, Style, lay_out, least_width


class Pictures:
    """The picture files of a timeline, each read once.

    Raises
    ------
    FileNotFoundError
        From ``image``: if the file is not there or is no picture.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read: dict[str, QImage] = {}

    def image(self, source: str) -> QImage:
        """Return a picture by its path inside the root."""
        if source not in self._read:
            path = self.root / source
            image = QImage(str(path))
            if image.isNull():
                found = "is not a picture that can be read" if path.exists() else "is not there"
                raise FileNotFoundError(
                    f"the picture {path} {found}; check the stimulus set with `compassion check`"
                )
            self._read[source] = image
        return self._read[source]


@dataclass(frozen=True)
class Frame:
    """What a drawer needs to know to lay a screen out."""

    look: Look
    unit: float
    """Pixels of one unit of length."""
    width: float
    """Pixels from the start to the end of the content."""
    height: float
    """Pixels of content that can be seen without scrolling."""
    picture: float
    """Greatest height of a picture, in units."""
    language: str
    rtl: bool
    interface: Mapping[str, str]
    pictures: Pictures
    stacked: bool = False
    """Whether items stand one below the other because they do not fit side by side."""

    def style(self, role: str, bold: bool = False, align: str = "start") -> Style:
        """Return the style of a role: heading, prompt, text, label, note."""
        high = role in {"heading", "prompt", "label", "small"}
        return Style(
            pixels=round(self.look.type[role] * self.unit),
            language=self.language,
            bold=bold or role == "heading",
            align=align,
            rtl=self.rtl,
            line_height=self.look.type["heading_line_height" if high else "line_height"],
            paragraph=self.look.space["paragraph"] * self.unit,
        )

    def laid(
        self, text: str, role: str, width: float, bold: bool = False, align: str = "start"
    ) -> Laid:
        """Lay a text out."""
        return lay_out(text, self.style(role, bold, align), width)

    def whole_words(self, texts: Iterable[str], role: str, width: float) -> bool:
        """Return whether no word of the texts would be broken in a width."""
        style = self.style(role)
        return all(least_width(text, style) <= width for text in texts if text)

    def space(self, name: str) -> float:
        """Return a length of the look in pixels."""
        return self.look.space[name] * self.unit

    def size(self, name: str) -> float:
        """Return a size of controls in pixels."""
        return self.look.control[name] * self.unit


@dataclass
class Column:
    """Parts laid out from top to bottom, as if left to right; ``mirrored`` turns them for right-to-left."""

    frame: Frame
    parts: list[Part] = field(default_factory=list)
    y: float = 0.0
    cramped: bool = False
    """Whether a word had to be broken because its place is too narrow."""
    is_table: bool = False
    """Whether items stand side by side with what they share, and could stand one below the other."""

    def put(self, part: Part) -> None:
        """Put a part at its own box."""
        self.parts.append(part)

    def words(
        self,
        text: str,
        role: str = "text",
        colour: str = "text",
        bold: bool = False,
        align: str = "start",
        x: float = 0.0,
        width: float | None = None,
    ) -> Words:
        """Put a text at the current height and go below it."""
        wide = self.frame.width - x if width is None else width
        laid = self.frame.laid(text, role, wide, bold, align)
        part = Words(QRectF(x, self.y, wide, laid.height), laid, self.frame.look.colours[colour])
        self.put(part)
        self.y += laid.height
        return part

    def gap(self, name: str, times: float = 1.0) -> None:
        """Leave room, if anything stands above."""
        if self.parts:
            self.y += self.frame.space(name) * times
