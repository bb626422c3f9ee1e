"""``choose``: one option of a list of texts, or of a row of pictures."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QImage, QPainter

from experiments.lab.asks import lay_prompt, lay_skip
from experiments.lab.form import Form
from experiments.lab.frame import Column, Frame
from experiments.lab.inputs import Key
from experiments.lab.parts import Attention, Control, draw_box, draw_circle, draw_picture
from experiments.lab.text import Laid
from experiments.screen import Answer, Ask


@dataclass(frozen=True)
class Place:
    """Where an option is drawn."""

    box: QRectF
    label: Laid
    words: QPointF
    image: QImage | None = None
    picture: QRectF | None = None


@dataclass(eq=False, kw_only=True)
class Options(Control):
    """The options of one ask, of which one can be chosen."""

    ask: Ask
    form: Form
    places: tuple[Place, ...]
    sideways: bool
    """Whether the options stand side by side (pictures)."""
    active: int = 0
    """Option that the arrow keys stand on."""

    def mirror(self, width: float) -> None:
        super().mirror(width)
        self.places = tuple(
            Place(
                _mirrored(place.box, width),
                place.label,
                QPointF(width - place.words.x() - self._wide(place), place.words.y()),
                place.image,
                None if place.picture is None else _mirrored(place.picture, width),
            )
            for place in self.places
        )

    def shift(self, x: float) -> None:
        super().shift(x)
        self.places = tuple(
            Place(
                place.box.translated(x, 0),
                place.label,
                place.words + QPointF(x, 0),
                place.image,
                None if place.picture is None else place.picture.translated(x, 0),
            )
            for place in self.places
        )

    def _wide(self, place: Place) -> float:
        # Every label was laid out to fill the room between the mark (or edge) and the far edge.
        inset = self.unit * (0.6 if self.sideways else 0.8)
        return place.box.right() - inset - place.words.x()

    def state(self, attention: Attention) -> Hashable:
        over = self._over(attention.point) if attention.hover is self else None
        focused = self.focused(attention)
        return self.form.value(self.ask), over, focused and self.active

    def _over(self, point: QPointF) -> int | None:
        for place, option in enumerate(self.places):
            if option.box.contains(point):
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
        count = len(self.places)
        if key.name == "space" and not key.repeated:
            self._choose(self.active, key.time, key.device)
            return True
        if key.name.isdigit() and 1 <= int(key.name) <= count:
            self._choose(int(key.name) - 1, key.time, key.device)
            return True
        onward = {"down", "left" if self.rtl else "right"}
        if key.name not in {"up", "down", "left", "right"}:
            return False
        chosen = self.form.is_answered(self.ask)
        step = 1 if key.name in onward else -1
        # The first arrow chooses the option it comes from, so that none is jumped over.
        start = self.active if chosen else (-1 if step > 0 else count)
        self._choose((start + step) % count, key.time, key.device)
        return True

    def key_towards(self, wanted: Answer) -> str:
        place = [option.value for option in self.ask.options].index(wanted)  # type: ignore[arg-type]
        if place < 9:
            return str(place + 1)
        return "down" if not self.form.is_answered(self.ask) or self.active < place else "up"

    def target(self, value: Answer) -> QPointF:
        values = [option.value for option in self.ask.options]
        return self.places[values.index(value)].box.center()  # type: ignore[arg-type]

    def ring_box(self) -> QRectF:
        return self.places[self.active].box

    def paint(self, painter: QPainter, attention: Attention) -> None:
        over = self._over(attention.point) if attention.hover is self else None
        for place, option in enumerate(self.places):
            chosen = self.form.value(self.ask) == self.ask.options[place].value
            self._paint_one(painter, option, chosen, over == place)
        if self.focused(attention):
            self.draw_ring(painter, self.look.radius["control"] * self.unit)

    def _paint_one(self, painter: QPainter, place: Place, chosen: bool, over: bool) -> None:
        colours, unit = self.look.colours, self.unit
        fill = colours["accent_soft" if chosen else "note_soft" if over else "control"]
        edge = colours["accent" if chosen else "faint" if over else "control_edge"]
        stroke = self.look.stroke["chosen" if chosen else "edge"] * unit
        draw_box(painter, place.box, self.look.radius["control"] * unit, fill, edge, stroke)
        if place.image is not None and place.picture is not None:
            radius = 0.6 * self.look.radius["picture"] * unit
            draw_picture(painter, place.image, place.picture, radius)
        else:
            x = place.box.right() - 1.3 * unit if self.rtl else place.box.x() + 1.3 * unit
            draw_mark(painter, QPointF(x, place.box.center().y()), 0.48 * unit, chosen, self)
        place.label.paint(painter, place.words.x(), place.words.y(), colours["text"])


def draw_mark(
    painter: QPainter, centre: QPointF, radius: float, chosen: bool, control: Control
) -> None:
    """Draw the round mark of a choice."""
    colours = control.look.colours
    edge = colours["accent" if chosen else "faint"]
    stroke = control.look.stroke["chosen"] * control.unit
    draw_circle(painter, centre, radius, colours["control"], edge, stroke)
    if chosen:
        draw_circle(painter, centre, 0.56 * radius, colours["accent"], edge, 0.0)


def _mirrored(box: QRectF, width: float) -> QRectF:
    return QRectF(width - box.right(), box.y(), box.width(), box.height())


def lay_out(asks: Sequence[Ask], form: Form, frame: Frame, column: Column) -> None:
    """Lay the options out."""
    for ask in asks:
        lay_prompt(ask, frame, column)
        column.gap("block", 0.8)
        pictured = all(option.image for option in ask.options)
        places = _pictured(ask, frame, column.y) if pictured else _listed(ask, frame, column.y)
        high = max(place.box.bottom() for place in places) - column.y
        values = [option.value for option in ask.options]
        chosen = form.value(ask)
        column.put(
            Options(
                QRectF(0, column.y, frame.width, high),
                ask.measure,
                frame.look,
                frame.unit,
                frame.rtl,
                ask=ask,
                form=form,
                places=tuple(places),
                sideways=pictured,
                active=values.index(chosen) if chosen in values else 0,  # type: ignore[arg-type]
            )
        )
        column.y += high
        lay_skip(ask, form, frame, column)


def _listed(ask: Ask, frame: Frame, top: float) -> list[Place]:
    """One option below the other."""
    places, unit = [], frame.unit
    for option in ask.options:
        start, inset = 2.3 * unit, 0.8 * unit
        laid = frame.laid(option.label, "text", frame.width - start - inset)
        high = max(frame.size("height"), laid.height + 0.8 * unit)
        box = QRectF(0, top, frame.width, high)
        places.append(Place(box, laid, QPointF(start, top + (high - laid.height) / 2)))
        top += high + frame.space("gap")
    return places


def _pictured(ask: Ask, frame: Frame, top: float) -> list[Place]:
    """Pictures side by side, each with its label below."""
    count, unit = len(ask.options), frame.unit
    gap, inset = 1.0 * unit, 0.6 * unit
    images = [frame.pictures.image(option.image) for option in ask.options]
    ratio = max(image.width() / image.height() for image in images)
    widest = (frame.width - gap * (count - 1)) / count - 2 * inset
    high = min(widest / ratio, frame.picture * unit)
    cell = max(high * ratio, min(widest, 6.0 * unit)) + 2 * inset
    labels = [
        frame.laid(option.label, "label", cell - 2 * inset, align="centre")
        for option in ask.options
    ]
    below = max(laid.height for laid in labels)
    x = (frame.width - cell * count - gap * (count - 1)) / 2
    places = []
    for image, laid in zip(images, labels, strict=True):
        wide = high * image.width() / image.height()
        box = QRectF(x, top, cell, high + below + (2.7 * inset if below else 2 * inset))
        picture = QRectF(x + (cell - wide) / 2, top + inset, wide, high)
        words = QPointF(x + inset, top + high + 1.7 * inset)
        places.append(Place(box, laid, words, image, picture))
        x += cell + gap
    return places
