"""Parts of a page: what is drawn (words, pictures, cards) and what answers to keys and clicks (controls)."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from experiments.lab.look import Look
from experiments.lab.text import Laid

if TYPE_CHECKING:
    from experiments.lab.inputs import Key
    from experiments.screen import Answer


@dataclass
class Attention:
    """What the participant's hand and eye are on, as far as the page knows."""

    focus: Control | None = None
    ring: bool = False
    """Whether the focus ring shows: after a key, not after a click."""
    hover: Control | None = None
    point: QPointF = field(default_factory=QPointF)
    """Where the mouse is, in the coordinates of the hovered control's box."""
    held: Control | None = None
    """The control that the mouse went down on."""
    now: float = 0.0
    """Seconds since the page's onset; 0 before it."""


@dataclass(eq=False)
class Part:
    """Something drawn in a box (pixels; the origin is the window's or the content's top left)."""

    box: QRectF

    def shift(self, x: float) -> None:
        """Move the part sideways."""
        self.box.translate(x, 0)

    def mirror(self, width: float) -> None:
        """Move the part to where it stands in a right-to-left page of a width."""
        self.box.moveLeft(width - self.box.right())

    def state(self, attention: Attention) -> Hashable:
        """Return all that the drawing depends on; when it changes the part is drawn again."""
        return None

    def paint(self, painter: QPainter, attention: Attention) -> None:
        """Draw the part."""
        raise NotImplementedError


@dataclass(eq=False)
class Words(Part):
    """A laid-out text at the top of its box."""

    laid: Laid
    colour: str

    def paint(self, painter: QPainter, attention: Attention) -> None:
        self.laid.paint(painter, self.box.x(), self.box.y(), self.colour)


@dataclass(eq=False)
class Picture(Part):
    """A picture filling its box, with round corners."""

    image: QImage
    radius: float

    def paint(self, painter: QPainter, attention: Attention) -> None:
        draw_picture(painter, self.image, self.box, self.radius)


@dataclass(eq=False)
class Card(Part):
    """A ground that other parts lie on."""

    fill: str
    radius: float
    edge: str = ""
    stroke: float = 0.0
    shadow: str = ""

    def paint(self, painter: QPainter, attention: Attention) -> None:
        if self.shadow:
            for spread in (3.0, 2.0, 1.0):
                veil = QColor(self.shadow)
                veil.setAlpha(9)
                grown = self.box.adjusted(-spread, -spread + 2, spread, spread + 3)
                draw_box(painter, grown, self.radius + spread, veil)
        draw_box(painter, self.box, self.radius, self.fill, self.edge, self.stroke)


@dataclass(eq=False)
class Control(Part):
    """A part that can have the focus and answers to keys and clicks."""

    hint: ClassVar[str] = ""
    """Name of the interface's text that says how to answer."""

    name: str
    look: Look
    unit: float
    rtl: bool = False
    enabled: bool = field(default=True)
    #: Keys whose repetition counts while they are held down.
    repeats: frozenset[str] = frozenset()
    #: Whether typed characters go to it.
    types: bool = False

    def press(self, point: QPointF, time: float) -> None:
        """Take a mouse press at a point inside the box."""

    def drag(self, point: QPointF, time: float) -> None:
        """Take a move of the mouse with the button held since a press on this control."""

    def release(self, point: QPointF, time: float) -> None:
        """Take the release of that button, wherever it happens."""

    def key(self, key: Key) -> bool:
        """Take a key; return whether it was used."""
        return False

    def key_towards(self, wanted: Answer) -> str:
        """Return the next key on the way from the present answer to another.

        Raises
        ------
        TypeError
            If the control is answered by no key.
        """
        raise TypeError(f"'{self.name}' is answered by no key")

    def target(self, value: Answer) -> QPointF:
        """Return where to click for a value."""
        return self.box.center()

    def ring_box(self) -> QRectF:
        """Return the box that the focus ring goes around."""
        return self.box

    def focused(self, attention: Attention) -> bool:
        """Return whether the focus ring shows on this control."""
        return attention.ring and attention.focus is self

    def draw_ring(self, painter: QPainter, radius: float) -> None:
        """Draw the focus ring."""
        gap, width = self.look.stroke["ring_gap"] * self.unit, self.look.stroke["ring"] * self.unit
        grown = self.ring_box().adjusted(-gap, -gap, gap, gap)
        draw_box(painter, grown, radius + gap, None, self.look.colours["accent_dark"], width)


@dataclass(eq=False, kw_only=True)
class ScrollBar(Control):
    """A bar beside the content; pressing or dragging it moves the content there."""

    length: float
    seen: float
    at: Callable[[], float]
    go: Callable[[float], None]

    def _thumb(self) -> QRectF:
        share = self.box.height() / self.length
        high = max(2.0 * self.unit, self.seen * share)
        way = self.box.height() - high
        top = self.box.y() + way * self.at() / max(1.0, self.length - self.seen)
        return QRectF(self.box.x(), top, self.box.width(), high)

    def state(self, attention: Attention) -> Hashable:
        return self.at(), attention.hover is self or attention.held is self

    def press(self, point: QPointF, time: float) -> None:
        self.drag(point, time)

    def drag(self, point: QPointF, time: float) -> None:
        high = self._thumb().height()
        way = max(1.0, self.box.height() - high)
        share = min(1.0, max(0.0, (point.y() - self.box.y() - high / 2) / way))
        self.go(share * (self.length - self.seen))

    def paint(self, painter: QPainter, attention: Attention) -> None:
        colours = self.look.colours
        wide = self.box.width()
        over = attention.hover is self or attention.held is self
        draw_box(painter, self.box, wide / 2, colours["note_soft"])
        fill = colours["accent" if over else "faint"]
        draw_box(painter, self._thumb(), wide / 2, fill)


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
        # A hair line thinner than a pixel would come and go between windows.
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
