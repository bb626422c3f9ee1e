"""``read`` and ``look``: nothing is asked; the content is read, or looked at for its duration."""

from __future__ import annotations

from experiments.lab.content import lay_content
from experiments.lab.form import Form
from experiments.lab.frame import Column, Frame
from experiments.screen import Screen


def lay_out(screen: Screen, form: Form, frame: Frame) -> Column:
    """Lay the content out."""
    column = Column(frame)
    lay_content(screen, frame, column)
    return column
