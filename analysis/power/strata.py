"""Strata of people on evenly filled lists: what a planned model with random intercepts sees of them.

Within a person the answers fall into strata: single answers around the mean of their condition, conditions
around the person's mean, and the person's mean. In each, all that an analysis can use of a study are the sums
of its answers by cell (a stimulus in a condition) and one sum of squares; they are drawn instead of the answers,
exactly, at a cost that does not grow with the number of people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.balanced import NotBalancedError
from analysis.power.components import Components
from analysis.power.lists import Lists, Row

Array = NDArray[Any]
#: Eigenvalues this small beside the greatest are zero.
NOTHING = 1e-9


@dataclass(frozen=True)
class Stratum:
    """One stratum of all people together."""

    kernel: Array
    """(cells, cells) cross-products of the cells' columns in the stratum."""
    root: Array
    """(cells, rank) with ``root @ root.T == kernel``."""
    df: float
    """Degrees of freedom, people times those of one person."""
    variance: float
    """Of what people add in it, in the assumed world."""


@dataclass(frozen=True)
class Strata:
    """The strata of a design under a planned model."""

    lists: Lists
    components: Components
    cells: tuple[Row, ...]
    """Stimuli in conditions that are met."""
    strata: tuple[Stratum, ...]
    """As fine as the world and the model need them."""
    of_model: tuple[int, ...]
    """For each of them, the stratum of the planned model that it is part of."""

    @property
    def kernels(self) -> Array:
        """(strata of the model, cells, cells)"""
        return self._summed([stratum.kernel for stratum in self.strata])

    @property
    def df(self) -> Array:
        """(strata of the model,)"""
        return self._summed([np.array(stratum.df) for stratum in self.strata])

    def draw(self, n: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Draw ``n`` studies in which no condition differs from another.

        Returns
        -------
        tuple
            Sums by cell, (strata of the model, cells, n), and sums of squares, (strata of the model, n).
        """
        met = _stimuli(self.components, self.cells)
        effects = met @ rng.standard_normal((met.shape[1], n))
        sums, squares = [], []
        for own in self.strata:
            noise = rng.standard_normal((own.root.shape[1], n))
            seen = own.root.T @ effects + np.sqrt(own.variance) * noise
            left = own.df - own.root.shape[1]
            around = own.variance * rng.chisquare(left, n) if left > 0 else np.zeros(n)
            sums.append(own.root @ seen)
            squares.append(np.sum(seen**2, axis=0) + around)
        return self._summed(sums), self._summed(squares)

    def expected(self) -> tuple[Array, Array]:
        """Return columns whose products add up to the expected ones, and the expected squares.

        Returns
        -------
        tuple
            (strata of the model, cells, columns), and (strata of the model,).
        """
        met = _stimuli(self.components, self.cells)
        own = [np.sqrt(stratum.variance) * stratum.root for stratum in self.strata]
        sums, squares = [], []
        for i, stratum in enumerate(self.strata):
            alone = [root if i == j else np.zeros_like(root) for j, root in enumerate(own)]
            sums.append(np.hstack([stratum.kernel @ met, *alone]))
            shared = np.sum((stratum.root.T @ met) ** 2)
            squares.append(np.array(shared + stratum.variance * stratum.df))
        return self._summed(sums), self._summed(squares)

    def _summed(self, parts: Sequence[Array]) -> Array:
        """Add up what belongs to the same stratum of the model."""
        return np.stack(
            [
                np.sum([p for p, k in zip(parts, self.of_model, strict=True) if k == i], axis=0)
                for i in range(max(self.of_model) + 1)
            ]
        )


def strata_of(
    lists: Lists, people: Sequence[float], components: Components, groups: Sequence[str]
) -> Strata:
    """Set the strata of a design up.

    Parameters
    ----------
    people
        People on each list; not whole where lists are filled evenly but not to the end of a round.
    groups
        Groups of the planned model's random intercepts of people, such as ``participant:victims``.

    Raises
    ------
    NotBalancedError
        If people differ in the number of their answers, meet some conditions more often than others, or a
        random term of the model cannot be told from the rest.
    """
    used, parts = tuple(g for g, n in enumerate(people) if n > 0), components
    if len({len(lists.rows[g]) for g in used}) > 1:
        raise NotBalancedError("People differ in the number of their answers.")
    asked = {name: frozenset(name.split(":")) - {"participant"} for name in groups}
    condition = frozenset(lists.factors)
    wanted = sorted({condition, frozenset(), *asked.values()}, key=lambda names: -len(names))
    chain = [[np.eye(len(lists.rows[g])) for g in used]]
    chain += [[_average(lists, g, names) for g in used] for names in wanted]
    chain.append([np.zeros_like(own) for own in chain[0]])
    cells = tuple(dict.fromkeys(row for g in used for row in lists.rows[g]))
    again = round(1 / float(chain[wanted.index(condition) + 1][0][0, 0]))
    variances = (
        parts.residual,
        parts.residual + again * parts.person_by_level,
        parts.residual + again * parts.person_by_level + lists.rows_per_person * parts.person,
    )
    strata, of_model = [], []
    for i, (fine, coarse) in enumerate(pairwise(chain)):
        passed = wanted[:i]
        variance = variances[(condition in passed) + (frozenset() in passed)]
        own = _stratum(lists, people, cells, fine, coarse, variance)
        if own.df + NOTHING < own.root.shape[1]:
            raise NotBalancedError(
                f"{sum(people):.0f} people are too few for the {len(used)} presentation lists."
            )
        if own.df > NOTHING:
            strata.append(own)
            of_model.append(len(set(asked.values()) & set(passed)))
    if set(of_model) != set(range(len(set(asked.values())) + 1)):
        raise NotBalancedError(
            f"The random terms of people ({', '.join(groups)}) cannot be told apart from one another or from"
            " single answers: nobody answers often enough."
        )
    return Strata(lists, components, cells, tuple(strata), tuple(of_model))


def places(lists: Lists, factors: Iterable[str]) -> list[int]:
    """Return where the factors that a random term groups by stand among those of the lists.

    Raises
    ------
    NotBalancedError
        If one of them is no factor of the fixed part.
    """
    known = lists.factors
    if unknown := [name for name in factors if name not in known]:
        raise NotBalancedError(
            f"A random term groups by {unknown[0]!r}, which is no factor of the model's fixed part."
        )
    return [known.index(name) for name in factors]


def _stratum(
    lists: Lists,
    people: Sequence[float],
    cells: tuple[Row, ...],
    fine: list[Array],
    coarse: list[Array],
    variance: float,
) -> Stratum:
    number = {row: j for j, row in enumerate(cells)}
    used = [g for g, n in enumerate(people) if n > 0]
    kernel, df = np.zeros((len(cells), len(cells))), 0.0
    for g, first, second in zip(used, fine, coarse, strict=True):
        if np.abs(first @ second - second).max() > NOTHING:
            raise NotBalancedError("The random terms of people are not nested in one another.")
        at = [number[row] for row in lists.rows[g]]
        kernel[np.ix_(at, at)] += people[g] * (first - second)
        df += people[g] * round(float(np.trace(first - second)))
    values, vectors = np.linalg.eigh(kernel)
    kept = values > NOTHING * max(values.max(), 1.0)
    return Stratum(kernel, vectors[:, kept] * np.sqrt(values[kept]), df, variance)


def _average(lists: Lists, g: int, factors: frozenset[str]) -> Array:
    """(m, m) projection on a person's means in each condition (or on the mean of all answers)."""
    at = places(lists, factors)
    names = [tuple(levels[i] for i in at) for _, levels in lists.rows[g]]
    same = np.array([[a == b for b in names] for a in names], dtype=float)
    if len(set(same.sum(axis=1).tolist())) > 1:
        raise NotBalancedError("A person meets some conditions more often than others.")
    return np.asarray(same / same.sum(axis=1, keepdims=True))


def _stimuli(parts: Components, cells: tuple[Row, ...]) -> Array:
    """(cells, k) root of the covariance of the cells over new stimuli."""
    names = list(dict.fromkeys(stimulus for stimulus, _ in cells))
    # Without a stimulus there is nothing that stimuli could add.
    known = np.array([stimulus != "" for stimulus, _ in cells], dtype=float)[:, None]
    plain = np.array([[stimulus == name for name in names] for stimulus, _ in cells], dtype=float)
    crossed = np.sqrt(parts.stimulus_by_level) * np.eye(len(cells))
    return np.asarray(known * np.hstack([np.sqrt(parts.stimulus) * plain, crossed]))
