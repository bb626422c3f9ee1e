"""What drawers of several kinds put around an ask: its prompt, and the button that skips it."""

from __future__ import annotations

from PyQt6.QtCore import QRectF

from experiments.lab.button import put_skip, skip
from experiments.lab.form import Form
from experiments.lab.frame import Column, Frame
from experiments.lab.parts import Words
from experiments.screen import Ask


def lay_prompt(ask: Ask, frame: Frame, column: Column) -> None:
    """Put an ask's prompt, over the whole width."""
    if ask.prompt:
        column.gap("block")
        column.words(ask.prompt, "prompt", bold=True)


def lay_item(ask: Ask, form: Form, frame: Frame, column: Column) -> None:
    """Put an item's prompt with its skip button at the end of the same line."""
    room = 0.0
    if not ask.required:
        room = skip(frame, form, ask, 0.4 * frame.width).box.width() + frame.unit
    laid = frame.laid(ask.prompt, "text", frame.width - room)
    column.put(
        Words(
            QRectF(0, column.y, frame.width - room, laid.height),
            laid,
            frame.look.colours["text"],
        )
    )
    high = laid.height
    made = put_skip(frame, form, ask, column, column.y, 0.4 * frame.width)
    if made is not None:
        line = frame.laid("x", "text", frame.width).height
        made.box.translate(0, max(0.0, (line - made.box.height()) / 2))
        high = max(high, made.box.bottom() - column.y)
    column.y += high


def lay_skip(ask: Ask, form: Form, frame: Frame, column: Column) -> None:
    """Put the skip button of a screen's only ask below it, at the end."""
    made = put_skip(frame, form, ask, column, column.y + frame.space("gap"), 0.6 * frame.width)
    if made is not None:
        column.y = made.box.bottom()
