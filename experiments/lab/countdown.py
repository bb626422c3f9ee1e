"""The time that remains on a screen, at the top of the page."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from math import ceil

from PyQt6.QtGui import QPainter

from experiments.lab.frame import Frame
from experiments.lab.parts import OpenPage, Part
from experiments.look import COLOURS


@dataclass(eq=False)
class Countdown(Part):
    """The time that remains until a screen ends by itself or, if it does not, until one can go on."""

    frame: Frame

    def state(self, page: OpenPage) -> Hashable:
        return self.text(page)

    def text(self, page: OpenPage) -> str:
        """Return the text to show now."""
        minutes, seconds = divmod(ceil(page.remaining()), 60)
        return self.frame.texts["time_left"].format(time=f"{minutes}:{seconds:02}")

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        laid = self.frame.laid(self.text(page), "note", self.box.width(), align="centre")
        laid.paint(painter, self.box.x(), self.box.y(), COLOURS["muted"])
