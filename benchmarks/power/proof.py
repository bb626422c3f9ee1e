"""Type I error, coverage, power and recovery in 2,000 simulated studies of each planned test.

    python benchmarks/power/proof.py [--studies 2000] [--to FOLDER]

Each shipped study is simulated in two worlds: one in which all participants and stimuli react alike to the conditions,
so that the planned terms for these differences have nothing to estimate; and the one that is assumed for planning, in
which they differ. In both, the planned model is fitted to every simulated study, whether or not ``compassion power``
would simulate: type I error must be alpha, and coverage .95; power from the expected information is shown beside
simulated power. The tables are written beside this file (or into FOLDER) with seed and date. ``make proof`` runs this
as well, and checks that its table keeps these promises (``tests/analysis/power/test_proof.py``).
"""

from __future__ import annotations

import argparse
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from statsmodels.stats.proportion import proportion_confint

from analysis.planned.plan import ALPHA
from analysis.power import PowerSettings, power_of
from analysis.power.check import Loss
from analysis.power.expected import expected
from analysis.power.monte_carlo import simulate_studies
from analysis.power.planned_tests import planned_tests
from analysis.power.plans import Plan, plans_of
from analysis.power.prior import components_of
from analysis.power.settings import planned_per_cell
from analysis.simulate import Assumptions
from experiments.places import shipped_folder
from experiments.study import open_study
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


def proof_of(plan: Plan, studies: int) -> list[dict[str, Any]]:
    """Simulate and fit studies of one planned model at its planned size."""
    n, alpha = plan.size, ALPHA
    rng, planned = np.random.default_rng(SEED), expected(plan.world, n)
    parts = [
        simulate_studies(plan.world, n, min(200, studies - at), rng)
        for at in range(0, studies, 200)
    ]
    rows = []
    for j, test in enumerate(plan.tests):
        d = test.effect
        error, se, df, sure = (
            np.concatenate(
                [getattr(p, f) if f == "converged" else getattr(p, f)[:, j] for p in parts]
            )
            for f in ("estimate", "se", "df", "converged")
        )
        limit = stdtrit(df, 1 - alpha / 2) * se
        wrong = int(((np.abs(error) > limit) & sure).sum())
        low, high = proportion_confint(wrong, studies, method="wilson")
        rows.append(
            {
                "test": test.name,
                "type1": wrong / studies,
                "type1_low": low,
                "type1_high": high,
                "coverage": np.mean((np.abs(error) <= limit) & sure),
                "power": np.mean((np.abs(error + d) > limit) & sure),
                "power_expected": float(planned.power(j, d, alpha)),
                "sd_of_estimates": error.std(ddof=1),
                "reported_se": np.sqrt(np.mean(se**2)),
                "se_expected": planned.se[j],
                "singular": np.mean(np.concatenate([p.singular for p in parts])),
                "not_converged": int((~sure).sum()),
                "studies": studies,
            }
        )
    return rows


def run(studies: int, cache: Path) -> dict[str, pd.DataFrame]:
    """Run all worlds of all studies."""
    tests, recovery, parameters = [], [], []
    for name, modes in STUDIES.items():
        study = open_study(shipped_folder("protocols") / f"{name}.yaml")
        for mode in modes:
            for world, assumed in WORLDS.items():
                here = {"study": f"{study.study}, {mode}", "world": world}
                settings = PowerSettings(
                    mode=mode,
                    sizes=(planned_per_cell(study, mode),),
                    studies=studies,
                    seed=SEED,
                    assumed=assumed,
                )
                tests_of_mode, _ = planned_tests(study, mode, assumed=assumed)
                components = components_of(study, mode, assumed)
                nobody = Loss(1, 1, 1, 1)
                plans, _ = plans_of(study, settings.of(study), tests_of_mode, components, nobody)
                tests += [{**here, **row} for plan in plans for row in proof_of(plan, studies)]
                found = power_of(study, settings, cache=cache)
                for table, into in (
                    ("recovery_families", recovery),
                    ("recovery_parameters", parameters),
                ):
                    own = found.tables.get(table, pd.DataFrame())
                    into += [{**here, **row} for row in own.to_dict("records")]
                print(f"{name}, {mode}: {world}", flush=True)
    found = {"tests": tests, "recovery": recovery, "parameters": parameters}
    return {name: pd.DataFrame(rows) for name, rows in found.items()}


def main() -> None:
    """Run the study and write its tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--studies", type=int, default=2000)
    parser.add_argument("--to", type=Path, default=Path(__file__).parent)
    given = parser.parse_args()
    began = time.process_time()
    with tempfile.TemporaryDirectory() as cache:
        tables = run(given.studies, Path(cache))
    folder = given.to
    for name, table in tables.items():
        table.round(4).to_csv(folder / f"proof_{name}.csv", index=False)
    names = ["study", "world", "test", "type1", "type1_low", "type1_high", "coverage", "power"]
    shown = tables["tests"][[*names, "power_expected", "studies"]]
    lines = [
        "# 2,000-study proof: type I error, coverage, power",
        "",
        f"SIMULATED. {given.studies:,} studies per test, seed {SEED}, made"
        f" {datetime.now(UTC):%Y-%m-%d}, compassion {code_version()}, Python {platform.python_version()},"
        f" {time.process_time() - began:.0f} s of one processor. Made by"
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
