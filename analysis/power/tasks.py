"""Pieces of work of the fast way: blocks of simulated studies of one planned model at one size.

An effect shifts every estimate by itself and leaves its error alone, so that one set of simulated studies
tells the power for all effects. Studies that did not converge count as telling nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from analysis.power.components import Components
from analysis.power.fast import fast_analysis
from analysis.power.keys import generator, key_of
from analysis.power.lists import Lists
from analysis.power.targets import Analysis, Fits
from experiments.planned import PlannedModel

Array = NDArray[Any]
STUDIES = 500
"""Simulated studies in one block."""


@dataclass(frozen=True)
class TestTask:
    """All contrasts of one planned model at one number of people."""

    __test__ = False  # its name is the field's, and no test of pytest's
    lists: Lists
    model: PlannedModel
    components: Components
    per_cell: int
    """People per cell that are analysed."""
    effects: tuple[float, ...]
    """Standardised effects that power is told for."""
    bound: float
    """Smallest effect of interest in the same unit."""
    alpha: float
    divided: int
    """Number that Holm divides alpha by at its first step."""
    seed: int

    studies = STUDIES

    @cached_property
    def key(self) -> str:
        """The name of this work."""
        return key_of(
            {
                "kind": "tests",
                "lists": [self.lists.factors, self.lists.rows, self.lists.turns],
                # Measures of the same formula and variances share their studies.
                "formula": self.model.formula,
                "contrasts": [[c.factor, c.higher, c.lower] for c in self.model.contrasts],
                "components": self.components.shares,
                "per_cell": self.per_cell,
                "effects": self.effects,
                "test": [self.bound, self.alpha, self.divided],
            }
        )

    def block(self, number: int) -> dict[str, Any]:
        """Simulate one block of studies; returns sums over them."""
        analysis = analysis_of(self)
        rng = generator(self.seed, self.key, number)
        fits = analysis.simulate(self.studies, rng)
        return {"studies": self.studies, **self._summed(fits)}

    def _summed(self, fits: Fits) -> dict[str, Any]:
        k = len(self.model.contrasts)
        estimate, se, df = fits.estimate[:, :k], fits.se[:, :k], fits.df[:, :k]
        sure = fits.converged[:, None]
        told = {}
        for name, alpha in (("rejected", self.alpha), ("corrected", self.alpha / self.divided)):
            told[name] = self._rejected(estimate, stdtrit(df, 1 - alpha / 2) * se, sure)
        reach = stdtrit(df, 1 - self.alpha) * se
        covered = (np.abs(estimate) <= stdtrit(df, 1 - self.alpha / 2) * se) & sure
        return {
            **told,
            "equivalent": self._equivalent(estimate, reach, sure),
            "covered": covered.sum(axis=0).tolist(),
            "error": estimate.sum(axis=0).tolist(),
            "error2": (estimate**2).sum(axis=0).tolist(),
            "variance": (se**2).sum(axis=0).tolist(),
            "df": np.minimum(df, 1e9).sum(axis=0).tolist(),
            "singular": int(fits.singular.sum()),
            "not_converged": int((~fits.converged).sum()),
        }

    def _rejected(self, error: Array, limit: Array, sure: NDArray[np.bool_]) -> list[list[int]]:
        """(contrasts, effects) studies whose estimate, error plus effect, is significant."""
        return [
            [int(n) for n in ((np.abs(error + d) > limit) & sure).sum(axis=0)] for d in self.effects
        ]

    def _equivalent(self, error: Array, reach: Array, sure: NDArray[np.bool_]) -> list[list[int]]:
        """Studies that show the effect to be smaller than the bound, by two one-sided tests."""
        return [
            [int(n) for n in ((np.abs(error + d) + reach < self.bound) & sure).sum(axis=0)]
            for d in self.effects
        ]


@lru_cache(maxsize=4)
def analysis_of(task: TestTask) -> Analysis:
    """Set the analysis of a task up (once in each process)."""
    return fast_analysis(task.lists, task.model, task.components, task.per_cell)


def added(total: dict[str, Any], block: dict[str, Any]) -> dict[str, Any]:
    """Add the sums of a block to those of the blocks before it, number by number."""
    if not total:
        return block
    return {name: _plus(total[name], value) for name, value in block.items()}


def _plus(one: Any, other: Any) -> Any:
    if isinstance(one, list):
        return [_plus(a, b) for a, b in zip(one, other, strict=True)]
    if isinstance(one, dict) or isinstance(other, dict):
        one, other = one or {}, other or {}
        names = list(dict.fromkeys([*one, *other]))
        return {name: _plus(one.get(name, 0), other.get(name, 0)) for name in names}
    return one + other
