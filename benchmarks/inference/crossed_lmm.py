"""One crossed mixed model with p-values: lme4 + lmerTest, statsmodels and glmm.

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

SEED = 20260102
SLOPE = np.array([1.0, 0.1, 0.2, 1.0, 0.2])
"""Variance of intercepts, covariance, variance of slopes, of the residual, of the items."""
FORMULA = "y ~ x + (1 + x | participant) + (1 | item)"
SIZES = {(200, 12): (5, 21), (2000, 24): (3, 7), (20_000, 24): (1, 3)}
"""People and items, with the number of runs in R and in Python."""


def latin_square(people: int, items: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Participant, item and x of each row; the levels of x rotate over the items."""
    person, item = (a.ravel() for a in np.indices((people, items)))
    return person, item, (person + item) % 2 - 0.5


def drawn_rows(
    people: int, items: int, beta: np.ndarray, phi: np.ndarray, n: int, rng: np.random.Generator
) -> np.ndarray:
    """Responses (n, rows) of n studies."""
    person, item, x = latin_square(people, items)
    fixed = np.column_stack([np.ones(len(x)), x])
    values, vectors = np.linalg.eigh([[phi[0], phi[1]], [phi[1], phi[2]]])
    root = vectors * np.sqrt(np.clip(values, 0, None))
    by_person = rng.standard_normal((n, people, 2)) @ root.T
    by_item = np.sqrt(phi[4]) * rng.standard_normal((n, items))
    noise = np.sqrt(phi[3]) * rng.standard_normal((n, len(x)))
    varying = np.einsum("snq,nq->sn", by_person[:, person], fixed)
    drawn: np.ndarray = fixed @ beta + varying + by_item[:, item] + noise
    return drawn


def study(people: int, items: int) -> pd.DataFrame:
    person, item, x = latin_square(people, items)
    rng = np.random.default_rng(SEED)
    y = drawn_rows(people, items, np.array([0.0, 0.3]), SLOPE, 1, rng)[0]
    return pd.DataFrame(
        {"y": y, "x": x, "participant": person.astype(np.int32), "item": item.astype(np.int32)}
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
    return glmm.fit(columns, FORMULA)


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
        ours = in_glmm(data)
        agreement[size] = {
            "criterion, glmm - lme4": float(-2 * ours.loglik - r["criterion"]),
            "largest relative SE difference, glmm": float(abs(ours.se / r["se"] - 1).max()),
        }
    print(save("crossed_lmm.json", {"agreement": agreement, "versions": versions}, timings))


if __name__ == "__main__":
    main()
