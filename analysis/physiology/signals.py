"""Recorded signals: files with RR intervals or with samples, and the beats found in them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.physiology.neurokit import neurokit
from analysis.physiology.recordings import Recording, lines_of, number, refuse

Numbers = NDArray[np.float64]
SIGNALS = ("ecg", "rsp", "eda")
JUMP = 0.25
"""Seconds by which the time between two beats can differ from the interval before it is a gap."""
RESOLUTION = 1000
"""Samples per second at which beats are placed."""
LONGEST = 5000.0
"""Longest RR interval (ms); what is longer is a gap or a fault."""


@dataclass(frozen=True)
class Gap:
    """A part of a recording without beats."""

    begin: float
    end: float
    line: int
    """Line of the file after it."""


@dataclass(frozen=True)
class Beats:
    """The beats of a recording, corrected, in seconds since the recorder's start."""

    times: Numbers
    rr: Numbers
    """Interval before each beat (ms); missing where a stretch begins."""
    found: Numbers
    """Times of the beats as recorded."""
    artifacts: Numbers
    """Times of the beats that were corrected."""
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Signals:
    """What was recorded in one session."""

    begin: float
    end: float
    """First and last time, in seconds since the recorder's start."""
    beats: Beats | None = None
    respiration: Numbers | None = field(default=None, repr=False)
    """Breaths per minute at each sample."""
    responses: tuple[Numbers, Numbers] | None = field(default=None, repr=False)
    """Times and amplitudes of the skin conductance responses."""
    rate: float = 0.0


def read_signals(recording: Recording) -> Signals:
    """Read a recording.

    Raises
    ------
    AnalysisError
        If the file has a fault; with file and line.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if recording.rate is None:
            return _intervals(recording.file)
        return _samples(recording.file, recording.rate)


def _intervals(path: Path) -> Signals:
    """Read RR intervals (ms) with the time of the beat that ends each (s), if there is one."""
    lines: list[int] = []
    rr: list[float] = []
    times: list[float] = []
    for line, row in lines_of(path, ("rr",), ("time", "rr")):
        interval = number(path, line, "rr", row["rr"])
        if interval <= 0:
            refuse(path, line, f"the RR interval is {interval:g}", "Intervals are above 0 ms.")
        time = number(path, line, "time", row["time"]) if "time" in row else None
        if time is not None and times and time <= times[-1]:
            found = f"the time {time:g} s is not after that of the line before, {times[-1]:g} s"
            refuse(path, line, found, "Times are those of the beats, in seconds, ascending.")
        before = times[-1] if times else 0.0
        times.append(before + interval / 1000 if time is None else time)
        rr.append(interval)
        lines.append(line)
    if len(rr) < 3:
        refuse(path, 1, f"the file has {len(rr)} RR intervals", "Export the whole recording.")
    middle = float(np.median(rr))
    if middle < 10:
        found = f"the RR intervals have a median of {middle:g}, as if they were in seconds"
        refuse(path, lines[0], found, "Write them in milliseconds.")
    for line, interval in zip(lines, rr, strict=True):
        if interval > LONGEST:
            found = f"the RR interval is {interval:g} ms, longer than {LONGEST:g} ms"
            remedy = "Remove the line, and keep the times: the part without beats is then a gap."
            refuse(path, line, found, remedy)
    steps = np.diff(times)
    if len(steps) and float(np.median(steps)) > 20:
        found = (
            f"the times have steps of {float(np.median(steps)):g}, as if they were in milliseconds"
        )
        refuse(path, lines[0], found, "Write the times in seconds.")
    intervals, at = np.array(rr), np.array(times)
    gaps = tuple(
        Gap(at[i - 1], at[i] - intervals[i] / 1000, lines[i])
        for i in range(1, len(at))
        if at[i] - at[i - 1] - intervals[i] / 1000 > JUMP
    )
    starts = [0, *(lines.index(gap.line) for gap in gaps), len(at)]
    stretches = [
        _Stretch(np.concatenate([[at[a] - intervals[a] / 1000], at[a:b]]), intervals[a:b])
        for a, b in pairwise(starts)
    ]
    return Signals(float(stretches[0].times[0]), float(at[-1]), _corrected(stretches, gaps))


def _samples(path: Path, rate: float) -> Signals:
    """Read samples of ECG, respiration and skin conductance, of which any can be there."""
    columns: dict[str, list[float]] = {}
    for line, row in lines_of(path, (), ("time", *SIGNALS)):
        for name in SIGNALS:
            if name in row:
                columns.setdefault(name, []).append(number(path, line, name, row[name]))
    if not columns:
        refuse(path, 1, "there is no signal", f"Name a column {', '.join(SIGNALS)}.")
    found = {name: np.array(values) for name, values in columns.items()}
    length = len(next(iter(found.values())))
    if length < 10 * rate:
        seconds = length / rate
        refuse(path, 1, f"the recording lasts {seconds:.3g} s", "Check the file and its 'rate'.")
    nk, whole = neurokit(), int(rate)
    if whole != rate:
        refuse(
            path, 1, f"the rate is {rate:g}", "Resample to a whole number of samples per second."
        )
    beats = respiration = responses = None
    if "ecg" in found:
        cleaned = nk.ecg_clean(found["ecg"], sampling_rate=whole)
        _, peaks = nk.ecg_peaks(cleaned, sampling_rate=whole)
        at = np.asarray(peaks["ECG_R_Peaks"], dtype=float) / rate
        if len(at) < 4:
            refuse(path, 1, f"the ECG has {len(at)} beats", "Check the electrodes and the 'rate'.")
        beats = _corrected([_Stretch(at, np.diff(at) * 1000)], ())
    if "rsp" in found:
        table, _ = nk.rsp_process(found["rsp"], sampling_rate=whole)
        respiration = table["RSP_Rate"].to_numpy(dtype=float)
    if "eda" in found:
        _, eda = nk.eda_process(found["eda"], sampling_rate=whole)
        peaks_at = np.asarray(eda["SCR_Peaks"], dtype=float) / rate
        responses = (peaks_at, np.asarray(eda["SCR_Amplitude"], dtype=float))
    return Signals(0.0, length / rate, beats, respiration, responses, rate)


@dataclass(frozen=True)
class _Stretch:
    """Beats without a gap between them."""

    times: Numbers
    """Times of the beats (s)."""
    rr: Numbers
    """Intervals between them (ms), which can be known better than the times."""


def _corrected(stretches: list[_Stretch], gaps: tuple[Gap, ...]) -> Beats:
    """Return beats corrected as by Lipponen and Tarvainen (2019), each stretch without a gap by itself."""
    nk = neurokit()
    times: list[Numbers] = []
    rr: list[Numbers] = []
    artifacts: list[Numbers] = []
    for each in stretches:
        at, intervals, wrong = each.times, each.rr, each.times[:0]
        # Fewer beats have no neighbours to be compared with.
        if len(at) >= 10:
            summed = np.concatenate([[0.0], np.cumsum(each.rr)]) / 1000
            peaks = np.round(summed * RESOLUTION).astype(int)
            fix = partial(nk.signal_fixpeaks, peaks, sampling_rate=RESOLUTION, method="Kubios")
            # What the iterations return are the artifacts of the last of them, which leaves none or few.
            info, _ = fix(iterative=False)
            kinds = ("ectopic", "missed", "extra", "longshort")
            places = sorted({int(place) for kind in kinds for place in np.ravel(info[kind])})
            if places:
                _, fixed = fix(iterative=True)
                now = np.asarray(fixed, dtype=float) / RESOLUTION
                wrong = at[[min(place, len(at) - 1) for place in places]]
                intervals = np.diff(now) * 1000
                at = now + np.interp(now, summed, each.times - summed)
        times.append(at)
        rr.append(np.concatenate([[np.nan], intervals]))
        artifacts.append(wrong)
    return Beats(
        np.concatenate(times),
        np.concatenate(rr),
        np.concatenate([each.times for each in stretches]),
        np.concatenate(artifacts),
        gaps,
    )
