"""Cost of a frame: our pages against the same stimuli in bare PsychoPy. Goal: at most 1.1x, no frame dropped more.

    xvfb-run -a python benchmarks/lab/frame_cost.py [--size 1280x720] [--frames 240]

Both draw into the same window in turn, block by block, so that whatever else the machine does hits both.
A frame is everything between two flips: taking inputs, drawing, the flip itself. Flips do not wait for a
monitor here, so times are costs and not refreshes; a frame would be dropped at 60 Hz if it took longer
than 16.7 ms. With PsychoPy each stimulus is drawn anew at every frame, as in any PsychoPy script.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "timelines"), str(Path(__file__).parent)]

SCREENS = ("consent.text", "read.eight", "choose.8", "rate.feelings", "mark.4")
CLOCK = time.process_time
REFRESH = 1 / 60
BLOCKS = 6


def summary(times: list[float]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds, and frames longer than a refresh."""
    ordered = sorted(times)
    return {
        "median_ms": round(1000 * median(ordered), 3),
        "p95_ms": round(1000 * ordered[round(0.95 * (len(ordered) - 1))], 3),
        "over_a_refresh": sum(each > REFRESH for each in ordered),
        "frames": len(ordered),
    }


def our_frames(responder: Any, page: Any, frames: int) -> list[float]:
    """Times of frames as ``LabResponder`` makes them."""
    from experiments.lab.painting import Painting
    from experiments.lab.steering import take

    window, times = responder.window, []
    responder.page, responder.painting = page, Painting(page)
    for _ in range(frames):
        began = CLOCK()
        for event in responder.hands.take():
            take(page, event, 0.0)
        page.tick(1.0)
        responder._draw()
        window.win.flip()
        times.append(CLOCK() - began)
    return times


def bare_frames(win: Any, keyboard: Any, stimuli: list[Any], frames: int) -> list[float]:
    """Times of frames as a PsychoPy script makes them."""
    times = []
    for _ in range(frames):
        began = CLOCK()
        keyboard.getKeys(waitRelease=False)
        for stimulus in stimuli:
            stimulus.draw()
        win.flip()
        times.append(CLOCK() - began)
    return times


def main() -> None:
    """Measure every screen and write ``frame_cost.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--frames", type=int, default=240)
    given = parser.parse_args()
    size = tuple(int(length) for length in given.size.split("x"))

    import every_kind
    from bare import bare_stimuli

    from experiments.lab.form import Form
    from experiments.lab.page import Page
    from experiments.lab.respond import LabResponder
    from experiments.lab.window import open_window

    timeline = every_kind.load("en")
    results: dict[str, Any] = {}
    with open_window(size) as window:
        responder = LabResponder(window, timeline, root=every_kind.HERE)
        for name in SCREENS:
            screen = timeline.screens[timeline.index[name]]
            page = Page(screen, Form.begin(screen, {}, None), responder.setting, window.size)
            stimuli = bare_stimuli(window.win, screen, page.layout)
            ours: list[float] = []
            theirs: list[float] = []
            for block in range(BLOCKS + 1):
                mine = our_frames(responder, page, given.frames // BLOCKS)
                bare = bare_frames(
                    window.win, responder.hands.keys.keyboard, stimuli, given.frames // BLOCKS
                )
                if block:  # the first block warms both up
                    ours += mine
                    theirs += bare
            results[name] = {
                "compassion": summary(ours),
                "bare_psychopy": summary(theirs),
                "ratio_of_medians": round(median(ours) / median(theirs), 3),
                "stimuli": len(stimuli),
            }
            print(name, json.dumps(results[name]))
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"size": given.size, "screens": results}, indent=1) + "\n")
    print(f"written to {path}")


if __name__ == "__main__":
    main()
