"""The kind ``select`` in the lab: a check box for each option."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from experiments.lab.cells import Cell, lay_cells
from experiments.lab.form import Form
from experiments.lab.parts import Column, draw_box
from experiments.look import COLOURS
from experiments.screen import Ask


class CheckBox(Cell):
    """One option, chosen or not. Once an option was pressed, all others are not chosen.

    An option that cannot be chosen together with others clears them, and they clear it.
    """

    hint = "select_hint"

    def changed(self) -> dict[str, float]:
        asks, known = self.together.asks, self.together.numbers()
        chosen = 1.0 - known.get(self.ask.measure, 0.0)
        numbers = {
            ask.measure: 0.0
            if chosen and (ask.alone or self.ask.alone)
            else known.get(ask.measure, 0.0)
            for ask in asks
        }
        return numbers | {self.ask.measure: chosen}

    def paint_mark(self, painter: QPainter, centre: QPointF, chosen: bool) -> None:
        half, stroke = 0.48 * self.frame.unit, self.frame.stroke("chosen")
        box = QRectF(centre.x() - half, centre.y() - half, 2 * half, 2 * half)
        fill, edge = ("accent", "accent") if chosen else ("control", "faint")
        draw_box(painter, box, 0.3 * half, COLOURS[fill], COLOURS[edge], stroke)
        if chosen:
            pen = QPen(QColor(COLOURS["on_accent"]), 0.3 * half)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            low = centre + QPointF(-0.1 * half, 0.45 * half)
            painter.drawLine(centre + QPointF(-0.5 * half, 0.05 * half), low)
            painter.drawLine(low, centre + QPointF(0.55 * half, -0.45 * half))


def missing_of(asks: Sequence[Ask], texts: Mapping[str, str], numbers: Mapping[str, float]) -> str:
    """Return how many options must be chosen, if these are too few or too many."""
    if any(ask.alone and numbers[ask.measure] for ask in asks):
        return ""
    chosen, least, most = sum(numbers.values()), max(1, asks[0].least), asks[0].most
    if chosen < least:
        return texts["select_least"].format(n=least)
    return texts["select_most"].format(n=most) if most and chosen > most else ""


def lay_out(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Lay out the check boxes."""
    texts = column.frame.texts
    lay_cells(CheckBox, asks, form, column, lambda numbers: missing_of(asks, texts, numbers))
