"""An editor for typed answers: Unicode, both directions, a caret, no clipboard."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from unicodedata import category

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter

from experiments.lab.form import Form
from experiments.lab.frame import Frame
from experiments.lab.inputs import Caret, Typed
from experiments.lab.parts import Attention, Control, draw_box
from experiments.lab.text import Laid, lay_out
from experiments.screen import Answer, Ask

#: Seconds that the caret is seen, and then not.
BLINK = 0.53
_LONE = re.compile("[\ud800-\udfff]")
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
    text: str = ""
    caret: int = 0
    """Characters before the caret."""

    def __post_init__(self) -> None:
        value = self.form.value(self.ask)
        self.text = "" if value is None else str(value)
        self.caret = len(self.text)

    @cached_property
    def longest(self) -> int:
        """Greatest number of characters."""
        return self.ask.longest or LONGEST

    def take(self, typed: Typed) -> None:
        """Put typed characters in at the caret."""
        text = typed.text.replace("\r", "\n")
        if self.ask.entry != "lines":
            text = text.replace("\n", "")
        before = joined(self.text[: self.caret] + text)
        before = "".join(letter for letter in before if category(letter) != "Cc" or letter == "\n")
        room = self.longest - (len(self.text) - self.caret)
        before = before[: max(0, room)]
        self.text = before + self.text[self.caret :]
        self.caret = len(before)
        self._answer(typed.time, typed.device)

    def move(self, caret: Caret) -> None:
        """Move the caret, or delete beside it."""
        at, text = self.caret, self.text
        backward, onward = ("right", "left") if self.rtl else ("left", "right")
        if caret.what == backward:
            self.caret = max(0, at - 1)
        elif caret.what == onward:
            self.caret = min(len(text), at + 1)
        elif caret.what in {"home", "up"}:
            self.caret = 0 if caret.what == "home" else self._line_away(-1)
        elif caret.what in {"end", "down"}:
            self.caret = len(text) if caret.what == "end" else self._line_away(1)
        elif caret.what == "backspace" and at:
            self.text, self.caret = text[: at - 1] + text[at:], at - 1
            self._answer(caret.time, caret.device)
        elif caret.what == "delete" and at < len(text):
            self.text = text[:at] + text[at + 1 :]
            self._answer(caret.time, caret.device)

    def _answer(self, time: float, device: str) -> None:
        """Tell the form what now stands in the editor."""
        text = _LONE.sub("", self.text).strip()
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

    def press(self, point: QPointF, time: float) -> None:
        self.caret = self._at(point - self._origin())

    def state(self, attention: Attention) -> Hashable:
        focus = attention.focus is self
        blink = int(attention.now / BLINK) % 2 if focus else 1
        fault = self.form.told and self.ask.measure in self.form.faults
        return self.text, self.caret, focus, blink, fault, self.form.is_skipped(self.ask)

    def target(self, value: Answer) -> QPointF:
        return self.box.center()

    def _laid(self) -> Laid:
        inside = self.box.width() - 1.6 * self.unit
        return lay_out(self.text, self.frame.style("text"), inside, marked=False)

    def _origin(self) -> QPointF:
        """Where the text starts; it moves up so that the caret stays in sight."""
        laid = self._laid()
        inset = 0.8 * self.unit
        if self.ask.entry != "lines":
            one = lay_out("x", self.frame.style("text"), 99.0).height
            top = self.box.center().y() - one / 2
            return QPointF(
                self.box.x() + inset, top - (laid.height - one if laid.height > one else 0)
            )
        room = self.box.height() - inset
        _, top, high = self._caret_place(laid)
        above = max(0.0, top + high - room)
        return QPointF(self.box.x() + inset, self.box.y() + inset / 2 - above)

    def _caret_place(self, laid: Laid) -> tuple[float, float, float]:
        """Return x, top and height of the caret inside the text."""
        if not self.text:
            inside = self.box.width() - 1.6 * self.unit
            one = lay_out("x", self.frame.style("text"), 99.0).height
            return (inside if self.rtl else 0.0), 0.0, one
        top, layout = laid.paragraphs[0]
        before = len(self.text[: self.caret].encode("utf-16-le", "surrogatepass")) // 2
        line = layout.lineForTextPosition(before)
        x = line.cursorToX(before)
        place = x[0] if isinstance(x, tuple) else x
        return place, top + line.y(), line.height()

    def _at(self, point: QPointF) -> int:
        """Return the caret's place nearest to a point of the text."""
        if not self.text:
            return 0
        _, layout = self._laid().paragraphs[0]
        lines = [layout.lineAt(number) for number in range(layout.lineCount())]
        line = next((each for each in lines if point.y() < each.y() + each.height()), lines[-1])
        units = self.text.encode("utf-16-le", "surrogatepass")[: 2 * line.xToCursor(point.x())]
        return len(units.decode("utf-16-le", "ignore"))

    def _line_away(self, step: int) -> int:
        x, top, high = self._caret_place(self._laid())
        return self._at(QPointF(x, top + high / 2 + step * high))

    def paint(self, painter: QPainter, attention: Attention) -> None:
        colours, unit = self.look.colours, self.unit
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
        laid, origin = self._laid(), self._origin()
        ink = colours["faint" if self.form.is_skipped(self.ask) else "text"]
        laid.paint(painter, origin.x(), origin.y(), ink)
        if focus and not int(attention.now / BLINK) % 2:
            x, top, high = self._caret_place(laid)
            wide = max(2.0, 0.1 * unit)
            box = QRectF(origin.x() + x - wide / 2, origin.y() + top, wide, high)
            draw_box(painter, box, 0.0, colours["accent_dark"])
        painter.restore()
        self._count(painter)
        if self.focused(attention):
            self.draw_ring(painter, radius)

    def _count(self, painter: QPainter) -> None:
        """Say how many characters are left, once these are few."""
        left = self.longest - len(self.text)
        if self.ask.entry != "lines" or left > 0.2 * self.longest:
            return
        words = self.frame.interface["characters_left"].format(n=left)
        laid = self.frame.laid(words, "note", self.box.width() - self.unit, align="end")
        x, y = self.box.x() + 0.5 * self.unit, self.box.bottom() - laid.height
        laid.paint(painter, x, y, self.look.colours["muted"])


def joined(text: str) -> str:
    """Join the two halves in which Windows types characters outside the first plane (emoji)."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def whole_number(text: str, ask: Ask) -> int | None:
    """Return the whole number within the ask's range that was typed (in any script's digits), else None."""
    if not re.fullmatch(r"[+-]?\d{1,15}", text):
        return None
    number = int(text)
    return number if ask.low <= number <= ask.high or ask.low == ask.high == 0 else None
