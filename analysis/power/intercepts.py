"""Planned models with random intercepts, fitted to drawn studies.

People, people by conditions, stimuli, and stimuli by conditions can be random, in any counterbalancing in which
everybody answers equally often (rotating windows of stimuli, Latin squares, conditions between people);
``analysis.balanced`` takes random slopes as well, as long as the lists are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.power.blocks import Blocks, blocks_of
from analysis.power.components import Components
from analysis.power.henderson import NOTHING, Answers, Equations, Solution, solve
from analysis.power.lists import Lists
from analysis.power.strata import Strata, places, strata_of
from analysis.power.targets import Expected, Fits, Targets, fixed_rows
from experiments.planned import PlannedModel

Array = NDArray[Any]


@dataclass(frozen=True)
class Intercepts:
    """``y ~ conditions + (1 | ...) + ...``"""

    strata: Strata
    columns: Array
    """(cells, d) columns [X Z]; those of X are orthonormal."""
    kernels: Array
    """(J, d, d) as in ``henderson``."""
    blocks: tuple[Blocks, ...]
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

    def simulate(self, n: int, rng: np.random.Generator) -> Fits:
        """Draw ``n`` studies in which no condition differs from another, and fit them."""
        return self.fit(*self.strata.draw(n, rng))

    def fit(self, sums: Array, squares: Array) -> Fits:
        """Fit studies, given their sums by cell (strata, cells, n) and sums of squares (strata, n)."""
        found = solve(self.equations, self._answers(sums[..., None], squares), self._start)
        return Fits(
            found.estimate,
            np.sqrt(found.variance),
            found.df,
            np.asarray(~found.free.all(axis=0)),
            found.converged,
        )

    def _answers(self, sums: Array, squares: Array) -> Answers:
        """Answers in blocks; sums are (strata, cells, n, k), and the k columns of a study add up."""
        right = np.einsum("cd,icnk->idnk", self.columns, sums, optimize=True)
        strata, _, n, k = right.shape
        parts = []
        for own in self.blocks:
            b, copies, size, _ = own.basis.shape
            part = np.einsum("bmsd,idnk->inbsmk", own.basis, right, optimize=True)
            parts.append(part.reshape(strata, n, b, size, copies * k))
        return Answers(tuple(parts), squares)

    @property
    def _start(self) -> Array:
        return self._expected[0].precision[:, 0]

    @cached_property
    def _expected(self) -> tuple[Solution, Expected]:
        sums, squares = self.strata.expected()
        found = solve(self.equations, self._answers(sums[:, :, None], squares[:, None]))
        precision = found.precision[:, 0]
        inverse = np.linalg.inv(np.tensordot(precision, self.kernels, 1))
        weighed = np.tensordot(precision[: len(sums)], sums, 1)
        linear = self.weights @ inverse @ self.columns.T @ weighed
        covariance = linear @ linear.T
        return found, Expected(
            np.sqrt(found.variance[0]),
            found.df[0],
            np.sqrt(np.diag(covariance)),
            covariance,
            self.weights @ inverse @ self.weights.T,
        )

    def expected(self) -> Expected:
        """Fit the study whose sums of squares are the expected ones."""
        return self._expected[1]


def intercepts(
    lists: Lists,
    people: Sequence[float],
    components: Components,
    model: PlannedModel,
    targets: Targets,
    groups: Sequence[str],
) -> Intercepts:
    """Set the planned model up on a design.

    Parameters
    ----------
    people
        People on each list (``strata_of``).
    groups
        Groups of the random intercepts, such as ``participant`` and ``stimulus:victims``.

    Raises
    ------
    NotBalancedError
        If people differ in the number of their answers, or a random term cannot be told from the rest.
    """
    of_people = [group for group in groups if "participant" in group.split(":")]
    strata = strata_of(lists, people, components, of_people)
    fixed, _ = fixed_rows(model, lists)
    number = {levels: j for j, levels in enumerate(lists.levels)}
    basis, triangle = np.linalg.qr(fixed[[number[levels] for _, levels in strata.cells]])
    random = [_stimuli(strata, group) for group in groups if "stimulus" in group.split(":")]
    columns = np.hstack([basis, *random])
    kernels = [columns.T @ kernel @ columns for kernel in strata.kernels]
    known, at, most = np.diagonal(np.sum(kernels, axis=0)), basis.shape[1], []
    for block in random:
        picked = np.zeros(columns.shape[1])
        picked[at : at + block.shape[1]] = 1.0
        at += block.shape[1]
        kernels.append(np.diag(picked))
        most.append(np.log((known * picked).max() / NOTHING))
    stacked = np.stack(kernels)
    blocks = blocks_of(stacked)
    weights = np.zeros((len(targets.weights), columns.shape[1]))
    weights[:, : basis.shape[1]] = np.linalg.solve(triangle.T, (targets.weights @ fixed).T).T
    equations = Equations(
        tuple(own.kernels for own in blocks),
        tuple(own.copies for own in blocks),
        tuple(np.einsum("bmsd,cd->bsmc", own.basis, weights) for own in blocks),
        np.array([*strata.df, *(block.shape[1] for block in random)]),
        np.array(most),
    )
    return Intercepts(strata, columns, stacked, blocks, equations, weights, model.formula)


def _stimuli(strata: Strata, group: str) -> Array:
    """(cells, groups) which stimulus, or stimulus in a condition, each cell is of."""
    factors = [name for name in group.split(":") if name != "stimulus"]
    at = places(strata.lists, factors)
    names = [(stimulus, *(levels[i] for i in at)) for stimulus, levels in strata.cells]
    groups = list(dict.fromkeys(names))
    return np.array([[name == own for own in groups] for name in names], dtype=float)
