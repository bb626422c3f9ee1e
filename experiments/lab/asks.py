"""Prompt and skip button of a question, which are the same for several kinds."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.form import Form
from experiments.lab.inputs import Key
from experiments.lab.parts import Column, OpenPage, Question, TextPart, draw_box
from experiments.lab.text import LaidOutText
from experiments.look import COLOURS
from experiments.screen import Ask


@dataclass(eq=False)
class Skip(Question):
    """The button that skips an item; pressing it again undoes the skip."""

    offer: LaidOutText
    done: LaidOutText
    parts: Sequence[Ask] = ()
    """The parts of a question that is skipped as a whole."""

    def state(self, page: OpenPage) -> Hashable:
        return self.form.is_skipped(self.ask), page.hover is self, self.focused(page)

    def press(self, point: QPointF, time: float) -> None:
        self._skip(time, "mouse")

    def _skip(self, time: float, device: str) -> None:
        for ask in self.parts or (self.ask,):
            self.form.skip(ask, time, device)

    def key(self, key: Key) -> bool:
        # Enter on a skipped item continues; only space undoes the skip.
        skips = key.name == "return" and not self.form.is_skipped(self.ask)
        if not (skips or key.name == "space"):
            return False
        self._skip(key.time, key.device)
        return True

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        skipped, over = self.form.is_skipped(self.ask), page.hover is self
        if skipped or over:
            draw_box(painter, self.box, self.frame.radius("control"), COLOURS["note_soft"])
        laid = self.done if skipped else self.offer
        ink = COLOURS["accent_dark" if skipped else "text" if over else "muted"]
        x = self.box.x() + 0.4 * self.frame.unit
        laid.paint(painter, x, self.box.center().y() - laid.height / 2, ink)
        self.draw_ring(painter, page)


def skip_button(ask: Ask, form: Form, column: Column, widest: float) -> Skip | None:
    """Return the skip button of a question, at the end of the current line; None if the question is required."""
    if ask.required:
        return None
    frame = column.frame
    inset = 0.4 * frame.unit
    texts = (frame.texts["skip"], f"✓ {frame.texts['skipped']}")
    natural = [frame.laid(text, "note", widest - 2 * inset, align="centre") for text in texts]
    inside = min(widest - 2 * inset, max(laid.width for laid in natural) + 2)
    offer, done = (frame.laid(text, "note", inside, align="centre") for text in texts)
    wide, high = inside + 2 * inset, max(offer.height, done.height) + 0.3 * frame.unit
    box = QRectF(frame.width - wide, column.y, wide, high)
    return Skip(box, f"skip:{ask.measure}", frame, ask, form, offer, done)


def lay_prompt(ask: Ask, column: Column) -> None:
    """Add the prompt of a question, over the full width."""
    if ask.prompt:
        column.gap("block")
        column.words(ask.prompt, "prompt", bold=True)


def lay_item(ask: Ask, form: Form, column: Column) -> None:
    """Add the prompt of an item, with its skip button at the end of the same line."""
    frame = column.frame
    skip = skip_button(ask, form, column, 0.4 * frame.width)
    width = frame.width - (skip.box.width() + frame.unit if skip else 0.0)
    laid = frame.laid(ask.prompt, "text", width)
    column.put(TextPart(QRectF(0, column.y, width, laid.height), laid))
    bottom = column.y + laid.height
    if skip is not None:
        line = frame.laid("x", "text", frame.width).height
        skip.box.translate(0, max(0.0, (line - skip.box.height()) / 2))
        column.put(skip)
        bottom = max(bottom, skip.box.bottom())
    column.y = bottom


def lay_skip(ask: Ask, form: Form, column: Column, parts: Sequence[Ask] = ()) -> None:
    """Add the skip button of a screen's only question below it, at the end of the line.

    Parameters
    ----------
    parts
        The parts of a question that is answered as a whole; ``ask`` is the last of them.
    """
    skip = skip_button(ask, form, column, 0.6 * column.frame.width)
    if skip is not None:
        skip.parts = parts
        skip.box.translate(0, column.frame.space("gap"))
        column.put_below(skip)
