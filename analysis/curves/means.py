"""Curves fitted to cell means by generalised least squares: many curves, many studies, at once.

Given unrestricted cell means m with covariance V, a curve with columns X costs

    chi2(shape) = min_b (m - X b)' V^-1 (m - X b),

the likelihood ratio against unrestricted means with the variances held at their unrestricted
estimates. It needs no refit of the data, so that a whole grid of shapes, or a thousand simulated
studies with a common V, take milliseconds. Final fits come from ``fit_curve``, which re-estimates
the variances.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from scipy.stats import chi2 as chi2_distribution

from analysis.curves.shapes import as_params, shape_grid
from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis
from analysis.hypotheses.design import Array, Design

TOLERANCE = 1e-9
"""Relative size below which a direction of the columns counts as absent."""

BATCH = 1000
"""Studies handled at once, so that memory does not grow with their number."""


@dataclass(frozen=True)
class MeansFit:
    """A curve fitted to cell means. ``loglik`` is relative to unrestricted means (-chi2 / 2)."""

    hypothesis: Hypothesis
    shape: dict[str, float]
    intercept: float
    coefficients: Array
    fitted: Array
    """Fitted mean of each cell, (cells,)."""
    chi2: float
    df: int
    """Cells minus free parameters of the curve; 0 when the curve can reproduce any means."""
    k: int
    """Free parameters of the curve that these cells can identify (no variances)."""
    n: int
    at_limit: bool = field(default=False)
    """The means go against the claim: a coefficient was held at zero."""

    @property
    def loglik(self) -> float:
        """-chi2 / 2."""
        return -0.5 * self.chi2

    @property
    def p(self) -> float:
        """Of the misfit test; nan when there is nothing left to test."""
        return float(chi2_distribution.sf(self.chi2, self.df)) if self.df > 0 else float("nan")


def fit_means(
    design: Design, means: Array, vcov: Array, hypothesis: Hypothesis, *, n: int = 0
) -> MeansFit:
    """Fit one curve to one set of cell means.

    Parameters
    ----------
    design : mapping
        One row per cell.
    means, vcov : ndarray, shapes (cells,) and (cells, cells)
        Estimates of the unrestricted means and their covariance.
    n : int
        Rows of the study, kept for information criteria.
    """
    surface = Surface(design, vcov, hypothesis)
    costs = surface.costs(np.atleast_2d(means))[:, 0]
    best = surface.shapes[int(np.argmin(costs))]
    return surface.at(best, means, n)


def misfits(
    design: Design, means: Array, vcov: Array, hypothesis: Hypothesis
) -> tuple[Array, Array]:
    """chi2 and best shape for many studies that share one covariance of their cell means.

    Parameters
    ----------
    means : ndarray, shape (studies, cells)
    vcov : ndarray, shape (cells, cells)

    Returns
    -------
    chi2 : ndarray, shape (studies,)
    shapes : ndarray, shape (studies, shape parameters)
    """
    surface = Surface(design, vcov, hypothesis)
    cheapest, best = np.empty(len(means)), np.empty(len(means), dtype=np.intp)
    for start in range(0, len(means), BATCH):
        rows = slice(start, start + BATCH)
        costs = surface.costs(means[rows])
        best[rows] = np.argmin(costs, axis=0)
        cheapest[rows] = np.min(costs, axis=0)
    return cheapest, surface.shapes[best]


def identified(hypothesis: Hypothesis, design: Design) -> int:
    """Free parameters of the mean that the cells of a design can identify.

    Two cells cannot tell more than two numbers, however many a curve has.
    """
    used = [c for c in (*hypothesis.requires, *hypothesis.optional) if c in design]
    cells = set(zip(*(np.asarray(design[c]).tolist() for c in used), strict=True))
    return min(nominal(hypothesis, design), len(cells))


def nominal(hypothesis: Hypothesis, design: Design) -> int:
    """Free parameters of the mean as the equation counts them."""
    columns = hypothesis.basis(design).shape[1]
    return int(hypothesis.intercept) + columns + len(hypothesis.free_shape)


class Surface:
    """The cost of a curve over its grid of shapes, on one design with one covariance.

    Parameters
    ----------
    design : mapping
        One row per cell.
    vcov : ndarray, shape (cells, cells), or (cells,) for independent means
    hypothesis : Hypothesis
    """

    def __init__(self, design: Design, vcov: Array, hypothesis: Hypothesis) -> None:
        try:
            self.root = 1 / np.sqrt(vcov) if vcov.ndim == 1 else _inverse_root(vcov)
        except np.linalg.LinAlgError as error:
            raise AnalysisError(
                "The covariance of the cell means is not positive definite.",
                "A cell without data, or two cells that are one, does this.",
            ) from error
        self.design = design
        self.hypothesis = hypothesis
        self.shapes = shape_grid(hypothesis, design)
        self.projections = [self._projections(kept) for kept in self._subsets()]

    def costs(self, means: Array) -> Array:
        """chi2 at each shape of the grid for each study: (shapes, studies)."""
        whitened = means * self.root if self.root.ndim == 1 else means @ self.root.T
        total = np.sum(whitened**2, axis=1)
        best = np.full((len(self.shapes), len(means)), np.inf)
        for directions, inverses, signs in self.projections:
            explained = np.sum((directions @ whitened.T) ** 2, axis=1)
            cost = np.maximum(total[None, :] - explained, 0.0)
            best = np.where(_feasible(inverses, whitened, signs), np.minimum(best, cost), best)
        return best

    def cost_at(self, shape: Array, means: Array) -> float:
        """chi2 of one shape for one study."""
        return self._best_at(shape, means)[0]

    def at(self, shape: Array, means: Array, n: int = 0) -> MeansFit:
        """The curve at one shape."""
        cost, level, coefficients, limited = self._best_at(shape, means)
        params = as_params(self.hypothesis, shape)
        k = identified(self.hypothesis, self.design)
        return MeansFit(
            hypothesis=self.hypothesis,
            shape=params,
            intercept=level,
            coefficients=coefficients,
            fitted=level + self.hypothesis.basis(self.design, params) @ coefficients,
            chi2=cost,
            df=len(means) - k,
            k=k,
            n=n,
            at_limit=limited,
        )

    def _best_at(self, shape: Array, means: Array) -> tuple[float, float, Array, bool]:
        matrix = self._columns(shape)
        whitened = self._whiten(means[:, None])[:, 0]
        start = int(self.hypothesis.intercept)
        best = (np.inf, 0.0, np.zeros(matrix.shape[1] - start), False)
        for kept in self._subsets():
            used = list(range(start)) + [start + j for j in kept]
            columns = self._whiten(matrix[:, used])
            _, inverse = _decompose(columns[None])
            values = inverse[0] @ whitened
            signs = self._signs(kept)
            if np.any(signs * values[start:] < 0):
                continue
            cost = float(np.sum((whitened - columns @ values) ** 2))
            if cost < best[0]:
                coefficients = np.zeros(matrix.shape[1] - start)
                coefficients[list(kept)] = values[start:]
                level = float(values[0]) if start else 0.0
                best = (cost, level, coefficients, len(kept) < matrix.shape[1] - start)
        return best

    def _whiten(self, columns: Array) -> Array:
        return columns * self.root[:, None] if self.root.ndim == 1 else self.root @ columns

    def _subsets(self) -> list[tuple[int, ...]]:
        """Sets of basis columns to keep, all first: signs are held by leaving columns out."""
        k = self.hypothesis.basis(self.design).shape[1]
        bound = [j for j in range(k) if self._signs(range(k))[j] != 0]
        return [
            tuple(j for j in range(k) if j not in out)
            for size in range(len(bound) + 1)
            for out in combinations(bound, size)
        ]

    def _signs(self, kept: tuple[int, ...] | range) -> Array:
        signs = self.hypothesis.signs
        return np.array([signs[j] if j < len(signs) else 0 for j in kept], dtype=np.float64)

    def _columns(self, shape: Array) -> Array:
        basis = self.hypothesis.basis(self.design, as_params(self.hypothesis, shape))
        if not self.hypothesis.intercept:
            return basis
        return np.column_stack([np.ones(len(basis)), basis])

    def _projections(self, kept: tuple[int, ...]) -> tuple[Array, Array, Array]:
        """Orthonormal directions and pseudo-inverses at each shape, for one set of columns."""
        start = int(self.hypothesis.intercept)
        used = list(range(start)) + [start + j for j in kept]
        stack = np.stack([self._whiten(self._columns(s)[:, used]) for s in self.shapes])
        directions, inverses = _decompose(stack)
        return directions, inverses[:, start:, :], self._signs(kept)


def _inverse_root(vcov: Array) -> Array:
    return np.asarray(np.linalg.inv(np.linalg.cholesky(vcov)), dtype=np.float64)


def _decompose(stack: Array) -> tuple[Array, Array]:
    """Row directions (g, r, c) and pseudo-inverses (g, p, c) of matrices (g, c, p)."""
    if stack.shape[2] == 0:
        return np.zeros((stack.shape[0], 0, stack.shape[1])), np.zeros(
            (stack.shape[0], 0, stack.shape[1])
        )
    scale = np.abs(stack).max(axis=1, keepdims=True)
    scale[scale == 0] = 1.0
    u, s, vt = np.linalg.svd(stack / scale, full_matrices=False)
    present = s > TOLERANCE * s.max(axis=1, keepdims=True)
    directions = np.swapaxes(u * present[:, None, :], 1, 2)
    inverse_s = np.where(present, 1 / np.where(present, s, 1.0), 0.0)
    inverses = np.swapaxes(vt, 1, 2) @ (inverse_s[:, :, None] * np.swapaxes(u, 1, 2))
    return directions, inverses / np.swapaxes(scale, 1, 2)


def _feasible(inverses: Array, whitened: Array, signs: Array) -> np.ndarray:
    """Whether the coefficients keep the signs of the claim: (shapes, studies)."""
    if not signs.any():
        return np.ones((inverses.shape[0], len(whitened)), dtype=bool)
    coefficients = inverses @ whitened.T
    return np.all(signs[None, :, None] * coefficients >= 0, axis=1)
