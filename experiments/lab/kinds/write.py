"""``write``: a line, several lines, or a whole number, in an editor that knows every script."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QRectF

from experiments.lab.asks import lay_prompt, lay_skip
from experiments.lab.editor import Editor
from experiments.lab.form import Form
from experiments.lab.frame import Column, Frame
from experiments.screen import Ask


def lay_out(asks: Sequence[Ask], form: Form, frame: Frame, column: Column) -> None:
    """Lay the editors out."""
    for ask in asks:
        lay_prompt(ask, frame, column)
        column.gap("block", 0.7)
        wide, high = frame.width, 2.7 * frame.unit
        if ask.entry == "integer":
            wide = 9.0 * frame.unit
        elif ask.entry == "lines":
            high = min(9.5 if len(asks) == 1 else 5.5, 0.45 * frame.height / frame.unit)
            high *= frame.unit
        box = QRectF(0, column.y, wide, high)
        editor = Editor(
            box,
            ask.measure,
            frame.look,
            frame.unit,
            frame.rtl,
            ask=ask,
            form=form,
            frame=frame,
        )
        column.put(editor)
        column.y += high
        lay_skip(ask, form, frame, column)
