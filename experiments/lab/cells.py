"""Options that are parts of one question: a cell for each, one below another, with one button that skips them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.asks import lay_skip
from experiments.lab.form import Form
from experiments.lab.inputs import Key
from experiments.lab.options import MARKED, Options
from experiments.lab.parts import Column, OpenPage
from experiments.lab.together import Together
from experiments.screen import Answer, Ask


@dataclass(eq=False)
class Cell(Options):
    """One option; pressing it, or the space bar on it, changes it. The arrow keys move to the next."""

    arrows: ClassVar[dict[str, int]] = {}

    together: Together

    def pick(self, place: int | None, time: float, device: str) -> None:
        if place is not None:
            self.together.give(self.changed(), time, device, moving=False)

    def place_of(self, key: Key) -> int | None:
        return None

    def changed(self) -> dict[str, float]:
        """Return the numbers of all options after this one was pressed."""
        raise NotImplementedError

    def is_chosen(self) -> bool:
        """Return whether the option is drawn as chosen."""
        return bool(self.form.value(self.ask))

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        self.paint_place(painter, 0, self.is_chosen(), self.over(page) is not None)
        self.draw_ring(painter, page)

    def target(self, value: Answer) -> QPointF:
        return self.box.center()

    def key_towards(self, answer: Answer) -> str:
        return "space"


def lay_cells(
    cell: type[Cell],
    asks: Sequence[Ask],
    form: Form,
    column: Column,
    missing: Callable[[dict[str, float]], str],
) -> None:
    """Lay out the options."""
    frame, together = column.frame, Together(asks, form, missing)
    room = frame.width - (MARKED + 0.8) * frame.unit
    column.gap("block", 0.5)
    for ask in asks:
        column.gap("gap")
        laid = frame.laid(ask.prompt, "text", room)
        high = max(frame.size("height"), laid.height + 0.8 * frame.unit)
        box, place = QRectF(0, column.y, frame.width, high), QRectF(0, 0, frame.width, high)
        column.put_below(cell(box, ask.measure, frame, ask, form, [1], [place], [laid], together))
    lay_skip(asks[-1], form, column, asks)
