"""One curve at one shape: its columns fitted by the engine, with the signs of the claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analysis.curves.engines import Engine
from analysis.curves.shapes import as_params
from analysis.hypotheses import Hypothesis
from analysis.models import Fit
from analysis.models.design import Array


@dataclass(frozen=True)
class Evaluation:
    """The best fit at a given shape."""

    loglik: float
    intercept: float
    coefficients: Array
    """Of the basis columns, (k,); 0 where the sign of the claim held it, nan where the data
    cannot identify it."""
    limited: bool
    """A coefficient would have had the sign that the claim excludes."""
    n_other: int
    """Parameters outside the curve: variances and covariates."""
    fit: Fit = field(repr=False)


class Evaluator:
    """The likelihood of a curve as a function of its shape, with a memory of what it has seen.

    Parameters
    ----------
    hypothesis : Hypothesis
    design : dict
        The distinct design rows.
    index : ndarray
        The design row of each data row.
    engine : Engine
    """

    def __init__(
        self,
        hypothesis: Hypothesis,
        design: dict[str, NDArray[np.generic]],
        index: NDArray[np.intp],
        engine: Engine,
    ) -> None:
        self.hypothesis = hypothesis
        self.design = design
        self.index = index
        self.engine = engine
        self.seen: dict[tuple[float, ...], Evaluation] = {}
        self.flat: Fit | None = None

    @property
    def calls(self) -> int:
        """Shapes evaluated so far."""
        return len(self.seen)

    def __call__(self, shape: Array) -> Evaluation:
        """The best fit at one shape."""
        key = tuple(float(v) for v in shape)
        if key not in self.seen:
            self.seen[key] = self._evaluate(shape)
        return self.seen[key]

    def loglik(self, shape: Array) -> float:
        """The log-likelihood at one shape."""
        return self(shape).loglik

    def _evaluate(self, shape: Array) -> Evaluation:
        basis = self.hypothesis.basis(self.design, as_params(self.hypothesis, shape))
        independent = _independent(basis, self.hypothesis.intercept)
        whole = self._fit(basis, independent)
        if whole is not None:
            return whole
        bound = [j for j in independent if self._sign(j) != 0]
        fits = [
            self._fit(basis, tuple(j for j in independent if j not in out), limited=True)
            for size in range(1, len(bound) + 1)
            for out in combinations(bound, size)
        ]
        return max((f for f in fits if f is not None), key=lambda f: f.loglik)

    def _fit(self, basis: Array, kept: tuple[int, ...], limited: bool = False) -> Evaluation | None:
        """Fit with some of the columns; None if a coefficient has the excluded sign."""
        fit = self._run(basis, kept)
        start = int(self.hypothesis.intercept)
        values = fit.beta[start:]
        if any(self._sign(j) * value < 0 for j, value in zip(kept, values, strict=True)):
            return None
        coefficients = np.zeros(basis.shape[1]) if limited else np.full(basis.shape[1], np.nan)
        coefficients[list(kept)] = values
        return Evaluation(
            loglik=fit.loglik,
            intercept=float(fit.beta[0]) if start else 0.0,
            coefficients=coefficients,
            limited=limited,
            n_other=fit.n_parameters - len(fit.beta),
            fit=fit,
        )

    def _run(self, basis: Array, kept: tuple[int, ...]) -> Fit:
        if not kept and self.flat is not None:
            return self.flat
        columns = basis[:, list(kept)]
        if self.hypothesis.intercept:
            columns = np.column_stack([np.ones(len(basis)), columns])
        size = np.abs(columns).max(axis=0) if columns.size else np.ones(columns.shape[1])
        fit = self.engine((columns / size)[self.index]).in_units(size)
        if not kept:
            self.flat = fit
        return fit

    def _sign(self, column: int) -> int:
        signs = self.hypothesis.signs
        return signs[column] if column < len(signs) else 0


def _independent(basis: Array, intercept: bool) -> tuple[int, ...]:
    """Basis columns that add something to the intercept and to those before them."""
    kept: list[int] = []
    used = [np.ones(len(basis))] if intercept else []
    for j in range(basis.shape[1]):
        column = basis[:, j]
        size = np.linalg.norm(column)
        if size == 0:
            continue
        if used:
            matrix = np.column_stack(used)
            weights = np.linalg.lstsq(matrix, column, rcond=None)[0]
            if np.linalg.norm(column - matrix @ weights) <= 1e-9 * size:
                continue
        kept.append(j)
        used.append(column)
    return tuple(kept)
