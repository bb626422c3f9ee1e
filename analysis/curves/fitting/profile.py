"""The profile likelihood of a curve's shape parameters: their estimates and intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np

from analysis.curves.catalogue import Hypothesis
from analysis.curves.fitting.cells import cell_index
from analysis.curves.fitting.fixed_variances import FixedVariances, Least
from analysis.curves.fitting.problem import Problem, coarse_cells, used_columns
from analysis.curves.fitting.surface import (
    Surface,
    as_params,
    identified,
    nominal,
    sign_sets,
)  # fmt: skip
from analysis.models import Fit
from analysis.models.design import Array

Found = TypeVar("Found")
MANY_ROWS = 2500
"""Above this number of rows, shapes are compared at variances that are fixed; the final fit is exact."""


@dataclass(frozen=True)
class Evaluation:
    """The best fit at given shape parameters."""

    loglik: float
    intercept: float
    coefficients: Array
    """Coefficients of the basis columns, (k,); 0 if fixed by the sign of the claim, nan if not
    identified."""
    limited: bool
    """Whether a coefficient would have had the sign that the claim excludes."""
    n_other: int
    """Number of parameters outside the curve: variances and covariates."""
    fit: Fit = field(repr=False)


class Profile:
    """The likelihood of a curve in a problem, by shape; evaluations are cached."""

    def __init__(self, problem: Problem, hypothesis: Hypothesis) -> None:
        self.problem, self.hypothesis = problem, hypothesis
        self.columns = used_columns(problem.data, hypothesis)
        self.table, self._index = cell_index(problem.data, self.columns)
        self.design = {c: self.table[c].to_numpy() for c in self.columns}
        """Distinct rows of the columns."""
        design, self.means, vcov = coarse_cells(problem, self.columns)
        self.surface = Surface(design, vcov, hypothesis)
        mixed = problem.own_scale and bool(problem.engine.random)
        self.exact = not mixed or problem.n <= MANY_ROWS
        """Whether shapes are compared by the exact likelihood (see :meth:`judge`)."""
        self.of_cells = vcov.ndim == 2
        """Whether cell means have the covariance of a mixed model."""
        self.known = identified(hypothesis, self.design)
        """Number of parameters of the curve that the design can identify."""
        self.unidentified = self.known < nominal(hypothesis, self.design)
        """Whether the curve has more parameters than that."""
        self.free = [j for j, p in enumerate(hypothesis.shape) if not p.fixed]
        self.seen: dict[tuple[float, ...], Evaluation] = {}
        self._flat: Fit | None = None

    def __call__(self, shape: Array) -> Evaluation:
        """Return the best fit at one shape whose coefficients have the signs of the claim."""
        key = tuple(map(float, shape))
        if key not in self.seen:
            self.seen[key] = self._evaluate(shape)
        return self.seen[key]

    def judge(self, shape: Array) -> float:
        """Return the log-likelihood of a shape, up to a constant: exact or, in large data sets, at fixed variances.

        The variances are those of the saturated model, whose cell means are then compared; without cells, those at the
        default shape. This differs from the exact likelihood only to second order, and a mixed model of 5,000 answers with
        five random terms takes half a second for each shape, one of 25,000 two seconds.
        """
        if self.exact:
            return self(shape).loglik
        return -0.5 * (self.coarse_cost(shape) if self.of_cells else self._fixed_cost(shape))

    def coarse_cost(self, shape: Array) -> float:
        """Return chi2 of the cell means at one shape."""
        return self.surface.best_at(shape, self.means)[0]

    def _fixed_cost(self, shape: Array) -> float:
        """Return chi2 of the answers at one shape, with the variances of the default shape."""

        def least(basis: Array, kept: tuple[int, ...], limited: bool) -> Least | None:
            found = self._fixed.least(self._with_constant(basis, kept))
            return None if self._is_excluded(found.beta, kept) else found

        return self._best(shape, least, key=lambda found: -found.cost).cost

    @cached_property
    def _fixed(self) -> FixedVariances:
        default = np.array([p.default for p in self.hypothesis.shape])
        engine = self.problem.engine
        return FixedVariances(engine.model, self(default).fit, self._index, engine.covariates)

    def _evaluate(self, shape: Array) -> Evaluation:
        return self._best(shape, self._fit, key=lambda found: found.loglik)

    def _best(
        self,
        shape: Array,
        fit: Callable[[Array, tuple[int, ...], bool], Found | None],
        key: Callable[[Found], float],
    ) -> Found:
        """Return the fit of a shape; the best with fewer columns if a coefficient would have the excluded sign."""
        basis = self.hypothesis.basis(self.design, as_params(self.hypothesis, shape))
        kept = _independent(basis, self.hypothesis.intercept)
        whole, *limited = sign_sets(kept, self.hypothesis.signs)
        found = fit(basis, whole, False)
        if found is None:
            fits = (fit(basis, some, True) for some in limited)
            found = max((each for each in fits if each is not None), key=key)
        return found

    def _is_excluded(self, beta: Array, kept: tuple[int, ...]) -> bool:
        """Return whether a coefficient of the columns that are kept has the sign that the claim excludes."""
        start = int(self.hypothesis.intercept)
        own = zip(kept, beta[start : start + len(kept)], strict=True)
        return any(self.hypothesis.signs[j] * value < 0 for j, value in own)

    def _fit(self, basis: Array, kept: tuple[int, ...], limited: bool) -> Evaluation | None:
        """Fit with some of the columns; None if a coefficient has the excluded sign."""
        fit = self._run(basis, kept)
        if self._is_excluded(fit.beta, kept):
            return None
        start = int(self.hypothesis.intercept)
        coefficients = np.zeros(basis.shape[1]) if limited else np.full(basis.shape[1], np.nan)
        coefficients[list(kept)] = fit.beta[start:]
        return Evaluation(
            loglik=fit.loglik,
            intercept=float(fit.beta[0]) if start else 0.0,
            coefficients=coefficients,
            limited=limited,
            n_other=fit.n_parameters - len(fit.beta),
            fit=fit,
        )

    def _run(self, basis: Array, kept: tuple[int, ...]) -> Fit:
        if not kept and self._flat is not None:
            return self._flat
        columns = self._with_constant(basis, kept)
        size = np.abs(columns).max(axis=0) if columns.size else np.ones(columns.shape[1])
        fit = self.problem.engine((columns / size)[self._index]).in_units(size)
        if not kept:
            self._flat = fit
        return fit

    def _with_constant(self, basis: Array, kept: tuple[int, ...]) -> Array:
        columns = basis[:, list(kept)]
        if self.hypothesis.intercept:
            columns = np.column_stack([np.ones(len(basis)), columns])
        return columns


def _independent(basis: Array, intercept: bool) -> tuple[int, ...]:
    """Return the basis columns that are linearly independent of the intercept and of the columns before them."""
    size = np.linalg.norm(basis, axis=0)
    used = [np.ones(len(basis)) / np.sqrt(len(basis))] if intercept else []
    kept: list[int] = []
    for j in np.flatnonzero(size).tolist():
        more = [*used, basis[:, j] / size[j]]
        if np.linalg.matrix_rank(np.column_stack(more), rtol=1e-9) == len(more):
            kept, used = [*kept, j], more
    return tuple(kept)
