"""The kind ``write`` in the lab: a line, several lines, or a number, in every script, without clipboard."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter

from experiments.lab.asks import lay_prompt, lay_skip
from experiments.lab.form import Form
from experiments.lab.inputs import Caret, Typed
from experiments.lab.parts import Column, OpenPage, Question, draw_box
from experiments.lab.typed_text import TypedText
from experiments.look import COLOURS
from experiments.measures.write import NUMBERS, decimals
from experiments.screen import Ask

#: Seconds for which the caret is visible, and then invisible.
BLINK = 0.53


@dataclass(eq=False)
class Editor(Question):
    """The editor for typing a text. The answer is the text without surrounding spaces; an empty text is no answer."""

    hint = "write_hint"

    _above: float = 0.0
    """Pixels by which the text is scrolled."""

    def __post_init__(self) -> None:
        value = self.form.value(self.ask)
        self.typed = TypedText(
            "" if value is None else str(value),
            self.frame.style("text"),
            self.box.width() - 1.6 * self.frame.unit,
            self.ask.longest,
            self.ask.entry == "lines",
        )
        if value is not None and self.ask.entry not in NUMBERS and self._needed():
            # From a screen that was left by Back before the text was long enough.
            self._is_too_short(self.text.strip(), None)
        self._show_caret()

    @property
    def text(self) -> str:
        """The typed text."""
        return self.typed.text

    def take(self, typed: Typed) -> None:
        """Insert typed characters at the caret."""
        if self.typed.insert(typed.text):
            self._give(typed.time, typed.device)
        self._show_caret()

    def move(self, caret: Caret) -> None:
        """Move the caret, select, delete, or undo."""
        if self.typed.move(caret.motion, caret.select):
            self._give(caret.time, caret.device)
        self._show_caret()

    def press(self, point: QPointF, time: float) -> None:
        self.typed.point(point - self._origin())
        self._show_caret()

    def drag(self, point: QPointF, time: float) -> None:
        self.typed.point(point - self._origin(), select=True)
        self._show_caret()

    def scroll(self, pixels: float) -> bool:
        """Move the text up within the box; return whether it could be moved."""
        before = self._above
        hidden = max(0.0, self.typed.height - self._view().height())
        self._above = min(hidden, max(0.0, before + pixels))
        return self._above != before

    def _give(self, time: float, device: str) -> None:
        """Pass the text of the editor to the form."""
        text = self.text.strip()
        if not text:
            self.form.faults.pop(self.ask.measure, None)
            self.form.open(self.ask)
        elif self.ask.entry not in NUMBERS:
            self._give_text(text, time, device)
        elif (number := typed_number(text, self.ask)) is not None:
            self.answer(number, time, device, moving=True)
        else:
            self.form.open(self.ask)
            words = self.frame.texts["decimal_number" if decimals(self.ask) else "whole_number"]
            limits = {"low": f"{self.ask.low:g}", "high": f"{self.ask.high:g}"}
            self.form.faults[self.ask.measure] = words.format(**limits)

    def _give_text(self, text: str, time: float, device: str) -> None:
        """Pass a text to the form, which is no answer yet if it is too short."""
        if self._needed():
            self._is_too_short(text, time)
        else:
            self.answer(text, time, device, moving=True)

    def _is_too_short(self, text: str, time: float | None) -> None:
        self.form.open(self.ask)
        self.form.unfinished[self.ask.measure] = text, time
        words = self.frame.texts["characters_needed"]
        self.form.faults[self.ask.measure] = words.format(n=self._needed())

    def _needed(self) -> int:
        """Return the number of characters that are still needed."""
        return max(0, self.ask.least - len(self.text.strip()))

    def _blinks(self, page: OpenPage) -> bool:
        """Return whether the caret is visible."""
        return page.focus is self and not int(page.now / BLINK) % 2

    def _is_faulty(self) -> bool:
        """Return whether the participant has been notified that the text is not a valid answer."""
        return self.form.reminded and self.ask.measure in self.form.faults

    def state(self, page: OpenPage) -> Hashable:
        seen = (page.focus is self, self._blinks(page), self.focused(page))
        skipped = self.form.is_skipped(self.ask)
        return self.typed.state, self._above, seen, self._is_faulty(), skipped

    def _view(self) -> QRectF:
        """Return the visible area of the text: one line in the middle, or the box without its padding."""
        typed, inset = self.typed, 0.8 * self.frame.unit
        if self.ask.entry == "lines":
            view = self.box.adjusted(inset, inset / 2, -inset, -inset / 2)
            view.setTop(view.top() - typed.raised)
            return view
        top = self.box.center().y() - typed.pitch / 2 - typed.raised
        return QRectF(self.box.x() + inset, top, self.box.width() - 2 * inset, typed.pitch)

    def _origin(self) -> QPointF:
        """Return the position of the text's top left."""
        return self._view().topLeft() - QPointF(0.0, self._above)

    def _show_caret(self) -> None:
        """Scroll just far enough to show the line of the caret, without unused space."""
        typed = self.typed
        seen, line = self._view().height(), typed.caret()
        above = max(self._above, line.bottom() - seen)
        above = min(above, line.bottom() - max(typed.pitch, line.height()))
        self._above = max(0.0, min(above, typed.height - seen))

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        typed, unit, focus, fault = (
            self.typed,
            self.frame.unit,
            page.focus is self,
            self._is_faulty(),
        )
        edge = COLOURS["notice" if fault else "accent" if focus else "control_edge"]
        stroke = self.frame.stroke("chosen" if focus or fault else "edge")
        radius = self.frame.radius("control")
        draw_box(painter, self.box, radius, COLOURS["control"], edge, stroke)
        painter.save()
        inside = self.box.adjusted(stroke, stroke, -stroke, -stroke)
        painter.setClipRect(inside, Qt.ClipOperation.IntersectClip)
        origin = self._origin()
        ink = COLOURS["faint" if self.form.is_skipped(self.ask) else "text"]
        selected = QColor(COLOURS["accent"])
        selected.setAlphaF(0.25)
        typed.paint(painter, origin, self.box, ink, selected)
        if self._blinks(page):
            line, wide = typed.caret().translated(origin), max(2.0, 0.1 * unit)
            caret = QRectF(line.x() - wide / 2, line.y(), wide, line.height())
            draw_box(painter, caret, 0.0, COLOURS["accent_dark"])
        painter.restore()
        self._count(painter)
        self.draw_ring(painter, page)

    def _count(self, painter: QPainter) -> None:
        """Show how many characters are still needed, or how many remain when there are few."""
        left, needed = self.typed.longest - len(self.text), self._needed()
        if self.ask.entry != "lines" or not (needed or left <= 0.2 * self.typed.longest):
            return
        name, number = ("characters_needed", needed) if needed else ("characters_left", left)
        words = self.frame.texts[name].format(n=number)
        laid = self.frame.laid(words, "note", self.box.width() - self.frame.unit, align="end")
        x, y = (
            self.box.x() + 0.5 * self.frame.unit,
            self.box.bottom() - laid.height - 0.25 * self.frame.unit,
        )
        laid.paint(painter, x, y, COLOURS["muted"])


def typed_number(text: str, ask: Ask) -> float | None:
    """Return the typed number (in digits of any script) if it can be an answer to a question, else None.

    The decimals follow a point or a comma.
    """
    most = decimals(ask)
    fraction = rf"([.,]\d{{1,{most}}})?" if most else ""
    if not re.fullmatch(rf"[+-]?\d{{1,15}}{fraction}", text):
        return None
    number = float(text.replace(",", "."))
    if not ask.low <= number <= ask.high:
        return None
    return int(number) if number.is_integer() else number


def lay_out(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Lay out the editors."""
    frame, unit = column.frame, column.frame.unit
    for ask in asks:
        lay_prompt(ask, column)
        column.gap("block", 0.7)
        wide, high = frame.width, 2.7 * unit
        if ask.entry in NUMBERS:
            wide = 9.0 * unit
        elif ask.entry == "lines":
            high = min((9.5 if len(asks) == 1 else 5.5) * unit, 0.45 * frame.height)
        box = QRectF(0, column.y, wide, high)
        column.put_below(Editor(box, ask.measure, frame, ask, form))
        lay_skip(ask, form, column)
