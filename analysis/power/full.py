"""The slow way: whole studies of simulated people, through the real timeline and the planned analysis.

Here answers are amounts, marks and points with ends and steps, people skip, leave, do not read and are
excluded, and the analysis is the one that the data will get (``analysis.analysing``), contest included.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.analysing.one_mode import model_all
from analysis.exclude import exclude
from analysis.load import load
from analysis.power.keys import generator, key_of
from analysis.power.loss import study_of
from analysis.score import score
from analysis.simulate import Assumptions, simulate

EQUIVALENT = ("equivalent", "different but small")
"""Verdicts of the equivalence test that say: smaller than the smallest effect of interest."""


@dataclass(frozen=True)
class FullTask:
    """Whole studies of one size in a world that follows one curve."""

    protocol: str
    """Path of the protocol file."""
    protocol_hash: str
    mode: str
    invited: int
    """People who begin, in all cells together."""
    hypothesis: str
    parameters: tuple[tuple[str, float], ...]
    effect: float | None
    dropout: float
    assumed: Assumptions
    alpha: float
    seed: int

    studies = 1

    @cached_property
    def key(self) -> str:
        """The name of this work."""
        left_out = ("seed", "assumed", "protocol")
        told = {n: getattr(self, n) for n in self.__dataclass_fields__ if n not in left_out}
        return key_of({"kind": "full", **told, "assumed": self.assumed.__dict__})

    def block(self, number: int) -> dict[str, Any]:
        """Simulate and analyse one study; returns counts of what its tests say."""
        seed = int(generator(self.seed, self.key, number).integers(2**31))
        study = study_of(self.protocol)
        with tempfile.TemporaryDirectory() as folder:
            simulate(
                study,
                Path(folder) / "simulated",
                self.invited,
                self.hypothesis,
                seed,
                mode=self.mode,
                parameters=dict(self.parameters),
                effect=self.effect,
                dropout=self.dropout,
                assumed=self.assumed,
            )
            data = load(Path(folder) / "simulated")
        kept = exclude(data, study, self.mode).data
        found = model_all(kept, study, self.mode, seed, score(kept, study), full=False)
        return {
            "studies": 1,
            "analysed": len(kept.sessions),
            "verdicts": {found.contest.survivor or "undetermined": 1},
            "tests": {
                f"{row.model}: {row.contrast}": self._counted(row)
                for row in found.contrasts.itertuples()
                if row.family == "gaussian"
            },
        }

    def _counted(self, row: Any) -> dict[str, float]:
        if pd.isna(row.p) or not np.isfinite(row.d):
            return {"failed": 1, "fitted": 0}
        return {
            "failed": 0,
            "fitted": 1,
            "rejected": int(row.p < self.alpha),
            "corrected": int(row.p_holm < self.alpha),
            "equivalent": int(row.tost in EQUIVALENT),
            "d": float(row.d),
            "d2": float(row.d) ** 2,
        }
