"""Options, one below another: a cell for each, with its mark and its label."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QPainter

from experiments.lab.choice import Choice, draw_mark
from experiments.lab.inputs import Key
from experiments.lab.parts import draw_box
from experiments.lab.text import LaidOutText
from experiments.look import COLOURS

#: Units from the start of an option to its label, with room for the mark.
MARKED = 2.3


@dataclass(eq=False)
class Options(Choice):
    """The options of one question."""

    arrows = Choice.arrows | {"down": 1, "up": -1}

    labels: list[LaidOutText]

    def place_of(self, key: Key) -> int | None:
        return int(key.name) - 1 if 1 <= int(key.name) <= len(self.values) else None

    def next_to(self, step: int) -> int:
        return (self.active + step) % len(self.values)

    def paint_place(self, painter: QPainter, place: int, chosen: bool, over: bool) -> None:
        fill = COLOURS["accent_soft" if chosen else "note_soft" if over else "control"]
        edge = COLOURS["accent" if chosen else "faint" if over else "control_edge"]
        stroke = self.frame.stroke("chosen" if chosen else "edge")
        draw_box(painter, self.cell(place), self.frame.radius("control"), fill, edge, stroke)
        self.paint_inside(painter, place, chosen)

    def paint_inside(self, painter: QPainter, place: int, chosen: bool) -> None:
        """Draw the mark and the label."""
        cell, laid, unit = self.cell(place), self.labels[place], self.frame.unit
        x = cell.right() - 1.3 * unit if self.frame.rtl else cell.x() + 1.3 * unit
        self.paint_mark(painter, QPointF(x, cell.center().y()), chosen)
        words = self.words(place)
        laid.paint(painter, words.x(), words.y(), COLOURS["text"])

    def paint_mark(self, painter: QPainter, centre: QPointF, chosen: bool) -> None:
        """Draw the round mark."""
        stroke = self.frame.stroke("chosen")
        draw_mark(painter, centre, 0.48 * self.frame.unit, chosen, stroke)

    def words(self, place: int) -> QPointF:
        """Return the top left of a label, whose area ends 0.8 units before the far edge."""
        cell, laid = self.cell(place), self.labels[place]
        x = cell.x() + (0.8 if self.frame.rtl else MARKED) * self.frame.unit
        return QPointF(x, cell.y() + (cell.height() - laid.height) / 2)
