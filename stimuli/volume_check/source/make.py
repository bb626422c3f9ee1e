"""Make the tones of the volume check: ``python stimuli/volume_check/source/make.py``; always the same file."""

from __future__ import annotations

import wave
from array import array
from math import pi, sin
from pathlib import Path

RATE = 16_000
"""Samples per second."""
HERTZ = 500.0
LOUD, QUIET = 0.3, 0.03
"""Share of the largest amplitude; 20 dB apart."""
TONES = (LOUD, QUIET, LOUD, QUIET)
TONE, PAUSE, EDGE = 0.5, 0.4, 0.02
"""Seconds of a tone, of the pause around it, and of its beginning and end, in which it swells and fades."""


def samples() -> array[int]:
    """Return the samples."""
    made = array("h", bytes(2 * round(PAUSE * RATE)))
    for amplitude in TONES:
        for place in range(round(TONE * RATE)):
            time = place / RATE
            edge = min(1.0, time / EDGE, (TONE - time) / EDGE)
            made.append(round(32_767 * amplitude * edge * sin(2 * pi * HERTZ * time)))
        made.extend(array("h", bytes(2 * round(PAUSE * RATE))))
    return made


if __name__ == "__main__":
    with wave.open(str(Path(__file__).resolve().parents[1] / "tones.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples().tobytes())
