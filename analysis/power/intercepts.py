"""The planned model with random intercepts of people and stimuli, fitted to drawn lists.

It takes any counterbalancing in which everybody answers equally often (rotating windows of stimuli, Latin
squares, conditions between people), which ``analysis.balanced`` takes only as long as the lists are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.balanced import NotBalancedError
from analysis.power.henderson import Answers, Equations, Solution, solve, variance_and_df
from analysis.power.targets import Expected, Fits, Targets, condition_of_rows, fixed_rows
from analysis.power.world import Drawn, World
from experiments.planned import PlannedModel

Array = NDArray[Any]


@dataclass(frozen=True)
class Intercepts:
    """``y ~ conditions + (1 | participant) + (1 | stimulus)``."""

    world: World
    equations: Equations
    inner: Array
    """(rows, d) weights of the list means in r_A."""
    outer: Array
    """(rows, d) those in r_B."""
    weights: Array
    """(c, d) targets as combinations of the coefficients and stimuli."""
    formula: str

    @property
    def how(self) -> str:
        """The engine and the model in words."""
        return f"REML with Satterthwaite's t tests, all studies at once (counterbalanced lists): {self.formula}"

    def fit(self, drawn: Drawn) -> Fits:
        """Fit every drawn study."""
        means = np.concatenate(drawn.means)
        inner, outer = self._squares_of_means(means)
        for scatter in drawn.scatter:
            average = scatter.sum(axis=(0, 1)) / len(scatter)
            inner += np.einsum("mmn->n", scatter) - average
            outer += average
        right = np.stack([self.inner.T @ means, self.outer.T @ means, 0 * self.inner.T @ means])
        answers = Answers(
            right.transpose(0, 2, 1)[..., None], np.stack([inner, outer, np.zeros_like(inner)])
        )
        found = solve(self.equations, answers)
        return self._told(found, found.effects[..., 0])

    def _told(self, found: Solution, effects: Array) -> Fits:
        variance, df = variance_and_df(self.equations, found, self.weights)
        singular = ~(found.free[1] & found.free[2])
        return Fits(effects @ self.weights.T, np.sqrt(variance), df, singular, found.converged)

    def _squares_of_means(self, means: Array) -> tuple[Array, Array]:
        """Weighted squares of the list means within and between people, (n,) each."""
        inner, outer = np.zeros(means.shape[1]), np.zeros(means.shape[1])
        for g, own in zip(self.world.used, self.world.split(means), strict=True):
            average = own.mean(axis=0)
            outer += self.world.people[g] * len(own) * average**2
            inner += self.world.people[g] * np.sum((own - average) ** 2, axis=0)
        return inner, outer

    def expected(self) -> Expected:
        """Fit the study whose sums of squares are the expected ones."""
        spread = self.world.covariance()
        columns = np.linalg.cholesky(spread + 1e-12 * np.eye(len(spread)))
        by_column = self._squares_of_means(columns)
        inner, outer = by_column[0].sum(), by_column[1].sum()
        for own in self.world.expected_scatter():
            average = own.sum() / len(own)
            inner += np.trace(own) - average
            outer += average
        right = np.stack(
            [self.inner.T @ columns, self.outer.T @ columns, 0 * self.inner.T @ columns]
        )
        answers = Answers(right[:, None], np.array([[inner], [outer], [0.0]]))
        found = solve(self.equations, answers)
        fits = self._told(found, found.effects[..., 0])
        u, v, _ = found.precision[:, 0]
        linear = self.weights @ found.inverse[0] @ (u * self.inner + v * self.outer).T
        covariance = linear @ spread @ linear.T
        reported = self.weights @ found.inverse[0] @ self.weights.T
        return Expected(fits.se[0], fits.df[0], np.sqrt(np.diag(covariance)), covariance, reported)


def intercepts(world: World, model: PlannedModel, targets: Targets) -> Intercepts:
    """Set the planned model up on a design.

    Raises
    ------
    NotBalancedError
        If people differ in the number of their answers.
    """
    sizes = {len(world.lists.rows[g]) for g in world.used}
    if len(sizes) > 1:
        raise NotBalancedError("People differ in the number of their answers.")
    if sizes == {1}:
        raise NotBalancedError(
            f"The model {model.name!r} takes people as random, but each answers once, so that persons and"
            " single answers cannot be told apart."
        )
    fixed, _ = fixed_rows(model, world.lists)
    columns = np.hstack([fixed[condition_of_rows(world)], world.stimulus_columns()[0]])
    people = [world.people[g] for g in world.used]
    inner, outer = [], []
    for n, own in zip(people, world.split(columns), strict=True):
        average = own.mean(axis=0)
        inner.append(n * (own - average))
        outer.append(n * np.broadcast_to(average, own.shape))
    within, between = np.concatenate(inner), np.concatenate(outer)
    p, d = fixed.shape[1], columns.shape[1]
    stimuli = np.diag(np.r_[np.zeros(p), np.ones(d - p)])
    kernels = np.stack([columns.T @ within, columns.T @ between, stimuli])
    total, m = sum(people), sizes.pop()
    equations = Equations(kernels, np.array([total * (m - 1), total, d - p], dtype=float))
    wide = np.hstack([targets.weights @ fixed, np.zeros((len(targets.weights), d - p))])
    return Intercepts(world, equations, within, between, wide, model.formula)
