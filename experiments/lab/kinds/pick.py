"""The kind ``pick`` in the lab: one option of a long list, of which a part is visible."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.asks import lay_prompt, lay_skip
from experiments.lab.choice import Choice
from experiments.lab.form import Form
from experiments.lab.inputs import Key
from experiments.lab.parts import Column, OpenPage, draw_box
from experiments.lab.text import LaidOutText
from experiments.look import COLOURS
from experiments.screen import Answer, Ask

VISIBLE = 8
"""Number of options that are visible at once."""
TYPING = 1.0
"""Seconds after which a letter begins a new word, as in other programs."""


@dataclass(eq=False)
class PickList(Choice):
    """A list of options. The wheel scrolls it; typed letters go to the next option that begins with them."""

    arrows = Choice.arrows | {"down": 1, "up": -1, "pagedown": VISIBLE, "pageup": -VISIBLE}
    repeats = frozenset({"down", "up", "pagedown", "pageup"})

    labels: list[LaidOutText]
    texts: list[str]
    scrolled: float = 0.0
    """Pixels above the visible part."""
    typed: str = ""
    typed_at: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._show(self.active)

    def cell(self, place: int) -> QRectF:
        return super().cell(place).translated(0, -self.scrolled)

    def at(self, point: QPointF) -> int | None:
        return super().at(point) if self.box.contains(point) else None

    def state(self, page: OpenPage) -> Hashable:
        return super().state(page), self.scrolled

    def pick(self, place: int | None, time: float, device: str) -> None:
        super().pick(place, time, device)
        self._show(self.active)

    def _show(self, place: int) -> None:
        """Scroll as little as makes an option visible."""
        own = self.places[place]
        self.scrolled = min(own.top(), max(own.bottom() - self.box.height(), self.scrolled))

    def scroll(self, pixels: float) -> bool:
        before = self.scrolled
        self.scrolled = min(self._whole() - self.box.height(), max(0.0, before + pixels))
        return self.scrolled != before

    def _whole(self) -> float:
        return self.places[-1].bottom()

    def key(self, key: Key) -> bool:
        if key.name in {"home", "end"}:
            self.pick(0 if key.name == "home" else len(self.values) - 1, key.time, key.device)
            return True
        if len(key.name) == 1 and key.name.isalnum():
            self._type(key)
            return True
        return super().key(key)

    def _type(self, key: Key) -> None:
        """Go to the next option that begins with what was typed."""
        again = key.time - self.typed_at < TYPING
        self.typed = (self.typed if again else "") + key.name.casefold()
        self.typed_at = key.time
        # A further letter can belong to the same option, the first one leads to another.
        start = self.active + (len(self.typed) == 1 and self.form.is_answered(self.ask))
        places = [(start + step) % len(self.texts) for step in range(len(self.texts))]
        found = (each for each in places if self.texts[each].casefold().startswith(self.typed))
        self.pick(next(found, None), key.time, key.device)

    def ring_box(self) -> QRectF:
        return self.box

    def target(self, value: Answer) -> QPointF:
        # What is clicked has to be visible.
        self._show(self.values.index(value))
        return super().target(value)

    def key_towards(self, answer: Answer) -> str:
        if not self.form.is_answered(self.ask):
            return "home"
        missing = self.values.index(answer) - self.active
        way = "down" if missing > 0 else "up"
        return f"page{way}" if abs(missing) >= VISIBLE else way

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        radius, stroke = self.frame.radius("control"), self.frame.stroke("edge")
        draw_box(painter, self.box, radius, COLOURS["control"], COLOURS["control_edge"], stroke)
        painter.save()
        painter.setClipRect(self.box.adjusted(stroke, stroke, -stroke, -stroke))
        chosen, over = self.form.value(self.ask), self.over(page)
        for place, value in enumerate(self.values):
            if self.cell(place).intersects(self.box):
                self.paint_place(painter, place, value == chosen, place == over)
        self._paint_bar(painter)
        painter.restore()
        self.draw_ring(painter, page)

    def paint_place(self, painter: QPainter, place: int, chosen: bool, over: bool) -> None:
        cell, laid, inset = self.cell(place), self.labels[place], 0.8 * self.frame.unit
        if chosen or over:
            draw_box(painter, cell, 0, COLOURS["accent_soft" if chosen else "note_soft"])
        y = cell.y() + (cell.height() - laid.height) / 2
        laid.paint(painter, cell.x() + inset, y, COLOURS["text"])

    def _paint_bar(self, painter: QPainter) -> None:
        box, wide = self.box, 0.4 * self.frame.unit
        share = box.height() / self._whole()
        x = box.x() + wide / 2 if self.frame.rtl else box.right() - 1.5 * wide
        thumb = QRectF(x, box.y() + share * self.scrolled, wide, share * box.height())
        draw_box(painter, thumb, wide / 2, COLOURS["faint"])


def lay_out(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Lay out the list."""
    frame = column.frame
    for ask in asks:
        lay_prompt(ask, column)
        column.gap("block", 0.8)
        inset = 0.8 * frame.unit
        # The far end has the scroll bar.
        texts = [option.label for option in ask.options]
        labels = [frame.laid(text, "text", frame.width - 2.5 * inset) for text in texts]
        places, top = [], 0.0
        for laid in labels:
            places.append(QRectF(0, top, frame.width, laid.height + 0.5 * frame.unit))
            top = places[-1].bottom()
        box = QRectF(0, column.y, frame.width, places[VISIBLE - 1].bottom())
        values = [option.value for option in ask.options]
        listed = PickList(box, ask.measure, frame, ask, form, values, places, labels, texts)
        column.put_below(listed)
        lay_skip(ask, form, column)
