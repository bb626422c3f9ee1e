"""Buttons: the one that goes on, the quiet ones, and the one that skips an item."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.form import Form
from experiments.lab.frame import Column, Frame
from experiments.lab.inputs import Key
from experiments.lab.parts import Attention, Control, draw_box
from experiments.lab.text import Laid
from experiments.screen import Ask

Action = Callable[[float, str], None]


@dataclass(eq=False, kw_only=True)
class Button(Control):
    """A button with a label. It acts when the mouse is let go on it, timed at the press."""

    laid: Laid
    action: Action
    manner: Literal["primary", "plain", "quiet"] = "plain"
    _pressed_at: float = 0.0

    def state(self, attention: Attention) -> Hashable:
        held = attention.held is self
        return self.enabled, attention.hover is self, held, self.focused(attention)

    def press(self, point: QPointF, time: float) -> None:
        self._pressed_at = time

    def release(self, point: QPointF, time: float) -> None:
        if self.enabled and self.box.contains(point):
            self.action(self._pressed_at, "mouse")

    def key(self, key: Key) -> bool:
        if key.name not in {"return", "space"} or key.repeated:
            return False
        if self.enabled:
            self.action(key.time, key.device)
        return True

    def paint(self, painter: QPainter, attention: Attention) -> None:
        colours, radius = self.look.colours, self.look.radius["control"] * self.unit
        over = attention.hover is self and self.enabled
        fill: str | None
        if self.manner == "primary":
            fill = colours["accent_dark" if over else "accent"] if self.enabled else colours["edge"]
            ink = colours["on_accent"] if self.enabled else colours["muted"]
            draw_box(painter, self.box, radius, fill)
        elif self.manner == "plain":
            ink = colours["accent_dark"]
            fill = colours["accent_soft" if over else "control"]
            edge = self.look.stroke["edge"] * self.unit
            draw_box(painter, self.box, radius, fill, colours["control_edge"], edge)
        else:
            ink = colours["text" if over else "muted"]
            draw_box(painter, self.box, radius, colours["note_soft"] if over else None)
        self.laid.paint(
            painter,
            self.box.x() + self._inset(),
            self.box.center().y() - self.laid.height / 2 - self.lift(),
            ink,
        )
        if self.focused(attention):
            self.draw_ring(painter, radius)

    def lift(self) -> float:
        """Return the pixels that the label stands above the middle."""
        return 0.0

    def _inset(self) -> float:
        # The text was laid out centred in a width that leaves the same room on both sides.
        return self.unit * (1.1 if self.manner == "primary" else 0.55)


def button(
    frame: Frame,
    name: str,
    label: str,
    action: Action,
    manner: Literal["primary", "plain", "quiet"],
    widest: float,
    tallest: float = 1e6,
) -> Button:
    """Make a button as wide as its label needs, at most ``widest`` and ``tallest`` pixels, at the origin."""
    first = manner == "primary"
    inset = frame.unit * (1.1 if first else 0.55)
    air = 0.5 * frame.unit
    roles = ("text", "label", "note", "small") if first else ("note", "small")
    inside = widest - 2 * inset
    role = next(
        (role for role in roles if frame.laid(label, role, inside, first).height + air <= tallest),
        roles[-1],
    )
    while len(label) > 1 and frame.laid(label, role, inside, first).height + air > tallest:
        # Nothing a protocol says may push the button out of the window.
        label = label[: int(0.9 * len(label))].rstrip("…") + "…"
    natural = frame.laid(label, role, inside, first, "centre")
    least = 5.0 * frame.unit if first else 0.0
    wide = min(widest, max(least, natural.width + 2 * inset + 2))
    laid = frame.laid(label, role, wide - 2 * inset, first, "centre")
    high = max(laid.height + air, frame.size("button") if first else 0.0)
    return Button(
        QRectF(0, 0, wide, high),
        name,
        frame.look,
        frame.unit,
        frame.rtl,
        laid=laid,
        action=action,
        manner=manner,
    )


@dataclass(eq=False, kw_only=True)
class Skip(Control):
    """Skips one item; pressed again, takes the skip back."""

    ask: Ask
    form: Form
    offer: Laid
    done: Laid

    def state(self, attention: Attention) -> Hashable:
        skipped = self.form.is_skipped(self.ask)
        return skipped, attention.hover is self, self.focused(attention)

    def press(self, point: QPointF, time: float) -> None:
        self.form.skip(self.ask, time, "mouse")

    def key(self, key: Key) -> bool:
        # Enter on what is skipped already goes on; only space takes the skip back.
        skips = key.name == "return" and not self.form.is_skipped(self.ask)
        if key.repeated or not (skips or key.name == "space"):
            return False
        self.form.skip(self.ask, key.time, key.device)
        return True

    def paint(self, painter: QPainter, attention: Attention) -> None:
        colours, radius = self.look.colours, self.look.radius["control"] * self.unit
        skipped, over = self.form.is_skipped(self.ask), attention.hover is self
        if skipped or over:
            draw_box(painter, self.box, radius, colours["note_soft"])
        laid = self.done if skipped else self.offer
        ink = colours["accent_dark" if skipped else "text" if over else "muted"]
        x = self.box.x() + 0.4 * self.unit
        laid.paint(painter, x, self.box.center().y() - laid.height / 2, ink)
        if self.focused(attention):
            self.draw_ring(painter, radius)


def skip(frame: Frame, form: Form, ask: Ask, widest: float) -> Skip:
    """Make the button that skips an ask, at the origin."""
    inset = 0.4 * frame.unit
    texts = (frame.interface["skip"], f"✓ {frame.interface['skipped']}")
    natural = [frame.laid(text, "note", widest - 2 * inset, align="centre") for text in texts]
    inside = min(widest - 2 * inset, max(laid.width for laid in natural) + 2)
    offer, done = (frame.laid(text, "note", inside, align="centre") for text in texts)
    box = QRectF(0, 0, inside + 2 * inset, max(offer.height, done.height) + 0.3 * frame.unit)
    return Skip(
        box,
        f"skip:{ask.measure}",
        frame.look,
        frame.unit,
        frame.rtl,
        ask=ask,
        form=form,
        offer=offer,
        done=done,
    )


def put_skip(
    frame: Frame, form: Form, ask: Ask, column: Column, y: float, room: float
) -> Skip | None:
    """Put a skip button at the end of a line that starts at ``y``; None where nothing can be skipped."""
    if ask.required:
        return None
    made = skip(frame, form, ask, room)
    made.box.moveTo(frame.width - made.box.width(), y)
    column.put(made)
    return made
