"""Type I error of planned contrasts with few stimuli: Satterthwaite's against Kenward and Roger's degrees of freedom.

"within": each of 48 participants sees every stimulus once, in one of the conditions (lists are counterbalanced). "one
each": each of 384 sees one stimulus in one condition. "uneven": so do about 100 or 200, with 2 to 20 in a cell. Variances:
residual 1, participants .5, participants by condition .05, stimuli .1. Run from the top of the repository:

    PYTHONPATH=. .venv/bin/python benchmarks/inference/few_stimuli.py STUDIES

Columns: share of p < .05 with Satterthwaite and with Kenward-Roger after the step-down of terms at zero, and with
Kenward-Roger on the planned model with its zeros kept.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from functools import cache
from multiprocessing import Pool

import numpy as np
import pandas as pd
from scipy import special

from analysis.models.covariances.estimates import At
from analysis.models.covariances.kenward_roger import KenwardRoger
from analysis.models.covariances.reml import maximise
from analysis.models.covariances.structure import Structure
from analysis.models.design import Model, grouping
from analysis.models.engines.mixed import AT_ZERO, run_glmm
from analysis.models.formula import parse_formula
from analysis.models.preparing import prepare
from analysis.models.random_terms import estimable
from analysis.models.result import Fit

FORMULA = "y ~ cond + (1 | participant) + (1 | participant:cond) + (1 | item) + (1 | item:cond)"
BETWEEN = "y ~ cond + (1 | item) + (1 | item:cond)"
CELLS = [
    *(("within", items, 3, variance) for items in (4, 5, 6, 8, 12) for variance in (0.05, 0.3)),
    *(("one each", items, 3, variance) for items in (5, 8, 12) for variance in (0.05, 0.3)),
    ("within", 6, 2, 0.1),
    ("within", 6, 3, 0.0),
    *(("uneven", items, 3, variance) for items in (5, 8, 12) for variance in (0.05, 0.3)),
]


def layout(kind: str, items: int, conditions: int) -> pd.DataFrame:
    if kind == "within":
        person = np.repeat(np.arange(48), items)
        item = np.tile(np.arange(items), 48)
        cond = (person + item + item // conditions) % conditions
    elif kind == "one each":
        person = np.arange(384)
        item, cond = person % items, (person // items) % conditions
    else:
        # Stimuli and conditions were seen by 2 to 20 of 100 or so participants.
        shares = np.random.default_rng(items).permutation(np.geomspace(2, 20, items * conditions))
        cell = np.repeat(np.arange(items * conditions), shares.astype(int))
        person, item, cond = np.arange(len(cell)), cell % items, cell // items
    names = {"participant": person, "item": item, "cond": cond}
    return pd.DataFrame({name: values.astype(str) for name, values in names.items()})


@cache
def planned(kind: str, items: int, conditions: int) -> Model:
    data = layout(kind, items, conditions).assign(
        y=np.random.default_rng(0).normal(size=len(layout(kind, items, conditions)))
    )
    formula, _ = estimable(data, parse_formula(FORMULA if kind == "within" else BETWEEN))
    return prepare(data, formula)


def answers(model: Model, variance: float, rng: np.random.Generator) -> np.ndarray:
    variances = {"participant": 0.5, "participant:cond": 0.05, "item": 0.1, "item:cond": variance}
    y = rng.normal(size=len(model.y))
    terms = parse_formula(FORMULA if "participant" in model.data else BETWEEN).random
    for term in terms:
        codes = grouping(term, model.data).codes
        y += rng.normal(0, np.sqrt(variances[term.group]), len(codes.categories))[codes.codes]
    return y


def t_test(estimate: float, se: float, df: float) -> float:
    return float(2 * special.stdtr(df, -abs(estimate / se)))


def kenward(at: At) -> float:
    found = KenwardRoger(at)
    return t_test(at.beta[1], np.sqrt(found.vcov[1, 1]), found.df(np.eye(len(at.beta))[1]))


def reduced(model: Model) -> tuple[Model, Fit]:
    """Leave out terms at zero, one at a time, as ``fit_reduced`` does."""
    while True:
        fit = run_glmm(model, reml=True)
        sds = [
            (float(part.sds[0]), -place)
            for place, part in enumerate(fit.components)
            if part.group != "participant"
        ]
        if not sds or min(sds)[0] >= AT_ZERO * np.sqrt(fit.dispersion):
            return model, fit
        leaving = -min(sds)[1]
        kept = tuple(group for k, group in enumerate(model.groups) if k != leaving)
        model = replace(model, groups=kept)


def one(task) -> tuple[float, float, float]:
    cell, seed = task
    rng = np.random.default_rng([seed, CELLS.index(cell)])
    whole = planned(*cell[:3])
    whole = replace(whole, y=answers(whole, cell[3], rng))
    model, fit = reduced(whole)
    satterthwaite = with_kenward = float(fit.terms["p"][1])
    if model.groups:
        values = np.array([fit.dispersion, *(part.sds[0] ** 2 for part in fit.components)])
        structure = Structure(model.groups, model.design.matrix)
        with_kenward = kenward(At(structure, model.y, values))
    structure = Structure(whole.groups, whole.design.matrix)
    return (
        satterthwaite,
        with_kenward,
        kenward(maximise(structure, whole.y).at),
    )


if __name__ == "__main__":
    studies = int(sys.argv[1])
    print(
        "design,stimuli,conditions,variance,satterthwaite,kenward_roger,kenward_roger_planned,studies"
    )
    with Pool(2) as pool:
        for cell in CELLS:
            start = time.time()
            p = np.array(pool.map(one, [(cell, seed) for seed in range(studies)], chunksize=20))
            shares = ",".join(f"{share:.3f}" for share in (p < 0.05).mean(axis=0))
            print(*cell, shares, studies, sep=",", flush=True)
            print(f"{time.time() - start:.0f} s", file=sys.stderr)
