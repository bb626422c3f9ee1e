"""The kind ``split`` in the lab: a line for each box, of which none can take more than the others leave."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.asks import lay_skip
from experiments.lab.form import Form
from experiments.lab.frame import Frame
from experiments.lab.kinds.give import UNKNOWN, format_amount
from experiments.lab.kinds.mark import Line, stepped
from experiments.lab.parts import Column, OpenPage, Part, TextPart
from experiments.lab.together import Together
from experiments.look import COLOURS
from experiments.screen import Answer, Ask


@dataclass(eq=False)
class Box(Line):
    """The amount in one box. Once nothing is left to divide, the boxes that are still open are empty."""

    together: Together

    def answer(self, value: Answer, time: float, device: str, moving: bool = False) -> None:
        assert isinstance(value, (int, float))
        numbers = self.together.numbers()
        numbers.pop(self.ask.measure, None)
        most = self.ask.high - sum(numbers.values())
        numbers[self.ask.measure] = stepped(min(value, most), self.ask)
        if not left(numbers, self.ask):
            numbers = dict.fromkeys((ask.measure for ask in self.together.asks), 0.0) | numbers
        self.together.give(numbers, time, device, moving)


@dataclass(eq=False)
class Amount(Part):
    """The amount in a box, or what is left of the whole."""

    frame: Frame
    together: Together
    ask: Ask | None
    """The box; None for what is left."""

    def state(self, page: OpenPage) -> Hashable:
        return self.text()

    def text(self) -> str:
        """Return the text to show now."""
        numbers, ask = self.together.numbers(), self.ask
        if ask is None:
            return to_divide(numbers, self.together.asks[0], self.frame)
        return format_amount(ask, numbers[ask.measure]) if ask.measure in numbers else UNKNOWN

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        role, align = ("text", "end") if self.ask else ("note", "start")
        laid = self.frame.laid(self.text(), role, self.box.width(), bold=True, align=align)
        laid.paint(painter, self.box.x(), self.box.y(), COLOURS["text" if self.ask else "muted"])


def left(numbers: dict[str, float], ask: Ask) -> float:
    """Return what is left to divide."""
    return round(ask.high - sum(numbers.values()), 9)


def to_divide(numbers: dict[str, float], ask: Ask, frame: Frame) -> str:
    """Return what is left to divide, in words."""
    return frame.texts["left_to_divide"].format(amount=format_amount(ask, left(numbers, ask)))


def lay_out(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Lay out the boxes, and what is left below them."""
    frame = column.frame

    def missing(numbers: dict[str, float]) -> str:
        return to_divide(numbers, asks[0], frame) if left(numbers, asks[0]) else ""

    together, amounts = Together(asks, form, missing), 0.25 * frame.width
    for ask in asks:
        column.gap("block", 0.8)
        words = frame.width - amounts - frame.unit
        laid = frame.laid(ask.prompt, "text", words)
        column.put(TextPart(QRectF(0, column.y, words, laid.height), laid))
        amount = QRectF(frame.width - amounts, column.y, amounts, laid.height)
        column.put(Amount(amount, frame, together, ask))
        box = QRectF(0, column.y + laid.height, frame.width, 1.9 * frame.unit)
        column.put_below(Box(box, ask.measure, frame, ask, form, together))
    column.gap("gap")
    line = frame.laid("x", "note", frame.width).height
    column.put_below(Amount(QRectF(0, column.y, frame.width, line), frame, together, None))
    lay_skip(asks[-1], form, column, asks)
