"""Simulated participants who go through the real timeline: how many are lost, and what the planned analysis finds.

Here answers are amounts, marks and points with ends and steps, people skip, leave, do not read and are excluded, and
the analysis is the one that the data will get (``analysis.analysing``): all families, exclusions and the comparison
of curves.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.analysing.modelling import model_all
from analysis.exclude import exclude
from analysis.load import Data, load
from analysis.simulate import Assumptions, simulate
from experiments.building import Study, open_study

PEOPLE, BLOCKS = 100, 3
"""People in one block that is only counted, and blocks that are always done."""
EQUIVALENT = ("equivalent", "different but small")
"""Verdicts of the equivalence test that say: smaller than the smallest effect of interest."""


@dataclass(frozen=True)
class Sessions:
    """Which simulated sessions there are."""

    protocol: str
    """Path of the protocol file."""
    protocol_hash: str
    mode: str
    invited: int
    """People who begin, in all cells together."""
    dropout: float
    assumed: Assumptions
    seed: int
    hypothesis: str | None = None
    parameters: tuple[tuple[str, float], ...] = ()
    effect: float | None = None

    def collected(self, seed: int) -> Data:
        """Let them go through the timeline; returns their data as loaded."""
        with tempfile.TemporaryDirectory() as folder:
            simulate(
                study_of(self.protocol),
                Path(folder) / "simulated",
                self.invited,
                self.hypothesis,
                seed,
                mode=self.mode,
                parameters=dict(self.parameters) or None,
                effect=self.effect,
                dropout=self.dropout,
                assumed=self.assumed,
            )
            return load(Path(folder) / "simulated")


@dataclass(frozen=True)
class LossTask(Sessions):
    """Sessions that are counted and not analysed."""

    @property
    def content(self) -> list[Any]:
        """What blocks of them depend on beside the seed."""
        assumed = self.assumed.__dict__
        return ["loss", self.protocol_hash, self.mode, self.dropout, assumed, self.invited]

    def block(self, rng: np.random.Generator) -> dict[str, Any]:
        """Simulate one block of people; returns how many came, finished and are analysed."""
        data = self.collected(int(rng.integers(2**31)))
        found = exclude(data, study_of(self.protocol), self.mode)
        complete = int((data.sessions["outcome"] == "complete").sum())
        return {"began": self.invited, "complete": complete, "analysed": len(found.data.sessions)}


@dataclass(frozen=True)
class Loss:
    """Shares of the people who begin."""

    began: int
    complete: int
    analysed: int

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
    """Whole studies in a world that follows one curve, each analysed as planned."""

    alpha: float = 0.05

    @property
    def content(self) -> dict[str, Any]:
        """What blocks of them depend on beside the seed."""
        left_out = ("seed", "assumed", "protocol")
        own = {n: getattr(self, n) for n in self.__dataclass_fields__ if n not in left_out}
        return {"kind": "full", **own, "assumed": self.assumed.__dict__}

    def block(self, rng: np.random.Generator) -> dict[str, Any]:
        """Simulate and analyse one study; returns counts of what its tests show."""
        study, seed = study_of(self.protocol), int(rng.integers(2**31))
        data = exclude(self.collected(seed), study, self.mode).data
        found = model_all(data, study, self.mode, seed, full=False)
        return {
            "studies": 1,
            "analysed": len(data.sessions),
            "verdicts": {found.contest.survivor or "undetermined": 1},
            "tests": {
                ": ".join([str(row.model), str(row.contrast)])
                + (f" ({row.part!s})" if row.part else ""): (self._counted(row))
                for row in found.contrasts.itertuples()
            },
        }

    def _counted(self, row: Any) -> dict[str, float]:
        if pd.isna(row.p):
            return {"failed": 1, "fitted": 0}
        # Only Gaussian models have an effect in standard deviations.
        d = float(row.d) if pd.notna(row.d) and np.isfinite(row.d) else 0.0
        return {
            "failed": 0,
            "fitted": 1,
            "rejected": int(row.p < self.alpha),
            "corrected": int(row.p_holm < self.alpha),
            "equivalent": int(row.tost in EQUIVALENT),
            "with_d": int(d != 0.0),
            "d": d,
            "d2": d**2,
        }


def check_tasks(
    study: Study, mode: str, invited: int, bound: float, assumed: Assumptions, seed: int
) -> list[CheckTask]:
    """Return the planned study in two worlds: no effect at all, and the predicted curve at the SESOI.

    A curve whose highest and lowest conditions lie 0 SD apart is flat, whatever its shape.
    """
    protocol = study.protocol
    predicted = protocol.hypotheses.predicted
    parameters = tuple(sorted(predicted.parameters.items()))
    return [
        CheckTask(
            str(protocol.path), protocol.hash, mode, invited, protocol.sample.dropout, assumed, seed,
            predicted.hypothesis, parameters, effect, protocol.analysis.alpha,
        )
        for effect in (0.0, bound)
    ]  # fmt: skip


def check_table(tasks: Sequence[CheckTask], totals: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row for each world and planned test."""
    rows = []
    for task, total in zip(tasks, totals, strict=True):
        world = {
            "world": "no effect" if task.effect == 0 else f"{task.hypothesis}, d = {task.effect:g}",
            "studies": total["studies"],
            "analysed": total["analysed"] / total["studies"],
            "undetermined": total["verdicts"].get("undetermined", 0) / total["studies"],
        }
        for name, counts in total["tests"].items():
            rows.append({**world, "test": name, **_shares(counts)})
    return pd.DataFrame(rows)


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
def study_of(path: str) -> Study:
    """Open a protocol once in each process."""
    return open_study(path)
