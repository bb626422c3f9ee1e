"""A small study with periods, and simulated sessions of it for which recordings are made."""

from __future__ import annotations

from pathlib import Path

import made_signals
import numpy as np

from analysis.physiology.periods import Period, periods
from analysis.simulate import simulate
from experiments.package import gather
from experiments.study import Study, open_study

TEXT = """\
study: heart
title: The heart and suffering
factors: {within: {scene: [neutral, suffering]}}
flow:
  - use: consent
    about: the heart
  - {name: sensors, wait: Please wait., until: experimenter}
  - {name: baseline, wait: Please sit still., time: 120 s, period: rest}
  - name: scenes
    each: scenes.csv
    flow:
      - {wait: "+", time: 20 s, period: pause}
      - {page: "{text}", time: 90 s, period: viewing}
      - ask: {compassion: {slider: How much compassion?, from: None, to: Much}}
  - use: debriefing
    page: The end.
columns:
  rsa: import physiology.lnhf
  artifacts: import physiology.artifacts
  resting: mean(rsa where period = rest)
  change: rsa - resting where period = viewing
  rise: mean(change where scene = suffering) - mean(change where scene = neutral)
hypothesis: {outcome: compassion, claim: suffering > neutral}
analysis:
  feeling: compassion ~ scene
  heart: {formula: change ~ scene, contrasts: [suffering - neutral]}
sample: {participants: 6}
"""
SCENES = "item,text,scene\n" + "".join(
    f"s{n},Scene {n}.,{'suffering' if n % 2 else 'neutral'}\n" for n in range(1, 5)
)
AMPLITUDES = {"rest": 20.0, "pause": 20.0, "neutral": 20.0, "suffering": 40.0}
"""Period or scene -> amplitude of the arrhythmia (ms)."""


def write(folder: Path, *changes: tuple[str, str]) -> Study:
    """Write the study, and open it."""
    (folder / "scenes.csv").write_text(SCENES, encoding="utf-8")
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = folder / "heart.yaml"
    path.write_text(text, encoding="utf-8")
    return open_study(path)


def sessions(study: Study, folder: Path, n: int = 6) -> dict[str, list[Period]]:
    """Simulate sessions; return the periods of each participant."""
    simulate(study, folder, n, seed=3, dropout=0.0)
    found: dict[str, list[Period]] = {}
    for period in periods(gather([folder]).events, {}):
        found.setdefault(period.participant, []).append(period)
    return found


def record(folder: Path, data: Path, found: dict[str, list[Period]], begin: float = 30.0) -> Path:
    """Write a recording of each participant, which began so many seconds before the first period; return the list."""
    rows = gather([data]).rows.to_pylist()
    scenes = {(row["participant"], row["screen"]): row["scene"] for row in rows}
    lines = []
    for who, own in found.items():
        zero = own[0].start - begin
        last = max(each.end or each.start for each in own) + 10 - zero
        now, times, rr = 0.0, [], []
        while now < last:
            at = next((p for p in own if p.start - 1 <= zero + now <= (p.end or p.start) + 1), None)
            name = "pause" if at is None else at.address.rpartition(".")[2]
            name = scenes[who, at.screen] if at is not None and name == "viewing" else name
            rr.append(made_signals.MEAN + AMPLITUDES[name] * np.sin(2 * np.pi * 0.25 * now))
            now += rr[-1] / 1000
            times.append(now)
        made_signals.write_intervals(folder / f"{who}.csv", np.array(times), np.array(rr))
        lines.append(f"{who},{who}.csv,rest,{begin}")
    path = folder / "recordings.csv"
    path.write_text("participant,file,period,at\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path
