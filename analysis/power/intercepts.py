"""Planned models with random intercepts, fitted to drawn lists.

People, people by conditions, stimuli, and stimuli by conditions can be random, in any counterbalancing in which
everybody answers equally often (rotating windows of stimuli, Latin squares, conditions between people);
``analysis.balanced`` takes crossed designs only as long as the lists are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.balanced import NotBalancedError
from analysis.power.henderson import Answers, Equations, Solution, solve
from analysis.power.targets import Expected, Fits, Targets, condition_of_rows, fixed_rows
from analysis.power.world import Drawn, World
from experiments.planned import PlannedModel

Array = NDArray[Any]


@dataclass(frozen=True)
class Intercepts:
    """``y ~ conditions + (1 | ...) + ...``"""

    world: World
    strata: tuple[tuple[Array, ...], ...]
    """For each stratum, its projection of the answers of a person on each used list."""
    columns: tuple[Array, ...]
    """(m, d) columns [X Z] of each used list."""
    equations: Equations
    weights: Array
    """(c, d) targets as combinations of the coefficients and stimuli."""
    formula: str

    @property
    def how(self) -> str:
        """The engine and the model in words."""
        return (
            "REML with Satterthwaite's t tests, all studies at once (counterbalanced lists):"
            f" {self.formula}"
        )

    def fit(self, drawn: Drawn) -> Fits:
        """Fit every drawn study."""
        squares = self._squares(drawn.means)
        for i, projections in enumerate(self.strata):
            for projection, scatter in zip(projections, drawn.scatter, strict=True):
                squares[i] += np.einsum("ab,ban->n", projection, scatter)
        right = self._right(drawn.means)[..., None]
        start = self._expected[0].precision[:, 0]
        found = solve(self.equations, Answers(right, squares), self.weights, start)
        return Fits(
            found.effects[..., 0] @ self.weights.T,
            np.sqrt(found.variance),
            found.df,
            np.asarray(~found.free.all(axis=0)),
            found.converged,
        )

    def _right(self, means: Sequence[Array]) -> Array:
        """(strata, n, d) right-hand sides."""
        people = [self.world.people[g] for g in self.world.used]
        return np.stack(
            [
                sum(
                    n * (columns.T @ projection @ own).T
                    for n, columns, projection, own in zip(
                        people, self.columns, projections, means, strict=True
                    )
                )
                for projections in self.strata
            ]
        )

    def _squares(self, means: Sequence[Array]) -> Array:
        """(strata, n) weighted squares of the list means."""
        people = [self.world.people[g] for g in self.world.used]
        return np.stack(
            [
                np.asarray(
                    sum(
                        n * np.einsum("an,ab,bn->n", own, projection, own, optimize=True)
                        for n, projection, own in zip(people, projections, means, strict=True)
                    )
                )
                for projections in self.strata
            ]
        )

    @cached_property
    def _expected(self) -> tuple[Solution, Expected]:
        spread = self.world.covariance()
        columns = self.world.split(np.linalg.cholesky(spread + 1e-12 * np.eye(len(spread))))
        squares = self._squares(columns).sum(axis=1, keepdims=True)
        for i, projections in enumerate(self.strata):
            scatters = self.world.expected_scatter()
            squares[i] += sum(np.sum(p * s) for p, s in zip(projections, scatters, strict=True))
        right = self._right(columns).transpose(0, 2, 1)[:, None]
        found = solve(self.equations, Answers(right, squares), self.weights)
        people = [self.world.people[g] for g in self.world.used]
        weighed = [
            n * sum(u * p for u, p in zip(found.precision[:, 0], own, strict=False)) @ columns
            for n, columns, *own in zip(people, self.columns, *self.strata, strict=True)
        ]
        linear = self.weights @ found.inverse @ np.concatenate(weighed).T
        covariance = linear @ spread @ linear.T
        return found, Expected(
            np.sqrt(found.variance[0]),
            found.df[0],
            np.sqrt(np.diag(covariance)),
            covariance,
            found.covariance,
        )

    def expected(self) -> Expected:
        """Fit the study whose sums of squares are the expected ones."""
        return self._expected[1]


def intercepts(
    world: World, model: PlannedModel, targets: Targets, groups: Sequence[str]
) -> Intercepts:
    """Set the planned model up on a design.

    Parameters
    ----------
    groups
        Groups of the random intercepts, such as ``participant`` and ``stimulus:victims``.

    Raises
    ------
    NotBalancedError
        If people differ in the number of their answers, or a random term cannot be told from the rest.
    """
    if len({len(world.lists.rows[g]) for g in world.used}) > 1:
        raise NotBalancedError("People differ in the number of their answers.")
    fixed, _ = fixed_rows(model, world.lists)
    blocks = [fixed[condition_of_rows(world)]]
    blocks += [_stimuli(world, group) for group in groups if "stimulus" in group.split(":")]
    columns = world.split(np.hstack(blocks))
    strata = _strata(world, [g for g in groups if "participant" in g.split(":")])
    people = [world.people[g] for g in world.used]
    kernels, df = [], []
    for projections in strata:
        parts = list(zip(people, columns, projections, strict=True))
        kernels.append(sum(n * own.T @ p @ own for n, own, p in parts))
        df.append(sum(n * round(float(np.trace(p))) for n, _, p in parts))
    if min(df) < 1:
        raise NotBalancedError(
            f"Random terms of people in {model.formula!r} cannot be told from single answers: nobody answers"
            " often enough."
        )
    p, at = fixed.shape[1], fixed.shape[1]
    d = columns[0].shape[1]
    for block in blocks[1:]:
        picked = np.zeros(d)
        picked[at : at + block.shape[1]] = 1.0
        at += block.shape[1]
        kernels.append(np.diag(picked))
        df.append(block.shape[1])
    equations = Equations(np.stack(kernels), np.array(df, dtype=float), len(strata))
    wide = np.hstack([targets.weights @ fixed, np.zeros((len(targets.weights), d - p))])
    return Intercepts(world, strata, columns, equations, wide, model.formula)


def _stimuli(world: World, group: str) -> Array:
    """(rows, groups) which stimulus, or stimulus in a condition, each row meets."""
    factors = [name for name in group.split(":") if name != "stimulus"]
    places = _places(world, factors, group)
    rows = [row for g in world.used for row in world.lists.rows[g]]
    names = [(stimulus, *(levels[i] for i in places)) for stimulus, levels in rows]
    number = {name: j for j, name in enumerate(dict.fromkeys(names))}
    found = np.zeros((len(rows), len(number)))
    found[np.arange(len(rows)), [number[name] for name in names]] = 1.0
    return found


def _strata(world: World, groups: Sequence[str]) -> tuple[tuple[Array, ...], ...]:
    """Projections of a person's answers, from the single answer to the person, for each used list."""
    averages = []
    for group in sorted(groups, key=lambda name: -name.count(":")):
        places = _places(world, [n for n in group.split(":") if n != "participant"], group)
        averages.append([_average(world, g, places) for g in world.used])
    if len(averages) > 2:
        raise NotBalancedError(f"More than two random terms of people: {', '.join(groups)}.")
    sizes = {round(float(p[0, 0]), 9) for own in averages[:1] for p in own}
    if len(sizes) > 1:
        raise NotBalancedError("People differ in how often they meet a condition.")
    whole = [np.eye(len(world.lists.rows[g])) for g in world.used]
    strata, before = [], whole
    for own in averages:
        strata.append(tuple(a - b for a, b in zip(before, own, strict=True)))
        before = own
    return (*strata, tuple(before))


def _average(world: World, g: int, places: Sequence[int]) -> Array:
    """(m, m) projection on a person's means in each condition (or on the mean of all answers)."""
    names = [tuple(levels[i] for i in places) for _, levels in world.lists.rows[g]]
    same = np.array([[a == b for b in names] for a in names], dtype=float)
    if len(set(same.sum(axis=1).tolist())) > 1:
        raise NotBalancedError("A person meets some conditions more often than others.")
    return np.asarray(same / same.sum(axis=1, keepdims=True))


def _places(world: World, factors: Sequence[str], group: str) -> list[int]:
    unknown = [name for name in factors if name not in world.lists.factors]
    if unknown:
        raise NotBalancedError(f"The random term (1|{group}) groups by {unknown[0]!r}.")
    return [world.lists.factors.index(name) for name in factors]
