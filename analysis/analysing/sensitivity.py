"""The same analysis with and without the exclusions: does any conclusion hang on who was left out?"""

from __future__ import annotations

import math

import pandas as pd

from analysis.analysing.breakdown import attempt
from analysis.analysing.modelling import Modelled, model_all
from analysis.exclude import Excluded
from analysis.load import Data
from analysis.score import score
from experiments.building import Study

MAIN, WITHOUT, STRICT = "as planned", "without exclusions", "stricter rules"
WANTED = ["model", "part", "contrast", "role", "estimate", "se", "p", "ci_low", "ci_high", "failed"]


def both_ways(
    excluded: Excluded, study: Study, mode: str, seed: int, main: Modelled
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every planned contrast and the verdict, on each choice of sessions.

    Returns
    -------
    contrasts : DataFrame
        sessions (which), persons, model, part, contrast, role, estimate, se, p, ci_low, ci_high, failed.
    verdicts : DataFrame
        sessions, persons, survivor, leader with its weight_bic and weight_aicc, reasons (codes), same
        (as in the main analysis).
    """
    found = {MAIN: (excluded.data, main)}
    for name, data in ((WITHOUT, excluded.without), (STRICT, excluded.strict)):
        if len(data.sessions) != len(excluded.data.sessions):
            found[name] = (data, _again(data, study, mode, seed))
    contrasts, verdicts = [], []
    for name, (data, modelled) in found.items():
        table = modelled.contrasts[WANTED].copy()
        table.insert(0, "persons", data.sessions["participant"].nunique())
        table.insert(0, "sessions", name)
        contrasts.append(table)
        verdicts.append(
            {
                "sessions": name,
                "persons": int(data.sessions["participant"].nunique()),
                "survivor": modelled.contest.survivor or "undetermined",
                "leader": modelled.contest.leader,
                "weight_bic": _leading(modelled, "weight_bic"),
                "weight_aicc": _leading(modelled, "weight_aicc"),
                "reasons": ", ".join(modelled.contest.reasons),
                "same": modelled.contest.survivor == main.contest.survivor,
            }
        )
    return pd.concat(contrasts, ignore_index=True), pd.DataFrame(verdicts)


def _leading(modelled: Modelled, weight: str) -> float:
    """A weight of the family that leads; nan where nothing was compared."""
    weights = modelled.contest.families[weight]
    return float(weights.iloc[0]) if len(weights) else math.nan


def _again(data: Data, study: Study, mode: str, seed: int) -> Modelled:
    scores = attempt(lambda: score(data, study), [], "")
    return model_all(data, study, mode, seed, scores, full=False)
