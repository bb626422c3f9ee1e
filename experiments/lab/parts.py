"""Parts of a page: those that are only drawn (texts, pictures, cards) and those that take inputs (controls)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from experiments.lab.form import Form
from experiments.lab.frame import Frame, PageContext
from experiments.lab.inputs import Key
from experiments.lab.text import LaidOutText
from experiments.look import COLOURS
from experiments.screen import Answer, Ask, Screen


class OpenPage(Protocol):
    """The page as its parts see it; implemented by :class:`~experiments.lab.page.Page`.

    Times are seconds since the onset of the screen, excluding time under an overlay.
    """

    screen: Screen
    form: Form
    context: PageContext
    size: tuple[int, int]
    now: float
    """Seconds since the onset; 0 before it."""
    point: QPointF
    """Position of the mouse, in the coordinates of the hovered control's box."""
    ring: bool
    """Whether the focus ring is shown: after a key press, not after a click."""
    focus: Control | None
    hover: Control | None
    held: Control | None

    def waits(self) -> float:
        """Return the remaining share of the screen's minimum time."""

    def remaining(self) -> float:
        """Return the seconds until the screen ends by itself or, if it does not, until one can go on."""

    def more(self) -> bool:
        """Return whether there is more content below."""

    def notice(self) -> str:
        """Return what is missing, after the participant has tried to continue without it."""

    def go_on(self, time: float, device: str) -> None:
        """Continue, or scroll to more content, or show what is missing."""

    def go_back(self, time: float, device: str) -> None:
        """Go back to the screen before, whatever is missing."""

    def pause(self, time: float, device: str = "") -> None:
        """Show the pause until the participant resumes."""

    def ask_leave(self, time: float, device: str = "") -> None:
        """Ask whether to leave the study."""

    def uncover(self, time: float, device: str = "") -> None:
        """Return to the page."""

    def leave(self, time: float, device: str) -> None:
        """Leave the study."""


@dataclass(eq=False)
class Part:
    """A part of a page, drawn in a box (pixels; the origin is the window's or the content's top left)."""

    box: QRectF

    def mirror(self, width: float) -> None:
        """Move the part to its position on a right-to-left page of this width."""
        self.box.moveLeft(width - self.box.right())

    def state(self, page: OpenPage) -> Hashable:
        """Return everything on which the drawing depends; if it changes, the part is redrawn."""
        return None

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        """Draw the part."""
        raise NotImplementedError


@dataclass(eq=False)
class TextPart(Part):
    """A laid-out text at the top of its box."""

    laid: LaidOutText
    colour: str = "text"

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        self.laid.paint(painter, self.box.x(), self.box.y(), COLOURS[self.colour])


@dataclass(eq=False)
class Picture(Part):
    """A picture filling its box, with round corners."""

    image: QImage
    radius: float

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        draw_picture(painter, self.image, self.box, self.radius)


@dataclass(eq=False)
class Card(Part):
    """A background for other parts."""

    fill: str
    radius: float
    edge: float = 0.0
    """Width of the edge; with one, the card also has a shadow."""

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        if self.edge:
            for spread in (3.0, 2.0, 1.0):
                veil = QColor(COLOURS["shadow"])
                veil.setAlpha(9)
                grown = self.box.adjusted(-spread, -spread + 2, spread, spread + 3)
                draw_box(painter, grown, self.radius + spread, veil)
        draw_box(painter, self.box, self.radius, COLOURS[self.fill], COLOURS["edge"], self.edge)


def sheet(box: QRectF, frame: Frame) -> Card:
    """Return the card behind a whole page."""
    return Card(box, "card", frame.radius("card"), frame.stroke("edge"))


@dataclass(eq=False)
class Control(Part):
    """A part that can have the focus and takes key presses and clicks."""

    hint: ClassVar[str] = ""
    """Name of the interface text on how to answer."""
    repeats: ClassVar[frozenset[str]] = frozenset()
    """Keys that repeat while they are held down; all others count once."""

    name: str
    frame: Frame

    def press(self, point: QPointF, time: float) -> None:
        """Handle a mouse press at a point in the box."""

    def drag(self, point: QPointF, time: float) -> None:
        """Handle a move of the mouse with the button held since a press on this control."""

    def release(self, point: QPointF, time: float) -> None:
        """Handle the release of this button, wherever it happens."""

    def key(self, key: Key) -> bool:
        """Handle a key press; return whether it was used."""
        return False

    def scroll(self, pixels: float) -> bool:
        """Scroll what is in the box; return whether it could be moved."""
        return False

    def ended(self, seconds: float) -> None:
        """Complete the answer when the screen ends, seconds after its onset."""

    def ring_box(self) -> QRectF:
        """Return the box that the focus ring surrounds."""
        return self.box

    def focused(self, page: OpenPage) -> bool:
        """Return whether the focus ring is shown on this control."""
        return page.ring and page.focus is self

    def draw_ring(self, painter: QPainter, page: OpenPage) -> None:
        """Draw the focus ring if it is shown on this control."""
        if not self.focused(page):
            return
        gap, width = self.frame.stroke("ring_gap"), self.frame.stroke("ring")
        grown = self.ring_box().adjusted(-gap, -gap, gap, gap)
        radius = self.frame.radius("control") + gap
        draw_box(painter, grown, radius, None, COLOURS["accent_dark"], width)

    # For simulated participants

    def target(self, value: Answer) -> QPointF:
        """Return where to click for a value."""
        return self.box.center()


@dataclass(eq=False)
class Question(Control):
    """A control that answers a question."""

    ask: Ask
    form: Form

    def answer(self, value: Answer, time: float, device: str, moving: bool = False) -> None:
        """Give the answer; ``moving`` if it will probably change again immediately."""
        self.form.answer(self.ask, value, time, device, moving)

    def key_towards(self, answer: Answer) -> str:
        """Return the next key on the way from the current answer to another (none if it is typed)."""
        return ""


@dataclass
class Column:
    """Parts laid out from top to bottom, as on a left-to-right page; ``mirror`` is used for right-to-left pages."""

    frame: Frame
    parts: list[Part] = field(default_factory=list)
    y: float = 0.0
    cramped: bool = False
    """Whether a word had to be broken because its box is too narrow."""
    is_table: bool = False
    """Whether items are rows of a table with common labels, and could also be laid out one below the other."""

    def put(self, part: Part) -> None:
        """Add a part at its own position."""
        self.parts.append(part)

    def put_below(self, part: Part) -> None:
        """Add a part, and continue below it."""
        self.put(part)
        self.y = part.box.bottom()

    def words(
        self,
        text: str,
        role: str = "text",
        bold: bool = False,
        x: float = 0.0,
        width: float | None = None,
    ) -> None:
        """Add a text at the current height, and continue below it."""
        wide = self.frame.width - x if width is None else width
        laid = self.frame.laid(text, role, wide, bold)
        self.put_below(TextPart(QRectF(x, self.y, wide, laid.height), laid))

    def gap(self, name: str, times: float = 1.0) -> None:
        """Add space, unless there is nothing above."""
        if self.parts:
            self.y += self.frame.space(name) * times


def draw_box(
    painter: QPainter,
    box: QRectF,
    radius: float,
    fill: str | QColor | None,
    edge: str = "",
    stroke: float = 0.0,
) -> None:
    """Draw a rectangle with round corners; its edge lies inside the box."""
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else QColor(fill))
    painter.setPen(Qt.PenStyle.NoPen)
    if edge and stroke:
        # A line thinner than a pixel would be visible in some windows only.
        width = max(1.0, stroke)
        painter.setPen(QPen(QColor(edge), width))
        box = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.drawRoundedRect(box, radius, radius)


def draw_picture(painter: QPainter, image: QImage, box: QRectF, radius: float) -> None:
    """Draw a picture with round corners."""
    path = QPainterPath()
    path.addRoundedRect(box, radius, radius)
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.drawImage(box, image)
    painter.restore()


def draw_circle(
    painter: QPainter, centre: QPointF, radius: float, fill: str | None, edge: str, stroke: float
) -> None:
    """Draw a circle; its edge lies inside the radius."""
    width = max(1.0, stroke)
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else QColor(fill))
    painter.setPen(QPen(QColor(edge), width) if stroke else QPen(Qt.PenStyle.NoPen))
    inner = radius - width / 2 if stroke else radius
    painter.drawEllipse(centre, inner, inner)
