"""What covers a page: the pause, and the question whether to leave. The page itself is out of sight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from PyQt6.QtCore import QRectF

from experiments.lab.button import Action, button
from experiments.lab.frame import Column, Frame
from experiments.lab.parts import Card, Control, Part


@dataclass(frozen=True)
class Overlay:
    """A card with a title, a text and one or two buttons."""

    what: Literal["pause", "leave"]
    parts: tuple[Part, ...]

    def controls(self) -> list[Control]:
        """Return the buttons."""
        return [part for part in self.parts if isinstance(part, Control)]


def lay_overlay(
    what: Literal["pause", "leave"],
    frame: Frame,
    width: float,
    height: float,
    back: Action,
    leave: Action,
) -> Overlay:
    """Lay the card out in the middle of the window; the first button goes back to the page."""
    texts, unit, design = frame.interface, frame.unit, frame.look
    padding = design.space["card_padding"] * unit
    wide = min(width - 4 * padding, 27 * unit)
    column = Column(replace(frame, width=wide, height=height, picture=0.0))
    title, text = (
        ("paused_title", "paused_text") if what == "pause" else ("leave_title", "leave_text")
    )
    column.words(texts[title], "heading")
    column.gap("block", 0.7)
    column.words(texts[text])
    column.gap("block", 1.4)
    first = button(frame, "resume", texts["resume"], back, "primary", wide)
    buttons = [first]
    if what == "leave":
        first = button(frame, "stay", texts["leave_cancel"], back, "primary", 0.5 * wide)
        second = button(frame, "confirm", texts["leave_confirm"], leave, "plain", 0.45 * wide)
        second.box.setHeight(first.box.height())
        buttons = [first, second]
    high = max(made.box.height() for made in buttons)
    x = wide
    for made in buttons:
        made.box.moveTo(x - made.box.width(), column.y)
        x = made.box.left() - 0.7 * unit
        column.put(made)
    column.y += high
    card = QRectF(0, 0, wide + 2 * padding, column.y + 2 * padding)
    card.moveTo((width - card.width()) / 2, 0.42 * (height - card.height()))
    for part in column.parts:
        part.box.translate(card.x() + padding, card.y() + padding)
        if frame.rtl:
            part.mirror(width)
    sheet = Card(
        card,
        design.colours["card"],
        design.radius["card"] * unit,
        design.colours["edge"],
        design.stroke["edge"] * unit,
        design.colours["shadow"],
    )
    return Overlay(what, (sheet, *column.parts))
