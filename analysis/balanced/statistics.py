"""The few numbers of a study that its likelihood depends on: computed from rows, or drawn.

Arrays put the simulated studies last, so that every operation runs over all of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.balanced.reduction import Strata, Stratum
from analysis.balanced.truth import Truth, require_match
from analysis.errors import AnalysisError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Statistics:
    """Sufficient statistics of n studies that share one balanced design."""

    strata: Strata
    scatter: tuple[Array, ...]
    """(r, r, n) sums of squares and cross-products of each free stratum."""
    mean: Array
    """(r, n) the vector that holds the fixed effects."""

    @property
    def studies(self) -> int:
        """Number of studies."""
        return self.mean.shape[-1]

    def chosen(self, which: NDArray[np.intp]) -> Statistics:
        """Some of the studies, by number."""
        scatter = tuple(s[..., which] for s in self.scatter)
        return Statistics(self.strata, scatter, self.mean[:, which])

    def with_parameters(self, index: NDArray[np.intp]) -> Statistics:
        """The same data for the covariance parameters in another order."""
        free = tuple(replace(s, kernels=s.kernels[index]) for s in self.strata.free)
        kernels = self.strata.mean_kernels[index]
        return replace(self, strata=replace(self.strata, free=free, mean_kernels=kernels))


def statistics_of(strata: Strata, responses: ArrayLike) -> Statistics:
    """Reduce responses to their sufficient statistics.

    Parameters
    ----------
    strata
        Of the design whose rows the responses follow.
    responses
        (N,) one study, or (n, N) several.

    Raises
    ------
    AnalysisError
        If the number of responses isn't that of the rows or some aren't finite.
    """
    values = np.atleast_2d(np.asarray(responses, dtype=float))
    if values.shape[1] != strata.observations:
        raise AnalysisError(
            f"The design has {strata.observations} rows, the responses {values.shape[1]}."
        )
    if not np.isfinite(values).all():
        raise AnalysisError(
            f"{(~np.isfinite(values)).sum()} responses are missing or infinite; remove their rows "
            "from the design as well (then the general engine fits it)."
        )
    each = [_reduce(strata, study) for study in values]
    scatter = tuple(np.stack(parts, axis=-1) for parts in zip(*(s for s, _ in each), strict=True))
    return Statistics(strata, scatter, np.stack([mean for _, mean in each], axis=-1))


def draw_statistics(
    strata: Strata, truth: Truth, n_sims: int, rng: np.random.Generator
) -> Statistics:
    """Draw the sufficient statistics of simulated studies without drawing their responses.

    Scatter matrices are Wishart (Bartlett's decomposition), the means Gaussian.

    Examples
    --------
    >>> from analysis.balanced import Truth, draw_statistics, latin_square, strata
    >>> design = latin_square(200, 12, [-0.5, 0.5])
    >>> truth = Truth.of([0.0, 0.2], [[1.0, 0.1], [0.1, 0.2]], 0.2, 1.0)
    >>> draw_statistics(strata(design), truth, 5, np.random.default_rng(1)).mean.shape
    (2, 5)
    """
    require_match(strata.design, truth)
    scatter = tuple(_draw_scatter(s, truth.components, n_sims, rng) for s in strata.free)
    covariance = np.einsum("j,jab->ab", truth.components, strata.mean_kernels)
    noise = np.linalg.cholesky(covariance) @ rng.standard_normal((len(covariance), n_sims))
    return Statistics(strata, scatter, (strata.mean_design @ truth.beta)[:, None] + noise)


def _draw_scatter(
    stratum: Stratum, components: Array, n_sims: int, rng: np.random.Generator
) -> Array:
    covariance = np.einsum("j,jab->ab", components, stratum.kernels)
    r = len(covariance)
    root = np.linalg.cholesky(covariance)
    if stratum.df < r:
        drawn = np.einsum("ab,bkn->akn", root, rng.standard_normal((r, stratum.df, n_sims)))
        return np.einsum("akn,bkn->abn", drawn, drawn)
    factor = np.zeros((r, r, n_sims))
    for a in range(r):
        factor[a, a] = np.sqrt(rng.chisquare(stratum.df - a, n_sims))
        for b in range(a):
            factor[a, b] = rng.standard_normal(n_sims)
    factor = np.einsum("ab,bcn->acn", root, factor)
    return np.einsum("acn,bcn->abn", factor, factor)


def _reduce(strata: Strata, y: Array) -> tuple[list[Array], Array]:
    """Scatter of each free stratum and the mean vector of one study."""
    scatter = [np.zeros(s.kernels.shape[1:]) for s in strata.free]
    means = _sum_within_lists(strata, y, scatter)
    table = _sum_within_blocks(strata, means, scatter)
    for k, basis in strata.table:
        copies = np.einsum("mcr,c->mr", basis, table)
        scatter[k] += copies.T @ copies
    return scatter, strata.mean_basis.T @ table


def _sum_within_lists(strata: Strata, y: Array, scatter: list[Array]) -> list[Array]:
    """Add what differs between the people of a list; return each list's (m,) means."""
    means = []
    parts = zip(strata.cells.lists, strata.people, strata.whitening, strict=True)
    for shown, k, basis in parts:
        responses = y[shown.rows]
        average = responses.mean(axis=0)
        centred = responses - average
        coefficients = centred @ basis
        scatter[k] += coefficients.T @ coefficients
        centred -= coefficients @ basis.T
        scatter[0] += np.vdot(centred, centred)
        means.append(average)
    return means


def _sum_within_blocks(strata: Strata, means: list[Array], scatter: list[Array]) -> Array:
    """Add what differs between the items of a block; return the scaled (C,) table of means."""
    cells = strata.cells
    by_cell = [means[g][cells.lists[g].cell == c] for c, g in enumerate(cells.list_of)]
    for h, k in enumerate(strata.item_strata):
        here = np.flatnonzero(cells.block_of == h)
        weight = np.sqrt(cells.people[here])
        deviations = np.stack([by_cell[c] - by_cell[c].mean() for c in here]) * weight[:, None]
        direction = weight / np.linalg.norm(weight)
        items = direction @ deviations
        scatter[k] += items @ items
        rest = deviations - np.outer(direction, items)
        scatter[0] += np.vdot(rest, rest)
    scale = np.sqrt(cells.people * cells.items)
    table: Array = scale * np.array([values.mean() for values in by_cell])
    return table
