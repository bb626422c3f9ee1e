"""Recovery by whole studies: each prediction of a study is true in turn, and the data are analysed as planned.

    python -m benchmarks.power.recovery STUDY [--mode MODE] [--studies 20] [--workers 1] [--cache FOLDER]

Simulated participants go through the real task at the planned number, once without any effect and once for each
prediction (claim, further predictions, rivals) at the smallest effect of interest. Each study is excluded, fitted and
compared as real data are; the table counts how often each verdict was reached, and how often the primary tests were
significant. Rows go to ``recovery_STUDY_MODE.csv``, and ``recovery.md`` shows those of all modes that are there. A thousand
studies of each prediction, drawn from the expected means, are in the tables of ``python -m benchmarks.power.proof``.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.curves.claims import predictions
from analysis.power.check import PARTICIPANTS, CheckTask, Loss, LossTask, check_tables, settings_of
from analysis.power.planned_tests import planned_tests
from analysis.power.work import Work
from analysis.simulate import Assumptions
from benchmarks.power.proof.planned import SEED
from experiments.numbers import proportion, proportion_interval
from experiments.places import shipped_folder
from experiments.protocol.loops import planned_number
from experiments.study import Study, open_study
from experiments.version import code_version

COLUMNS = [
    *("study", "mode", "truth", "invited", "analysed", "table", "about", "result"),
    *("share", "low", "high", "studies", "seed", "made", "version"),
]


def tasks_of(study: Study, sessions: dict[str, Any], invited: int) -> list[CheckTask]:
    """Return the studies without an effect, and those in which each prediction is true."""
    (first, *_), _ = planned_tests(study, sessions["mode"], assumed=sessions["assumed"])
    truths = [
        each.curve.name if each.order is None and each.contrast is None else str(each.written)
        for name in study.file.hypothesis
        for each in predictions(study, name)
        if each.curve.role != "null"
    ]
    none = CheckTask(**sessions, invited=invited, effect=0.0)
    return [none] + [
        CheckTask(**sessions, invited=invited, effect=first.effect, follows=truth)
        for truth in dict.fromkeys(truths)
    ]


def recovery_rows(study: Study, mode: str, studies: int, work: Work) -> Iterator[dict[str, Any]]:
    """Yield a row for each truth and verdict, and for each truth and primary test."""
    sessions = settings_of(study, mode, Assumptions(), SEED)
    (lost,) = work.do("dropout and exclusions", [LossTask(**sessions)], PARTICIPANTS)
    invited = Loss.of(lost).invited_for(planned_number(study.names, mode))
    tasks = tasks_of(study, sessions, invited)
    totals = work.do("whole studies", tasks, studies)
    tables = check_tables(tasks, totals)
    analysed = {
        task.world: round(total["analysed"] / total["studies"])
        for task, total in zip(tasks, totals, strict=True)
    }
    primary = {t.name for t in planned_tests(study, mode)[0] if t.role == "primary"}
    for one in tables["check_verdicts"].itertuples():
        about = one.hypothesis or "the hypothesis"
        found = {"table": "verdict", "about": about, "result": one.verdict, "share": one.share}
        yield _row(one, invited, analysed) | found | {"studies": one.studies}
    for one in tables["check"].itertuples():
        if one.test in primary and one.fitted:
            found = {"table": "test", "about": one.test, "result": "p < .05", "share": one.rejected}
            yield _row(one, invited, analysed) | found | {"studies": one.fitted}


def _row(one: Any, invited: int, analysed: dict[str, int]) -> dict[str, Any]:
    return {"truth": one.world, "invited": invited, "analysed": analysed[one.world]} | {
        "low": one.low,
        "high": one.high,
    }


def _share(one: Any) -> str:
    return f"{one.result} {proportion(one.share)} {proportion_interval(one.low, one.high)}"


def write_page(folder: Path) -> Path:
    """Write the page of all modes whose rows are in a folder."""
    files = sorted(folder.glob("recovery_*.csv"))
    lines = [
        "# Recovery by whole studies",
        "",
        "SIMULATED. Participants go through the real task, are excluded and analysed as planned, at the planned number and the"
        " smallest effect of interest. Intervals are Wilson's (95 %). Made by `python -m benchmarks.power.recovery STUDY`.",
    ]
    for file in files:
        rows = pd.read_csv(file, keep_default_na=False)
        first = rows.iloc[0]
        lines += [
            "",
            f"## {first['study']}, {first['mode']}",
            "",
            f"{first['studies']} studies of each kind, {first['invited']} participants invited; seed {first['seed']}; {first['made']}, compassion {first['version']}.",
            "",
            "| true | analysed | about | result: share of studies |",
            "|---|---|---|---|",
            *(
                f"| {truth} | {own['analysed'].iloc[0]} | {about} | {'; '.join(map(_share, own.itertuples()))} |"
                for (truth, about), own in rows.groupby(["truth", "about"], sort=False)
            ),
        ]
    path = folder / "recovery.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def main() -> None:
    """Simulate, and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("study")
    parser.add_argument("--mode", help="by default all")
    parser.add_argument("--studies", type=int, default=20)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--cache", type=Path, help="keep finished studies here, and continue with them"
    )
    parser.add_argument("--to", type=Path, default=Path("benchmarks/power"))
    given = parser.parse_args()
    study = open_study(shipped_folder("protocols") / f"{given.study}.yaml")
    with tempfile.TemporaryDirectory() as folder:
        work = Work(given.cache or Path(folder), given.workers)
        for mode in [given.mode] if given.mode else study.modes:
            made = {
                "study": study.study,
                "mode": mode,
                "seed": SEED,
                "made": f"{datetime.now(UTC):%Y-%m-%d}",
                "version": code_version(),
            }
            rows = [made | row for row in recovery_rows(study, mode, given.studies, work)]
            table = pd.DataFrame(rows, columns=COLUMNS)
            table.round(4).to_csv(given.to / f"recovery_{study.study}_{mode}.csv", index=False)
    print(write_page(given.to))


if __name__ == "__main__":
    main()
