"""Markers at onsets and responses for EEG and physiology: serial port, parallel port, LSL, photodiode.

Off by default. Libraries are imported only if a marker is requested. Onset markers are sent by PsychoPy's
``callOnFlip``, directly after the flip that shows the screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zlib import crc32

from experiments.errors import UserError

#: Codes of onsets; the response to a screen has the code of its onset plus ``RESPONSE``.
CODES = 120
RESPONSE = 128
#: Speed of the serial port, in bits per second.
BAUD = 115_200


class MarkerError(UserError):
    """This PC cannot send a requested marker; the message states the remedy."""


def code_of(screen: str) -> int:
    """Return the code of a screen's onset, 1 to 120: the same on every PC and in every session.

    Two screens can have the same code; the journal's times and order identify the screen.
    """
    return crc32(screen.encode("utf-8")) % CODES + 1


class Marker:
    """Base class of all markers; it does nothing."""

    def prepare(self, win: Any) -> None:
        """Prepare for a PsychoPy window."""

    def onset(self, screen: str) -> None:
        """Mark that the flip that shows a screen has just happened."""

    def response(self, screen: str) -> None:
        """Mark that a screen was answered."""

    def draw(self, first: bool) -> None:
        """Draw, as the last thing before each flip; ``first`` before the flip that shows a new screen."""


class CodeMarker(Marker):
    """Base class of markers sent through a port: one byte at each onset and each response."""

    def send(self, code: int) -> None:
        """Send a byte, 1 to 255."""
        raise NotImplementedError

    def onset(self, screen: str) -> None:
        self.send(code_of(screen))

    def response(self, screen: str) -> None:
        self.send(code_of(screen) + RESPONSE)


class SerialMarker(CodeMarker):
    """Writes each code as one byte to a serial port, such as ``COM3`` or ``/dev/ttyUSB0``."""

    def __init__(self, port: str) -> None:
        try:
            import serial
        except ImportError as error:
            raise MarkerError(
                "markers on a serial port need pyserial: pip install 'compassion[markers]'"
            ) from error
        try:
            self._port = serial.Serial(port, BAUD, write_timeout=0)
        except (OSError, ValueError) as error:
            raise MarkerError(
                f"the serial port '{port}' cannot be opened ({error}). Check that it is plugged in"
                " and that this user may write to it."
            ) from error

    def send(self, code: int) -> None:
        self._port.write(bytes([code]))


class ParallelMarker(CodeMarker):
    """Sets the data pins of a parallel port, and clears them two flips later."""

    def __init__(self, address: str) -> None:
        try:
            from psychopy.parallel import ParallelPort

            self._port = ParallelPort(address)
        except Exception as error:
            raise MarkerError(
                f"the parallel port at '{address}' cannot be opened ({error}). Check its address"
                " in the device manager, and install PsychoPy's parallel port driver."
            ) from error
        self._frames = 0

    def send(self, code: int) -> None:
        self._port.setData(code)
        self._frames = 2

    def draw(self, first: bool) -> None:
        """Count frames: a pulse lasts two, long enough for every amplifier."""
        if self._frames:
            self._frames -= 1
            if not self._frames:
                self._port.setData(0)


class StreamMarker(Marker):
    """Sends the screen's id with ``onset`` or ``response`` to the Lab Streaming Layer."""

    def __init__(self, name: str) -> None:
        try:
            import pylsl
        except (ImportError, RuntimeError) as error:
            raise MarkerError(
                "markers on LSL need pylsl with its library: pip install 'compassion[markers]'"
                f" ({error})"
            ) from error
        info = pylsl.StreamInfo(name, "Markers", 1, 0, "string", f"compassion-{name}")
        self._outlet = pylsl.StreamOutlet(info)

    def onset(self, screen: str) -> None:
        self._outlet.push_sample([f"onset {screen}"])

    def response(self, screen: str) -> None:
        self._outlet.push_sample([f"response {screen}"])


class Photodiode(Marker):
    """A patch at the bottom right of the window that turns white for the first frames of each screen.

    Parameters
    ----------
    side
        Side of the patch in pixels.
    frames
        Number of frames for which the patch is white.
    """

    def __init__(self, side: int = 60, frames: int = 3) -> None:
        self._side, self._frames, self._left = side, frames, 0

    def prepare(self, win: Any) -> None:
        from psychopy import visual

        size, (width, height) = (self._side, self._side), win.size
        corner = ((width - self._side) / 2, (self._side - height) / 2)
        self._black, self._white = (
            visual.Rect(
                win,
                *size,
                units="pix",
                pos=corner,
                fillColor=colour,
                lineColor=colour,
                autoLog=False,
            )
            for colour in ("black", "white")
        )

    def draw(self, first: bool) -> None:
        if first:
            self._left = self._frames
        (self._white if self._left else self._black).draw()
        self._left = max(0, self._left - 1)


def open_markers(names: Iterable[str]) -> list[Marker]:
    """Open the requested markers.

    Parameters
    ----------
    names
        ``serial:PORT``, ``parallel:ADDRESS``, ``lsl`` or ``lsl:NAME``, ``photodiode``.

    Raises
    ------
    MarkerError
        If a name is not a marker, or its port or library is missing.
    """
    markers: list[Marker] = []
    for name in names:
        kind, _, place = name.partition(":")
        if kind == "serial" and place:
            markers.append(SerialMarker(place))
        elif kind == "parallel" and place:
            markers.append(ParallelMarker(place))
        elif kind == "lsl":
            markers.append(StreamMarker(place or "compassion"))
        elif name == "photodiode":
            markers.append(Photodiode())
        else:
            raise MarkerError(
                f"'{name}' is not a marker. Use serial:PORT, parallel:ADDRESS, lsl:NAME or photodiode"
            )
    return markers
