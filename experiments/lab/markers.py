"""Markers at onsets and responses for EEG and physiology: serial port, parallel port, LSL, photodiode.

Off by default. Libraries are imported only when a marker is asked for. An onset marker is sent by
PsychoPy's ``callOnFlip``, right behind the flip that shows the screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol
from zlib import crc32

from experiments.errors import UserError

#: Codes of onsets; the response to a screen has the code of its onset plus ``RESPONSE``.
CODES = 120
RESPONSE = 128


class MarkersError(UserError):
    """A marker was asked for that this PC cannot send; the message says what to do."""


class Markers(Protocol):
    """Sends markers."""

    def sit(self, win: Any) -> None:
        """Take the PsychoPy window that is marked."""
        ...

    def ready(self, screen: str) -> None:
        """Get ready: the next flip shows this screen."""
        ...

    def onset(self) -> None:
        """Mark that the flip has just happened."""
        ...

    def response(self, screen: str) -> None:
        """Mark that a screen was answered."""
        ...

    def draw(self) -> None:
        """Draw what belongs to the marker, last before the flip."""
        ...


def code_of(screen: str) -> int:
    """Return the code of a screen's onset, 1 to 120: the same on every PC and in every session.

    Two screens can share a code; the journal tells them apart by time and order.
    """
    return crc32(screen.encode("utf-8")) % CODES + 1


class NoMarkers:
    """Sends nothing."""

    def sit(self, win: Any) -> None:
        """Do nothing."""

    def ready(self, screen: str) -> None:
        """Do nothing."""

    def onset(self) -> None:
        """Do nothing."""

    def response(self, screen: str) -> None:
        """Do nothing."""

    def draw(self) -> None:
        """Draw nothing."""


class CodeMarkers(NoMarkers):
    """What ports have in common: a byte at each onset and each response."""

    def __init__(self) -> None:
        self._next = 0

    def send(self, code: int) -> None:
        """Send a byte, 1 to 255."""
        raise NotImplementedError

    def ready(self, screen: str) -> None:
        self._next = code_of(screen)

    def onset(self) -> None:
        self.send(self._next)

    def response(self, screen: str) -> None:
        self.send(code_of(screen) + RESPONSE)


class SerialMarkers(CodeMarkers):
    """Writes each code as one byte to a serial port.

    Parameters
    ----------
    port
        Such as ``COM3`` or ``/dev/ttyUSB0``.

    Raises
    ------
    MarkersError
        If pyserial or the port is missing.
    """

    def __init__(self, port: str, baud: int = 115200) -> None:
        super().__init__()
        try:
            import serial
        except ImportError as error:
            raise MarkersError(
                "markers on a serial port need pyserial: pip install 'compassion[markers]'"
            ) from error
        try:
            self._port = serial.Serial(port, baud, write_timeout=0)
        except (OSError, ValueError) as error:
            raise MarkersError(
                f"the serial port '{port}' cannot be opened ({error}); is it plugged in,"
                " and may this user write to it?"
            ) from error

    def send(self, code: int) -> None:
        self._port.write(bytes([code]))


class ParallelMarkers(CodeMarkers):
    """Sets the data pins of a parallel port, and clears them two flips later.

    Raises
    ------
    MarkersError
        If there is no parallel port at the address, or no driver for it.
    """

    def __init__(self, address: str | int) -> None:
        super().__init__()
        try:
            from psychopy.parallel import ParallelPort

            self._port = ParallelPort(address)
        except Exception as error:
            raise MarkersError(
                f"the parallel port at '{address}' cannot be opened ({error}); see the port's address"
                " in the device manager and install PsychoPy's parallel port driver"
            ) from error
        self._frames = 0

    def send(self, code: int) -> None:
        self._port.setData(code)
        self._frames = 2

    def draw(self) -> None:
        """Count frames: a pulse lasts two, long enough for every amplifier."""
        if self._frames:
            self._frames -= 1
            if not self._frames:
                self._port.setData(0)


class StreamMarkers(NoMarkers):
    """Sends the screen's id with ``onset`` or ``response`` to the Lab Streaming Layer.

    Raises
    ------
    MarkersError
        If pylsl is missing.
    """

    def __init__(self, name: str = "compassion") -> None:
        try:
            import pylsl
        except (ImportError, RuntimeError) as error:
            raise MarkersError(
                "markers on LSL need pylsl with its library: pip install 'compassion[markers]'"
                f" ({error})"
            ) from error
        info = pylsl.StreamInfo(name, "Markers", 1, 0, "string", f"compassion-{name}")
        self._outlet = pylsl.StreamOutlet(info)
        self._next = ""

    def ready(self, screen: str) -> None:
        self._next = f"onset {screen}"

    def onset(self) -> None:
        self._outlet.push_sample([self._next])

    def response(self, screen: str) -> None:
        self._outlet.push_sample([f"response {screen}"])


class Photodiode(NoMarkers):
    """A patch in a corner of the window that turns white for the first frames of each screen.

    Parameters
    ----------
    corner
        -1 or 1 for left or right, -1 or 1 for bottom or top.
    side
        Pixels.
    frames
        Frames that the patch is white.
    """

    def __init__(self, corner: tuple[int, int] = (1, -1), side: int = 60, frames: int = 3) -> None:
        self._corner, self._side = corner, side
        self._white, self._left = frames, 0
        self._patches: list[Any] = []

    def sit(self, win: Any) -> None:
        from psychopy import visual

        place = [
            sign * (length - self._side) / 2
            for sign, length in zip(self._corner, win.size, strict=True)
        ]
        self._patches = [
            visual.Rect(
                win,
                self._side,
                self._side,
                units="pix",
                pos=place,
                fillColor=colour,
                lineColor=colour,
                autoLog=False,
            )
            for colour in ("black", "white")
        ]

    def ready(self, screen: str) -> None:
        self._left = self._white

    def draw(self) -> None:
        # Drawn once before the flip that shows the screen: the patch turns white with it.
        self._patches[1 if self._left else 0].draw()
        self._left = max(0, self._left - 1)


class AllMarkers(NoMarkers):
    """Several markers at once."""

    def __init__(self, markers: Iterable[Markers]) -> None:
        self._all = tuple(markers)

    def sit(self, win: Any) -> None:
        for each in self._all:
            each.sit(win)

    def ready(self, screen: str) -> None:
        for each in self._all:
            each.ready(screen)

    def onset(self) -> None:
        for each in self._all:
            each.onset()

    def response(self, screen: str) -> None:
        for each in self._all:
            each.response(screen)

    def draw(self) -> None:
        for each in self._all:
            each.draw()


def markers_of(wishes: Iterable[str]) -> Markers | None:
    """Open the markers that are wished for; None if there are none.

    Parameters
    ----------
    wishes
        ``serial:PORT``, ``parallel:ADDRESS``, ``lsl`` or ``lsl:NAME``, ``photodiode``.

    Raises
    ------
    MarkersError
        If a wish is not understood, or its port or library is missing.
    """
    markers: list[Markers] = []
    for wish in wishes:
        kind, _, place = wish.partition(":")
        if kind == "serial" and place:
            markers.append(SerialMarkers(place))
        elif kind == "parallel" and place:
            markers.append(ParallelMarkers(place))
        elif kind == "lsl":
            markers.append(StreamMarkers(place or "compassion"))
        elif wish == "photodiode":
            markers.append(Photodiode())
        else:
            raise MarkersError(
                f"'{wish}' is no marker; there are serial:PORT, parallel:ADDRESS, lsl:NAME, photodiode"
            )
    return AllMarkers(markers) if markers else None
