"""The overlay that hides a page: the pause, or the question of whether to leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from PyQt6.QtCore import QRectF

from experiments.lab.button import Button, PrimaryButton, button
from experiments.lab.frame import Frame
from experiments.lab.parts import Column, Control, OpenPage, Part, sheet


@dataclass(frozen=True)
class Overlay:
    """A card with a title, a text and one or two buttons."""

    purpose: Literal["pause", "leave"]
    parts: tuple[Part, ...]

    def controls(self) -> list[Control]:
        """Return the buttons."""
        return [part for part in self.parts if isinstance(part, Control)]


def lay_overlay(purpose: Literal["pause", "leave"], page: OpenPage, frame: Frame) -> Overlay:
    """Lay out the card in the middle of the window; the first button returns to the page."""
    width, height = page.size
    texts, unit, padding = frame.texts, frame.unit, frame.space("card_padding")
    wide = min(width - 4 * padding, 27 * unit)
    column = Column(replace(frame, width=wide, height=height, picture=0.0))
    name = "paused" if purpose == "pause" else "leave"
    column.words(texts[f"{name}_title"], "heading")
    column.gap("block", 0.7)
    column.words(texts[f"{name}_text"])
    column.gap("block", 1.4)
    if purpose == "pause":
        buttons = [button(PrimaryButton, frame, "resume", texts["resume"], page.uncover, wide)]
    else:
        stay, leave = texts["leave_cancel"], texts["leave_confirm"]
        buttons = [
            button(PrimaryButton, frame, "stay", stay, page.uncover, 0.5 * wide),
            button(Button, frame, "confirm", leave, page.leave, 0.45 * wide),
        ]
        buttons[1].box.setHeight(buttons[0].box.height())
    x = wide
    for each in buttons:
        each.box.moveTo(x - each.box.width(), column.y)
        x = each.box.left() - 0.7 * unit
        column.put(each)
    column.y = buttons[0].box.bottom()
    card = QRectF(0, 0, wide + 2 * padding, column.y + 2 * padding)
    card.moveTo((width - card.width()) / 2, 0.42 * (height - card.height()))
    for part in column.parts:
        part.box.translate(card.x() + padding, card.y() + padding)
        if frame.rtl:
            part.mirror(width)
    return Overlay(purpose, (sheet(card, frame), *column.parts))
