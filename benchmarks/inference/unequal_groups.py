"""Type I error of contrasts in mixed designs whose groups of participants differ in number and variance.

Groups have 6 and 60 participants (with three groups: 6, 30 and 60). Participants vary with SDs of 3 : 1 (3 : 2 : 1), and
so do their differences between the two conditions within (SDs 22 : 7, in units of 7). Without items there is one answer in
each condition; with 8 or 16 items each participant answers all, half of them in each condition in two counterbalanced
lists, and items vary (SD .3; by condition .2). ``equal``: all groups have 33 participants (22) and the SDs of the last.

    PYTHONPATH=. .venv/bin/python benchmarks/inference/unequal_groups.py STUDIES

Columns: the planned model, with variances that all groups share ("planned"); with a variance in each group ("own"); the
mean standard error of the latter in shares of that of the former ("se").
"""

from __future__ import annotations

import sys
from multiprocessing import Pool

import numpy as np
import pandas as pd
from scipy import special

from analysis import models
from analysis.errors import AnalysisError
from analysis.models.own_variance import with_own_variance

PEOPLE = {
    (2, "unequal"): (6, 60),
    (2, "equal"): (33, 33),
    (3, "unequal"): (6, 30, 60),
    (3, "equal"): (22,) * 3,
}
SDS = {2: np.array([3.0, 1.0]), 3: np.array([3.0, 2.0, 1.0])}
DIFFERENCES = {2: np.array([22 / 7, 1.0]), 3: np.array([22 / 7, 2.0, 1.0])}
CELLS = [
    (groups, items, kind)
    for groups in (2, 3)
    for kind in ("unequal", "equal")
    for items in (0, 8, 16)
]
"""Groups, items, and whether groups are unequal."""
TERMS = {0: "(1 | participant)", 8: "(1 | participant) + (1 | participant:cond) + (1 | item)"}
TERMS[16] = TERMS[8]


def contrasts(groups: int) -> dict[str, np.ndarray]:
    """Contrasts of the coefficients: intercept, condition, the groups, condition by groups."""
    first = np.eye(2 * groups)
    others = range(2, 1 + groups)
    return {
        "between, last - first": first[groups] + 0.5 * first[-1],
        "between in one condition": first[groups],
        "within": first[1] + sum(first[k + groups - 1] for k in others) / groups,
        "within in the first group": first[1],
        "within in the last group": first[1] + first[-1],
        "interaction, last - first": first[-1],
    }


def study(cell: tuple[int, int, str], rng: np.random.Generator) -> pd.DataFrame:
    groups, items, kind = cell
    group = np.repeat(np.arange(groups), PEOPLE[groups, kind])
    own = np.full(groups, groups - 1) if kind == "equal" else np.arange(groups)
    each = max(items, 2)
    person, trial = np.repeat(np.arange(len(group)), each), np.tile(np.arange(each), len(group))
    cond = (trial + (person if items else 0)) % 2
    level, difference = SDS[groups][own][group], DIFFERENCES[groups][own][group]
    y = (level * rng.normal(size=len(group)))[person]
    y += (difference * rng.normal(size=len(group)))[person] * (cond - 0.5)
    y += (0.5 if items else 0.1) * rng.normal(size=len(person))
    if items:
        y += 0.3 * rng.normal(size=items)[trial] + 0.2 * rng.normal(size=(items, 2))[trial, cond]
    return pd.DataFrame(
        {
            "participant": person.astype(str),
            "item": trial.astype(str),
            "cond": np.array(["a", "b"])[cond],
            "arm": np.array(["x1", "x2", "x3"])[group[person]],
            "y": y,
        }
    )


def p_of(fit: models.Fit, weights: np.ndarray) -> tuple[float, float]:
    se = float(np.sqrt(weights @ fit.vcov @ weights))
    return float(2 * special.stdtr(fit.df_of(weights), -abs(weights @ fit.beta) / se)), se


def one(task: tuple[tuple[int, int, str], int]) -> np.ndarray:
    (groups, items, kind), seed = task
    data = study((groups, items, kind), np.random.default_rng([seed, groups, items, len(kind)]))
    found = []
    try:
        fit = models.fit(data, f"y ~ cond * arm + {TERMS[items]}")
    except AnalysisError:
        return np.full((6, 3), np.nan)
    for weights in contrasts(groups).values():
        (planned, before), (own, after) = (
            p_of(each, weights) for each in (fit, with_own_variance(fit, weights))
        )
        found.append((planned, own, after / before))
    return np.array(found)


if __name__ == "__main__":
    studies = int(sys.argv[1])
    print("groups,items,kind,contrast,planned,own,se,studies")
    with Pool(2) as pool:
        for cell in CELLS:
            found = np.array(pool.map(one, [(cell, seed) for seed in range(studies)], chunksize=5))
            found = found[~np.isnan(found[:, 0, 0])]
            for k, name in enumerate(contrasts(cell[0])):
                rates = [f"{(found[:, k, j] < 0.05).mean():.3f}" for j in (0, 1)]
                se = f"{np.nanmean(found[:, k, 2]):.3f}"
                print(*cell, f'"{name}"', *rates, se, len(found), sep=",", flush=True)
