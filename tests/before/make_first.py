"""Store what the first edition of the protocol language made: ``python tests/before/make_first.py FIRST``.

FIRST is a checkout of commit 1f24285, the last with the first edition. It was done once, before the first edition was
removed. ``README.md`` describes what is stored.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from small_studies import STORED, write_json

#: Study -> its modes, and the languages of its texts.
STUDIES = {
    "identified_victim": (("real", "lottery", "hypothetical"), ("en", "he", "zh")),
    "compassion_collapse": (("between", "within"), ("en",)),
    "parochial_vignettes": (("dots", "paintings"), ("en",)),
}
#: Runs in FIRST: prints slots of a study, with their timelines, but for the interface texts.
DUMP = """
import json, sys
from experiments.study import open_study
path, mode, number, languages = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4].split()
study = open_study(path)
made = []
for slot in study.slots(mode)[:number] if number else study.first_slots(mode):
    trials = {
        name: [{"item": trial.stimulus, "cells": trial.cells} for trial in each]
        for name, each in slot.trials.items()
    }
    shown = {language: study.timeline(slot, language).to_json() for language in languages}
    for timeline in shown.values():
        timeline |= {"interface": {}, "code_version": ""}
    made.append({"slot": slot.number, "mode": mode, "block": slot.block, "cells": slot.cells,
                 "trials": trials, "draws": slot.draws, "timelines": shown})
print(json.dumps(made))
"""


#: Runs in FIRST: prints the screens of 0.1.0 of which there are pictures, with its texts.
SCREENS = """
import json, sys
sys.path[:0] = ["tests/before", "."]
from drawn_screens import EVERY_KIND, browser_screens_of_studies, lab_screens, stored_index
files, lab, browser = stored_index("lab"), {}, {}
for shown in lab_screens():
    if not shown.name.startswith(EVERY_KIND):
        screen = shown.timeline.screens[shown.timeline.index[shown.screen]].to_json()
        lab[files[shown.name]] = {"language": shown.timeline.language, "screen": screen}
for shown in browser_screens_of_studies():
    timeline = {**shown.timeline, "interface": {}, "code_version": ""}
    of = browser.setdefault(shown.name.rpartition("/")[0], {"timeline": timeline, "screens": {}})
    of |= {"rows": shown.rows}
    of["screens"][shown.screen] = len(shown.rows)
print(json.dumps({"lab": lab, "browser": browser}))
"""


def run(first: Path, program: str, *arguments: object) -> Any:
    """Run a program in FIRST, and return what it prints as JSON."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(first), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=first, env=environment, check=True, capture_output=True)
    return json.loads(done.stdout)


def slots_of(
    first: Path, study: Path, mode: str, languages: tuple[str, ...], number: int = 0
) -> list[dict[str, Any]]:
    """Return slots of a mode as the first edition made them, with their timelines.

    Parameters
    ----------
    study
        The protocol, in FIRST.
    number
        Number of slots, from the first (default: the first slot of each condition).
    """
    made: list[dict[str, Any]] = run(first, DUMP, study, mode, number, " ".join(languages))
    return made


def main(first: Path) -> None:
    """Store the timelines of the shipped studies, and the screens that the stored pictures show."""
    for study, (modes, languages) in STUDIES.items():
        path = first / "protocols" / f"{study}.yaml"
        made = {mode: slots_of(first, path, mode, languages) for mode in modes}
        write_json(STORED / "first" / f"{study}.json.gz", made)
    write_json(STORED / "screens" / "screens.json.gz", run(first, SCREENS))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
