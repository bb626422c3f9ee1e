"""The kind ``rank`` in the lab: options that get their places in the order in which they are pressed."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QPainter

from experiments.lab.cells import Cell, lay_cells
from experiments.lab.form import Form
from experiments.lab.parts import Column, draw_circle
from experiments.look import COLOURS
from experiments.screen import Ask


class Ranked(Cell):
    """One option with its place. Pressing it gives it the next place, or takes its place away again."""

    hint = "rank_hint"

    def changed(self) -> dict[str, float]:
        numbers, own = self.together.numbers(), self.ask.measure
        if own not in numbers:
            return numbers | {own: len(numbers) + 1.0}
        gone = numbers.pop(own)
        return {name: place - (place > gone) for name, place in numbers.items()}

    def paint_mark(self, painter: QPainter, centre: QPointF, chosen: bool) -> None:
        half, unit = 0.62 * self.frame.unit, self.frame.unit
        stroke = self.frame.stroke("chosen")
        fill, edge = ("accent", "accent") if chosen else ("control", "faint")
        draw_circle(painter, centre, half, COLOURS[fill], COLOURS[edge], stroke)
        if chosen:
            number = f"{self.form.value(self.ask)}"
            laid = self.frame.laid(number, "note", 2 * unit, bold=True, align="centre")
            y = centre.y() - laid.height / 2
            laid.paint(painter, centre.x() - unit, y, COLOURS["on_accent"])


def lay_out(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Lay out the options."""
    texts, places = column.frame.texts, [float(place) for place in range(1, len(asks) + 1)]

    def missing(numbers: dict[str, float]) -> str:
        return "" if sorted(numbers.values()) == places else texts["rank_all"]

    lay_cells(Ranked, asks, form, column, missing)
