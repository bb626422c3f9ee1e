"""Results of a planned model at one sample size, as proportions of studies.

They are computed from the expected information, or from simulated studies where that is doubtful; proportions of
simulated studies have a Monte Carlo interval (Wilson, 95 %).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from analysis.planned.plan import ALPHA
from analysis.power.expected import Expected, expected
from analysis.power.joint import joint_power
from analysis.power.monte_carlo import StudyTask
from analysis.power.plans import Plan

EXPECTED, SIMULATED = "expected information", "simulated studies"
Simulate = Callable[[StudyTask], Mapping[str, Any]]
"""Function that carries out a task, unless its result is cached, and returns sums over its studies."""


@dataclass(frozen=True)
class AtSize:
    """Expected or simulated results of one model at one sample size."""

    plan: Plan
    people: int
    """Participants per cell in the model."""
    expected: Expected
    total: Mapping[str, Any] | None
    """Counts of simulated studies, if the expected information is doubtful."""

    @classmethod
    def of(cls, plan: Plan, people: int, simulate: Simulate | None = None) -> AtSize:
        """Return the results with this number of participants; studies are simulated if necessary."""
        found = expected(plan.world, people)
        if simulate is None or not found.doubtful[: len(plan.tests)].any():
            return cls(plan, people, found, None)
        return cls(plan, people, found, simulate(StudyTask(plan, people)))

    @property
    def studies(self) -> int:
        """Number of simulated studies; 0 if none are needed."""
        return int(self.total["studies"]) if self.total else 0

    @property
    def method(self) -> str:
        """Method by which the proportions were computed."""
        return SIMULATED if self.total else EXPECTED

    def shares(self, outcome: str, j: int, effects: Sequence[float]) -> np.ndarray:
        """Return proportions of studies and their intervals (effects, 3) at true effects.

        Parameters
        ----------
        outcome
            ``rejected``; ``corrected`` for Holm's first step; or ``equivalent``, of which nothing is known without a
            smallest effect.
        j
            Number of the test.
        """
        test = self.plan.tests[j]
        if outcome == "equivalent" and test.smallest is None:
            return np.full((len(effects), 3), np.nan)
        if self.total is not None:
            return self._counted(np.array(self.total[outcome])[:, j], effects)
        if outcome == "equivalent" and test.smallest is not None:
            values = self.expected.equivalence(j, np.array(effects), test.smallest, ALPHA)
        else:
            alpha = ALPHA / (test.divided if outcome == "corrected" else 1)
            values = self.expected.power(j, np.array(effects), alpha)
        return np.column_stack([values, values, values])

    def together(self, effects: Sequence[float]) -> np.ndarray:
        """Return proportions of studies in which the primary tests hold, and their intervals (effects, 3)."""
        plan, combined = self.plan, self.plan.model.combined
        if self.total is not None:
            return self._counted(np.array(self.total[combined]), effects)
        values = joint_power(self.expected, plan.primary, effects, ALPHA, combined)
        return np.column_stack([values, values, values])

    def _counted(self, counts: np.ndarray, effects: Sequence[float]) -> np.ndarray:
        grid = self.plan.settings.grid
        shown = counts[[grid.index(round(d, 6)) for d in effects]]
        low, high = proportion_confint(shown, self.studies, method="wilson")
        return np.column_stack([shown / self.studies, low, high])
