"""``mark``: a mark on a line between two ends, for each item. No mark stands there before the answer."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.asks import lay_item
from experiments.lab.form import Form
from experiments.lab.frame import Column, Frame
from experiments.lab.inputs import Key
from experiments.lab.parts import Attention, Control, Words, draw_box, draw_circle
from experiments.screen import Answer, Ask


@dataclass(eq=False, kw_only=True)
class Line(Control):
    """A line to mark. The low end lies where reading starts: on the right in right-to-left."""

    hint = "mark_hint"
    ask: Ask
    form: Form
    repeats: frozenset[str] = frozenset({"left", "right", "up", "down", "pageup", "pagedown"})
    _dragging: bool = False

    def _ends(self) -> tuple[float, float]:
        """Return x of the low and of the high end."""
        inset = self.look.control["mark"] * self.unit / 2
        left, right = self.box.x() + inset, self.box.right() - inset
        return (right, left) if self.rtl else (left, right)

    def x_of(self, value: float) -> float:
        """Return where a value lies."""
        low, high = self._ends()
        return low + (high - low) * (value - self.ask.low) / (self.ask.high - self.ask.low)

    def value_at(self, x: float) -> float:
        """Return the value of a place, on the line's steps."""
        low, high = self._ends()
        share = min(1.0, max(0.0, (x - low) / (high - low)))
        return self._stepped(self.ask.low + share * (self.ask.high - self.ask.low))

    def _stepped(self, value: float) -> float:
        return stepped(value, self.ask)

    def state(self, attention: Attention) -> Hashable:
        over = attention.hover is self or attention.held is self
        return self.form.value(self.ask), over, self.focused(attention)

    def press(self, point: QPointF, time: float) -> None:
        self.form.answer(self.ask, self.value_at(point.x()), time, "mouse")

    def drag(self, point: QPointF, time: float) -> None:
        self.form.answer(self.ask, self.value_at(point.x()), time, "mouse", moving=True)

    def key(self, key: Key) -> bool:
        value = key_value(key, self.form.value(self.ask), self.ask, self.rtl)
        if value is None:
            return False
        self.form.answer(self.ask, value, key.time, key.device, moving=True)
        return True

    def key_towards(self, wanted: Answer) -> str:
        far = key_along(self.ask, self.form.value(self.ask), wanted)
        tenth = (self.ask.high - self.ask.low) / 10
        if far not in {"up", "down"} or tenth <= self.ask.step:
            return far
        now = self.form.value(self.ask)
        assert isinstance(now, (int, float))
        assert isinstance(wanted, (int, float))
        return f"page{far}" if abs(wanted - now) >= tenth else far

    def target(self, value: Answer) -> QPointF:
        return QPointF(self.x_of(float(value)), self.box.center().y())  # type: ignore[arg-type]

    def paint(self, painter: QPainter, attention: Attention) -> None:
        colours, unit = self.look.colours, self.unit
        over = attention.hover is self or attention.held is self
        thick = self.look.control["line"] * unit
        middle = self.box.center().y()
        low, high = sorted(self._ends())
        track = QRectF(low, middle - thick / 2, high - low, thick)
        fill = colours["control_edge" if over else "edge"]
        draw_box(painter, track, thick / 2, fill)
        for end in (low, high):
            tick = QRectF(end - thick / 4, middle - 1.6 * thick, thick / 2, 3.2 * thick)
            draw_box(painter, tick, thick / 4, colours["faint"])
        if self.focused(attention):
            self.draw_ring(painter, self.look.radius["control"] * unit)
        value = self.form.value(self.ask)
        if isinstance(value, (int, float)):
            centre = QPointF(self.x_of(value), middle)
            radius = self.look.control["mark"] * unit / 2
            draw_circle(painter, centre, radius, colours["accent"], colours["card"], 0.14 * unit)


def stepped(value: float, ask: Ask) -> float:
    """Return the nearest value on the steps of an ask, whole numbers as integers."""
    steps = round((min(ask.high, max(ask.low, value)) - ask.low) / ask.step)
    near = min(ask.high, ask.low + steps * ask.step)
    near = round(near, 9)
    return int(near) if float(near).is_integer() else near


def key_along(ask: Ask, now: Answer, wanted: Answer) -> str:
    """Return the key that goes from one number of an ask towards another: to the nearer end first."""
    assert isinstance(wanted, (int, float))
    if not isinstance(now, (int, float)):
        return "home" if wanted < (ask.low + ask.high) / 2 else "end"
    return "up" if wanted > now else "down"


def key_value(key: Key, value: Answer, ask: Ask, rtl: bool) -> float | None:
    """Return the value that a key moves a mark to; None if the key does not.

    Arrows go by a step, page keys by a tenth, digits to tenths, Home and End to the ends. The first
    arrow puts the mark in the middle: both ends are then equally far.
    """
    whole = ask.high - ask.low
    if key.name in {"home", "end"}:
        return stepped(ask.low if key.name == "home" else ask.high, ask)
    if key.name.isdigit():
        return stepped(ask.low + whole * int(key.name) / 10, ask)
    up = {"up", "pageup", "left" if rtl else "right"}
    if key.name not in up | {"down", "pagedown", "right" if rtl else "left"}:
        return None
    if not isinstance(value, (int, float)):
        return stepped(ask.low + whole / 2, ask)
    step = max(ask.step, whole / 10) if key.name.startswith("page") else ask.step
    return stepped(value + (step if key.name in up else -step), ask)


def lay_out(asks: Sequence[Ask], form: Form, frame: Frame, column: Column) -> None:
    """Lay the lines out."""
    for ask in asks:
        column.gap("block", 1.15)
        lay_item(ask, form, frame, column)
        column.y += 0.2 * frame.unit
        box = QRectF(0, column.y, frame.width, 1.9 * frame.unit)
        column.put(Line(box, ask.measure, frame.look, frame.unit, frame.rtl, ask=ask, form=form))
        column.y += box.height()
        _ends(ask, frame, column)


def _ends(ask: Ask, frame: Frame, column: Column) -> None:
    """The labels of the two ends."""
    room, colour = 0.46 * frame.width, frame.look.colours["muted"]
    low = frame.laid(ask.low_label, "label", room)
    high = frame.laid(ask.high_label, "label", room, align="end")
    column.put(Words(QRectF(0, column.y, room, low.height), low, colour))
    column.put(Words(QRectF(frame.width - room, column.y, room, high.height), high, colour))
    column.y += max(low.height, high.height)
