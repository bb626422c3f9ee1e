"""One answer a person and no random term: least squares with HC3 errors, as ``analysis.models`` fits it.

With one mean per condition HC3 gives a contrast the squared error sum w^2 s^2 / (n - 1), which is Welch's
up to n / (n - 1); its t test has the rows less the conditions as degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.balanced import NotBalancedError
from analysis.power.targets import Expected, Fits, Targets, condition_of_rows, fixed_rows
from analysis.power.world import Drawn, World
from experiments.planned import PlannedModel

Array = NDArray[Any]


@dataclass(frozen=True)
class OneRow:
    """``y ~ conditions`` with one answer a person."""

    world: World
    condition: NDArray[np.intp]
    people: Array
    """(lists,)"""
    weights: Array
    """(c, conditions)"""
    formula: str

    @property
    def how(self) -> str:
        """The engine and the model in words."""
        return f"direct draws of cell means and variances, HC3 (Welch) t tests: {self.formula}"

    def simulate(self, n: int, rng: np.random.Generator) -> Fits:
        """Draw ``n`` studies in which no condition differs from another, and fit them."""
        return self.fit(self.world.draw(n, rng))

    def fit(self, drawn: Drawn) -> Fits:
        """Fit every drawn study."""
        means = np.concatenate(drawn.means)
        squares = np.concatenate([s[0] for s in drawn.scatter])
        average, around, total = self._cells(means)
        for c in range(len(total)):
            own = self.condition == c
            around[c] += squares[own].sum(axis=0)
        return self._tests(average, around, total)

    def _cells(self, means: Array) -> tuple[Array, Array, Array]:
        cells = self.weights.shape[1]
        total = np.bincount(self.condition, weights=self.people, minlength=cells)
        share = self.people[:, None] * (self.condition[:, None] == np.arange(cells)) / total
        average = share.T @ means
        around = (means - average[self.condition]) ** 2 * self.people[:, None]
        summed = np.stack([around[self.condition == c].sum(axis=0) for c in range(cells)])
        return average, summed, total

    def _tests(self, average: Array, around: Array, total: Array) -> Fits:
        variance = around / (total[:, None] - 1) ** 2
        se = np.sqrt(self.weights**2 @ variance)
        n = average.shape[1]
        df = np.full((n, len(self.weights)), total.sum() - len(total))
        sure = np.ones(n, dtype=bool)
        return Fits((self.weights @ average).T, se.T, df, ~sure, sure)

    def expected(self) -> Expected:
        """Fit the study whose sums of squares are the expected ones."""
        spread = self.world.covariance()
        cells = self.weights.shape[1]
        total = np.bincount(self.condition, weights=self.people, minlength=cells)
        share = (self.people[:, None] * (self.condition[:, None] == np.arange(cells)) / total).T
        around = np.zeros((cells, 1))
        for c in range(cells):
            own = self.condition == c
            away = np.eye(len(spread))[own] - share[c]
            around[c] = np.sum(self.people[own] * np.diag(away @ spread @ away.T))
            around[c] += sum(
                float(s[0, 0]) for s, o in zip(self.world.expected_scatter(), own, strict=True) if o
            )
        found = self._tests(np.zeros((cells, 1)), around, total)
        linear = self.weights @ share
        covariance = linear @ spread @ linear.T
        reported = (self.weights * (around[:, 0] / (total - 1) ** 2)) @ self.weights.T
        return Expected(
            found.se[0], found.df[0], np.sqrt(np.diag(covariance)), covariance, reported
        )


def one_row(world: World, model: PlannedModel, targets: Targets) -> OneRow:
    """Set the planned model up on a design.

    Raises
    ------
    NotBalancedError
        If the model does not give each condition a mean of its own.
    """
    fixed, _ = fixed_rows(model, world.lists)
    if np.linalg.matrix_rank(fixed) < len(fixed):
        raise NotBalancedError("The model does not give each condition a mean of its own.")
    people = np.array([world.people[g] for g in world.used], dtype=float)
    return OneRow(world, condition_of_rows(world), people, targets.weights, model.formula)
