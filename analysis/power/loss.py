"""How many are lost: drop-outs and exclusions of simulated people who sit through the real timeline."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from analysis.exclude import exclude
from analysis.load import load
from analysis.power.keys import generator, key_of
from analysis.simulate import Assumptions, simulate
from experiments.building import Study, open_study

PEOPLE, BLOCKS = 100, 3
"""People in one block, and blocks that are always done."""


@dataclass(frozen=True)
class LossTask:
    """Sessions of one mode, to be counted and not analysed."""

    protocol: str
    """Path of the protocol file."""
    protocol_hash: str
    mode: str
    dropout: float
    assumed: Assumptions
    seed: int

    studies = 1

    @cached_property
    def key(self) -> str:
        """The name of this work."""
        return key_of(
            ["loss", self.protocol_hash, self.mode, self.dropout, self.assumed.__dict__, PEOPLE]
        )

    def block(self, number: int) -> dict[str, Any]:
        """Simulate one block of people; returns how many came, finished and are analysed."""
        seed = int(generator(self.seed, self.key, number).integers(2**31))
        study = study_of(self.protocol)
        with tempfile.TemporaryDirectory() as folder:
            simulate(
                study,
                Path(folder) / "simulated",
                PEOPLE,
                None,
                seed,
                mode=self.mode,
                dropout=self.dropout,
                assumed=self.assumed,
            )
            data = load(Path(folder) / "simulated")
        found = exclude(data, study, self.mode)
        complete = int((data.sessions["outcome"] == "complete").sum())
        kept = len(found.data.sessions)
        return {"began": PEOPLE, "complete": complete, "analysed": kept}


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


@lru_cache(maxsize=2)
def study_of(path: str) -> Study:
    """Open a protocol once in each process."""
    return open_study(path)
