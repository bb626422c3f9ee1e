"""Type I error, coverage, equivalence, power, families of tests and recovery of curves in simulated studies.

    python -m benchmarks.power.proof [--study NAME] [--mode MODE] [--studies 10000] [--to FOLDER]

Each mode of the shipped studies is simulated in two worlds: that which is assumed for planning, and one in which all
participants and items react alike to the conditions, so that the planned terms for these differences have nothing to
estimate. In both, the planned models are fitted to every simulated study; in the first, claims are recovered, too. Each
share has the promise that it is held to; if one is not kept, the exit code is 1. The rows of each mode go to
``proof_STUDY_MODE.csv``, and ``proof.md`` shows those of all modes that are there, so that they can be run separately.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.power.model_recovery import compared_in
from benchmarks.power.proof.planned import PLANNED, WORLDS, planned_rows, plans
from benchmarks.power.proof.recovery import recovery_rows
from benchmarks.power.proof.writing import write_page
from experiments.places import shipped_folder
from experiments.study import Study, open_study
from experiments.version import code_version

STUDIES = {
    "compassion_collapse": ("between", "within"),
    "identified_victim": ("real",),
    "parochial_vignettes": ("dots",),
    "singularity": ("separate", "joint"),
    "motivated_shutdown": ("main",),
    "parochial_collapse": ("separate", "together"),
    "deliberation": ("lottery",),
    "compassion_radius": ("list",),
    "recategorisation": ("minimal",),
    "narrow_window": ("main",),
    "self_compassion": ("main",),
}
"""The modes of each study that differ in design; other modes only differ in what is paid, or how groups are made."""
COLUMNS = [
    *("study", "world", "table", "subject", "size", "question"),
    *("share", "low", "high", "studies", "promise", "kept"),
    *("expected", "sd", "se", "rival", "loglik", "bic"),
    *("made", "version", "seconds"),
]


def rows_of(study: Study, mode: str, studies: int) -> Iterator[dict[str, Any]]:
    """Yield all rows of a mode."""
    for world in WORLDS:
        here, began = {"study": f"{study.study}, {mode}", "world": world}, time.process_time()
        for row in planned_rows(study, mode, world, studies):
            yield here | row
        print(f"{study.study}, {mode}, {world}: {time.process_time() - began:.0f} s", flush=True)
    began = time.process_time()
    for compared in compared_in(study, plans(study, mode, PLANNED, studies))[0]:
        about = {"study": f"{study.study}, {mode}", "world": PLANNED}
        yield from (about | row for row in recovery_rows(study, compared))
    print(f"{study.study}, {mode}, recovery: {time.process_time() - began:.0f} s", flush=True)


def main() -> int:
    """Simulate, write the tables, and return 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--study", choices=STUDIES, help="only this study")
    parser.add_argument("--mode", help="only this mode")
    parser.add_argument("--studies", type=int, default=10_000)
    parser.add_argument("--to", type=Path, default=Path("benchmarks/power"))
    given = parser.parse_args()
    broken = 0
    given.to.mkdir(parents=True, exist_ok=True)
    for name in [given.study] if given.study else STUDIES:
        study = open_study(shipped_folder("protocols") / f"{name}.yaml")
        for mode in (mode for mode in STUDIES[name] if given.mode in (None, mode)):
            began = time.process_time()
            rows = list(rows_of(study, mode, given.studies))
            made = {
                "made": f"{datetime.now(UTC):%Y-%m-%d}",
                "version": code_version(),
                "seconds": round(time.process_time() - began),
            }
            table = pd.DataFrame([row | made for row in rows], columns=COLUMNS)
            table.round(4).to_csv(given.to / f"proof_{name}_{mode}.csv", index=False)
            broken += int((table["kept"] == "no").sum())
    page = write_page(given.to)
    print(f"{page}: {broken} promises are not kept" if broken else f"{page}: all promises are kept")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
