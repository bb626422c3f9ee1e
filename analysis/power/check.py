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
from analysis.data.frames import Frames
from analysis.data.load import Data, load
from analysis.errors import AnalysisError
from analysis.planned.modelling import model_all
from analysis.planned.plan import ALPHA, Planned, planned_models
from analysis.simulate import Assumptions, simulate
from experiments.numbers import scale_value
from experiments.protocol.loops import between_factors
from experiments.study import Study, open_study

PARTICIPANTS = 300
"""Number of simulated participants used to estimate rates of loss."""
PARTS = 4
"""With more than four answers, numbers of answers are rounded to quarters, to limit the number of compositions."""


@dataclass(frozen=True)
class Sessions:
    """Settings of simulated sessions."""

    path: str
    """Path of the study file."""
    hash: str
    """Hash of the study."""
    mode: str
    dropout: float
    assumed: Assumptions
    seed: int

    @property
    def study(self) -> Study:
        """The study, opened once in each process."""
        return _opened(self.path)

    def collected(
        self, people: int, seed: int, effect: float | None = None, follows: str | None = None
    ) -> Data:
        """Simulate participants who follow the claim, or another prediction, and return their data."""
        with tempfile.TemporaryDirectory() as folder:
            simulate(
                self.study,
                Path(folder) / "simulated",
                people,
                follows,
                seed,
                mode=self.mode,
                effect=effect,
                dropout=self.dropout,
                assumed=self.assumed,
            )
            return load(Path(folder) / "simulated")


def settings_of(study: Study, mode: str, assumed: Assumptions, seed: int) -> dict[str, Any]:
    """Return the settings of simulated sessions of a study, with its planned dropout: arguments of ``Sessions``."""
    dropout = study.file.sample.dropout
    return {
        "path": str(study.path),
        "hash": study.hash,
        "mode": mode,
        "dropout": 0.0 if dropout is None else float(dropout.fraction),
        "assumed": assumed,
        "seed": seed,
    }


@dataclass(frozen=True)
class LossTask(Sessions):
    """Simulated sessions from which rates of loss are estimated."""

    per_block = 100

    @property
    def content(self) -> list[Any]:
        """Everything that the blocks depend on, apart from the seed."""
        assumed = self.assumed.__dict__
        return ["loss", self.hash, self.mode, self.dropout, assumed, self.per_block]

    def block(self, rng: np.random.Generator, people: int) -> dict[str, Any]:
        """Count sessions started, completed and kept, and for each model the participants by number of missing answers."""
        study = self.study
        data = self.collected(people, int(rng.integers(2**31)))
        complete = int((data.sessions["outcome"] == "complete").sum())
        frames = Frames.of(exclude(data, study, self.mode).data, study, self.mode)
        answered, who = {}, set()
        for planned in planned_models(study, self.mode):
            answered[planned.name], own = _missing(frames, planned)
            who |= own
        return {"began": people, "complete": complete, "kept": len(who), "missing": answered}


@dataclass(frozen=True)
class Loss:
    """Loss of participants, for one planned model (or, without ``answered``, for the study)."""

    began: int
    complete: int
    kept: int
    """Participants with answers to an outcome, after exclusions."""
    analysed: int
    """Participants with answers to the outcome of the model."""
    answered: tuple[float, ...] = (1.0,)
    """Proportions of these participants with all answers, all but one, all but two, ..."""

    @classmethod
    def of(cls, total: Mapping[str, Any]) -> Loss:
        """Compute the losses of a study from the counts of a ``LossTask``.

        Raises
        ------
        AnalysisError
            If none is left for the analysis.
        """
        if not total["kept"]:
            raise AnalysisError(
                f"Of {total['began']} simulated participants, {total['complete']} finished and none could be analysed.",
                "Lower 'sample: dropout', or check the exclusion rules.",
            )
        return cls(total["began"], total["complete"], total["kept"], total["kept"])

    def of_model(self, missing: Mapping[str, int], rows: int) -> Loss:
        """Return the losses of a model.

        Parameters
        ----------
        missing
            Number of answers that are missing -> participants who have any.
        rows
            Number of answers of a participant who has all.
        """
        people = sum(missing.values())
        if not people:
            return self
        shares, step = np.zeros(rows), -(-rows // PARTS)
        for answers, own in missing.items():
            shares[min(step * round(int(answers) / step), rows - 1)] += own / people
        return replace(self, analysed=people, answered=tuple(shares.tolist()))

    def analysed_of(self, kept: int) -> int:
        """Return the number of participants in the model, for a number after exclusions."""
        return max(0, round(kept * self.analysed / self.kept))

    def kept_for(self, analysed: int) -> int:
        """Return the number of participants after exclusions that is required for a number in the model."""
        return -(-analysed * self.kept // self.analysed)

    def invited_for(self, kept: int) -> int:
        """Return the number of participants to invite for a number after exclusions."""
        return -(-kept * self.began // self.kept)


@dataclass(frozen=True)
class CheckTask(Sessions):
    """Whole simulated studies in which a prediction is true, each analysed as planned."""

    invited: int
    """Number of participants who start, over all cells."""
    effect: float
    """Difference between the highest and the lowest condition, or value of a claimed contrast, in SDs; 0: no effect."""
    follows: str = ""
    """The prediction that is true: name of a curve, or an order or contrast as it is written; empty: the claim."""

    per_block = 1

    @property
    def content(self) -> dict[str, Any]:
        """Everything that the blocks depend on, apart from the seed."""
        names = ("hash", "mode", "invited", "dropout", "effect", "follows")
        return {"kind": "check", "assumed": self.assumed.__dict__} | {
            name: getattr(self, name) for name in names
        }

    @property
    def world(self) -> str:
        """What is true in the simulated studies."""
        claims = [str(hypothesis.claim) for hypothesis in self.study.file.hypothesis.values()]
        if not self.effect or not claims:
            return "no effect"
        return f"{self.follows or claims[0]}, d = {scale_value(self.effect)}"

    def block(self, rng: np.random.Generator, studies: int) -> dict[str, Any]:
        """Simulate and analyse one study; return counts of the results of its tests."""
        study, seed = self.study, int(rng.integers(2**31))
        data = exclude(
            self.collected(self.invited, seed, self.effect, self.follows or None), study, self.mode
        ).data
        frames, plans = Frames.of(data, study, self.mode), planned_models(study, self.mode)
        found = model_all(frames, plans, seed, full=False)
        return {
            "studies": studies,
            "analysed": len(data.sessions),
            "verdicts": {each.hypothesis: {each.answer: 1} for each in found.comparisons},
            "tests": {_name(row): _counted(row) for row in found.contrasts.itertuples()},
        }


def check_tables(
    tasks: Sequence[CheckTask], totals: Sequence[Mapping[str, Any]]
) -> dict[str, pd.DataFrame]:
    """Return a row for each world and planned test, and one for each world, hypothesis and verdict that was reached."""
    tests, verdicts = [], []
    for task, total in zip(tasks, totals, strict=True):
        studies = total["studies"]
        world = {"world": task.world, "studies": studies, "analysed": total["analysed"] / studies}
        tests += [{**world, "test": name, **_shares(own)} for name, own in total["tests"].items()]
        for hypothesis, reached in total["verdicts"].items():
            for verdict, number in reached.items():
                low, high = proportion_confint(number, studies, method="wilson")
                own = {"world": task.world, "hypothesis": hypothesis, "verdict": verdict}
                share = {"share": number / studies, "low": low, "high": high}
                verdicts.append({**own, "studies": studies, **share})
    return {"check": pd.DataFrame(tests), "check_verdicts": pd.DataFrame(verdicts)}


def _missing(frames: Frames, planned: Planned) -> tuple[dict[str, int], set[str]]:
    """Count the participants of a model by their number of missing answers, and return who they are.

    Participants of one cell have equally many if none is missing.
    """
    if frames.values.lacks_signals(planned.outcome):
        return {}, set()
    rows = frames.answered(planned.outcome)
    if rows.empty:
        return {}, set()
    cell = [name for name in between_factors(frames.study.names, frames.mode) if name in rows]
    counts = rows.groupby([*cell, "participant"], observed=True).size()
    most = counts.groupby(level=cell, observed=True).transform("max") if cell else counts.max()
    missing = (most - counts).value_counts()
    found = {str(number): int(people) for number, people in missing.items()}
    return found, set(rows["participant"])


def _name(row: Any) -> str:
    return f"{row.model}: {row.contrast}" + (f" ({row.part})" if row.part else "")


def _counted(row: Any) -> dict[str, float]:
    if pd.isna(row.p):
        return {"failed": 1, "fitted": 0}
    # Only Gaussian models have an effect size in standard deviations.
    d = float(row.d) if pd.notna(row.d) and np.isfinite(row.d) else 0.0
    return {
        "failed": 0,
        "fitted": 1,
        "rejected": int(row.p < ALPHA),
        "corrected": int(row.p_holm < ALPHA),
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
