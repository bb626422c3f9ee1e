"""From launch to the first screen: ours against a minimal PsychoPy script. Goal: at most 1.2x.

    xvfb-run -a python benchmarks/lab/launch.py [--times 5]

Both are run as new processes in turn. The minimal script opens a window, makes one text, and flips; ours
reads a timeline, opens the window, and shows its first screen (everything but the participant dialog,
which waits for the experimenter). Processor time is shown beside wall time because other programs do not change it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]

MINIMAL = """
from psychopy import visual, core
from psychopy.hardware import keyboard
win = visual.Window((1280, 720), units="pix")
keys = keyboard.Keyboard()
text = visual.TextStim(win, "Welcome", height=30)
text.draw()
win.flip()
"""

OURS = """
import sys
sys.path[:0] = [{root!r}, {timelines!r}]
import every_kind
from experiments.lab.window import open_window
from experiments.lab.responder import LabResponder, WindowClosedError
window = open_window((1280, 720))
timeline = every_kind.load("en")
responder = LabResponder(window, timeline, root=every_kind.HERE)
window.after_flip.append(lambda: setattr(window, "closed", True))
try:
    responder.respond(timeline.screens[0], {{}})
except WindowClosedError:
    pass
"""


def run(script: str) -> tuple[float, float]:
    """Return wall and processor seconds of a script in a new process."""
    before, began = os.times(), time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, timeout=300, cwd=ROOT
    )
    wall, after = time.perf_counter() - began, os.times()
    spent = after.children_user + after.children_system
    return wall, spent - before.children_user - before.children_system


def main() -> None:
    """Measure both in turn and write ``launch.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    ours_script = OURS.format(root=str(ROOT), timelines=str(ROOT / "tests" / "timelines"))
    scripts = {"compassion": ours_script, "minimal_psychopy": MINIMAL}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in scripts}
    for turn in range(times + 1):
        for name, script in scripts.items():
            measured = run(script)
            if turn:  # the first turn fills the disk's cache
                found[name].append(measured)
                print(f"{name:18} {measured[0]:6.2f} s  ({measured[1]:5.2f} s of processor)")
    result = {
        name: {
            "wall_s": round(median(wall for wall, _ in each), 3),
            "processor_s": round(median(spent for _, spent in each), 3),
        }
        for name, each in found.items()
    }
    ours, minimal = result["compassion"], result["minimal_psychopy"]
    ratios = {key: round(ours[key] / minimal[key], 3) for key in ours}
    print(json.dumps({**result, "ratios": ratios}, indent=1))
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({**result, "ratios": ratios, "times": times}, indent=1) + "\n")


if __name__ == "__main__":
    main()
