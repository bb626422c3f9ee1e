"""The kind ``mark`` in the lab: a mark on a line between two ends, with no mark before the answer."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.asks import lay_item
from experiments.lab.form import Form
from experiments.lab.inputs import Key
from experiments.lab.parts import Column, OpenPage, Question, TextPart, draw_box, draw_circle
from experiments.look import COLOURS
from experiments.measures.kind import Numeric
from experiments.screen import Answer, Ask


@dataclass(eq=False)
class Line(Question):
    """A line to mark. On a right-to-left page the low end is on the right."""

    hint = "mark_hint"
    repeats = frozenset({"left", "right", "up", "down", "pageup", "pagedown"})

    def _ends(self) -> tuple[float, float]:
        """Return the x coordinates of the low and the high end."""
        inset = self.frame.size("mark") / 2
        left, right = self.box.x() + inset, self.box.right() - inset
        return (right, left) if self.frame.rtl else (left, right)

    def x_of(self, value: float) -> float:
        """Return the x coordinate of a value."""
        low, high = self._ends()
        return low + (high - low) * (value - self.ask.low) / (self.ask.high - self.ask.low)

    def value_at(self, x: float) -> float:
        """Return the value at an x coordinate, rounded to the line's steps."""
        low, high = self._ends()
        share = (x - low) / (high - low)
        return stepped(self.ask.low + share * (self.ask.high - self.ask.low), self.ask)

    def state(self, page: OpenPage) -> Hashable:
        over = page.hover is self or page.held is self
        return self.shown(), over, self.focused(page)

    def shown(self) -> Answer:
        """Return the value at which there is a mark; None without one."""
        return self.form.value(self.ask)

    def press(self, point: QPointF, time: float) -> None:
        self.answer(self.value_at(point.x()), time, "mouse")

    def drag(self, point: QPointF, time: float) -> None:
        self.answer(self.value_at(point.x()), time, "mouse", moving=True)

    def key(self, key: Key) -> bool:
        """Move the mark.

        Arrow keys move it by a step, page keys by a tenth, digits to tenths, Home and End to the ends. The first
        arrow key puts the mark in the middle, at the same distance from both ends.
        """
        ask, now = self.ask, self.form.value(self.ask)
        whole = ask.high - ask.low
        up = {"up", "pageup", "left" if self.frame.rtl else "right"}
        if key.name.isdigit():
            value = ask.low + whole * int(key.name) / 10
        elif key.name in {"home", "end"}:
            value = ask.low if key.name == "home" else ask.high
        elif key.name not in up | {"down", "pagedown", "right" if self.frame.rtl else "left"}:
            return False
        elif not isinstance(now, (int, float)):
            value = ask.low + whole / 2
        else:
            step = max(ask.step, whole / 10) if key.name.startswith("page") else ask.step
            value = now + (step if key.name in up else -step)
        self.answer(stepped(value, ask), key.time, key.device, moving=True)
        return True

    def key_towards(self, answer: Answer) -> str:
        now, ask = self.form.value(self.ask), self.ask
        assert isinstance(answer, (int, float))
        if not isinstance(now, (int, float)):
            return "home" if answer < (ask.low + ask.high) / 2 else "end"
        way, tenth = "up" if answer > now else "down", (ask.high - ask.low) / 10
        return f"page{way}" if abs(answer - now) >= tenth > ask.step else way

    def target(self, value: Answer) -> QPointF:
        assert isinstance(value, (int, float))
        return QPointF(self.x_of(value), self.box.center().y())

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        over = page.hover is self or page.held is self
        thick, middle = self.frame.size("line"), self.box.center().y()
        low, high = sorted(self._ends())
        track = QRectF(low, middle - thick / 2, high - low, thick)
        draw_box(painter, track, thick / 2, COLOURS["control_edge" if over else "edge"])
        for end in (low, high):
            tick = QRectF(end - thick / 4, middle - 1.6 * thick, thick / 2, 3.2 * thick)
            draw_box(painter, tick, thick / 4, COLOURS["faint"])
        self.draw_ring(painter, page)
        value = self.shown()
        if isinstance(value, (int, float)):
            centre, radius = QPointF(self.x_of(value), middle), self.frame.size("mark") / 2
            edge = 0.14 * self.frame.unit
            draw_circle(painter, centre, radius, COLOURS["accent"], COLOURS["card"], edge)


def stepped(value: float, ask: Ask) -> float:
    """Return the nearest possible answer to a question."""
    place = round((value - ask.low) / ask.step)
    return Numeric.value(ask, min(Numeric.count(ask) - 1, max(0, place)))


def lay_out(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Lay out the lines."""
    frame = column.frame
    for ask in asks:
        column.gap("block", 1.15)
        lay_item(ask, form, column)
        box = QRectF(0, column.y + 0.2 * frame.unit, frame.width, 1.9 * frame.unit)
        column.put_below(Line(box, ask.measure, frame, ask, form))
        lay_ends(ask, column)


def lay_ends(ask: Ask, column: Column) -> None:
    """Add the labels of both ends below a line."""
    frame = column.frame
    room = 0.46 * frame.width
    low = frame.laid(ask.low_label, "label", room)
    high = frame.laid(ask.high_label, "label", room, align="end")
    column.put(TextPart(QRectF(0, column.y, room, low.height), low, "muted"))
    right = QRectF(frame.width - room, column.y, room, high.height)
    column.put(TextPart(right, high, "muted"))
    column.y += max(low.height, high.height)
