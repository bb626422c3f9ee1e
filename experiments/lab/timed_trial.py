"""Timed trials at the window: each display is on the graphics card before the trial, and appears with one flip."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QPainter

from experiments.lab.canvas import Canvas
from experiments.lab.frame import PageContext
from experiments.lab.input_devices import InputDevices
from experiments.lab.inputs import Key
from experiments.lab.markers import Marker
from experiments.lab.stimuli import WRONG, Stimuli
from experiments.lab.window import LabWindow
from experiments.look import COLOURS
from experiments.screen import Screen, Version
from experiments.timeline.timed_run import TimedRun

#: Number of pictures that are kept on the graphics card.
KEPT = 60


class TimedTrials:
    """Shows timed trials in a window.

    Parameters
    ----------
    flip
        Flips the window and returns the time.
    """

    def __init__(
        self,
        window: LabWindow,
        context: PageContext,
        devices: InputDevices,
        markers: Sequence[Marker],
        flip: Callable[[], float],
    ) -> None:
        self.window, self.devices, self.markers = window, devices, markers
        self.stimuli = Stimuli(context, window.size)
        self.run: TimedRun | None = None
        """The trial that is shown now."""
        self.used: set[str] = set()
        """Devices that answered in the trial."""
        self._flip = flip
        self._pictures: OrderedDict[Version, Canvas | None] = OrderedDict()
        self._loaded = False

    def load(self) -> None:
        """Read the pictures of all timed trials of the session, before the first of them."""
        if self._loaded:
            return
        self._loaded = True
        for screen in self.stimuli.frame.context.timeline.screens:
            for display in screen.displays:
                for stimulus in (one for each in display.versions for one in each.stimuli):
                    if stimulus.image:
                        self.stimuli.frame.image(stimulus.image)

    def show(self, screen: Screen) -> TimedRun | Literal["interrupted"]:
        """Show a trial; return its course, or that Escape interrupted it."""
        self.load()
        self._prepare(screen)
        run = self.run = TimedRun(screen, self.window.period)
        self.used = set()
        self.window.win.clearBuffer()
        self.devices.take()  # earlier inputs are ignored
        try:
            while run.version is not None:
                self._draw(run)
                run.flipped(self._flip())
                for event in self.devices.take():
                    if isinstance(event, Key) and not event.repeated:
                        if event.name == "escape":
                            return "interrupted"
                        if run.asked is not None and event.name in run.asked.keys:
                            self.used.add(event.device)
                        run.key(event.name, event.time)
                run.advance(self.window.due())
            self._mark(first=False)
            run.flipped(self._flip())
        finally:
            self.run = None
        for marker in self.markers:
            marker.response(screen.id)
        return run

    def _draw(self, run: TimedRun) -> None:
        """Draw what the next flip shows."""
        assert run.version is not None
        assert run.display is not None
        version = _marked(run.version) if run.is_wrong else run.version
        canvas = self._picture(version)
        if canvas is not None:
            canvas.draw([QRectF(canvas.image.rect())])
        if run.begins:
            for marker in self.markers:
                self.window.win.callOnFlip(marker.onset, f"{run.screen.id}.{run.display.name}")
        self._mark(first=run.begins)

    def _mark(self, first: bool) -> None:
        for marker in self.markers:
            marker.draw(first)

    def _prepare(self, screen: Screen) -> None:
        """Put everything that the trial can show on the graphics card."""
        until_right = {ask.measure for ask in screen.asks if ask.until_right}
        for display in screen.displays:
            for version in display.versions:
                self._picture(version)
                if display.ask in until_right:
                    self._picture(_marked(version))

    def _picture(self, version: Version) -> Canvas | None:
        """Return the picture of a version, which is drawn once; None if it is empty."""
        known = replace(version, results=())
        if known in self._pictures:
            self._pictures.move_to_end(known)
            return self._pictures[known]
        box = self.stimuli.box(known).toAlignedRect()
        canvas = None
        if not box.isEmpty():
            canvas = Canvas(self.window.win, self.window.size, box)

            def paint(painter: QPainter, clip: QRectF) -> None:
                painter.fillRect(clip, QColor(COLOURS["background"]))
                painter.translate(-box.x(), -box.y())
                self.stimuli.paint(painter, known)

            canvas.paint(QRectF(canvas.image.rect()), paint)
            canvas.upload()
        self._pictures[known] = canvas
        if len(self._pictures) > KEPT:
            _, oldest = self._pictures.popitem(last=False)
            if oldest is not None:
                oldest.close()
        return canvas

    def close(self) -> None:
        """Free the graphics card's memory."""
        for canvas in self._pictures.values():
            if canvas is not None:
                canvas.close()
        self._pictures.clear()


def _marked(version: Version) -> Version:
    return replace(version, stimuli=(*version.stimuli, WRONG))
