"""Buttons: the continue button, and others with more or less emphasis."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import ClassVar

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from experiments.lab.frame import Frame
from experiments.lab.inputs import Key
from experiments.lab.parts import Control, OpenPage, draw_box
from experiments.lab.text import LaidOutText
from experiments.look import COLOURS

Action = Callable[[float, str], None]


@dataclass(eq=False)
class Button(Control):
    """A button with a label. It acts when the mouse is released on it; the time recorded is that of the press."""

    air: ClassVar[float] = 0.55
    """Space to the left and right of the label, in units."""

    laid: LaidOutText
    """The label, centred."""
    action: Action
    _pressed_at: float = 0.0

    def state(self, page: OpenPage) -> Hashable:
        return page.hover is self, page.held is self, self.focused(page)

    def press(self, point: QPointF, time: float) -> None:
        self._pressed_at = time

    def release(self, point: QPointF, time: float) -> None:
        if self.box.contains(point):
            self.action(self._pressed_at, "mouse")

    def key(self, key: Key) -> bool:
        if key.name not in {"return", "space"}:
            return False
        self.action(key.time, key.device)
        return True

    def colours(self, page: OpenPage) -> tuple[str, str, str]:
        """Return the names of the colours of background, edge and label; empty for none."""
        over = page.hover is self
        return "accent_soft" if over else "control", "control_edge", "accent_dark"

    def lift(self, page: OpenPage) -> float:
        """Return the distance by which the label is raised above the middle."""
        return 0.0

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        fill, edge, ink = (name and COLOURS[name] for name in self.colours(page))
        radius, stroke = self.frame.radius("control"), self.frame.stroke("edge")
        draw_box(painter, self.box, radius, fill or None, edge, stroke)
        x, y = (
            self.box.x() + self.air * self.frame.unit,
            self.box.center().y() - self.laid.height / 2,
        )
        self.laid.paint(painter, x, y - self.lift(page), ink)
        self.draw_ring(painter, page)


class QuietButton(Button):
    """A button without background, for actions that are always available."""

    def colours(self, page: OpenPage) -> tuple[str, str, str]:
        over = page.hover is self
        return "note_soft" if over else "", "", "text" if over else "muted"


class PrimaryButton(Button):
    """The button that most participants will press, with the most emphasis."""

    air = 1.1

    def colours(self, page: OpenPage) -> tuple[str, str, str]:
        return "accent_dark" if page.hover is self else "accent", "", "on_accent"


class ContinueButton(PrimaryButton):
    """The continue button. It fills up during the screen's minimum time; an arrow shows that there is more below."""

    def state(self, page: OpenPage) -> Hashable:
        return super().state(page), page.more(), round(40 * page.waits())

    def colours(self, page: OpenPage) -> tuple[str, str, str]:
        return ("edge", "", "muted") if page.waits() else super().colours(page)

    def lift(self, page: OpenPage) -> float:
        return 0.3 * self.frame.unit if page.more() and not page.waits() else 0.0

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        super().paint(painter, page)
        if waits := page.waits():
            bar = QRectF(self.box)
            bar.setWidth((1.0 - waits) * self.box.width())
            if self.frame.rtl:
                bar.moveRight(self.box.right())
            veil = QColor(COLOURS["accent"])
            veil.setAlpha(45)
            draw_box(painter, bar, self.frame.radius("control"), veil)
        elif page.more():
            self._arrow(painter)

    def _arrow(self, painter: QPainter) -> None:
        """Draw a down arrow below the label."""
        unit = self.frame.unit
        side = 0.42 * unit
        centre = QPointF(self.box.center().x(), self.box.bottom() - 0.4 * unit)
        pen = QPen(QColor(COLOURS["on_accent"]), max(1.5, 0.13 * unit))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(centre + QPointF(-side, -side / 2), centre + QPointF(0, side / 2))
        painter.drawLine(centre + QPointF(0, side / 2), centre + QPointF(side, -side / 2))


def button(
    kind: type[Button],
    frame: Frame,
    name: str,
    label: str,
    action: Action,
    widest: float,
    tallest: float = 1e6,
) -> Button:
    """Return a button that fits its label, of at most ``widest`` and ``tallest`` pixels, at the origin."""
    first = issubclass(kind, PrimaryButton)
    inset, air = kind.air * frame.unit, 0.5 * frame.unit
    roles = ("text", "label", "note", "small") if first else ("note", "small")
    inside = widest - 2 * inset

    def fits(label: str, role: str) -> bool:
        return frame.laid(label, role, inside, first).height + air <= tallest

    role = next((role for role in roles if fits(label, role)), roles[-1])
    while len(label) > 1 and not fits(label, role):
        # No text of a protocol may push the button out of the window.
        label = label[: int(0.9 * len(label))].rstrip("…") + "…"
    natural = frame.laid(label, role, inside, first, "centre")
    least = 5.0 * frame.unit if first else 0.0
    wide = min(widest, max(least, natural.width + 2 * inset + 2))
    laid = frame.laid(label, role, wide - 2 * inset, first, "centre")
    high = max(laid.height + air, frame.size("button") if first else 0.0)
    return kind(QRectF(0, 0, wide, high), name, frame, laid, action)
