"""A bar that shows where a page stands that is longer than its card, and moves it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.parts import Attention, Control, draw_box


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
