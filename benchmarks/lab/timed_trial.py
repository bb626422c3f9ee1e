"""A timed trial: ours against the same trial as a plain PsychoPy script has it. Goal: at most 1.1x the work of a frame.

    xvfb-run -a python benchmarks/lab/timed_trial.py [--trials 40]

The trial is a cross (300 ms), two pictures (300 ms) and a word until a key (here for 300 ms), as in the dot-probe. Both
are shown in the same window, in turn. Compared are the processor time from one flip to the next without the flip
itself, the longest such time, which is when one stimulus takes the place of another, and by how much the durations on the screen
differ from those that were asked for. The durations say something about the computer only where flips follow a display.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "timelines")]

import every_kind  # noqa: E402

from experiments.lab.responder import LabResponder  # noqa: E402
from experiments.lab.window import LabWindow, open_window  # noqa: E402
from experiments.screen import Ask, Display, Screen, Stimulus, Version  # noqa: E402

SECONDS = 0.3
SIZE = (1280, 720)
FACES = ("media/face1.png", "media/face2.png")


def trial() -> Screen:
    """Return the trial as our screens have it."""
    pictures = (Stimulus("left", image=FACES[0]), Stimulus("right", image=FACES[1]))
    shown = ((Stimulus("centre", "+"),), pictures, (Stimulus("left", "E"),))
    displays = tuple(
        Display(f"show.{place}", (Version(each),), seconds=SECONDS)
        for place, each in enumerate(shown, start=1)
    )
    asking = replace(displays[2], ask="answer")
    ask = Ask("answer", correct="E", keys={"e": "E", "f": "F"})
    return Screen("t", "timed", "trials", "each", asks=(ask,), displays=(*displays[:2], asking))


class Watched:
    """A window whose flips are watched: the work before each of them, and when it happened."""

    def __init__(self, window: LabWindow) -> None:
        self.window = window
        self.work: list[float] = []
        self.onsets: list[float] = []
        self._since = time.process_time()

    def begin(self) -> None:
        """Begin a trial."""
        self._since = time.process_time()

    def flip(self) -> float:
        """Flip, after noting the processor time since the last flip."""
        self.work.append(time.process_time() - self._since)
        shown = LabWindow.flip(self.window)
        self._since = time.process_time()
        return shown


def ours(window: LabWindow, watched: Watched, trials: int) -> list[float]:
    """Show the trials as our lab does; return the durations on the screen."""
    window.flip = watched.flip  # type: ignore[method-assign]
    lab = LabResponder(window, every_kind.load("en"), root=every_kind.HERE)
    durations = []
    for _ in range(trials):
        watched.begin()
        response = lab.respond(trial(), {})
        durations += [lasted for _, lasted in response.shown.values()]
    lab.close()
    del window.flip
    return durations


def bare(window: LabWindow, watched: Watched, trials: int) -> list[float]:
    """Show the trials as a plain script does: stimuli made once, drawn before each flip, keys polled after it."""
    from psychopy import visual
    from psychopy.hardware.keyboard import Keyboard

    win, unit = window.win, min(SIZE[0] / 4, SIZE[1] / 3)
    keys = Keyboard(backend="ptb")

    def text(words: str, x: float) -> Any:
        return visual.TextStim(win, words, pos=(x, 0), height=44, color="black", units="pix")

    def picture(file: str, x: float) -> Any:
        size = (0.4 * 3 * unit, 0.5 * 3 * unit)
        return visual.ImageStim(
            win, str(every_kind.HERE / file), pos=(x, 0), size=size, units="pix"
        )

    stimuli = [
        [text("+", 0)],
        [picture(FACES[0], -unit), picture(FACES[1], unit)],
        [text("E", -unit)],
    ]
    durations = []
    for _ in range(trials):
        watched.begin()
        keys.clearEvents()
        onset = None
        for shown in stimuli:
            began = None
            while True:
                for each in shown:
                    each.draw()
                now = watched.flip()
                if began is None:
                    if onset is not None:
                        durations.append(now - onset)
                    began = onset = now
                keys.getKeys(["e", "f"], waitRelease=False)
                if window.due() - began >= SECONDS - 0.5 * window.period:
                    break
        durations.append(watched.flip() - (onset or 0.0))
    return durations


def summary(watched: Watched, durations: list[float], trials: int) -> dict[str, float]:
    """Return milliseconds of work for a frame, at the frames with most, and errors of the durations."""
    each = sorted(watched.work)
    most = each[-3 * trials :]
    errors = [1000 * abs(duration - SECONDS) for duration in durations]
    return {
        "frames": len(each),
        "mean_ms": round(1000 * mean(each), 3),
        "median_ms": round(1000 * median(each), 3),
        "changes_ms": round(1000 * median(most), 3),
        "duration_error_median_ms": round(median(errors), 3),
        "duration_error_most_ms": round(max(errors), 3),
    }


def main() -> None:
    """Measure both in turn and write ``timed_trial.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=40)
    trials = parser.parse_args().trials
    found: dict[str, dict[str, float]] = {}
    with open_window(SIZE) as window:
        for name, show in (("warm", ours), ("bare_psychopy", bare), ("compassion", ours)):
            watched = Watched(window)
            durations = show(window, watched, trials if name != "warm" else 2)
            found[name] = summary(watched, durations, trials)
        about = {"refresh": round(window.refresh, 2), "synchronised": window.synchronised}
    del found["warm"]
    theirs, own = found["bare_psychopy"], found["compassion"]
    ratios = {key: round(own[key] / theirs[key], 3) for key in ("mean_ms", "median_ms")}
    result = {
        **found,
        "ratios": ratios,
        "trials": trials,
        "display": about,
        "when": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": platform.platform(terse=True),
    }
    text = json.dumps(result, indent=1)
    print(text)
    Path(__file__).with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
