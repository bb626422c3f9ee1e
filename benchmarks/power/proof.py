"""Type I error, coverage, power and recovery in 2,000 simulated studies of each planned test.

    python benchmarks/power/proof.py [--studies 2000] [--workers 2]

For each shipped study two worlds: one in which people and stimuli react alike to the conditions, so that the
planned terms for it have nothing to find; and the one that is assumed for planning, where they do not. Type I
error must be alpha, and coverage .95, in both. The tables are written beside this file with seed and date.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from analysis.power import Power, PowerSettings, power_of
from analysis.simulate import Assumptions
from experiments.building import open_study
from experiments.places import room
from experiments.version import code_version

SEED = 20_261_123
STUDIES = {
    "compassion_collapse": ("between", "within"),
    "identified_victim": ("real",),
    "parochial_vignettes": ("dots",),
}
WORLDS = {
    "all react alike": Assumptions(person_by_level=0.0, stimulus_by_level=0.0),
    "as assumed for planning": Assumptions(),
}


def quality(found: Power, world: str) -> pd.DataFrame:
    """Type I error and coverage at the planned size, with the power for the SESOI."""
    table = found.tables["quality"]
    table = table[table["per_cell"] == found.planned]
    power = found.tables["power"]
    power = power[(power["per_cell"] == found.planned) & (power["d"] == found.sesoi)]
    joined = table.merge(power[["test", "d", "power", "power_low", "power_high"]], on="test")
    joined.insert(0, "study", f"{found.study}, {found.mode}")
    joined.insert(1, "world", world)
    return joined


def run(studies: int, workers: int, cache: Path) -> dict[str, pd.DataFrame]:
    """Run all worlds of all studies."""
    tests, recovery, parameters = [], [], []
    for name, modes in STUDIES.items():
        study = open_study(room("protocols") / f"{name}.yaml")
        for mode in modes:
            for world, assumed in WORLDS.items():
                settings = PowerSettings(
                    mode=mode,
                    sizes=(study.protocol.sample.per_cell,),
                    studies=studies,
                    seed=SEED,
                    assumed=assumed,
                )
                found = power_of(study, replace(settings), cache=cache, workers=workers)
                tests.append(quality(found, world))
                for table, into in (
                    ("recovery_families", recovery),
                    ("recovery_parameters", parameters),
                ):
                    if table in found.tables and len(found.tables[table]):
                        own = found.tables[table].copy()
                        own.insert(0, "study", f"{found.study}, {found.mode}")
                        own.insert(1, "world", world)
                        into.append(own)
                print(f"{name}, {mode}: {world}", flush=True)
    return {
        "tests": pd.concat(tests),
        "recovery": pd.concat(recovery),
        "parameters": pd.concat(parameters),
    }


def main() -> None:
    """Run the study and write its tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--studies", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as cache:
        tables = run(given.studies, given.workers, Path(cache))
    folder = Path(__file__).parent
    for name, table in tables.items():
        table.round(4).to_csv(folder / f"proof_{name}.csv", index=False)
    shown = tables["tests"][
        [
            "study",
            "world",
            "test",
            "type1",
            "type1_low",
            "type1_high",
            "coverage",
            "power",
            "studies",
        ]
    ]
    lines = [
        "# 2,000-study proof: type I error, coverage, power",
        "",
        f"SIMULATED. {int(tables['tests']['studies'].iloc[0]):,} studies per test, seed {SEED}, made"
        f" {datetime.now(UTC):%Y-%m-%d}, compassion {code_version()}, Python {platform.python_version()},"
        f" {time.perf_counter() - began:.0f} s with {given.workers} processes. Made by"
        " `python benchmarks/power/proof.py`; full tables in proof_*.csv.",
        "",
        "| " + " | ".join(shown.columns) + " |",
        "|" + " --- |" * len(shown.columns),
    ]
    for row in shown.itertuples(index=False):
        lines.append(
            "| " + " | ".join(f"{v:.3f}" if isinstance(v, float) else str(v) for v in row) + " |"
        )
    (folder / "proof.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{folder / 'proof.md'}")


if __name__ == "__main__":
    main()
