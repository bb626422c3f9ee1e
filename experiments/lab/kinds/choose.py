"""The kind ``choose`` in the lab: one option of a list of texts or of a row of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QImage, QPainter

from experiments.lab.asks import lay_prompt, lay_skip
from experiments.lab.form import Form
from experiments.lab.options import MARKED, Options
from experiments.lab.parts import Column, draw_picture
from experiments.look import COLOURS
from experiments.screen import Ask


@dataclass(eq=False)
class Pictures(Options):
    """Options that are pictures next to each other, each with its label below."""

    images: list[QImage]
    high: float
    """Height of the pictures."""

    def paint_inside(self, painter: QPainter, place: int, chosen: bool) -> None:
        cell, image = self.cell(place), self.images[place]
        wide = self.high * image.width() / image.height()
        x = cell.x() + (cell.width() - wide) / 2
        picture = QRectF(x, cell.y() + 0.6 * self.frame.unit, wide, self.high)
        draw_picture(painter, image, picture, 0.6 * self.frame.radius("picture"))
        words = self.words(place)
        self.labels[place].paint(painter, words.x(), words.y(), COLOURS["text"])

    def words(self, place: int) -> QPointF:
        inset = 0.6 * self.frame.unit
        return self.cell(place).topLeft() + QPointF(inset, self.high + 1.7 * inset)


def lay_out(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Lay out the options."""
    for ask in asks:
        lay_prompt(ask, column)
        column.gap("block", 0.8)
        pictured = all(option.image for option in ask.options)
        column.put_below((_pictured if pictured else _listed)(ask, form, column))
        lay_skip(ask, form, column)


def _listed(ask: Ask, form: Form, column: Column) -> Options:
    """Return the options, one below another."""
    frame, places, top = column.frame, [], 0.0
    room = frame.width - (MARKED + 0.8) * frame.unit
    labels = [frame.laid(option.label, "text", room) for option in ask.options]
    for laid in labels:
        high = max(frame.size("height"), laid.height + 0.8 * frame.unit)
        places.append(QRectF(0, top, frame.width, high))
        top += high + frame.space("gap")
    box = QRectF(0, column.y, frame.width, places[-1].bottom())
    values = [option.value for option in ask.options]
    return Options(box, ask.measure, frame, ask, form, values, places, labels)


def _pictured(ask: Ask, form: Form, column: Column) -> Pictures:
    """Return pictures next to each other, in cells of the same size."""
    frame, unit, count = column.frame, column.frame.unit, len(ask.options)
    gap, inset = 1.0 * unit, 0.6 * unit
    images = [frame.image(option.image) for option in ask.options]
    ratio = max(image.width() / image.height() for image in images)
    widest = (frame.width - gap * (count - 1)) / count - 2 * inset
    high = min(widest / ratio, frame.picture * unit)
    cell = max(high * ratio, min(widest, 6.0 * unit)) + 2 * inset
    texts = [option.label for option in ask.options]
    labels = [frame.laid(text, "label", cell - 2 * inset, align="centre") for text in texts]
    below = max(laid.height for laid in labels)
    left = (frame.width - cell * count - gap * (count - 1)) / 2
    tall = high + below + (2.7 * inset if below else 2 * inset)
    places = [QRectF(left + place * (cell + gap), 0, cell, tall) for place in range(count)]
    box = QRectF(0, column.y, frame.width, tall)
    values = [option.value for option in ask.options]
    return Pictures(box, ask.measure, frame, ask, form, values, places, labels, images, high)
