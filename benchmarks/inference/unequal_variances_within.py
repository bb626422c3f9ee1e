"""Type I error of contrasts of three conditions within participants whose answers vary unequally, as a dictator share.

The SDs of the conditions are 1 : 1.5 : 2.5, answers end at 0, and all conditions have the mean 2. With 1 item there is one
answer per condition; with 4 items (fixed: fewer than five) each is answered in each condition; with 15, each participant
answers five in each condition, in three counterbalanced lists, and items vary (SD .3; by condition .2).

    PYTHONPATH=. .venv/bin/python benchmarks/inference/unequal_variances_within.py STUDIES

Columns: the model of the design after the step-down with Satterthwaite's df ("planned"); the same with a variance of the
contrast's own between participants and Kenward-Roger ("own"), and between items too ("own_items"); random slopes of all
conditions with Satterthwaite's df ("slopes").
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from multiprocessing import Pool

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from analysis.models.covariances.kenward_roger import KenwardRoger
from analysis.models.covariances.reml import maximise
from analysis.models.covariances.structure import Structure
from analysis.models.design import Model
from analysis.models.engines.mixed import run_glmm
from analysis.models.formula import parse_formula
from analysis.models.own_columns import own_columns
from analysis.models.own_variance import own_groupings
from analysis.models.preparing import prepare
from benchmarks.inference.few_stimuli import reduced

SDS = np.array([1.0, 1.5, 2.5])
EQUAL = np.array([1.5, 1.5, 1.5])
MEAN = 2.0
CONTRASTS = {
    "a - b": (0.0, -1.0, 0.0),
    "a - c": (0.0, 0.0, -1.0),
    "b - c": (0.0, 1.0, -1.0),
    "a - mean(b, c)": (0.0, -0.5, -0.5),
}
TERMS = {
    1: "(1 | participant)",
    4: "(1 | participant) + (1 | participant:cond)",
    15: "(1 | participant) + (1 | participant:cond) + (1 | item) + (1 | item:cond)",
}
CELLS = [
    *((people, items, "unequal") for items in (1, 4) for people in (30, 60, 200)),
    (30, 15, "unequal"),
    *((60, items, sds) for sds in ("equal", "alike") for items in (1, 4)),
    (60, 15, "unequal"),
    (30, 15, "alike"),
    (200, 15, "unequal"),
]
"""Participants, items, and whether SDs are unequal, equal, or equal with conditions that all react to alike."""
SLOW = 60
"""Participants above which the slower models are left out with 15 items."""


@cache
def layout(people: int, items: int) -> pd.DataFrame:
    if items == 15:
        person, item = np.repeat(np.arange(people), 15), np.tile(np.arange(15), people)
        cond = (person + item) % 3
    else:
        person = np.repeat(np.arange(people), 3 * items)
        item = np.tile(np.repeat(np.arange(items), 3), people)
        cond = np.tile(np.arange(3), people * items)
    names = {"participant": person.astype(str), "item": item.astype(str)}
    return pd.DataFrame({**names, "cond": np.array(["a", "b", "c"])[cond]})


@cache
def planned(people: int, items: int, random: str) -> Model:
    data = layout(people, items)
    data = data.assign(y=np.random.default_rng(0).normal(size=len(data)))
    return prepare(data, parse_formula(f"y ~ cond + {random}"))


@cache
def latent_means(sds: str, item_variance: float) -> np.ndarray:
    def excess(mean: float, sd: float) -> float:
        return mean * special.ndtr(mean / sd) + sd * stats.norm.pdf(mean / sd) - MEAN

    every = SDS if sds == "unequal" else EQUAL
    spreads = np.sqrt(every**2 + item_variance)
    return np.array([optimize.brentq(excess, -20, 20, args=(sd,)) for sd in spreads])


def answers(data: pd.DataFrame, items: int, sds: str, rng: np.random.Generator) -> np.ndarray:
    person, item, cond = (
        pd.factorize(data[c], sort=False)[0] for c in ("participant", "item", "cond")
    )
    cond = pd.Categorical(data["cond"]).codes
    people, vary = person.max() + 1, items == 15
    z = np.sqrt(0.4) * rng.normal(size=people)[person]
    if sds != "alike":
        z += np.sqrt(0.1) * rng.normal(size=(people, 3))[person, cond]
    z += np.sqrt(0.5) * rng.normal(size=len(data))
    y = z * (SDS if sds == "unequal" else EQUAL)[cond]
    if vary:
        y += 0.3 * rng.normal(size=items)[item]
        y += 0.2 * rng.normal(size=(items, 3))[item, cond]
    return np.maximum(0, y + latent_means(sds, 0.13 if vary else 0.0)[cond])


def p_of(estimate: float, variance: float, df: float) -> float:
    return float(2 * special.stdtr(df, -abs(estimate) / np.sqrt(variance)))


def own(model: Model, weights: np.ndarray, units: tuple[str, ...]) -> float:
    groups = list(model.groups)
    for unit in units:
        codes = pd.factorize(model.data[unit])[0]
        columns = own_columns(model.design.matrix, weights, codes, np.zeros_like(codes))
        groups += own_groupings(columns, codes)
    free = range(len(model.groups), len(groups))
    structure = Structure(groups, model.design.matrix)
    at = maximise(structure, model.y, free=free).at
    found = KenwardRoger(at)
    return p_of(weights @ at.beta, weights @ found.vcov @ weights, found.df(weights))


def one(task) -> np.ndarray:
    (people, items, sds), seed = task
    rng = np.random.default_rng([seed, people, items, sds == "equal"])
    whole = planned(people, items, TERMS[items])
    y = answers(layout(people, items), items, sds, rng)
    model, fit = reduced(replace(whole, y=y))
    found = []
    slopes = None
    if items > 1:
        text = TERMS[items].replace(
            "(1 | participant) + (1 | participant:cond)", "(1 + cond | participant)"
        )
        slopes = run_glmm(replace(planned(people, items, text), y=y), reml=True)
    for each in CONTRASTS.values():
        weights = np.array(each)
        joint = fit.joint(weights)
        row = [joint.p, np.nan, np.nan, np.nan]
        if items < 15 or people <= SLOW:
            row[1] = own(model, weights, ("participant",))
        if items == 15 and people < SLOW:
            row[2] = own(model, weights, ("participant", "item"))
        if slopes is not None:
            row[3] = slopes.joint(weights).p
        found.append(row)
    return np.array(found)


if __name__ == "__main__":
    studies = int(sys.argv[1])
    print("sds,participants,items,contrast,planned,own,own_items,slopes,studies")
    with Pool(2) as pool:
        for cell in CELLS:
            p = np.array(pool.map(one, [(cell, seed) for seed in range(studies)], chunksize=10))
            for k, name in enumerate(CONTRASTS):
                shares = [
                    "" if np.isnan(own).all() else f"{(own < 0.05).mean():.3f}" for own in p[:, k].T
                ]
                print(cell[2], cell[0], cell[1], f'"{name}"', *shares, studies, sep=",", flush=True)
