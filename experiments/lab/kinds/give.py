"""The kind ``give`` in the lab: an amount divided between keeping and giving, without a preset answer."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.asks import lay_prompt, lay_skip
from experiments.lab.choice import Choice, grid
from experiments.lab.form import Form
from experiments.lab.frame import Frame
from experiments.lab.inputs import Key
from experiments.lab.kinds.mark import Line
from experiments.lab.parts import Column, Control, OpenPage, Part, draw_box, draw_circle
from experiments.lab.text import LaidOutText
from experiments.look import COLOURS
from experiments.measures.kind import Numeric
from experiments.numbers import money
from experiments.screen import Ask

#: With more amounts than this, a line replaces the buttons.
MAX_BUTTONS = 24
#: Seconds within which digits form one number.
TOGETHER = 1.0
#: More notes or coins than this are hard to count at a glance; each is then worth several steps.
MAX_PIECES = 24
PER_ROW = 6
UNKNOWN = "–"


@dataclass(eq=False)
class Amounts(Choice):
    """A button for each amount that can be given, in reading order."""

    hint = "give_hint"
    arrows = Choice.arrows | {"up": 1, "down": -1}

    labels: list[LaidOutText]
    _typed: str = ""
    _typed_at: float = -9.0

    def key(self, key: Key) -> bool:
        if key.name not in {"home", "end"}:
            return super().key(key)
        self.pick(0 if key.name == "home" else len(self.values) - 1, key.time, key.device)
        return True

    def place_of(self, key: Key) -> int | None:
        """Return the amount that the digits typed in quick succession form, if it is one of the amounts offered."""
        names = [str(amount) for amount in self.values]
        soon = key.time - self._typed_at < TOGETHER
        tries = [self._typed + key.name, key.name] if soon else [key.name]
        begun = (number for number in tries if any(name.startswith(number) for name in names))
        self._typed, self._typed_at = next(begun, ""), key.time
        return names.index(self._typed) if self._typed in names else None

    def paint_place(self, painter: QPainter, place: int, chosen: bool, over: bool) -> None:
        cell, laid = self.cell(place), self.labels[place]
        fill = COLOURS["accent" if chosen else "accent_soft" if over else "control"]
        edge = COLOURS["accent" if chosen else "control_edge"]
        stroke = self.frame.stroke("edge")
        draw_box(painter, cell, self.frame.radius("control"), fill, edge, stroke)
        ink = COLOURS["on_accent" if chosen else "text"]
        laid.paint(painter, cell.x(), cell.center().y() - laid.height / 2, ink)


@dataclass(eq=False)
class Division(Part):
    """Two trays with their amounts in notes or coins; before the answer, one pile of undivided money."""

    frame: Frame
    ask: Ask
    form: Form
    keep: LaidOutText
    give: LaidOutText
    pieces: int

    @property
    def coins(self) -> bool:
        """Whether the money is drawn as coins."""
        return self.ask.step < 1

    def given(self) -> float | None:
        """Return the amount given, or None before the answer."""
        value = self.form.value(self.ask)
        return float(value) if isinstance(value, (int, float)) else None

    def state(self, page: OpenPage) -> Hashable:
        return self.given()

    def sums(self) -> tuple[str, str]:
        """Return the amounts kept and given, as texts."""
        given = self.given()
        if given is None:
            return UNKNOWN, UNKNOWN
        return format_amount(self.ask, self.ask.high - given), format_amount(self.ask, given)

    def trays(self) -> tuple[QRectF, QRectF]:
        """Return the boxes of the trays of the amounts kept and given."""
        wide = 0.43 * self.box.width()
        first = QRectF(self.box.x(), self.box.y(), wide, self.box.height())
        second = QRectF(self.box.right() - wide, self.box.y(), wide, self.box.height())
        return (second, first) if self.frame.rtl else (first, second)

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        given = self.given()
        if given is None:
            self._tray(painter, self.box, "note_soft", self.pieces, "faint")
        else:
            share = (given - self.ask.low) / (self.ask.high - self.ask.low)
            moved = round(self.pieces * share)
            counts = (self.pieces - moved, moved)
            for tray, count, kind in zip(self.trays(), counts, ("kept", "given"), strict=True):
                self._tray(painter, tray, f"{kind}_soft", count, kind)
        labels = (self.keep, self.give)
        for tray, label, total in zip(self.trays(), labels, self.sums(), strict=True):
            top = tray.y() + 0.55 * self.frame.unit
            label.paint(painter, tray.x(), top, COLOURS["muted"])
            laid = self.frame.laid(total, "heading", tray.width(), align="centre")
            laid.paint(painter, tray.x(), top + label.height, COLOURS["text"])

    def _tray(self, painter: QPainter, tray: QRectF, ground: str, count: int, colour: str) -> None:
        """Draw a tray with notes or coins in rows in its lower part."""
        frame, unit = self.frame, self.frame.unit
        edge, radius = frame.stroke("edge"), frame.radius("card")
        draw_box(painter, tray, radius, COLOURS[ground], COLOURS["edge"], edge)
        gap, high = 0.35 * unit, (1.3 if self.coins else 1.2) * unit
        most = (0.43 * self.box.width() - gap * (PER_ROW + 1)) / PER_ROW
        wide = min(high if self.coins else 2.0 * unit, most)
        rows = -(-self.pieces // PER_ROW)
        top = tray.bottom() - 0.6 * unit - rows * (high + gap) + gap
        for place in range(count):
            row, column = divmod(place, PER_ROW)
            in_row = min(PER_ROW, count - row * PER_ROW)
            start = tray.center().x() - (in_row * (wide + gap) - gap) / 2
            column = in_row - 1 - column if frame.rtl else column
            box = QRectF(start + column * (wide + gap), top + row * (high + gap), wide, high)
            self._piece(painter, box, COLOURS[colour])

    def _piece(self, painter: QPainter, box: QRectF, colour: str) -> None:
        paper, centre, unit = COLOURS["card"], box.center(), self.frame.unit
        thin = 0.09 * unit
        if self.coins:
            draw_circle(painter, centre, box.width() / 2, colour, paper, thin)
            draw_circle(painter, centre, 0.34 * box.width(), None, paper, thin)
            return
        draw_box(painter, box, 0.2 * unit, colour, paper, thin)
        inner = box.adjusted(2.2 * thin, 2.2 * thin, -2.2 * thin, -2.2 * thin)
        draw_box(painter, inner, 0.12 * unit, None, paper, 0.6 * thin)
        draw_circle(painter, centre, 0.26 * box.height(), paper, paper, 0.0)


def format_amount(ask: Ask, amount: float) -> str:
    """Format an amount in the study's currency."""
    assert ask.money is not None
    return money(amount, ask.money)


def lay_out(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Lay out the division and the amounts."""
    for ask in asks:
        lay_prompt(ask, column)
        column.gap("block", 0.9)
        column.put_below(_division(ask, form, column))
        column.y += 0.9 * column.frame.unit
        column.put_below(_chooser(ask, form, column))
        lay_skip(ask, form, column)


def _division(ask: Ask, form: Form, column: Column) -> Division:
    """Return the trays, over the full width."""
    frame = column.frame
    steps = Numeric.count(ask) - 1
    pieces = steps if steps <= MAX_PIECES else 20
    rows = -(-pieces // PER_ROW)
    half = 0.43 * frame.width
    labels = (ask.low_label, ask.high_label)
    keep, give = (frame.laid(label, "label", half, align="centre") for label in labels)
    high = max(keep.height, give.height) + frame.laid("0", "heading", half, align="centre").height
    high += (1.6 + (1.65 if ask.step < 1 else 1.55) * rows) * frame.unit
    box = QRectF(0, column.y, frame.width, high)
    return Division(box, frame, ask, form, keep, give, pieces)


def _chooser(ask: Ask, form: Form, column: Column) -> Control:
    """Return a button for each amount, or a line if there are too many."""
    frame, unit = column.frame, column.frame.unit
    count = Numeric.count(ask)
    if count > MAX_BUTTONS:
        box = QRectF(0, column.y, frame.width, 1.9 * unit)
        return Line(box, ask.measure, frame, ask, form)
    amounts = [Numeric.value(ask, place) for place in range(count)]
    gap = 0.4 * unit
    texts = [format_amount(ask, amount) for amount in amounts]
    widest = max(frame.laid(text, "text", frame.width).width for text in texts) + 0.7 * unit
    fitting = max(1, int((frame.width + gap) // (widest + gap)))
    rows = -(-count // fitting)
    columns = -(-count // rows)
    # Two amounts need no wide buttons: the row is centred and only as wide as needed.
    wide = min(frame.width, columns * (5.2 * unit + gap) - gap)
    high = rows * (frame.size("height") * 0.9 + gap) - gap
    box = QRectF((frame.width - wide) / 2, column.y, wide, high)
    places = grid(box, count, columns, gap)
    labels = [frame.laid(text, "text", places[0].width(), align="centre") for text in texts]
    return Amounts(box, ask.measure, frame, ask, form, amounts, places, labels)
