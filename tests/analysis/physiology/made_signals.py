"""Signals of which we know what is in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.physiology.recordings import Recording

MEAN = 850.0
"""Mean RR interval (ms)."""


def intervals(
    seconds: float, amplitude: float = 40.0, frequency: float = 0.25
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the times of beats (s) and their RR intervals (ms), a sine whose power is amplitude² / 2."""
    times, rr, now = [], [], 0.0
    while now < seconds:
        each = MEAN + amplitude * np.sin(2 * np.pi * frequency * now)
        now += each / 1000
        rr.append(each)
        times.append(now)
    return np.array(times), np.array(rr)


def write_intervals(
    path: Path, times: NDArray[np.float64], rr: NDArray[np.float64], rate: float | None = None
) -> Recording:
    """Write a file of RR intervals, and return what the list of recordings says of it."""
    lines = [f"{time:.6f},{each:.6f}" for time, each in zip(times, rr, strict=True)]
    path.write_text("\n".join(["time,rr", *lines]) + "\n", encoding="utf-8")
    return Recording(2, "p01", "1", path, rate, "rest", 0.0)
