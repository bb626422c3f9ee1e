"""What is computed of signals whose sinus arrhythmia, breathing and sweating are known."""

from __future__ import annotations

from math import exp, log
from pathlib import Path

import made_signals
import numpy as np
import pytest

from analysis.physiology.recordings import Recording
from analysis.physiology.signals import read_signals
from analysis.physiology.windows import measured

nk = pytest.importorskip("neurokit2")


@pytest.mark.parametrize("amplitude", [10.0, 20.0, 40.0])
@pytest.mark.parametrize("seconds", [60.0, 90.0, 280.0])
def test_the_power_of_a_sine_is_half_its_amplitude_squared(
    tmp_path: Path, amplitude: float, seconds: float
) -> None:
    times, rr = made_signals.intervals(300, amplitude)
    signals = read_signals(made_signals.write_intervals(tmp_path / "rr.csv", times, rr))
    found = measured(signals, 10.0, 10.0 + seconds)
    # Interpolation between beats takes away some of it.
    assert exp(found.values["lnhf"]) == pytest.approx(amplitude**2 / 2, rel=0.06)
    assert found.values["artifacts"] == 0.0
    inside = (times <= 10.0 + seconds) & (times - rr / 1000 >= 10.0)
    rmssd = np.sqrt(np.mean(np.diff(rr[inside]) ** 2))
    assert found.values["rmssd"] == pytest.approx(rmssd, rel=1e-6)
    assert found.why == {"respiration": "not recorded", "scr": "not recorded"}


def test_the_values_of_windows_are_in_one_unit(tmp_path: Path) -> None:
    """NeuroKit's own default divides by the highest power of each window, so that windows have no common unit."""
    times, rr = made_signals.intervals(200, 20.0)
    rr[times > 100] = made_signals.MEAN + 2 * (rr[times > 100] - made_signals.MEAN)
    times = np.cumsum(rr) / 1000
    signals = read_signals(made_signals.write_intervals(tmp_path / "rr.csv", times, rr))
    before, after = (measured(signals, a, a + 80).values["lnhf"] for a in (10.0, 110.0))
    assert after - before == pytest.approx(log(4), abs=0.05)


def test_slow_breathing_is_outside_the_band(tmp_path: Path) -> None:
    times, rr = made_signals.intervals(300, 40.0, frequency=0.1)
    signals = read_signals(made_signals.write_intervals(tmp_path / "rr.csv", times, rr))
    assert exp(measured(signals, 10.0, 290.0).values["lnhf"]) < 0.02 * 40**2 / 2


def test_the_whole_of_a_simulated_recording_has_neurokits_own_values(tmp_path: Path) -> None:
    rate, seconds = 250, 100
    ecg = nk.ecg_simulate(duration=seconds, sampling_rate=rate, heart_rate=65, random_state=1)
    rsp = nk.rsp_simulate(duration=seconds, sampling_rate=rate, respiratory_rate=15, random_state=1)
    eda = nk.eda_simulate(duration=seconds, sampling_rate=rate, scr_number=6, random_state=1)
    path = tmp_path / "signals.csv"
    lines = [f"{a:.9g},{b:.9g},{c:.9g}" for a, b, c in zip(ecg, rsp, eda, strict=True)]
    path.write_text("\n".join(["ecg,rsp,eda", *lines]) + "\n", encoding="utf-8")
    signals = read_signals(Recording(2, "p01", "1", path, float(rate), "rest", 0.0))
    found = measured(signals, 0.0, float(seconds))
    assert found.why == {}

    cleaned = nk.ecg_clean(ecg, sampling_rate=rate)
    _, peaks = nk.ecg_peaks(cleaned, sampling_rate=rate, correct_artifacts=True)
    assert found.values["artifacts"] == pytest.approx(2 / len(peaks["ECG_R_Peaks_Uncorrected"]))
    at = peaks["ECG_R_Peaks"]
    # NeuroKit places corrected beats at samples, of which there are fewer here.
    hrv = nk.hrv_frequency(at, sampling_rate=rate, normalize=False)
    assert found.values["lnhf"] == pytest.approx(float(hrv["HRV_LnHF"].iloc[0]), abs=0.02)
    rmssd = float(nk.hrv_time(at, sampling_rate=rate)["HRV_RMSSD"].iloc[0])
    assert found.values["rmssd"] == pytest.approx(rmssd, rel=0.01)
    rates = nk.rsp_process(rsp, sampling_rate=rate)[0]["RSP_Rate"]
    assert found.values["respiration"] == pytest.approx(float(rates.mean()), rel=1e-6)
    assert found.values["respiration"] == pytest.approx(15, abs=1)
    responses = nk.eda_process(eda, sampling_rate=rate)[1]["SCR_Amplitude"]
    assert found.values["scr"] == pytest.approx(float(np.nanmean(responses)), rel=1e-6)


def test_a_window_without_a_response_of_the_skin_has_zero(tmp_path: Path) -> None:
    seconds = np.arange(6000) / 100
    since = np.clip(seconds - 30, 0, None)
    eda = 5 + 2 * (np.exp(-since / 4) - np.exp(-since / 0.75))
    path = tmp_path / "eda.csv"
    path.write_text("eda\n" + "\n".join(f"{each:.9g}" for each in eda) + "\n", encoding="utf-8")
    signals = read_signals(Recording(2, "p01", "1", path, 100.0, "rest", 0.0))
    assert signals.responses is not None
    assert measured(signals, 10.0, 20.0).values["scr"] == 0.0
    assert measured(signals, 29.0, 36.0).values["scr"] > 0.5


@pytest.mark.parametrize(
    ("begin", "seconds", "without"),
    [
        (10.0, 59.0, {"lnhf": "59 s are too short, it needs 60 s"}),
        (
            10.0,
            20.0,
            {
                "lnhf": "20 s are too short, it needs 60 s",
                "rmssd": "20 s are too short, it needs 30 s",
            },
        ),
        (250.0, 90.0, dict.fromkeys(("lnhf", "rmssd", "artifacts"), "the recording does not cover it")),
        (-30.0, 90.0, dict.fromkeys(("lnhf", "rmssd", "artifacts"), "the recording does not cover it")),
    ],
)  # fmt: skip
def test_what_a_window_cannot_tell_is_missing_with_a_reason(
    tmp_path: Path, begin: float, seconds: float, without: dict[str, str]
) -> None:
    times, rr = made_signals.intervals(300)
    signals = read_signals(made_signals.write_intervals(tmp_path / "rr.csv", times, rr))
    found = measured(signals, begin, begin + seconds)
    own = {name: why for name, why in found.why.items() if why != "not recorded"}
    assert own == without
    assert not set(own) & set(found.values)


def test_artifacts_are_found_and_corrected(tmp_path: Path) -> None:
    times, rr = made_signals.intervals(300, 20.0)
    clean = read_signals(made_signals.write_intervals(tmp_path / "clean.csv", times, rr))
    # A beat that was missed, and an extra one that came early; the times of the others stay.
    kept = np.delete(times, 150)
    early = np.sort(np.append(kept, times[60] + 0.3))
    wrong = np.diff(np.concatenate([[0.0], early])) * 1000
    noisy = read_signals(made_signals.write_intervals(tmp_path / "noisy.csv", early, wrong))
    assert clean.beats is not None
    assert noisy.beats is not None
    assert len(clean.beats.artifacts) == 0
    # Near the two places that are wrong, and nowhere else.
    near = [min(abs(at - times[60]), abs(at - times[150])) for at in noisy.beats.artifacts]
    assert len(near) >= 2
    assert max(near) < 3.0
    found = measured(noisy, 5.0, 245.0)
    assert 2 / 290 < found.values["artifacts"] < 8 / 280
    expected = measured(clean, 5.0, 245.0).values
    assert found.values["lnhf"] == pytest.approx(expected["lnhf"], abs=0.1)
    assert found.values["rmssd"] == pytest.approx(expected["rmssd"], rel=0.1)


def test_a_gap_leaves_windows_without_it_as_they_are(tmp_path: Path) -> None:
    times, rr = made_signals.intervals(300)
    kept = (times < 100) | (times > 130)
    path = tmp_path / "gap.csv"
    signals = read_signals(made_signals.write_intervals(path, times[kept], rr[kept]))
    line = 2 + int((times < 100).sum())
    why = measured(signals, 60.0, 150.0).why
    assert why["lnhf"].startswith("a gap of 30")
    assert why["lnhf"].endswith(f"before line {line}")
    assert set(why) == {"lnhf", "rmssd", "artifacts", "respiration", "scr"}
    for begin in (10.0, 140.0):
        assert exp(measured(signals, begin, begin + 80).values["lnhf"]) == pytest.approx(
            800, rel=0.06
        )
