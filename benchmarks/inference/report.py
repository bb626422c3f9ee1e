"""Write RESULTS.md from the two JSON files that the benchmarks write.

python benchmarks/inference/report.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

HEAD = """# Speed of inference

Written by `report.py` from `crossed_lmm.json` and `thousand_studies.json`; don't edit.

{machine}

Times are medians, in seconds. The machine is shared with other work, so the ratios are of **CPU
time** (user and system, all threads); elapsed time is shown beside it. All engines in a table ran in
the same run on the same numbers. R's BLAS is Debian's default; numpy ran with one thread.
To repeat, with R, r-cran-lme4, r-cran-lmertest and r-cran-jsonlite installed:

    export OMP_NUM_THREADS=1
    python benchmarks/inference/crossed_lmm.py && python benchmarks/inference/thousand_studies.py
    python benchmarks/inference/report.py
"""

CROSSED = """
## One crossed mixed model, p-values included

`y ~ x + (1 + x | participant) + (1 | item)`, REML, Satterthwaite. The goal is 20 times lme4 +
lmerTest at each size. *glmm* is the engine of the analyses.
"""

THOUSAND = """
## 1,000 simulated studies of 200 participants x 12 stimuli, random slope

The goal is 300 times the lme4 refit loop that simr uses. `refit` of lme4 1.1-31 is timed, but not
used as the reference for the numbers: its REML criterion is off when p > 1. *Batched REML* is
`analysis.power.fitting`, which allows slopes, unbalanced cells and any crossing; until version 0.1.0
an engine for balanced designs only did the complete job in .018 s (AMD EPYC, idle machine), 4,360
times as fast as the refit loop.
"""

AGREEMENT = """
### Equality with fresh, tight lmer (bobyqa, rhoend 1e-10) and lmerTest

Largest differences over the studies named. bobyqa uses only values of the criterion, so theta and
the SEs have only half of its digits; one Newton step with Richardson derivatives of lme4's own
deviance function (R, `numDeriv`) therefore follows. df and p are those of lmerTest at bobyqa's
optimum. lmerTest also differentiates numerically: if a theta is tiny but not zero, its df contain
rounding noise. Where the singular flag differs, lmer stopped at a slope root of about 1e-4, lme4's
bound for the flag, with a criterion above ours.
"""


def table(rows: list[dict[str, Any]], references: dict[str, str]) -> str:
    """Markdown table with the ratio of each reference's CPU time to each engine's."""
    cpu = {row["engine"]: row["cpu"] for row in rows}
    heads = ["engine", "CPU s", "elapsed s", *(f"{short} / this" for short in references.values())]
    lines = [f"| {' | '.join(heads)} | note |", "|---" * (len(heads) + 1) + "|"]
    for row in rows:
        ratios = [f"{cpu[reference] / row['cpu']:,.3g}" for reference in references]
        numbers = [f"{row['cpu']:.3g}", f"{row['wall']:.3g}", *ratios]
        runs = f"median of {row['runs']}" if row["runs"] > 1 else ""
        note = "; ".join(part for part in (row["note"], runs) if part)
        lines.append(f"| {row['engine']} | {' | '.join(numbers)} | {note} |")
    return "\n".join(lines) + "\n"


def numbers(agreement: dict[str, dict[str, float]]) -> str:
    """Markdown table with one column per group."""
    groups = list(agreement)
    lines = [f"| | {' | '.join(groups)} |", "|---" * (len(groups) + 1) + "|"]
    for what in agreement[groups[0]]:
        lines.append(f"| {what} | {' | '.join(short(agreement[g][what]) for g in groups)} |")
    return "\n".join(lines) + "\n"


def short(value: float) -> str:
    """A count as it is, a difference with two digits."""
    return f"{value:d}" if isinstance(value, int) else f"{value:.2g}"


def main() -> None:
    crossed = json.loads((HERE / "crossed_lmm.json").read_text())
    thousand = json.loads((HERE / "thousand_studies.json").read_text())
    facts = {**thousand["machine"], **thousand["versions"]}
    parts = [HEAD.format(machine="; ".join(f"{k}: {v}" for k, v in facts.items()))]
    parts.append(CROSSED)
    for size, rows in crossed["timings"].items():
        parts.append(f"\n### {size}\n\n" + table(rows, {"lme4 + lmerTest": "lme4 + lmerTest"}))
    parts.append("\n### Differences from lme4 at its default optimum\n\n")
    parts.append(numbers(crossed["agreement"]))
    parts.append(THOUSAND + "\n")
    rows = thousand["timings"]["1,000 studies"]
    references = {
        "lme4 refit loop, no p-values": "refit",
        "lme4 refit loop + lmerTest": "refit + lmerTest",
    }
    parts += [table(rows, references), AGREEMENT, "\n"]
    parts.append(numbers(thousand["agreement"]))
    (HERE / "RESULTS.md").write_text("".join(parts))


if __name__ == "__main__":
    main()
