"""A choice: cells on the page, each with a value, one of which is selected by mouse, arrow keys or digits."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.inputs import Key
from experiments.lab.parts import OpenPage, Question, draw_circle
from experiments.look import COLOURS
from experiments.screen import Answer


def grid(box: QRectF, count: int, columns: int, gap: float = 0.0) -> list[QRectF]:
    """Divide a box evenly into cells; return them row by row, relative to its top left."""
    rows = -(-count // columns)
    wide = (box.width() - gap * (columns - 1)) / columns
    high = (box.height() - gap * (rows - 1)) / rows
    return [
        QRectF(column * (wide + gap), row * (high + gap), wide, high)
        for row, column in (divmod(place, columns) for place in range(count))
    ]


@dataclass(eq=False)
class Choice(Question):
    """Cells, one of which can be selected."""

    #: Arrow key -> direction, on a page that is read from left to right.
    arrows: ClassVar[dict[str, int]] = {"right": 1, "left": -1}

    values: Sequence[Answer]
    """The answer of each cell."""
    places: list[QRectF]
    """Boxes of the cells, relative to the control's top left, as on a left-to-right page."""

    def __post_init__(self) -> None:
        chosen = self.form.value(self.ask)
        self.active = self.values.index(chosen) if chosen in self.values else 0
        """The cell from which the arrow keys move."""

    def cell(self, place: int) -> QRectF:
        """Return the box of a cell in the window."""
        cell = self.places[place].translated(self.box.topLeft())
        if self.frame.rtl:
            cell.moveRight(self.box.right() - self.places[place].x())
        return cell

    def at(self, point: QPointF) -> int | None:
        """Return the cell at a point."""
        places = range(len(self.places))
        return next((place for place in places if self.cell(place).contains(point)), None)

    def over(self, page: OpenPage) -> int | None:
        """Return the cell under the mouse."""
        return self.at(page.point) if page.hover is self else None

    def state(self, page: OpenPage) -> Hashable:
        return self.form.value(self.ask), self.over(page), self.focused(page) and self.active

    def pick(self, place: int | None, time: float, device: str) -> None:
        """Select a cell, if there is one."""
        if place is not None:
            self.active = place
            self.answer(self.values[place], time, device)

    def press(self, point: QPointF, time: float) -> None:
        self.pick(self.at(point), time, "mouse")

    def key(self, key: Key) -> bool:
        if key.name == "space":
            place: int | None = self.active
        elif key.name.isdigit():
            place = self.place_of(key)
        elif key.name in self.arrows:
            sideways = key.name in {"left", "right"}
            step = self.arrows[key.name] * (-1 if sideways and self.frame.rtl else 1)
            # The first arrow key selects the first cell in its direction, so that none is skipped.
            first = 0 if step > 0 else len(self.values) - 1
            place = self.next_to(step) if self.form.is_answered(self.ask) else first
        else:
            return False
        self.pick(place, key.time, key.device)
        return True

    def place_of(self, key: Key) -> int | None:
        """Return the cell that a digit selects."""
        raise NotImplementedError

    def next_to(self, step: int) -> int:
        """Return the cell after or before the active one."""
        return min(len(self.values) - 1, max(0, self.active + step))

    def ring_box(self) -> QRectF:
        return self.cell(self.active)

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        chosen, over = self.form.value(self.ask), self.over(page)
        for place, value in enumerate(self.values):
            self.paint_place(painter, place, value == chosen, place == over)
        self.draw_ring(painter, page)

    def paint_place(self, painter: QPainter, place: int, chosen: bool, over: bool) -> None:
        """Draw one cell."""
        raise NotImplementedError

    def target(self, value: Answer) -> QPointF:
        return self.cell(self.values.index(value)).center()

    def key_towards(self, answer: Answer) -> str:
        onward, back = ("left", "right") if self.frame.rtl else ("right", "left")
        if not self.form.is_answered(self.ask):
            return onward
        return onward if self.values.index(answer) > self.active else back


def draw_mark(
    painter: QPainter, centre: QPointF, radius: float, chosen: bool, stroke: float
) -> None:
    """Draw the round mark of a choice."""
    edge = COLOURS["accent" if chosen else "faint"]
    draw_circle(painter, centre, radius, COLOURS["control"], edge, stroke)
    if chosen:
        draw_circle(painter, centre, 0.56 * radius, COLOURS["accent"], edge, 0.0)
