"""An editor for typed answers: every script, both directions, selection, undo, no clipboard."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter

from experiments.lab.form import Form
from experiments.lab.frame import Frame
from experiments.lab.inputs import Caret, Typed
from experiments.lab.parts import Attention, Control, draw_box
from experiments.lab.typed_text import TypedText
from experiments.screen import Answer, Ask

#: Seconds that the caret is seen, and then not.
BLINK = 0.53
#: Characters if an ask does not say how many.
LONGEST = 2000


@dataclass(eq=False, kw_only=True)
class Editor(Control):
    """Text being typed. The answer is the text without the space around it; empty is no answer."""

    hint = "write_hint"
    ask: Ask
    form: Form
    frame: Frame
    types: bool = True
    _above: float = 0.0
    """Pixels of the text that are scrolled out of sight above."""

    def __post_init__(self) -> None:
        value = self.form.value(self.ask)
        self.typed = TypedText(
            "" if value is None else str(value),
            self.frame.style("text"),
            self.box.width() - 1.6 * self.unit,
            self.ask.longest or LONGEST,
            self.ask.entry == "lines",
        )
        self._show_caret()

    @property
    def text(self) -> str:
        """What has been typed."""
        return self.typed.text

    def take(self, typed: Typed) -> None:
        """Put typed characters in at the caret."""
        if self.typed.insert(typed.text):
            self._answer(typed.time, typed.device)
        self._show_caret()

    def move(self, caret: Caret) -> None:
        """Move the caret, select, delete, or undo."""
        if self.typed.move(caret.what, caret.select):
            self._answer(caret.time, caret.device)
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

    def _answer(self, time: float, device: str) -> None:
        """Give the form what is in the editor now."""
        text = self.text.strip()
        if not text:
            self.form.faults.pop(self.ask.measure, None)
            self.form.open(self.ask)
        elif self.ask.entry != "integer":
            self.form.answer(self.ask, text, time, device, moving=True)
        elif (number := whole_number(text, self.ask)) is not None:
            self.form.answer(self.ask, number, time, device, moving=True)
        else:
            self.form.open(self.ask)
            words = self.frame.interface["whole_number"]
            low, high = f"{self.ask.low:g}", f"{self.ask.high:g}"
            self.form.faults[self.ask.measure] = words.format(low=low, high=high)

    def state(self, attention: Attention) -> Hashable:
        focus = attention.focus is self
        blink = int(attention.now / BLINK) % 2 if focus else 1
        fault = self.form.told and self.ask.measure in self.form.faults
        skipped = self.form.is_skipped(self.ask)
        return self.typed.state, self._above, focus, blink, fault, skipped

    def target(self, value: Answer) -> QPointF:
        return self.box.center()

    def _view(self) -> QRectF:
        """Where the text is seen: one line in the middle, or all of the box but its air."""
        typed, inset = self.typed, 0.8 * self.unit
        if self.ask.entry == "lines":
            view = self.box.adjusted(inset, inset / 2, -inset, -inset / 2)
            view.setTop(view.top() - typed.raised)
            return view
        top = self.box.center().y() - typed.pitch / 2 - typed.raised
        return QRectF(self.box.x() + inset, top, self.box.width() - 2 * inset, typed.pitch)

    def _origin(self) -> QPointF:
        """Where the text starts."""
        return self._view().topLeft() - QPointF(0.0, self._above)

    def _show_caret(self) -> None:
        """Scroll no further than it takes to see the caret's line, and to leave no room unused."""
        typed = self.typed
        seen, line = self._view().height(), typed.caret()
        above = max(self._above, line.bottom() - seen)
        above = min(above, line.bottom() - max(typed.pitch, line.height()))
        self._above = max(0.0, min(above, typed.height - seen))

    def paint(self, painter: QPainter, attention: Attention) -> None:
        colours, unit, typed = self.look.colours, self.unit, self.typed
        focus = attention.focus is self
        fault = self.form.told and self.ask.measure in self.form.faults
        edge = colours["notice" if fault else "accent" if focus else "control_edge"]
        stroke = self.look.stroke["chosen" if focus or fault else "edge"] * unit
        radius = self.look.radius["control"] * unit
        draw_box(painter, self.box, radius, colours["control"], edge, stroke)
        painter.save()
        painter.setClipRect(
            self.box.adjusted(stroke, stroke, -stroke, -stroke), Qt.ClipOperation.IntersectClip
        )
        origin = self._origin()
        ink = colours["faint" if self.form.is_skipped(self.ask) else "text"]
        selected = QColor(colours["accent"])
        selected.setAlphaF(0.25)
        typed.paint(painter, origin, self.box, ink, selected)
        if focus and not int(attention.now / BLINK) % 2:
            line = typed.caret()
            wide = max(2.0, 0.1 * unit)
            box = QRectF(
                origin.x() + line.x() - wide / 2, origin.y() + line.y(), wide, line.height()
            )
            draw_box(painter, box, 0.0, colours["accent_dark"])
        painter.restore()
        self._count(painter)
        if self.focused(attention):
            self.draw_ring(painter, radius)

    def _count(self, painter: QPainter) -> None:
        """Show how many characters are left, once there are few."""
        left = self.typed.longest - len(self.text)
        if self.ask.entry != "lines" or left > 0.2 * self.typed.longest:
            return
        words = self.frame.interface["characters_left"].format(n=left)
        laid = self.frame.laid(words, "note", self.box.width() - self.unit, align="end")
        x, y = self.box.x() + 0.5 * self.unit, self.box.bottom() - laid.height
        laid.paint(painter, x, y, self.look.colours["muted"])


def whole_number(text: str, ask: Ask) -> int | None:
    """Return the whole number within the ask's range that was typed (in any script's digits), else None."""
    if not re.fullmatch(r"[+-]?\d{1,15}", text):
        return None
    number = int(text)
    return number if ask.low <= number <= ask.high or ask.low == ask.high == 0 else None
