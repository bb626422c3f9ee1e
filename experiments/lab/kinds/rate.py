"""``rate``: one point of a labelled scale for each item, as a table where the items fit one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QPainter, QPen

from experiments.lab.asks import lay_item, lay_prompt, lay_skip
from experiments.lab.button import put_skip, skip
from experiments.lab.form import Form
from experiments.lab.frame import Column, Frame
from experiments.lab.inputs import Key
from experiments.lab.kinds.choose import draw_mark
from experiments.lab.parts import Attention, Card, Control, Words, draw_box
from experiments.screen import Answer, Ask

#: Type sizes that labels of points may have, in the order they are tried.
_ROLES = ("label", "note", "small")


@dataclass(eq=False, kw_only=True)
class Points(Control):
    """The points of one item's scale, side by side, low first where reading starts."""

    ask: Ask
    form: Form
    active: int = 0

    def cell(self, place: int) -> QRectF:
        """Return the box of a point."""
        wide = self.box.width() / len(self.ask.options)
        seen = len(self.ask.options) - 1 - place if self.rtl else place
        return QRectF(self.box.x() + seen * wide, self.box.y(), wide, self.box.height())

    def state(self, attention: Attention) -> Hashable:
        over = self._over(attention.point) if attention.hover is self else None
        return self.form.value(self.ask), over, self.focused(attention) and self.active

    def _over(self, point: QPointF) -> int | None:
        for place in range(len(self.ask.options)):
            if self.cell(place).contains(point):
                return place
        return None

    def press(self, point: QPointF, time: float) -> None:
        place = self._over(point)
        if place is not None:
            self._choose(place, time, "mouse")

    def _choose(self, place: int, time: float, device: str) -> None:
        self.active = place
        self.form.answer(self.ask, self.ask.options[place].value, time, device)

    def key(self, key: Key) -> bool:
        values = [option.value for option in self.ask.options]
        if key.name.isdigit():
            if int(key.name) in values:
                self._choose(values.index(int(key.name)), key.time, key.device)
            return True
        if key.name == "space" and not key.repeated:
            self._choose(self.active, key.time, key.device)
            return True
        if key.name not in {"left", "right"}:
            return False
        step = 1 if (key.name == "left") == self.rtl else -1
        last = len(values) - 1
        if self.form.is_answered(self.ask):
            place = min(last, max(0, self.active + step))
        else:
            place = 0 if step > 0 else last
        self._choose(place, key.time, key.device)
        return True

    def key_towards(self, wanted: Answer) -> str:
        if isinstance(wanted, int) and 0 <= wanted <= 9:
            return str(wanted)
        values, now = [option.value for option in self.ask.options], self.form.value(self.ask)
        onward, back = ("left", "right") if self.rtl else ("right", "left")
        if now is None:
            return onward
        return onward if values.index(wanted) > values.index(now) else back  # type: ignore[arg-type]

    def target(self, value: Answer) -> QPointF:
        values = [option.value for option in self.ask.options]
        return self.cell(values.index(value)).center()  # type: ignore[arg-type]

    def ring_box(self) -> QRectF:
        side = 2 * self.look.control["point"] * self.unit
        cell = self.cell(self.active)
        wide, high = min(side, cell.width() * 0.9), min(side, cell.height() * 0.9)
        centre = cell.center()
        return QRectF(centre.x() - wide / 2, centre.y() - high / 2, wide, high)

    def paint(self, painter: QPainter, attention: Attention) -> None:
        over = self._over(attention.point) if attention.hover is self else None
        radius = self.look.control["point"] * self.unit / 2
        colours = self.look.colours
        middle = self.box.center().y()
        half = self.box.width() / len(self.ask.options) / 2
        painter.setPen(QPen(QColor(colours["edge"]), max(1.0, 0.1 * self.unit)))
        painter.drawLine(
            QPointF(self.box.x() + half, middle), QPointF(self.box.right() - half, middle)
        )
        for place, option in enumerate(self.ask.options):
            cell = self.cell(place)
            if over == place:
                soft = cell.adjusted(2, 2, -2, -2)
                draw_box(
                    painter, soft, self.look.radius["control"] * self.unit, colours["note_soft"]
                )
            chosen = self.form.value(self.ask) == option.value
            draw_mark(painter, cell.center(), radius, chosen, self)
        if self.focused(attention):
            self.draw_ring(painter, self.look.radius["control"] * self.unit)


def lay_out(asks: Sequence[Ask], form: Form, frame: Frame, column: Column) -> None:
    """Lay the items out."""
    same = len({ask.options for ask in asks}) == 1
    if len(asks) == 1:
        _single(asks[0], form, frame, column)
    elif same and not frame.stacked:
        _table(asks, form, frame, column)
    else:
        for ask in asks:
            column.gap("block")
            lay_item(ask, form, frame, column)
            _points(ask, form, frame, column, 0.0, frame.width, 2.4 * frame.unit)
            _labels(ask, frame, column, 0.0, frame.width)


def _single(ask: Ask, form: Form, frame: Frame, column: Column) -> None:
    """One item over the whole width, labels below its points."""
    lay_prompt(ask, frame, column)
    column.gap("block", 1.2)
    _points(ask, form, frame, column, 0.0, frame.width, 3.2 * frame.unit)
    _labels(ask, frame, column, 0.0, frame.width)
    column.gap("gap")
    lay_skip(ask, form, frame, column)


def _points(
    ask: Ask, form: Form, frame: Frame, column: Column, x: float, wide: float, high: float
) -> None:
    values = [option.value for option in ask.options]
    chosen = form.value(ask)
    column.put(
        Points(
            QRectF(x, column.y, wide, high),
            ask.measure,
            frame.look,
            frame.unit,
            frame.rtl,
            ask=ask,
            form=form,
            active=values.index(chosen) if chosen in values else 0,  # type: ignore[arg-type]
        )
    )
    column.y += high


def _labels(ask: Ask, frame: Frame, column: Column, x: float, wide: float) -> None:
    """Labels under their points; where only the ends have one, these may be wider than a cell."""
    cell = wide / len(ask.options)
    inner = [option.label for option in ask.options[1:-1]]
    role = "label"
    if any(inner):
        labels = [option.label for option in ask.options]
        fitting = (role for role in _ROLES if frame.whole_words(labels, role, cell - 4))
        role = next(fitting, "")
        column.cramped |= not role
    high = 0.0
    last = len(ask.options) - 1
    for place, option in enumerate(ask.options):
        if not option.label:
            continue
        align, left, room = "centre", x + place * cell + 2, cell - 4
        if not any(inner):
            room = 0.42 * wide
            align = "start" if place == 0 else "end"
            left = x if place == 0 else x + wide - room
            if place not in {0, last}:
                continue
        laid = frame.laid(option.label, role or _ROLES[-1], room, align=align)
        colour = frame.look.colours["muted"]
        column.put(Words(QRectF(left, column.y, room, laid.height), laid, colour))
        high = max(high, laid.height)
    column.y += high


def _points_width(ask: Ask, frame: Frame, widest: float) -> float:
    """Return the width of a table's points: what the points and their labels need, the rest is for prompts."""
    if any(option.label for option in ask.options[1:-1]):
        return widest
    ends = [frame.laid(option.label, "label", widest).width for option in ask.options]
    # Each of the two labels has 0.42 of the width.
    return min(widest, max(2.6 * frame.unit * len(ask.options), max(ends) / 0.41))


def _table(asks: Sequence[Ask], form: Form, frame: Frame, column: Column) -> None:
    """Items as lines of a table with the labels above the points."""
    column.is_table = True
    skips = 0.16 if any(not ask.required for ask in asks) else 0.0
    points = _points_width(asks[0], frame, (0.71 - skips) * frame.width)
    prompts = (1.0 - skips) * frame.width - points
    column.cramped |= not frame.whole_words(
        (ask.prompt for ask in asks), "text", prompts - frame.unit
    )
    column.gap("block", 0.8)
    _labels(asks[0], frame, column, prompts, points)
    column.y += 0.35 * frame.unit
    for place, ask in enumerate(asks):
        laid = frame.laid(ask.prompt, "text", prompts - frame.unit)
        skipping = 0.0 if ask.required else skip(frame, form, ask, skips * frame.width).box.height()
        high = max(2.6 * frame.unit, laid.height + 0.5 * frame.unit, skipping)
        if place % 2 == 0:
            ground = QRectF(0, column.y, frame.width, high)
            radius = frame.look.radius["control"] * frame.unit
            column.put(Card(ground, frame.look.colours["note_soft"], radius))
        top, middle = column.y, column.y + high / 2
        box = QRectF(0.6 * frame.unit, middle - laid.height / 2, prompts - frame.unit, laid.height)
        column.put(Words(box, laid, frame.look.colours["text"]))
        _points(ask, form, frame, column, prompts, points, high)
        made = put_skip(frame, form, ask, column, top, skips * frame.width)
        if made is not None:
            made.box.moveTop(middle - made.box.height() / 2)
