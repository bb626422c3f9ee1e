"""The money of a ``give`` screen: what is kept and what is given, drawn as notes or coins in two trays."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.form import Form
from experiments.lab.frame import Frame
from experiments.lab.look import Look
from experiments.lab.parts import Attention, Part, draw_box, draw_circle
from experiments.lab.text import Laid, Style, lay_out
from experiments.numbers import money as money_text
from experiments.screen import Ask

#: More pieces than this are not told apart at a glance; a piece then stands for several steps.
MOST_PIECES = 24
PER_ROW = 6
UNKNOWN = "–"


@dataclass(eq=False, kw_only=True)
class Division(Part):
    """Two trays with their sums; before the answer all pieces lie undivided between them."""

    ask: Ask
    form: Form
    look: Look
    unit: float
    rtl: bool
    keep: Laid
    give: Laid
    sum_style: Style
    money: dict
    pieces: int
    rows: int
    coins: bool

    @classmethod
    def make(cls, ask: Ask, form: Form, frame: Frame, top: float) -> Division:
        """Make the division of an ask, over the whole width."""
        money = ask.money or {"prefix": "", "suffix": "", "decimals": 0}
        steps = round((ask.high - ask.low) / ask.step)
        pieces = steps if steps <= MOST_PIECES else 20
        half = 0.43 * frame.width
        unit = frame.unit
        rows = -(-pieces // PER_ROW)
        labels = [
            frame.laid(given or frame.interface[name], "label", half, align="centre")
            for given, name in ((ask.low_label, "keep"), (ask.high_label, "give"))
        ]
        sum_style = frame.style("heading", align="centre")
        high = max(laid.height for laid in labels) + lay_out("0", sum_style, half).height
        high += (1.6 + (1.65 if ask.step < 1 else 1.55) * rows) * unit
        return cls(
            QRectF(0, top, frame.width, high),
            ask=ask,
            form=form,
            look=frame.look,
            unit=unit,
            rtl=frame.rtl,
            keep=labels[0],
            give=labels[1],
            sum_style=sum_style,
            money=money,
            pieces=pieces,
            rows=rows,
            coins=ask.step < 1,
        )

    def given(self) -> float | None:
        """Return what is given so far, None before the answer."""
        value = self.form.value(self.ask)
        return float(value) if isinstance(value, (int, float)) else None

    def state(self, attention: Attention) -> Hashable:
        return self.given()

    def sums(self) -> tuple[str, str]:
        """Return what is written for what is kept and what is given."""
        given = self.given()
        if given is None:
            return UNKNOWN, UNKNOWN
        return money_text(self.ask.high - given, self.money), money_text(given, self.money)

    def trays(self) -> tuple[QRectF, QRectF]:
        """Return the boxes of the tray of what is kept and of what is given."""
        wide = 0.43 * self.box.width()
        first = QRectF(self.box.x(), self.box.y(), wide, self.box.height())
        second = QRectF(self.box.right() - wide, self.box.y(), wide, self.box.height())
        return (second, first) if self.rtl else (first, second)

    def paint(self, painter: QPainter, attention: Attention) -> None:
        given = self.given()
        if given is None:
            self._undivided(painter)
        else:
            share = (given - self.ask.low) / (self.ask.high - self.ask.low)
            moved = round(self.pieces * share)
            counts = (self.pieces - moved, moved)
            for tray, count, kind in zip(self.trays(), counts, ("kept", "given"), strict=True):
                self._ground(painter, tray, f"{kind}_soft")
                self._pieces(painter, tray, count, kind)
        wide = 0.43 * self.box.width()
        for tray, label, total in zip(
            self.trays(), (self.keep, self.give), self.sums(), strict=True
        ):
            top = tray.y() + 0.55 * self.unit
            label.paint(painter, tray.x(), top, self.look.colours["muted"])
            laid = lay_out(total, self.sum_style, wide)
            top += label.height
            laid.paint(painter, tray.x(), top, self.look.colours["text"])

    def _ground(self, painter: QPainter, box: QRectF, colour: str) -> None:
        colours, stroke = self.look.colours, self.look.stroke["edge"] * self.unit
        radius = self.look.radius["card"] * self.unit
        draw_box(painter, box, radius, colours[colour], colours["edge"], stroke)

    def _undivided(self, painter: QPainter) -> None:
        """Before the answer: one tray, all pieces in its middle, nobody's yet."""
        self._ground(painter, self.box, "note_soft")
        self._pieces(painter, self.box, self.pieces, "faint")

    def _pieces(self, painter: QPainter, tray: QRectF, count: int, kind: str) -> None:
        """Draw pieces in rows in a tray's lower part."""
        per_row, colour = PER_ROW, self.look.colours[kind]
        wide, high, gap = 2.0 * self.unit, 1.2 * self.unit, 0.35 * self.unit
        if self.coins:
            wide = high = 1.3 * self.unit
        wide = min(wide, (0.43 * self.box.width() - gap * (per_row + 1)) / per_row)
        top = tray.bottom() - 0.6 * self.unit - self.rows * (high + gap) + gap
        for place in range(count):
            row, column = divmod(place, per_row)
            in_row = min(per_row, count - row * per_row)
            start = tray.center().x() - (in_row * (wide + gap) - gap) / 2
            column = in_row - 1 - column if self.rtl else column
            box = QRectF(start + column * (wide + gap), top + row * (high + gap), wide, high)
            self._piece(painter, box, colour)

    def _piece(self, painter: QPainter, box: QRectF, colour: str) -> None:
        paper = self.look.colours["card"]
        thin = 0.09 * self.unit
        centre = box.center()
        if self.coins:
            draw_circle(painter, centre, box.width() / 2, colour, paper, thin)
            draw_circle(painter, centre, 0.34 * box.width(), None, paper, thin)
            return
        draw_box(painter, box, 0.2 * self.unit, colour, paper, thin)
        inner = box.adjusted(2.2 * thin, 2.2 * thin, -2.2 * thin, -2.2 * thin)
        draw_box(painter, inner, 0.12 * self.unit, None, paper, 0.6 * thin)
        draw_circle(painter, QPointF(centre), 0.26 * box.height(), paper, paper, 0.0)
