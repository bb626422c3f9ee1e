"""Runs a compiled experiment in a small window, answered by real input events; run as a script.

Reads ``{"script": path, "slot": number, "answers": [...], "data": path}`` (answers as for ``run_stub.mjs``) and
writes PsychoPy's own table of data.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

from psychopy import visual

from experiments.online.builder.routines import FOOT
from experiments.online.builder.showing import range_of

WIDTH, HEIGHT = 800, 600
FEET = {"go": 0.44, "skip": -0.04, "leave": -0.44}
#: Height at which sliders stand.
LINE = -0.25


class Hand:
    """Acts before each flip, as mouse and keyboard would."""

    def __init__(self, window: Any, experiment: Any, answers: list[dict[str, Any]]) -> None:
        self.window, self.experiment, self.answers = window, experiment, answers
        self.page, self.done, self.wait, self.is_down = "", -1, 0, False
        self.plan: list[tuple[float, float] | str] = []

    def act(self) -> None:
        """Do what comes next, a few frames after what came before."""
        state = self.experiment.study
        if not state.get("shown"):
            return
        here = f"{state['screen']} {state['place']}"
        if here != self.page:
            self.page, self.done, self.wait = here, self.done + 1, 4
            self.plan = self._plan(self.answers[self.done], state["shown"])
        self.wait -= 1
        if self.wait > 0:
            return
        if self.is_down:
            self._mouse("release")
        elif self.plan:
            self._do(self.plan.pop(0))

    def _plan(self, does: dict[str, Any], routine: str) -> list[tuple[float, float] | str]:
        plan: list[tuple[float, float] | str] = []
        if "option" in does:
            cell = f"page_option{does['option']}"
            plan.append(
                (getattr(self.experiment, f"{cell}_x"), getattr(self.experiment, f"{cell}_y"))
            )
        if "rating" in does:
            low, high, _ = range_of(routine)
            plan.append(((does["rating"] - low) / (high - low) - 0.5, LINE))
        if "text" in does:
            plan.append(does["text"])
        plan += [(x, FOOT) for foot, x in FEET.items() if does.get(foot)]
        if does.get("leave"):
            plan.append((FEET["leave"], FOOT))
        return plan

    def _do(self, what: tuple[float, float] | str) -> None:
        self.wait = 3
        if isinstance(what, str):
            for letter in what:
                self.window.winHandle.dispatch_event("on_text", letter)
            return
        handle = self.window.winHandle
        handle._mouse_x = what[0] * HEIGHT + WIDTH / 2
        handle._mouse_y = what[1] * HEIGHT + HEIGHT / 2
        self._mouse("press")

    def _mouse(self, what: str) -> None:
        handle = self.window.winHandle
        handle.dispatch_event(f"on_mouse_{what}", handle._mouse_x, handle._mouse_y, 1, 0)
        self.is_down, self.wait = what == "press", 3


def main() -> None:
    """Run the experiment from its first page to its last."""
    given = json.load(sys.stdin)
    script = Path(given["script"])
    os.chdir(script.parent)
    spec = importlib.util.spec_from_file_location("experiment", script)
    experiment = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(experiment)
    info = {**experiment.expInfo, "participant": "p1", "slot": given["slot"], "frameRate": 60.0}
    handler = experiment.setupData(info, dataDir=str(script.parent))
    window = visual.Window((WIDTH, HEIGHT), units="height", useFBO=False, color="#F6F1E9")
    experiment.setupDevices(info, handler, window)
    hand, flip = Hand(window, experiment, given["answers"]), window.flip

    def flipped(*arguments: Any, **more: Any) -> Any:
        hand.act()
        return flip(*arguments, **more)

    window.flip = flipped
    experiment.run(info, handler, window, globalClock="float")
    handler.saveAsWideText(given["data"], delim="comma")
    window.close()


if __name__ == "__main__":
    main()
