"""Generalised least-squares fits of curves to cell means, for many shapes and studies at once.

For unrestricted cell means m with covariance V, the misfit of a curve with columns X is

    chi2(shape) = min_b (m - X b)' V^-1 (m - X b),

the likelihood ratio against the unrestricted means with the variances fixed at their unrestricted
estimates. It requires no refit of the data, so that a grid of shapes, or a thousand simulated studies
with a common V, takes milliseconds. Final fits are by ``fit_in``, which re-estimates the variances.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np

from analysis.curves.catalogue import Hypothesis, Shape
from analysis.curves.catalogue.design import Array, Design
from analysis.errors import AnalysisError

TOLERANCE = 1e-9
"""Relative size below which a singular value of the columns counts as zero."""
BATCH = 1000
"""Studies per batch, so that memory does not grow with their number."""
GRID_SIZE = {1: 241, 2: 1600, 3: 1728}
"""Points of the coarse search by number of free shape parameters (four or more: 4096)."""


def misfits(
    design: Design, means: Array, vcov: Array, hypothesis: Hypothesis
) -> tuple[Array, Array]:
    """Return chi2 and best shape for many studies that share one covariance of their cell means.

    Parameters
    ----------
    design : mapping
        One row per cell.
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
    """Count the free parameters of the mean that the cells of a design can identify.

    Two cells cannot identify more than two numbers, however many a curve has.
    """
    used = [c for c in hypothesis.reads if c in design]
    cells = set(zip(*(np.asarray(design[c]).tolist() for c in used), strict=True))
    return min(nominal(hypothesis, design), len(cells))


def nominal(hypothesis: Hypothesis, design: Design) -> int:
    """Count the free parameters of the mean in the equation."""
    columns: int = hypothesis.basis(design).shape[1]
    return int(hypothesis.intercept) + columns + len(hypothesis.free_shape)


def as_params(hypothesis: Hypothesis, shape: Array) -> dict[str, float]:
    """Return the values of the shape parameters by name."""
    return {p.name: float(v) for p, v in zip(hypothesis.shape, shape, strict=True)}


def candidate_levels(hypothesis: Hypothesis, parameter: Shape, design: Design) -> Array:
    """Return the values of a step parameter that give different curves on this design.

    A step after K changes only at observed levels: the candidates are the levels within the bounds
    with another level above them, or the default if there are none.
    """
    levels = np.unique(np.asarray(design[hypothesis.axis], dtype=np.float64))
    inside = levels[(levels >= parameter.lower) & (levels <= parameter.upper)]
    inside = inside[inside < levels.max()]
    return inside if len(inside) else np.array([parameter.default])


def shape_grid(hypothesis: Hypothesis, design: Design) -> Array:
    """Return the coarse grid of shapes, (points, number of shape parameters), fixed ones included.

    A curve without shape parameters has one point and no columns.
    """
    free = len(hypothesis.free_shape)
    shares = np.linspace(0.0, 1.0, round(GRID_SIZE.get(free, 4096) ** (1 / max(free, 1))))
    axes = [
        np.array([p.default]) if p.fixed
        else candidate_levels(hypothesis, p, design) if p.search == "levels"
        else p.value_at(shares)
        for p in hypothesis.shape
    ]  # fmt: skip
    points = list(product(*axes))
    return np.array(points, dtype=np.float64).reshape(len(points), len(axes))


def sign_sets(columns: Sequence[int], signs: Sequence[int]) -> list[tuple[int, ...]]:
    """List the sets of columns to keep, the full set first: leaving a column out enforces its claimed sign."""
    bound = [j for j in columns if signs[j]]
    return [
        tuple(j for j in columns if j not in out)
        for size in range(len(bound) + 1)
        for out in combinations(bound, size)
    ]


class Surface:
    """The misfit of a curve over its grid of shapes, for one design with one covariance.

    Parameters
    ----------
    design : mapping
        One row per cell.
    vcov : ndarray, shape (cells, cells), or (cells,) for independent means
    hypothesis : Hypothesis
    """

    def __init__(self, design: Design, vcov: Array, hypothesis: Hypothesis) -> None:
        try:
            root = 1 / np.sqrt(vcov) if vcov.ndim == 1 else np.linalg.inv(np.linalg.cholesky(vcov))
        except np.linalg.LinAlgError as error:
            raise AnalysisError(
                "The covariance of the cell means is not positive definite.",
                "Check for a cell without data, or two cells that are identical.",
            ) from error
        self.root = root
        self.design, self.hypothesis = design, hypothesis
        self.shapes = shape_grid(hypothesis, design)
        columns = range(hypothesis.basis(design).shape[1])
        self.sets = sign_sets(columns, hypothesis.signs)
        stack = self._stack(self.shapes)
        self._grid = [self._solvers(stack, kept) for kept in self.sets]

    def costs(self, means: Array) -> Array:
        """Return chi2 at each shape of the grid for each study: (shapes, studies)."""
        whitened = self._whiten(means.T)
        total = np.sum(whitened**2, axis=0)
        best = np.full((len(self.shapes), len(means)), np.inf)
        for kept, (directions, inverses) in zip(self.sets, self._grid, strict=True):
            cost = np.maximum(total - np.sum((directions @ whitened) ** 2, axis=1), 0.0)
            signs = self._signs(kept)
            if signs.any():
                slopes = inverses[:, inverses.shape[1] - len(kept) :] @ whitened
                allowed = np.all(signs[:, None] * slopes >= 0, axis=1)
                cost = np.where(allowed, cost, np.inf)
            best = np.minimum(best, cost)
        return best

    def best_at(self, shape: Array, means: Array) -> tuple[float, bool]:
        """Return chi2 of one study at one shape, and whether a coefficient was fixed at zero."""
        whitened, stack = self._whiten(means), self._stack(shape[None])
        best = (np.inf, False)
        for kept in self.sets:
            directions, inverses = self._solvers(stack, kept)
            slopes = (inverses[0] @ whitened)[inverses.shape[1] - len(kept) :]
            if np.any(self._signs(kept) * slopes < 0):
                continue
            left = whitened - directions[0].T @ (directions[0] @ whitened)
            best = min(best, (float(left @ left), kept != self.sets[0]))
        return best

    def _signs(self, kept: Sequence[int]) -> Array:
        return np.array([self.hypothesis.signs[j] for j in kept], dtype=np.float64)

    def _whiten(self, values: Array) -> Array:
        """Whiten values of the cells, (..., cells, k) or (cells,): scale them to unit covariance."""
        if self.root.ndim == 2:
            return self.root @ values
        return values * self.root if values.ndim == 1 else values * self.root[:, None]

    def _stack(self, shapes: Array) -> Array:
        """Return the whitened columns of the curve at each shape, the constant first: (shapes, cells, p)."""
        h = self.hypothesis
        bases = np.stack([h.basis(self.design, as_params(h, shape)) for shape in shapes])
        constant = np.ones((*bases.shape[:2], int(h.intercept)))
        return self._whiten(np.concatenate([constant, bases], axis=2))

    def _solvers(self, stack: Array, kept: Sequence[int]) -> tuple[Array, Array]:
        """Return the orthonormal directions (g, r, c) and pseudo-inverses (g, p, c) of the kept columns."""
        start = int(self.hypothesis.intercept)
        stack = stack[:, :, [*range(start), *(start + j for j in kept)]]
        if not stack.shape[2]:
            return (np.zeros((len(stack), 0, stack.shape[1])),) * 2
        scale = np.abs(stack).max(axis=1, keepdims=True)
        scale[scale == 0] = 1.0
        u, s, vt = np.linalg.svd(stack / scale, full_matrices=False)
        present = s > TOLERANCE * s.max(axis=1, keepdims=True)
        directions = np.swapaxes(u * present[:, None, :], 1, 2)
        inverse_s = np.where(present, 1 / np.where(present, s, 1.0), 0.0)
        inverses = np.swapaxes(vt, 1, 2) @ (inverse_s[:, :, None] * np.swapaxes(u, 1, 2))
        return directions, inverses / np.swapaxes(scale, 1, 2)
