"""The foot of every page: pause, leave with pay, what is missing, and the button that goes on."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from experiments.lab.button import Action, Button, button
from experiments.lab.form import Form
from experiments.lab.frame import Frame
from experiments.lab.parts import Attention, Part, draw_box
from experiments.screen import Screen


@dataclass(frozen=True)
class Actions:
    """What the buttons of the foot do."""

    go_on: Action
    pause: Action
    leave: Action
    more: Callable[[], bool]
    """Whether content is still out of sight below."""
    notice: Callable[[], str]
    """What is to be said to the participant now, if anything."""


@dataclass(eq=False, kw_only=True)
class GoOn(Button):
    """Goes on; as long as content is out of sight it shows an arrow and brings more of it."""

    more: Callable[[], bool]
    at_least: float = 0.0

    def waits(self, attention: Attention) -> float:
        """Return the share of the least time that is still to pass."""
        if self.at_least <= 0.0:
            return 0.0
        return max(0.0, 1.0 - attention.now / self.at_least)

    def tick(self, attention: Attention) -> None:
        """Let the button be pressed once the least time is over."""
        self.enabled = self.waits(attention) == 0.0

    def lift(self) -> float:
        return 0.3 * self.unit if self.enabled and self.more() else 0.0

    def state(self, attention: Attention) -> Hashable:
        return super().state(attention), self.more(), round(40 * self.waits(attention))

    def paint(self, painter: QPainter, attention: Attention) -> None:
        super().paint(painter, attention)
        if not self.enabled:
            bar = QRectF(self.box)
            done = (1.0 - self.waits(attention)) * self.box.width()
            bar.setWidth(done)
            if self.rtl:
                bar.moveRight(self.box.right())
            veil = QColor(self.look.colours["accent"])
            veil.setAlpha(45)
            draw_box(painter, bar, self.look.radius["control"] * self.unit, veil)
        elif self.more():
            self._arrow(painter)

    def _arrow(self, painter: QPainter) -> None:
        """A down arrow above the button."""
        side = 0.42 * self.unit
        centre = QPointF(self.box.center().x(), self.box.bottom() - 0.4 * self.unit)
        pen = QPen(QColor(self.look.colours["on_accent"]), max(1.5, 0.13 * self.unit))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(centre + QPointF(-side, -side / 2), centre + QPointF(0, side / 2))
        painter.drawLine(centre + QPointF(0, side / 2), centre + QPointF(side, -side / 2))


@dataclass(eq=False, kw_only=True)
class Notice(Part):
    """What is missing, or how the keyboard is used."""

    frame: Frame
    says: Callable[[], str]
    hint: str
    """How the answer is given, shown until there is one; or what else is to be known."""
    keyboard: str
    """How the keyboard is used; shown once it is."""
    form: Form

    def state(self, attention: Attention) -> Hashable:
        return self._text(attention), bool(self.says())

    def _text(self, attention: Attention) -> str:
        if said := self.says():
            return said
        if attention.ring and self.keyboard:
            return self.keyboard
        return "" if self.form.answers else self.hint

    def paint(self, painter: QPainter, attention: Attention) -> None:
        said, text = self.says(), self._text(attention)
        if not text:
            return
        unit = self.frame.unit
        colours = self.frame.look.colours
        inset = 0.6 * unit if said else 0.0
        role = "note" if said else "small"
        laid = self.frame.laid(text, role, self.box.width() - 2 * inset, bool(said), "centre")
        y = self.box.center().y() - laid.height / 2
        if said:
            wide = min(self.box.width(), laid.width + 2.4 * inset)
            ground = QRectF(0, 0, wide, min(self.box.height(), laid.height + inset))
            ground.moveCenter(self.box.center())
            radius = self.frame.look.radius["control"] * unit
            draw_box(painter, ground, radius, colours["notice_soft"])
        ink = colours["notice" if said else "muted"]
        laid.paint(painter, self.box.x() + inset, y, ink)


def lay_footer(
    screen: Screen,
    form: Form,
    frame: Frame,
    room: QRectF,
    actions: Actions,
    hint: str,
    participant: str = "",
) -> list[Part]:
    """Lay the foot out in its room, as if left to right.

    Pause and leave are there on every page that does not end the session; a page to look at goes on by
    itself; one that ends it shows the participant's code.

    Parameters
    ----------
    hint
        How the first question is answered.
    """
    parts: list[Part] = []
    texts = frame.interface
    x, middle, tallest = room.x(), room.center().y(), 0.92 * room.height()
    if not screen.ends:
        for name, action in (("pause", actions.pause), ("leave", actions.leave)):
            wide = 0.19 * room.width()
            made = button(frame, name, texts[name], action, "quiet", wide, tallest)
            made.box.moveTo(x, middle - made.box.height() / 2)
            x = made.box.right() + 0.3 * frame.unit
            parts.append(made)
    right = room.right()
    if screen.kind != "look":
        label = screen.proceed or texts["finish" if screen.ends else "continue"]
        wide = 0.3 * room.width()
        plain = button(frame, "go_on", label, actions.go_on, "primary", wide, tallest)
        plain.box.moveTo(room.right() - plain.box.width(), middle - plain.box.height() / 2)
        right = plain.box.left()
        parts.append(
            GoOn(
                plain.box,
                plain.name,
                frame.look,
                frame.unit,
                frame.rtl,
                laid=plain.laid,
                action=plain.action,
                manner="primary",
                more=actions.more,
                at_least=screen.at_least,
            )
        )
    gap = 0.6 * frame.unit
    between = QRectF(x + gap, room.y(), right - x - 2 * gap, room.height())
    if screen.ends and participant:
        hint = texts["your_code"].format(code=participant)
    keyboard = texts["keyboard"] if screen.asks else ""
    parts.append(
        Notice(between, frame=frame, says=actions.notice, hint=hint, keyboard=keyboard, form=form)
    )
    return parts
