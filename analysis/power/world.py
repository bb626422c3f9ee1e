"""The world that simulated studies are drawn from: people and stimuli that differ, on the latent scale.

The answer of person p to stimulus s under the condition c is, as for the simulated people,

    mean(c) + person + person x c + stimulus + stimulus x c + residual,

all Gaussian and independent, with variances that add up to 1. Given the stimuli, the people on one
presentation list are independent draws from one multivariate normal distribution, so that the mean of the
list and its scatter matrix (Wishart) carry everything an analysis of the design can use: they are drawn
instead of the answers, exactly, at a cost that does not grow with the number of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.power.components import Components
from analysis.power.lists import Lists

Array = NDArray[Any]


@dataclass(frozen=True)
class Drawn:
    """Means and scatter matrices of the lists, studies last."""

    means: tuple[Array, ...]
    """(m, n) for each list."""
    scatter: tuple[Array, ...]
    """(m, m, n) sums of squares and products around the means, for each list."""


@dataclass(frozen=True)
class World:
    """A design with ``people`` on its lists, and how they and the stimuli differ."""

    lists: Lists
    people: tuple[int, ...]
    components: Components

    @property
    def used(self) -> tuple[int, ...]:
        """Numbers of the lists that have people."""
        return tuple(g for g, n in enumerate(self.people) if n > 0)

    def within(self, g: int) -> Array:
        """(m, m) covariance of one person's answers on list g, given the stimuli."""
        rows, parts = self.lists.rows[g], self.components
        same = np.array([[a == b for _, b in rows] for _, a in rows], dtype=float)
        m = len(rows)
        return (
            parts.person * np.ones((m, m))
            + parts.person_by_level * same
            + parts.residual * np.eye(m)
        )

    def stimulus_columns(self) -> tuple[Array, Array]:
        """(rows, stimuli) and (rows, stimuli x conditions): what each row of the used lists meets."""
        rows = [row for g in self.used for row in self.lists.rows[g]]
        plain = {s: j for j, s in enumerate(dict.fromkeys(s for s, _ in rows))}
        crossed = {row: j for j, row in enumerate(dict.fromkeys(rows))}
        first, second = np.zeros((len(rows), len(plain))), np.zeros((len(rows), len(crossed)))
        for i, row in enumerate(rows):
            first[i, plain[row[0]]] = second[i, crossed[row]] = 1.0
        # Without a stimulus there is nothing that stimuli could add.
        known = np.array([row[0] != "" for row in rows], dtype=float)[:, None]
        return first * known, second * known

    def covariance(self) -> Array:
        """Covariance of the list means, rows of the used lists one after the other."""
        first, second = self.stimulus_columns()
        parts = self.components
        found = parts.stimulus * first @ first.T + parts.stimulus_by_level * second @ second.T
        at = 0
        for g in self.used:
            own = self.within(g)
            found[at : at + len(own), at : at + len(own)] += own / self.people[g]
            at += len(own)
        return np.asarray(found, dtype=np.float64)

    def expected_scatter(self) -> tuple[Array, ...]:
        """Expectation of the scatter matrix of each used list, (m, m)."""
        return tuple((self.people[g] - 1) * self.within(g) for g in self.used)

    def split(self, stacked: Array) -> tuple[Array, ...]:
        """Rows of the used lists (rows, ...) parted by list."""
        sizes = np.cumsum([len(self.lists.rows[g]) for g in self.used])[:-1]
        return tuple(np.split(stacked, sizes, axis=0))

    def draw(self, n: int, rng: np.random.Generator) -> Drawn:
        """Draw ``n`` studies in which no condition differs from another."""
        first, second = self.stimulus_columns()
        parts = self.components
        shared = np.sqrt(parts.stimulus) * first @ rng.standard_normal((first.shape[1], n))
        shared += (
            np.sqrt(parts.stimulus_by_level) * second @ rng.standard_normal((second.shape[1], n))
        )
        means, scatter = [], []
        for g, stimuli in zip(self.used, self.split(shared), strict=True):
            root = np.linalg.cholesky(self.within(g))
            noise = root @ rng.standard_normal((len(root), n))
            means.append(stimuli + noise / np.sqrt(self.people[g]))
            scatter.append(_wishart(root, self.people[g] - 1, n, rng))
        return Drawn(tuple(means), tuple(scatter))


def _wishart(root: Array, df: int, n: int, rng: np.random.Generator) -> Array:
    """(m, m, n) Wishart matrices of a covariance with Cholesky factor ``root`` (Bartlett)."""
    m = len(root)
    if df < m:
        raw = np.einsum("ab,bkn->akn", root, rng.standard_normal((m, df, n)))
        return np.asarray(np.einsum("akn,bkn->abn", raw, raw))
    factor = np.zeros((m, m, n))
    for a in range(m):
        factor[a, a] = np.sqrt(rng.chisquare(df - a, n))
        for b in range(a):
            factor[a, b] = rng.standard_normal(n)
    factor = np.einsum("ab,bcn->acn", root, factor)
    return np.asarray(np.einsum("acn,bcn->abn", factor, factor))
