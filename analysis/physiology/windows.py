"""What is computed of the signals in one window; windows that are too short for a measure have no value of it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.physiology.neurokit import neurokit
from analysis.physiology.signals import Beats, Numbers, Signals
from experiments.protocol.signals import MEASURES

LEAST: Mapping[str, float] = {
    "lnhf": 60.0,
    "rmssd": 30.0,
    "respiration": 30.0,
    "scr": 5.0,
    "artifacts": 10.0,
}
"""Shortest window of each measure (s). High-frequency power needs a minute, about ten cycles of its lowest frequency
(Task Force, 1996); the others are conventions."""
TOLERANCE = 0.5
"""Seconds by which a window can be shorter, since screens end at frames."""
HF = (0.15, 0.40)
"""Band of respiratory sinus arrhythmia (Hz)."""


@dataclass(frozen=True)
class Windowed:
    """The values of a window, and why those that are missing are."""

    values: dict[str, float]
    why: dict[str, str]


class _Missing(Exception):
    """Why a window has no value."""


def measured(signals: Signals, begin: float, end: float) -> Windowed:
    """Return all measures of a window, in seconds since the recorder's start."""
    values: dict[str, float] = {}
    why: dict[str, str] = {}
    for name in MEASURES:
        try:
            _check(name, signals, begin, end)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                values[name] = _MEASURES[name](signals, begin, end)
        except _Missing as reason:
            why[name] = str(reason)
    return Windowed(values, why)


def _check(name: str, signals: Signals, begin: float, end: float) -> None:
    recorded = {"respiration": signals.respiration, "scr": signals.responses}
    if recorded.get(name, signals.beats) is None:
        raise _Missing("not recorded")
    # The first and the last beat of a recording are within it.
    if begin < signals.begin - LONGEST_EDGE or end > signals.end + LONGEST_EDGE:
        raise _Missing("the recording does not cover it")
    if end - begin < LEAST[name] - TOLERANCE:
        raise _Missing(f"{end - begin:.3g} s are too short, it needs {LEAST[name]:g} s")


LONGEST_EDGE = 2.0
"""Seconds without a beat at the edges of a recording of RR intervals."""


def _intervals(beats: Beats, begin: float, end: float) -> tuple[Numbers, Numbers]:
    """Return the RR intervals that lie within a window (ms), and the times of the beats that end them."""
    for gap in beats.gaps:
        if gap.begin < end and gap.end > begin:
            raise _Missing(f"a gap of {gap.end - gap.begin:.3g} s before line {gap.line}")
    inside = (beats.times <= end) & (beats.times - beats.rr / 1000 >= begin)
    rr, times = beats.rr[inside], beats.times[inside]
    if len(rr) < 10 or (end - begin) - rr.sum() / 1000 > 2 * LONGEST_EDGE:
        raise _Missing(f"{len(rr)} beats do not fill the window")
    return rr, times


def _lnhf(signals: Signals, begin: float, end: float) -> float:
    assert signals.beats is not None
    rr, times = _intervals(signals.beats, begin, end)
    found = neurokit().hrv_frequency(
        {"RRI": rr, "RRI_Time": times},
        sampling_rate=1000,
        hf=HF,
        psd_method="welch",
        normalize=False,
    )
    power = float(found["HRV_HF"].iloc[0])
    if not np.isfinite(power) or power <= 0:
        raise _Missing("there is no power in the band")
    return float(np.log(power))


def _rmssd(signals: Signals, begin: float, end: float) -> float:
    assert signals.beats is not None
    rr, times = _intervals(signals.beats, begin, end)
    found = neurokit().hrv_time({"RRI": rr, "RRI_Time": times}, sampling_rate=1000)
    return float(found["HRV_RMSSD"].iloc[0])


def _artifacts(signals: Signals, begin: float, end: float) -> float:
    assert signals.beats is not None
    _intervals(signals.beats, begin, end)
    beats, wrong = (
        int(((times >= begin) & (times <= end)).sum())
        for times in (signals.beats.found, signals.beats.artifacts)
    )
    return wrong / beats


def _respiration(signals: Signals, begin: float, end: float) -> float:
    assert signals.respiration is not None
    first, last = max(0, round(begin * signals.rate)), round(end * signals.rate)
    return float(np.mean(signals.respiration[first:last]))


def _scr(signals: Signals, begin: float, end: float) -> float:
    assert signals.responses is not None
    times, amplitudes = signals.responses
    inside = amplitudes[(times >= begin) & (times <= end) & np.isfinite(amplitudes)]
    return float(inside.mean()) if len(inside) else 0.0


_MEASURES: Mapping[str, Callable[[Signals, float, float], float]] = {
    "lnhf": _lnhf,
    "rmssd": _rmssd,
    "respiration": _respiration,
    "scr": _scr,
    "artifacts": _artifacts,
}
