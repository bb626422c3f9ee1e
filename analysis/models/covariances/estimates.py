"""Restricted maximum likelihood of a Gaussian mixed model: coefficients, score and information at given parameters."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from analysis.models.covariances.covariance import Covariance
from analysis.models.covariances.structure import ByKind, Structure
from analysis.models.design import Array


class At:
    """A Gaussian mixed model at given values of its covariance parameters.

    Parameters
    ----------
    structure, y
        Covariance structure with the fixed columns, and answers (rows,).
    values : ndarray, shape (parameters,)
        The residual variance first.
    reml : bool
        Whether the likelihood is the restricted one.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the covariance is not positive definite.
    """

    def __init__(self, structure: Structure, y: Array, values: Array, reml: bool = True) -> None:
        self.structure, self.y, self.reml, self.values = structure, y, reml, values
        self.covariance = Covariance(structure, values)
        fixed = [block.fixed for block in structure.blocks]
        self._solved = self.covariance.solve_kinds(fixed)
        self.vcov: Array = np.asarray(np.linalg.inv(structure.product(fixed, self._solved)), float)
        self.beta = self.vcov @ structure.product_rows(self._solved, y)
        self.residual = self.covariance.solve((y - structure.fixed @ self.beta)[:, None])

    @cached_property
    def solved(self) -> Array:
        """``V^-1 X``, (rows, p)."""
        return self.structure.in_rows(self._solved)

    @property
    def loglik(self) -> float:
        """Log-likelihood, restricted if ``reml``."""
        n, p = self.structure.fixed.shape
        total = self.covariance.log_determinant + float(self.y @ self.residual[:, 0])
        if self.reml:
            total -= np.linalg.slogdet(self.vcov)[1]
        return float(-0.5 * (total + (n - p * self.reml) * np.log(2 * np.pi)))

    def df(self, weights: Array, spread: Array) -> float:
        """Return the degrees of freedom of a contrast (p,) by Satterthwaite.

        ``spread`` is the covariance of the parameters' estimates (parameters, parameters).
        """
        moved = self.vcov @ weights
        slopes = np.einsum("i,rij,j->r", moved, self.first, moved)
        variance = float(slopes @ spread @ slopes)
        return 2 * float(weights @ moved) ** 2 / variance if variance > 0 else float("inf")

    @cached_property
    def _moved(self) -> list[ByKind]:
        """``G_r V^-1 X`` of each parameter."""
        return [self.structure.times_kinds(r, self._solved) for r in range(self.structure.size)]

    @cached_property
    def first(self) -> Array:
        """``-X' V^-1 G_r V^-1 X``, (parameters, p, p): P of Kenward and Roger."""
        return np.array([-self.structure.product(self._solved, each) for each in self._moved])

    @cached_property
    def second(self) -> Array:
        """``X' V^-1 G_r V^-1 G_s V^-1 X``, (parameters, parameters, p, p): Q of Kenward and Roger."""
        size, p = self.structure.size, len(self.beta)
        whole = [np.concatenate(parts, axis=2) for parts in zip(*self._moved, strict=True)]
        found = self.structure.product(whole, self.covariance.solve_kinds(whole))
        return np.asarray(found.reshape(size, p, size, p).transpose(0, 2, 1, 3))

    @cached_property
    def score(self) -> Array:
        """Derivatives of the log-likelihood (parameters,)."""
        r = self.residual
        sizes = [self.structure.times(k, r) for k in range(self.structure.size)]
        quadratic = np.array([float(np.sum(r * each)) for each in sizes])
        traces = self.covariance.traces.copy()
        if self.reml:
            traces += np.einsum("ij,rji->r", self.vcov, self.first)
        return 0.5 * (quadratic - traces)

    @cached_property
    def information(self) -> Array:
        """Expected information of the parameters (parameters, parameters)."""
        found = self.covariance.double_traces
        if self.reml:
            reduced = np.einsum("ij,rjk->rik", self.vcov, self.first)
            found = (
                found
                - 2 * np.einsum("ij,rsji->rs", self.vcov, self.second)
                + np.einsum("rij,sji->rs", reduced, reduced)
            )
        return np.asarray(0.5 * found)

    @cached_property
    def observed(self) -> Array:
        """Observed information of the parameters (parameters, parameters)."""
        moved = [self.structure.times(k, self.residual) for k in range(self.structure.size)]
        both = np.hstack(moved)
        solved = self.covariance.solve(both)
        projected = self.solved.T @ both
        average = both.T @ solved - projected.T @ self.vcov @ projected
        return np.asarray(average - self.information)
