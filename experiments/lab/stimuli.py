"""The stimuli of timed trials: where they are on the screen, and their drawing, in the lab and in previews.

Places and sizes are shares of the largest area of 4:3 in the window, as in the browser (``player/timed.js``).
"""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.frame import Frame, PageContext
from experiments.lab.text import LaidOutText, lay_out
from experiments.look import COLOURS, TIMED, base_size
from experiments.screen import Spot, Stimulus, Version

WIDE, HIGH = 4.0, 3.0
WRONG = Stimulus("down", TIMED["wrong"])
"""What appears after a wrong key, until the right one is pressed."""


class Stimuli:
    """Draws the stimuli of timed trials for a window of one size."""

    def __init__(self, context: PageContext, size: tuple[int, int]) -> None:
        self.size = size
        width, height = size
        unit = min(width / WIDE, height / HIGH)
        self.area = QRectF(0, 0, unit * WIDE, unit * HIGH)
        self.area.moveCenter(QPointF(width / 2, height / 2))
        self.frame = Frame(context, base_size(width, height), self.area.width(), height, 0.0)

    def box(self, version: Version) -> QRectF:
        """Return the smallest rectangle that has all stimuli of a version."""
        whole = QRectF()
        for stimulus in version.stimuli:
            whole = whole.united(self.box_of(stimulus))
        return whole.intersected(QRectF(0, 0, *self.size))

    def paint(self, painter: QPainter, version: Version) -> None:
        """Draw the stimuli of a version; everything else keeps its colour."""
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing
            | QPainter.RenderHint.TextAntialiasing
            | QPainter.RenderHint.SmoothPixmapTransform
        )
        for stimulus in version.stimuli:
            box = self.box_of(stimulus)
            if stimulus.image:
                painter.drawImage(box, self.frame.image(stimulus.image))
                continue
            colour = COLOURS["wrong" if stimulus is WRONG else "text"]
            self._laid(stimulus).paint(painter, box.x(), box.y(), colour)

    def centre(self, spot: Spot) -> QPointF:
        """Return the middle of a place in the window."""
        across, down = TIMED["places"][spot]
        area = self.area
        return QPointF(
            area.center().x() + across * area.width(), area.center().y() + down * area.height()
        )

    def box_of(self, stimulus: Stimulus) -> QRectF:
        """Return the rectangle of a stimulus in the window."""
        if stimulus.image:
            image = self.frame.image(stimulus.image)
            wide, high = (
                TIMED["picture"][0] * self.area.width(),
                TIMED["picture"][1] * self.area.height(),
            )
            by = min(wide / image.width(), high / image.height())
            box = QRectF(0, 0, image.width() * by, image.height() * by)
        else:
            laid = self._laid(stimulus)
            box = QRectF(0, 0, self._width(stimulus), laid.height)
        box.moveCenter(self.centre(stimulus.spot))
        return box

    def _width(self, stimulus: Stimulus) -> float:
        name = "width_beside" if stimulus.spot != "centre" else "width"
        return float(TIMED[name]) * self.area.width()

    def _laid(self, stimulus: Stimulus) -> LaidOutText:
        corner = " " in stimulus.spot
        size = TIMED["corner"] if corner else TIMED["text"]
        style = self.frame.style("heading", align="centre")
        style = replace(style, pixels=round(size * self.frame.unit), bold=False)
        return lay_out(stimulus.text, style, self._width(stimulus))
