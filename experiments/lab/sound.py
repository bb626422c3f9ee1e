"""Sound in the lab: the output of the computer, and a sound that is played while it is decoded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.errors import UserError
from experiments.lab.decoding import Decoder
from experiments.stimuli.clips import ClipError

CHANNELS, BYTES = 2, 2
BLOCK = 0.1
"""Seconds of sound in a block that is decoded."""
AHEAD = 30


class NoSoundError(UserError):
    """The computer has no output for sound."""


def sound_output() -> str:
    """Return the name of the output for sound; '' if there is none."""
    try:
        import sounddevice

        return str(sounddevice.query_devices(kind="output")["name"])
    except Exception:  # PortAudio is missing, has no device, or its driver fails.
        return ""


def demand_sound() -> None:
    """Refuse to begin a session in which participants would hear nothing.

    Raises
    ------
    NoSoundError
        If the computer has no output for sound.
    """
    if not sound_output():
        raise NoSoundError(
            "no session was started: this mode plays sounds, and this computer has no output for sound."
            " Connect loudspeakers or headphones, and check them with `compassion doctor`."
        )


class Sound:
    """A sound that is ready to begin at once.

    The output runs in silence from the beginning, so that the sound begins within its next buffer.
    """

    def __init__(self, path: Path) -> None:
        import sounddevice

        try:
            rate = int(sounddevice.query_devices(kind="output")["default_samplerate"])
            self._size = round(rate * BLOCK) * CHANNELS * BYTES
            options = ["-vn", "-f", "s16le", "-ac", str(CHANNELS), "-ar", str(rate)]
            self._decoder = Decoder(path, options, self._size, AHEAD)
            self._left = memoryview(self._decoder.first())
            self._plays = False
            self._stream = sounddevice.RawOutputStream(
                rate, channels=CHANNELS, dtype="int16", latency="low", callback=self._fill
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise ClipError(
                f"the output for sound cannot be used ({error})", "Run `compassion doctor`."
            ) from error

    def _fill(self, out: Any, frames: int, time: object, status: object) -> None:
        """Give the output its next samples, or silence."""
        at, needed = 0, len(out)
        while self._plays and at < needed:
            if not self._left:
                block = self._decoder.next()
                if block is None:
                    break
                self._left = memoryview(block)
            part = self._left[: needed - at]
            out[at : at + len(part)] = bytes(part)
            self._left, at = self._left[len(part) :], at + len(part)
        out[at:needed] = bytes(needed - at)

    def play(self, plays: bool = True) -> None:
        """Begin or go on, or stop for a while."""
        self._plays = plays

    def close(self) -> None:
        """Stop, and release the output."""
        self._plays = False
        self._stream.close()
        self._decoder.close()
