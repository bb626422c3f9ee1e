"""Simulated participants who go through the real timeline: how many are lost, and what the planned analysis finds.

Here answers are amounts, marks and points with ends and steps, people skip, leave, do not read and are excluded, and
the analysis is the one that the data will get (``analysis.planned``): all families, exclusions and the comparison
of curves.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.curves.compare.flatness import SMALL
from analysis.data.exclude import exclude
from analysis.data.load import Data, load
from analysis.data.trials import Trials
from analysis.errors import AnalysisError
from analysis.planned.modelling import model_all
from analysis.planned.plan import planned_models
from analysis.simulate import Assumptions, simulate
from experiments.numbers import scale_value
from experiments.protocol.plan import PlannedModel
from experiments.study import Study, open_study

PEOPLE = 300
"""Simulated people whose losses are counted."""
PARTS = 4
"""Answers are counted in quarters where there are more than four: each part is one more kind of participant."""


@dataclass(frozen=True)
class Sessions:
    """Which simulated sessions there are."""

    protocol: str
    """Path of the protocol file."""
    protocol_hash: str
    mode: str
    dropout: float
    assumed: Assumptions
    seed: int

    @property
    def study(self) -> Study:
        """The study, opened once in each process."""
        return _opened(self.protocol)

    def collected(self, people: int, seed: int, effect: float | None = None) -> Data:
        """Let people who follow the predicted curve go through the timeline; returns their data as loaded."""
        with tempfile.TemporaryDirectory() as folder:
            simulate(
                self.study,
                Path(folder) / "simulated",
                people,
                seed=seed,
                mode=self.mode,
                effect=effect,
                dropout=self.dropout,
                assumed=self.assumed,
            )
            return load(Path(folder) / "simulated")


@dataclass(frozen=True)
class LossTask(Sessions):
    """Sessions that are counted and not analysed."""

    per_block = 100

    @property
    def content(self) -> list[Any]:
        """What blocks of them depend on beside the seed."""
        assumed = self.assumed.__dict__
        return ["loss", self.protocol_hash, self.mode, self.dropout, assumed, self.per_block]

    def block(self, rng: np.random.Generator, people: int) -> dict[str, Any]:
        """Count who began and who finished, and for each model how many answered 1, 2, ... of its trials."""
        study = self.study
        data = self.collected(people, int(rng.integers(2**31)))
        complete = int((data.sessions["outcome"] == "complete").sum())
        trials = Trials.of(exclude(data, study, self.mode).data, study, self.mode)
        return {
            "began": people,
            "complete": complete,
            "analysed": len(trials.data.sessions),
            "answered": {
                model.name: _answered(trials, model)
                for model in study.protocol.planned_models(self.mode)
            },
        }


@dataclass(frozen=True)
class Loss:
    """Numbers of simulated people, for one planned model (or, without ``answered``, for the study)."""

    began: int
    complete: int
    analysed: int
    """People who have answers in the analysis."""
    answered: tuple[float, ...] = (1.0,)
    """Shares of them with all answers, all but one, all but two, ..."""

    @classmethod
    def of(cls, total: Mapping[str, Any]) -> Loss:
        """Read what a ``LossTask`` has counted.

        Raises
        ------
        AnalysisError
            If nobody finishes, or nobody is left to be analysed.
        """
        if not total["complete"] or not total["analysed"]:
            raise AnalysisError(
                f"Of {total['began']} simulated people {total['complete']} finished and {total['analysed']}"
                " could be analysed.",
                "Lower 'sample: dropout' or look at the exclusion rules.",
            )
        return cls(total["began"], total["complete"], total["analysed"])

    def of_model(self, counts: Mapping[str, int]) -> Loss:
        """Return the losses of a model, from how many people gave how many of its answers."""
        people, most = sum(counts.values()), max(map(int, counts), default=0)
        if not people:
            return self
        shares, step = np.zeros(most), -(-most // PARTS)
        for answers, own in counts.items():
            missing = step * round((most - int(answers)) / step)
            shares[min(missing, most - 1)] += own / people
        return replace(self, analysed=people, answered=tuple(shares.tolist()))

    def analysed_of(self, complete: int) -> int:
        """Return how many are analysed where so many complete sessions are collected."""
        return max(0, round(complete * self.analysed / self.complete))

    def complete_for(self, analysed: int) -> int:
        """Return how many complete sessions give so many that are analysed."""
        return -(-analysed * self.complete // self.analysed)

    def invited_for(self, complete: int) -> int:
        """Return how many must begin for so many to finish."""
        return -(-complete * self.began // self.complete)


@dataclass(frozen=True)
class CheckTask(Sessions):
    """Whole studies in a world that follows the predicted curve, each analysed as planned."""

    invited: int
    """People who begin, in all cells together."""
    effect: float
    """Distance of the curve's highest condition from its lowest in SD; where it is 0, no curve is left."""

    per_block = 1

    @property
    def content(self) -> dict[str, Any]:
        """What blocks of them depend on beside the seed."""
        names = ("protocol_hash", "mode", "invited", "dropout", "effect")
        return {"kind": "check", "assumed": self.assumed.__dict__} | {
            name: getattr(self, name) for name in names
        }

    def block(self, rng: np.random.Generator, studies: int) -> dict[str, Any]:
        """Simulate and analyse one study; returns counts of what its tests show."""
        study, seed = self.study, int(rng.integers(2**31))
        data = exclude(self.collected(self.invited, seed, self.effect), study, self.mode).data
        trials, plans = Trials.of(data, study, self.mode), planned_models(study.protocol, self.mode)
        found = model_all(trials, plans, seed, full=False)
        return {
            "studies": studies,
            "analysed": len(data.sessions),
            "verdicts": {found.contest.survivor or "undetermined": 1},
            "tests": {
                _name(row): _counted(row, study.protocol.analysis.alpha)
                for row in found.contrasts.itertuples()
            },
        }


def check_table(tasks: Sequence[CheckTask], totals: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row for each world and planned test."""
    rows = []
    for task, total in zip(tasks, totals, strict=True):
        curve = task.study.protocol.hypotheses.predicted.hypothesis
        world = {
            "world": "no effect"
            if task.effect == 0
            else f"{curve}, d = {scale_value(task.effect)}",
            "studies": total["studies"],
            "analysed": total["analysed"] / total["studies"],
            "undetermined": total["verdicts"].get("undetermined", 0) / total["studies"],
        }
        rows += [{**world, "test": name, **_shares(own)} for name, own in total["tests"].items()]
    return pd.DataFrame(rows)


def _answered(trials: Trials, model: PlannedModel) -> dict[str, int]:
    """How many people have 1, 2, ... rows for a model to be fitted to."""
    people = trials.answered(model.measure, model.phase)["participant"].value_counts()
    return {str(k): int(n) for k, n in people.value_counts().items()}


def _name(row: Any) -> str:
    return f"{row.model}: {row.contrast}" + (f" ({row.part})" if row.part else "")


def _counted(row: Any, alpha: float) -> dict[str, float]:
    if pd.isna(row.p):
        return {"failed": 1, "fitted": 0}
    # Only Gaussian models have an effect in standard deviations.
    d = float(row.d) if pd.notna(row.d) and np.isfinite(row.d) else 0.0
    return {
        "failed": 0,
        "fitted": 1,
        "rejected": int(row.p < alpha),
        "corrected": int(row.p_holm < alpha),
        "equivalent": int(row.tost in SMALL),
        "with_d": int(d != 0.0),
        "d": d,
        "d2": d**2,
    }


def _shares(counts: Mapping[str, float]) -> dict[str, float]:
    n = int(counts["fitted"])
    if n == 0:
        return {"fitted": 0, "failed": counts["failed"]}
    low, high = proportion_confint(counts["rejected"], n, method="wilson")
    known = counts["with_d"] or np.nan
    mean = counts["d"] / known
    return {
        "fitted": n,
        "failed": counts["failed"],
        "rejected": counts["rejected"] / n,
        "low": low,
        "high": high,
        "rejected_holm": counts["corrected"] / n,
        "equivalent": counts["equivalent"] / n,
        "mean_d": mean,
        "sd_d": float(np.sqrt(np.maximum(counts["d2"] / known - mean**2, 0.0))),
    }


@lru_cache(maxsize=2)
def _opened(path: str) -> Study:
    return open_study(path)
