"""One crossed mixed model with p-values: lme4 + lmerTest, statsmodels, glmm and the strata.

    python benchmarks/inference/crossed_lmm.py

y ~ x + (1 + x | participant) + (1 | item), REML, Satterthwaite, at 2,400, 48,000 and 480,000
rows; the same numbers for all, in one run. About six minutes of CPU, nearly all of it R's.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import glmm
import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from machine import Timing, run_r, save, timed

from analysis.balanced import (
    Truth,
    design_of,
    draw_rows,
    fit_batch,
    latin_square,
    statistics_of,
    strata,
)

SEED = 20260102
TRUTH = Truth.of([0.0, 0.3], [[1.0, 0.1], [0.1, 0.2]], 0.2, 1.0)
SIZES = {(200, 12): (5, 21), (2000, 24): (3, 7), (20_000, 24): (1, 3)}
"""People and items, with the number of runs in R and in Python."""


def study(people: int, items: int) -> pd.DataFrame:
    design = latin_square(people, items, [-0.5, 0.5])
    y = draw_rows(design, TRUTH, 1, np.random.default_rng(SEED))[0]
    return pd.DataFrame(
        {
            "y": y,
            "x": design.columns[:, 0],
            "participant": design.participant.astype(np.int32),
            "item": design.item.astype(np.int32),
        }
    )


def in_r(data: pd.DataFrame, runs: int) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "rows").write_text(f"{len(data)}\n")
        for name in data.columns:
            data[name].to_numpy().tofile(Path(folder) / name)
        return run_r("crossed_lmm.R", folder, str(runs))


def in_glmm(data: pd.DataFrame) -> Any:
    columns = {
        "y": data["y"].to_numpy(),
        "x": data["x"].to_numpy(),
        "participant": pd.Categorical(data["participant"]),
        "item": pd.Categorical(data["item"]),
    }
    return glmm.fit(columns, "y ~ x + (1 + x | participant) + (1 | item)")


def in_strata(data: pd.DataFrame) -> Any:
    """From the table of rows: recognise the design, reduce, fit, test."""
    parts = strata(design_of(data, ["x"], ["x"]))
    return fit_batch(statistics_of(parts, data["y"].to_numpy()))


def in_statsmodels(data: pd.DataFrame, crossed: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if crossed:
            parts = {"p": "0 + C(participant)", "s": "0 + C(participant):x", "i": "0 + C(item)"}
            model = smf.mixedlm("y ~ x", data, groups=np.ones(len(data)), vc_formula=parts)
        else:
            model = smf.mixedlm("y ~ x + C(item)", data, groups="participant", re_formula="~x")
        return model.fit(reml=True)


def main() -> None:
    timings: dict[str, list[Timing]] = {}
    agreement: dict[str, dict[str, float]] = {}
    versions: dict[str, str] = {}
    for (people, items), (r_runs, runs) in SIZES.items():
        data = study(people, items)
        size = f"{len(data):,} rows"
        print(size, flush=True)
        r = in_r(data, r_runs)
        versions = r["versions"]
        rows = [
            Timing("lme4, no p-values", **r["lme4"]),
            Timing("lme4 + lmerTest", **r["lmerTest"]),
            timed("glmm with Satterthwaite", partial(in_glmm, data), runs),
            timed("strata of the rows", partial(in_strata, data), runs, "balanced designs only"),
        ]
        if len(data) < 5000:
            note = "z instead of t; no slope-intercept correlation"
            rows.append(timed("statsmodels, crossed", partial(in_statsmodels, data, True), 1, note))
        if len(data) < 100_000:
            note = "another model: items as fixed effects; z instead of t"
            rows.append(
                timed("statsmodels, items fixed", partial(in_statsmodels, data, False), 1, note)
            )
        timings[size] = rows
        ours, other = in_strata(data), in_glmm(data)
        agreement[size] = {
            "criterion, strata - lme4": float(ours.criterion[0] - r["criterion"]),
            "criterion, glmm - lme4": float(-2 * other.loglik - r["criterion"]),
            "largest estimate difference, strata": float(
                abs(ours.estimate[0] - r["estimate"]).max()
            ),
            "largest relative SE difference, strata": float(abs(ours.se[0] / r["se"] - 1).max()),
            "largest relative SE difference, glmm": float(abs(other.se / r["se"] - 1).max()),
            "largest relative df difference, strata": float(abs(ours.df[0] / r["df"] - 1).max()),
            "largest p difference, strata": float(abs(ours.p[0] - r["p"]).max()),
        }
    print(save("crossed_lmm.json", {"agreement": agreement, "versions": versions}, timings))


if __name__ == "__main__":
    main()
