"""PsychoPy's window: opening it, measuring its refresh rate, and counting its frames."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from experiments.errors import UserError

#: Number of frames used to measure the refresh rate, after a few that are ignored.
MEASURED = 24
#: A display counts as synchronised if its refresh rate is between these (Hz) and steady.
SLOWEST, FASTEST = 24.0, 400.0
#: A frame that lasts longer than this number of refreshes counts as dropped.
LATE = 1.5
#: Refresh rate (Hz) of a window whose flips do not wait for the display.
UNSYNCHRONISED = 60.0
#: Seconds by which the wait for the next refresh of such a window is shortened, since the flip itself takes time.
SHORT_OF = 0.0002


class NoWindowError(UserError):
    """No window can be opened; the message states the reason and the remedy."""


def summarised(intervals: list[float], refresh: float) -> dict[str, float]:
    """Summarise frame intervals (seconds) at a refresh rate (Hz).

    Returns
    -------
    dict
        Number of intervals (``n``) and of ``dropped`` frames; the ``median``, 95th percentile
        (``p95``) and ``longest`` interval in milliseconds.
    """
    ordered = sorted(intervals) or [0.0]
    return {
        "n": len(intervals),
        "dropped": sum(interval > LATE / refresh for interval in intervals),
        "median": round(1000 * median(ordered), 3),
        "p95": round(1000 * ordered[round(0.95 * (len(ordered) - 1))], 3),
        "longest": round(1000 * ordered[-1], 3),
    }


@dataclass
class LabWindow:
    """A window in which screens are shown."""

    win: Any
    """The ``psychopy.visual.Window``."""
    size: tuple[int, int]
    """Width and height in pixels."""
    refresh: float
    """Hz."""
    synchronised: bool
    """Whether a flip waits for the display. If not, the window waits by the clock instead."""
    after_flip: list[Callable[[], None]] = field(default_factory=list)
    """Functions called after each flip, used by simulated participants."""
    closed: bool = False
    """Whether the window was closed."""
    _shown: float = 0.0
    _next: float = 0.0

    @property
    def period(self) -> float:
        """Duration of a refresh in seconds."""
        return 1.0 / self.refresh

    def flip(self) -> float:
        """Show what was drawn; return the time on PsychoPy's clock (seconds)."""
        if not self.synchronised:
            self._wait()
        shown = self.win.flip()
        if shown is None:
            shown = self.now()
        self._shown = float(shown)
        for function in list(self.after_flip):
            function()
        return self._shown

    def due(self) -> float:
        """Return the time at which the next flip is due, on PsychoPy's clock (seconds)."""
        if self.synchronised:
            return self._shown + self.period
        # A late flip delays the next one of a real display, but not of this clock.
        return max(self._next + self.period, self.now())

    def _wait(self) -> None:
        """Wait until the next refresh would happen, so that a virtual display behaves like a real one."""
        self._next = self.due()
        time.sleep(max(0.0, self._next - self.now() - SHORT_OF))

    def frames(self) -> dict[str, float]:
        """Summarise the frames since the last call, and start again."""
        statistics = summarised(list(self.win.frameIntervals), self.refresh)
        self.restart_frames()
        return statistics

    def restart_frames(self) -> None:
        """Discard the frames so far; the interval until the next flip is not counted."""
        self.win.frameIntervals.clear()
        self.win.recordFrameIntervals = False
        self.win.recordFrameIntervals = True

    def now(self) -> float:
        """Return the time on PsychoPy's clock, which times flips and keys."""
        from psychopy import logging

        return float(logging.defaultClock.getTime())

    def close(self) -> None:
        """Close the window."""
        self.closed = True
        self.win.close()

    def __enter__(self) -> LabWindow:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_window(
    size: tuple[int, int] | None = None,
    screen: int = 0,
    pace: float | None = None,
) -> LabWindow:
    """Open PsychoPy's window and measure its refresh rate.

    Parameters
    ----------
    size
        Width and height in pixels (default: full screen).
    screen
        Number of the screen, from 0.
    pace
        Refresh rate (Hz) if flips do not wait for the display (default: 60).

    Raises
    ------
    NoWindowError
        If there is no display, or it has no usable OpenGL.
    """
    _check_display()
    # Qt goes first: on Windows it makes the process use physical pixels (see application.py).
    from experiments.lab.application import application

    application()
    from experiments.look import COLOURS

    try:
        from psychopy import logging, visual

        # Dropped frames are recorded in the journal instead.
        logging.console.setLevel(logging.ERROR)
        win = visual.Window(
            size=size or (1024, 768),
            fullscr=size is None,
            screen=screen,
            color=COLOURS["background"],
            colorSpace="hex",
            units="pix",
            allowGUI=True,
            # A framebuffer object costs time and is not needed here.
            useFBO=False,
            checkTiming=False,
            autoLog=False,
            waitBlanking=True,
            gammaErrorPolicy="ignore",
        )
    except Exception as error:
        raise NoWindowError(
            f"PsychoPy could not open a window here: {error or type(error).__name__}."
            " Run `compassion doctor` to find the cause (display, OpenGL driver)."
        ) from error
    win.mouseVisible = True
    refresh, synchronised = _measure(win)
    if not synchronised:
        refresh = pace or UNSYNCHRONISED
    win.monitorFramePeriod = 1.0 / refresh
    win.refreshThreshold = LATE / refresh
    win.recordFrameIntervals = True
    width, height = (int(length) for length in win.size)
    window = LabWindow(win, (width, height), refresh, synchronised)

    def closing() -> bool:
        window.closed = True
        # pyglet must not destroy the window while a screen is shown.
        return True

    win.winHandle.on_close = closing
    return window


def _check_display() -> None:
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        raise NoWindowError(
            "there is no display (DISPLAY is not set), so no window can open."
            " Run this on the desktop of the lab PC, or with `xvfb-run -a` for a test without a screen."
        )


def _measure(win: Any) -> tuple[float, bool]:
    """Return the refresh rate (Hz) and whether flips follow it."""
    win.recordFrameIntervals = False
    for _ in range(MEASURED // 3):
        win.flip()
    times = [win.flip() for _ in range(MEASURED + 1)]
    intervals = [after - before for before, after in pairwise(times)]
    middle = median(intervals)
    refresh = 1.0 / middle if middle > 0 else float("inf")
    steady = sum(abs(interval - middle) < 0.25 * middle for interval in intervals)
    return refresh, SLOWEST <= refresh <= FASTEST and steady >= 0.6 * len(intervals)
