"""``give``: an amount divided between keeping and giving. Both sums are always shown; nothing is preset."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.asks import lay_prompt, lay_skip
from experiments.lab.form import Form
from experiments.lab.frame import Column, Frame
from experiments.lab.inputs import Key
from experiments.lab.kinds.mark import Line, key_along, stepped
from experiments.lab.money import Division
from experiments.lab.parts import Attention, Control, draw_box
from experiments.lab.text import Laid
from experiments.numbers import money as money_text
from experiments.screen import Answer, Ask

#: More amounts than this are a line to mark instead of buttons.
MOST_BUTTONS = 24
#: Seconds within which digits make one number.
TOGETHER = 1.0


@dataclass(eq=False, kw_only=True)
class Amounts(Control):
    """A button for each amount that can be given, the least where reading starts."""

    hint = "give_hint"
    ask: Ask
    form: Form
    labels: tuple[Laid, ...]
    columns: int
    gap: float
    active: int = 0
    _typed: str = ""
    _typed_at: float = -9.0

    @property
    def amounts(self) -> list[float]:
        """All amounts, from the least."""
        return amounts(self.ask)

    def cell(self, place: int) -> QRectF:
        """Return the box of an amount's button."""
        rows = -(-len(self.labels) // self.columns)
        wide = (self.box.width() - self.gap * (self.columns - 1)) / self.columns
        high = (self.box.height() - self.gap * (rows - 1)) / rows
        row, column = divmod(place, self.columns)
        if self.rtl:
            column = self.columns - 1 - column
        x = self.box.x() + column * (wide + self.gap)
        return QRectF(x, self.box.y() + row * (high + self.gap), wide, high)

    def state(self, attention: Attention) -> Hashable:
        over = self._over(attention.point) if attention.hover is self else None
        return self.form.value(self.ask), over, self.focused(attention) and self.active

    def _over(self, point: QPointF) -> int | None:
        for place in range(len(self.labels)):
            if self.cell(place).contains(point):
                return place
        return None

    def press(self, point: QPointF, time: float) -> None:
        place = self._over(point)
        if place is not None:
            self._give(place, time, "mouse")

    def _give(self, place: int, time: float, device: str) -> None:
        self.active = place
        self.form.answer(self.ask, self.amounts[place], time, device)

    def key(self, key: Key) -> bool:
        if key.name == "space" and not key.repeated:
            self._give(self.active, key.time, key.device)
            return True
        if key.name.isdigit():
            self._type(key)
            return True
        last = len(self.labels) - 1
        if key.name in {"home", "end"}:
            self._give(0 if key.name == "home" else last, key.time, key.device)
            return True
        up = {"up", "left" if self.rtl else "right"}
        if key.name not in up | {"down", "right" if self.rtl else "left"}:
            return False
        step = 1 if key.name in up else -1
        if self.form.is_answered(self.ask):
            place = min(last, max(0, self.active + step))
        else:
            place = 0 if step > 0 else last
        self._give(place, key.time, key.device)
        return True

    def _type(self, key: Key) -> None:
        """Take a digit; digits that follow each other soon make one number, as long as an amount begins with it."""
        names = [str(amount) for amount in self.amounts]
        soon = key.time - self._typed_at < TOGETHER
        tries = [self._typed + key.name, key.name] if soon else [key.name]
        begun = (number for number in tries if any(name.startswith(number) for name in names))
        self._typed, self._typed_at = next(begun, ""), key.time
        if self._typed in names:
            self._give(names.index(self._typed), key.time, key.device)

    def key_towards(self, wanted: Answer) -> str:
        return key_along(self.ask, self.form.value(self.ask), wanted)

    def target(self, value: Answer) -> QPointF:
        return self.cell(self.amounts.index(value)).center()  # type: ignore[arg-type]

    def ring_box(self) -> QRectF:
        return self.cell(self.active)

    def paint(self, painter: QPainter, attention: Attention) -> None:
        colours = self.look.colours
        over = self._over(attention.point) if attention.hover is self else None
        for place, (amount, laid) in enumerate(zip(self.amounts, self.labels, strict=True)):
            cell, chosen = self.cell(place), self.form.value(self.ask) == amount
            fill = colours["accent" if chosen else "accent_soft" if over == place else "control"]
            edge = colours["accent" if chosen else "control_edge"]
            stroke = self.look.stroke["edge"] * self.unit
            draw_box(painter, cell, self.look.radius["control"] * self.unit, fill, edge, stroke)
            ink = colours["on_accent" if chosen else "text"]
            x = cell.x()
            laid.paint(painter, x, cell.center().y() - laid.height / 2, ink)
        if self.focused(attention):
            self.draw_ring(painter, self.look.radius["control"] * self.unit)


def amounts(ask: Ask) -> list[float]:
    """Return every amount that can be given, from the least."""
    count = round((ask.high - ask.low) / ask.step) + 1
    return [stepped(ask.low + place * ask.step, ask) for place in range(count)]


def lay_out(asks: Sequence[Ask], form: Form, frame: Frame, column: Column) -> None:
    """Lay the division and the amounts out."""
    for ask in asks:
        lay_prompt(ask, frame, column)
        column.gap("block", 0.9)
        division = Division.make(ask, form, frame, column.y)
        column.put(division)
        column.y += division.box.height() + 0.9 * frame.unit
        column.put(_chooser(ask, form, frame, column.y))
        column.y = column.parts[-1].box.bottom()
        lay_skip(ask, form, frame, column)


def _chooser(ask: Ask, form: Form, frame: Frame, top: float) -> Control:
    every = amounts(ask)
    place = (ask.measure, frame.look, frame.unit, frame.rtl)
    if len(every) > MOST_BUTTONS:
        box = QRectF(0, top, frame.width, 1.9 * frame.unit)
        return Line(box, *place, ask=ask, form=form)
    money = ask.money or {"prefix": "", "suffix": "", "decimals": 0}
    gap = 0.4 * frame.unit
    texts = [money_text(amount, money) for amount in every]
    widest = max(frame.laid(text, "text", frame.width).width for text in texts) + 0.7 * frame.unit
    fitting = max(1, int((frame.width + gap) // (widest + gap)))
    rows = -(-len(every) // fitting)
    columns = -(-len(every) // rows)
    # A wide button each is no use for two amounts: the row is as wide as it needs, in the middle.
    wide = min(frame.width, columns * (5.2 * frame.unit + gap) - gap)
    high = rows * (frame.size("height") * 0.9 + gap) - gap
    cell = (wide - gap * (columns - 1)) / columns
    chosen = form.value(ask)
    return Amounts(
        QRectF((frame.width - wide) / 2, top, wide, high),
        *place,
        ask=ask,
        form=form,
        labels=tuple(frame.laid(text, "text", cell, align="centre") for text in texts),
        columns=columns,
        gap=gap,
        active=every.index(chosen) if chosen in every else 0,
    )
