"""The kind ``rate`` in the lab: one point of a labelled scale for each item, in a table if the items fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QPainter, QPen

from experiments.lab.asks import lay_item, lay_prompt, lay_skip, skip_button
from experiments.lab.choice import Choice, draw_mark, grid
from experiments.lab.form import Form
from experiments.lab.frame import Frame
from experiments.lab.inputs import Key
from experiments.lab.parts import Card, Column, OpenPage, TextPart, draw_box, draw_circle
from experiments.look import COLOURS
from experiments.screen import Ask

#: Type sizes that labels of points may have, in the order they are tried.
_ROLES = ("label", "note", "small")


@dataclass(eq=False)
class Points(Choice):
    """The points of one item's scale, in reading order from the lowest."""

    def place_of(self, key: Key) -> int | None:
        return self.values.index(int(key.name)) if int(key.name) in self.values else None

    def ring_box(self) -> QRectF:
        side, cell = 2 * self.frame.size("point"), self.cell(self.active)
        box = QRectF(0, 0, min(side, cell.width() * 0.9), min(side, cell.height() * 0.9))
        box.moveCenter(cell.center())
        return box

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        middle, half = self.box.center().y(), self.places[0].width() / 2
        painter.setPen(QPen(QColor(COLOURS["edge"]), max(1.0, 0.1 * self.frame.unit)))
        left, right = self.box.x() + half, self.box.right() - half
        painter.drawLine(QPointF(left, middle), QPointF(right, middle))
        super().paint(painter, page)

    def paint_place(self, painter: QPainter, place: int, chosen: bool, over: bool) -> None:
        cell = self.cell(place)
        if over:
            soft = cell.adjusted(2, 2, -2, -2)
            draw_box(painter, soft, self.frame.radius("control"), COLOURS["note_soft"])
        radius, stroke = self.frame.size("point") / 2, self.frame.stroke("chosen")
        if not self.ask.numbered:
            draw_mark(painter, cell.center(), radius, chosen, stroke)
            return
        fill, edge = ("accent", "accent") if chosen else ("control", "faint")
        draw_circle(painter, cell.center(), radius, COLOURS[fill], COLOURS[edge], stroke)
        wide = 4 * radius
        laid = self.frame.laid(str(self.values[place]), "note", wide, chosen, "centre")
        ink = COLOURS["on_accent" if chosen else "text"]
        laid.paint(painter, cell.center().x() - wide / 2, cell.center().y() - laid.height / 2, ink)


def lay_out(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Lay out the items."""
    frame = column.frame
    if len(asks) == 1:
        lay_prompt(asks[0], column)
        column.gap("block", 1.2)
        _points(asks[0], form, column, 0.0, frame.width, 3.2 * frame.unit)
        _labels(asks[0], column, 0.0, frame.width)
        column.gap("gap")
        lay_skip(asks[0], form, column)
    elif len({ask.options for ask in asks}) == 1 and not frame.stacked:
        _table(asks, form, column)
    else:
        for ask in asks:
            column.gap("block")
            lay_item(ask, form, column)
            _points(ask, form, column, 0.0, frame.width, 2.4 * frame.unit)
            _labels(ask, column, 0.0, frame.width)


def _points(ask: Ask, form: Form, column: Column, x: float, wide: float, high: float) -> None:
    values, box = [option.value for option in ask.options], QRectF(x, column.y, wide, high)
    places = grid(box, len(values), len(values))
    column.put_below(Points(box, ask.measure, column.frame, ask, form, values, places))


def _labels(ask: Ask, column: Column, x: float, wide: float) -> None:
    """Add labels below their points; if only the ends have labels, they may be wider than a cell."""
    frame, labels = column.frame, [option.label for option in ask.options]
    cell, bottom = wide / len(labels), column.y
    if any(labels[1:-1]):
        fitting = (role for role in _ROLES if frame.whole_words(labels, role, cell - 4))
        role = next(fitting, "")
        column.cramped |= not role
        places = [(x + place * cell + 2, cell - 4, "centre") for place in range(len(labels))]
    else:
        role, room, labels = "label", 0.42 * wide, [labels[0], labels[-1]]
        places = [(x, room, "start"), (x + wide - room, room, "end")]
    for label, (left, room, align) in zip(labels, places, strict=True):
        if label:
            laid = frame.laid(label, role or _ROLES[-1], room, align=align)
            words = TextPart(QRectF(left, column.y, room, laid.height), laid, "muted")
            column.put(words)
            bottom = max(bottom, words.box.bottom())
    column.y = bottom


def _points_width(ask: Ask, frame: Frame, widest: float) -> float:
    """Return the width that a table's points and their labels need; prompts get the rest."""
    if any(option.label for option in ask.options[1:-1]):
        return widest
    ends = [frame.laid(option.label, "label", widest).width for option in ask.options]
    # Each of the two labels has 0.42 of the width.
    return min(widest, max(2.6 * frame.unit * len(ask.options), max(ends) / 0.41))


def _table(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Add the items as rows of a table, with the labels above the points."""
    frame, unit = column.frame, column.frame.unit
    column.is_table = True
    skips = 0.16 if any(not ask.required for ask in asks) else 0.0
    points = _points_width(asks[0], frame, (0.71 - skips) * frame.width)
    prompts = (1.0 - skips) * frame.width - points
    words = prompts - unit
    column.cramped |= not frame.whole_words((ask.prompt for ask in asks), "text", words)
    column.gap("block", 0.8)
    _labels(asks[0], column, prompts, points)
    column.y += 0.35 * unit
    for place, ask in enumerate(asks):
        laid = frame.laid(ask.prompt, "text", words)
        skip = skip_button(ask, form, column, skips * frame.width)
        high = max(2.6 * unit, laid.height + 0.5 * unit, skip.box.height() if skip else 0.0)
        middle = column.y + high / 2
        if place % 2 == 0:
            ground = QRectF(0, column.y, frame.width, high)
            column.put(Card(ground, "note_soft", frame.radius("control")))
        column.put(TextPart(QRectF(0.6 * unit, middle - laid.height / 2, words, laid.height), laid))
        _points(ask, form, column, prompts, points, high)
        if skip is not None:
            skip.box.moveTop(middle - skip.box.height() / 2)
            column.put(skip)
