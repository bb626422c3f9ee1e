"""Simulated participants in the real timeline: rates of loss, and results of the planned analysis.

Response scales have ends and steps; participants skip questions, leave, are careless and are excluded; and the analysis
is that of the real data (``analysis.planned``), with all families, exclusions and the model comparison.
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

PARTICIPANTS = 300
"""Number of simulated participants used to estimate rates of loss."""
PARTS = 4
"""With more than four answers, numbers of answers are rounded to quarters, to limit the number of compositions."""


@dataclass(frozen=True)
class Sessions:
    """Settings of simulated sessions."""

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
        """Simulate participants who follow the predicted curve, and return their data."""
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
    """Simulated sessions from which rates of loss are estimated."""

    per_block = 100

    @property
    def content(self) -> list[Any]:
        """Everything that the blocks depend on, apart from the seed."""
        assumed = self.assumed.__dict__
        return ["loss", self.protocol_hash, self.mode, self.dropout, assumed, self.per_block]

    def block(self, rng: np.random.Generator, people: int) -> dict[str, Any]:
        """Count sessions started, completed and analysed, and for each model the participants by number of answers."""
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
    """Loss of participants, for one planned model (or, without ``answered``, for the study)."""

    began: int
    complete: int
    analysed: int
    """Participants with answers in the analysis."""
    answered: tuple[float, ...] = (1.0,)
    """Proportions of these participants with all answers, all but one, all but two, ..."""

    @classmethod
    def of(cls, total: Mapping[str, Any]) -> Loss:
        """Compute the losses of a study from the counts of a ``LossTask``.

        Raises
        ------
        AnalysisError
            If no participant finishes, or none is left for the analysis.
        """
        if not total["complete"] or not total["analysed"]:
            raise AnalysisError(
                f"Of {total['began']} simulated participants, {total['complete']} finished and {total['analysed']}"
                " could be analysed.",
                "Lower 'sample: dropout', or check the exclusion rules.",
            )
        return cls(total["began"], total["complete"], total["analysed"])

    def of_model(self, counts: Mapping[str, int]) -> Loss:
        """Return the losses of a model, from the numbers of participants by number of answers."""
        people, most = sum(counts.values()), max(map(int, counts), default=0)
        if not people:
            return self
        shares, step = np.zeros(most), -(-most // PARTS)
        for answers, own in counts.items():
            missing = step * round((most - int(answers)) / step)
            shares[min(missing, most - 1)] += own / people
        return replace(self, analysed=people, answered=tuple(shares.tolist()))

    def analysed_of(self, complete: int) -> int:
        """Return the number of participants analysed, for a number of complete sessions."""
        return max(0, round(complete * self.analysed / self.complete))

    def complete_for(self, analysed: int) -> int:
        """Return the number of complete sessions required for a number of participants in the analysis."""
        return -(-analysed * self.complete // self.analysed)

    def invited_for(self, complete: int) -> int:
        """Return the number of participants to invite for a number of complete sessions."""
        return -(-complete * self.began // self.complete)


@dataclass(frozen=True)
class CheckTask(Sessions):
    """Whole simulated studies in which the predicted curve is true, each analysed as planned."""

    invited: int
    """Number of participants who start, over all cells."""
    effect: float
    """Difference between the highest and the lowest condition in SDs; 0: no effect."""

    per_block = 1

    @property
    def content(self) -> dict[str, Any]:
        """Everything that the blocks depend on, apart from the seed."""
        names = ("protocol_hash", "mode", "invited", "dropout", "effect")
        return {"kind": "check", "assumed": self.assumed.__dict__} | {
            name: getattr(self, name) for name in names
        }

    def block(self, rng: np.random.Generator, studies: int) -> dict[str, Any]:
        """Simulate and analyse one study; return counts of the results of its tests."""
        study, seed = self.study, int(rng.integers(2**31))
        data = exclude(self.collected(self.invited, seed, self.effect), study, self.mode).data
        trials, plans = Trials.of(data, study, self.mode), planned_models(study.protocol, self.mode)
        found = model_all(trials, plans, seed, full=False)
        return {
            "studies": studies,
            "analysed": len(data.sessions),
            "verdicts": {found.comparison.best_supported or "undetermined": 1},
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
    """Count the participants who have 1, 2, ... rows to which the model is fitted."""
    rows = trials.answered(model.measure, model.phase)["participant"].value_counts()
    return {str(k): int(n) for k, n in rows.value_counts().items()}


def _name(row: Any) -> str:
    return f"{row.model}: {row.contrast}" + (f" ({row.part})" if row.part else "")


def _counted(row: Any, alpha: float) -> dict[str, float]:
    if pd.isna(row.p):
        return {"failed": 1, "fitted": 0}
    # Only Gaussian models have an effect size in standard deviations.
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
