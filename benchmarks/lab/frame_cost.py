"""Cost of a frame: our pages against the same stimuli in bare PsychoPy. Goal: at most 1.1x, no more dropped frames.

    xvfb-run -a python benchmarks/lab/frame_cost.py [--size 1280x720] [--frames 240]

Both draw into the same window in turn, block by block, so that other work on the machine affects both alike.
A frame is everything between two flips: taking inputs, drawing, the flip itself. Flips do not wait for a
monitor here, so times are costs and not refreshes; a frame would be dropped at 60 Hz if it took longer
than 16.7 ms. With PsychoPy each stimulus is drawn again at every frame, as in any PsychoPy script.
On shared machines without a graphics card, processor time (all threads) is decisive; wall time is shown
beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "timelines"), str(Path(__file__).parent)]

SCREENS = ("consent.text", "read.eight", "choose.8", "rate.feelings", "mark.4")
REFRESH = 1 / 60
BLOCKS = 6


@dataclass
class Frames:
    """Times of frames in seconds."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def time(self, frame: Callable[[], None], count: int) -> None:
        """Time a number of frames."""
        for _ in range(count):
            began, spent = time.perf_counter(), time.process_time()
            frame()
            self.wall.append(time.perf_counter() - began)
            self.processor.append(time.process_time() - spent)

    def summary(self) -> dict[str, float]:
        """Medians and 95th percentiles in milliseconds, and frames that would be dropped at 60 Hz."""
        found: dict[str, float] = {"frames": len(self.wall)}
        for name, times in (("processor", self.processor), ("wall", self.wall)):
            ordered = sorted(times)
            found[f"{name}_median_ms"] = round(1000 * median(ordered), 3)
            found[f"{name}_p95_ms"] = round(1000 * ordered[round(0.95 * (len(ordered) - 1))], 3)
            found[f"{name}_over_a_refresh"] = sum(each > REFRESH for each in ordered)
        return found


def our_frame(responder: Any, page: Any) -> Callable[[], None]:
    """Return a frame as ``LabResponder`` makes it."""
    from experiments.lab.input_handling import handle_input
    from experiments.lab.painting import Painting

    painting = Painting(page)

    def frame() -> None:
        responder.page, responder.painting = page, painting
        for event in responder.devices.take():
            handle_input(page, event, 0.0)
        page.tick(1.0)
        responder._draw()
        responder.window.win.flip()

    return frame


def bare_frame(win: Any, keyboard: Any, stimuli: list[Any]) -> Callable[[], None]:
    """Return a frame as a PsychoPy script makes it."""

    def frame() -> None:
        keyboard.getKeys(waitRelease=False)
        for stimulus in stimuli:
            stimulus.draw()
        win.flip()

    return frame


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
    from experiments.lab.responder import LabResponder
    from experiments.lab.window import open_window

    timeline = every_kind.load("en")
    results: dict[str, Any] = {}
    with open_window(size) as window:
        responder = LabResponder(window, timeline, root=every_kind.HERE)
        for name in SCREENS:
            screen = timeline.screens[timeline.index[name]]
            page = Page(screen, Form.begin(screen, {}, None), responder.context, window.size)
            stimuli = bare_stimuli(window.win, screen, page.layout)
            frames = {
                "compassion": our_frame(responder, page),
                "bare_psychopy": bare_frame(window.win, responder.devices.keys.keyboard, stimuli),
            }
            for frame in frames.values():
                Frames().time(frame, 20)  # warms both up
            times = {who: Frames() for who in frames}
            for _ in range(BLOCKS):
                for who, frame in frames.items():
                    times[who].time(frame, given.frames // BLOCKS)
            ours, bare = times["compassion"], times["bare_psychopy"]
            results[name] = {
                **{who: each.summary() for who, each in times.items()},
                "ratio_processor": round(median(ours.processor) / median(bare.processor), 3),
                "ratio_wall": round(median(ours.wall) / median(bare.wall), 3),
                "stimuli": len(stimuli),
            }
            print(name, json.dumps(results[name]))
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"size": given.size, "screens": results}, indent=1) + "\n")
    print(f"written to {path}")


if __name__ == "__main__":
    main()
