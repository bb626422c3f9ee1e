"""Monte Carlo simulation: the planned model is fitted to simulated studies if the expected information is doubtful.

Given the items, the participants of one composition are independent draws from one multivariate normal
distribution, so that their mean and their scatter matrix (Wishart, by Bartlett's decomposition) are sufficient
statistics: these are drawn instead of answers, at a cost that does not depend on the number of participants.
An effect shifts the estimates but does not change their errors, so that one set of simulated studies gives the power
for all effects. Studies that did not converge count as nonsignificant.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import stdtrit

from analysis.planned.plan import ALPHA
from analysis.power.blocks import Array
from analysis.power.designs import Design, spectral, square_root
from analysis.power.fitting import Fits, fit
from analysis.power.plans import Plan
from analysis.power.worlds import World

Drawn = tuple[list[Array], list[Array]]
"""Means (n, r) and scatter matrices (n, r, r) of each composition of a design."""


def draw(world: Design, phi: Array, n: int, rng: np.random.Generator) -> Drawn:
    """Simulate n studies under the null hypothesis of no differences between conditions.

    Parameters
    ----------
    world
        The design with all random terms of the population; integer numbers of participants.
    phi
        (K,) variance parameters.

    Returns
    -------
    tuple
        For each composition of the design, (n, r) means and (n, r, r) scatter matrices (``Design.answers``).
    """
    own, split = world.sums, world.residual
    within = np.tensordot(phi[:split], own.inside, 1)
    shared = np.zeros((n, len(own.columns)))
    if world.outer:
        p = world.fixed.shape[1]
        between = np.tensordot(phi[split + 1 :], own.kernels[own.answers + 1 :], 1)[p:, p:]
        shared = (
            rng.standard_normal((n, len(between)))
            @ spectral(between, square_root)
            @ own.columns[:, p:].T
        )
    means, scatters = [], []
    for rows, people in zip(world.rows, world.people, strict=True):
        z = own.within[rows]
        root = np.linalg.cholesky(z @ within @ z.T + phi[split] * np.eye(len(rows)))
        noise = rng.standard_normal((n, len(rows))) @ root.T
        means.append(shared[:, rows] + noise / np.sqrt(people))
        scatters.append(_wishart(root, round(people) - 1, n, rng))
    return means, scatters


def simulate_studies(world: World, per_cell: int, n: int, rng: np.random.Generator) -> Fits:
    """Simulate n studies under the null hypothesis, and fit the planned model to each."""
    truth, phi, model, start = world.whole(per_cell)
    drawn = draw(truth, phi, n, rng)
    fits = _fitted(world, model, start, drawn, per_cell)
    for j, own in world.own.items():
        _, _, with_term, begin = own.whole(per_cell)
        fits = fits.with_test(j, _fitted(own, with_term, begin, drawn, per_cell))
    return fits


def _fitted(world: World, model: Design, start: Array, drawn: Drawn, per_cell: int) -> Fits:
    weights, errors = model.weights(world.contrasts), world.errors(per_cell)
    return fit(model, model.answers(*drawn), start, weights, errors)


@dataclass(frozen=True)
class StudyTask:
    """Simulated studies of one planned model at one sample size."""

    plan: Plan
    per_cell: int
    """Participants per cell in the analysis."""

    per_block = 500

    @property
    def seed(self) -> int:
        """Seed of the run."""
        return self.plan.settings.seed

    @cached_property
    def content(self) -> dict[str, Any]:
        """Everything that the studies depend on; outcomes with the same formula and variances use the same studies."""
        plan, world = self.plan, self.plan.world
        lists, formula = world.lists, world.model.formula
        bounds, divided = zip(*((test.smallest, test.divided) for test in plan.tests), strict=True)
        return {
            "kind": "tests",
            "lists": [lists.factors, lists.rows, lists.turns, lists.answered, lists.numbers],
            "formula": [formula.fixed, list(map(str, formula.random))],
            "contrasts": world.contrasts.round(12).tolist(),
            "own": sorted(world.own),
            "variances": [[term.variance for term in world.terms], world.residual],
            "per_cell": self.per_cell,
            "effects": plan.settings.grid,
            "test": [bounds, ALPHA, divided, plan.primary],
        }

    def block(self, rng: np.random.Generator, studies: int) -> dict[str, Any]:
        """Simulate one block of studies; return sums over them."""
        fits = simulate_studies(self.plan.world, self.per_cell, studies, rng)
        tests, effects = self.plan.tests, self.plan.settings.grid
        k = len(tests)
        error, se, df = fits.estimate[:, :k], fits.se[:, :k], fits.df[:, :k]
        sure = fits.converged[:, None]
        limit = stdtrit(df, 1 - ALPHA / 2) * se
        least = stdtrit(df, 1 - ALPHA / np.array([test.divided for test in tests]) / 2) * se

        def counted(shown: Any) -> list[list[int]]:
            return [(shown(np.abs(error + d)) & sure).sum(axis=0).tolist() for d in effects]

        found = {
            "studies": studies,
            "rejected": counted(lambda size: size > limit),
            "corrected": counted(lambda size: size > least),
            "covered": ((np.abs(error) <= limit) & sure).sum(axis=0).tolist(),
            "error": error.sum(axis=0).tolist(),
            "error2": (error**2).sum(axis=0).tolist(),
            "variance": (se**2).sum(axis=0).tolist(),
            "df": np.minimum(df, 1e9).sum(axis=0).tolist(),
            "singular": int(fits.singular.sum()),
            "not_converged": int((~fits.converged).sum()),
        }
        bounds = np.array([test.smallest or 0.0 for test in tests])
        if bounds.any():
            reach = stdtrit(df, 1 - ALPHA) * se
            found["equivalent"] = counted(lambda size: size + reach < bounds)
        if self.plan.primary:
            own = list(self.plan.primary)
            sizes = [np.abs(error[:, own] + d) for d in effects]
            found["any"] = [int(((s > least[:, own]) & sure).any(axis=1).sum()) for s in sizes]
            found["all"] = [int(((s > limit[:, own]) & sure).all(axis=1).sum()) for s in sizes]
        return found


def _wishart(root: Array, df: int, n: int, rng: np.random.Generator) -> Array:
    """Draw Wishart matrices (n, r, r) of the covariance root @ root.T."""
    r = len(root)
    if df < r:
        factor = root @ rng.standard_normal((n, r, df))
    else:
        factor = np.zeros((n, r, r))
        below = np.tril_indices(r, -1)
        factor[:, below[0], below[1]] = rng.standard_normal((n, len(below[0])))
        factor[:, np.arange(r), np.arange(r)] = np.sqrt(rng.chisquare(df - np.arange(r), (n, r)))
        factor = root @ factor
    return np.asarray(factor @ factor.swapaxes(1, 2))
