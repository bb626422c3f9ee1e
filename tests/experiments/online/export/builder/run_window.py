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

from experiments.online.export.builder.routines import FOOT, LINE

WIDTH, HEIGHT = 800, 600
GO = (0.44, FOOT)


class Hand:
    """Sends mouse and keyboard input before each flip."""

    def __init__(
        self, window: Any, experiment: Any, handler: Any, answers: list[dict[str, Any]]
    ) -> None:
        self.window, self.experiment, self.handler = window, experiment, handler
        self.answers, self.page, self.wait, self.is_down = answers, -1, 0, False
        self.plan: list[tuple[float, float] | str] = []

    def act(self) -> None:
        """Send the next input, a few frames after the previous one."""
        page = sum("screen" in entry for entry in self.handler.entries)
        if page >= len(self.answers) or not hasattr(self.experiment, "page_kind"):
            return
        if page != self.page:
            self.page, self.wait = page, 4
            self.plan = self._plan(self.answers[page])
        self.wait -= 1
        if self.wait > 0:
            return
        if self.is_down:
            self._mouse("release")
        elif self.plan:
            self._do(self.plan.pop(0))
        elif self.answers[page].get("go"):
            # The button may appear late.
            self.plan = [GO]

    def _plan(self, does: dict[str, Any]) -> list[tuple[float, float] | str]:
        plan: list[tuple[float, float] | str] = []
        if "option" in does:
            cells = [
                getattr(self.experiment, f"page_option_{name}") for name in ("x", "y", "dx", "dy")
            ]
            x, y, dx, dy = cells
            number = does["option"] - 1
            plan.append((x + number * dx, y + number * dy))
        if "rating" in does:
            plan.append((does["rating"] - 0.5, LINE))
        if "text" in does:
            plan.append(does["text"])
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
    hand, flip = Hand(window, experiment, handler, given["answers"]), window.flip

    def flipped(*arguments: Any, **more: Any) -> Any:
        hand.act()
        return flip(*arguments, **more)

    window.flip = flipped
    experiment.run(info, handler, window, globalClock="float")
    handler.saveAsWideText(given["data"], delim="comma")
    window.close()


if __name__ == "__main__":
    main()
