"""Generalised least squares at the variances of a fitted mixed model, to compare many curves quickly."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.linalg import block_diag

from analysis.models import Fit
from analysis.models.covariances.covariance import Covariance
from analysis.models.covariances.crossing import Indices
from analysis.models.covariances.structure import Structure
from analysis.models.covariances.values import values_of
from analysis.models.design import Array, Model

MOST_CELLS = 1500
"""With more cells, products of all their columns need more memory and time than they save."""


class Least(NamedTuple):
    """Coefficients (p,), and chi2 of the answers."""

    beta: Array
    cost: float


class FixedVariances:
    """The answers of a model, with the covariance of one fit of it.

    Parameters
    ----------
    model
        The answers and the random terms.
    fit
        A fit of these random terms, with any fixed columns.
    index : ndarray, shape (rows,)
        The cell of each row: the columns of curves are known by cell.
    covariates : ndarray, shape (rows, q)
        Further columns of every curve.
    """

    def __init__(self, model: Model, fit: Fit, index: Indices, covariates: Array) -> None:
        structure = Structure(model.groups, np.ones((len(model.y), 1)))
        covariance = Covariance(structure, values_of(structure, fit))
        self._covariance, self._index, self._covariates = covariance, index, covariates
        self._solved = covariance.solve(model.y[:, None])[:, 0]
        self._total = float(model.y @ self._solved)
        self._cells = int(index.max()) + 1

    def least(self, columns: Array) -> Least:
        """Fit columns by cell (cells, p), and the covariates."""
        if self._cells > MOST_CELLS:
            whole = self._in_rows(columns)
            moment, gram = whole.T @ self._solved, whole.T @ self._covariance.solve(whole)
        else:
            whole = block_diag(columns, np.eye(self._covariates.shape[1]))
            products, sums = self._of_cells
            moment, gram = whole.T @ sums, whole.T @ products @ whole
        beta = np.asarray(np.linalg.lstsq(gram, moment, rcond=None)[0], dtype=float)
        return Least(beta, self._total - float(beta @ moment))

    def _in_rows(self, columns: Array) -> Array:
        return np.column_stack([columns[self._index], self._covariates])

    @cached_property
    def _of_cells(self) -> tuple[Array, Array]:
        """The products of the cells' and covariates' columns, and their products with the answers, over the covariance.

        With them, a curve costs a product of small matrices, whatever the number of answers.
        """
        every = self._in_rows(np.eye(self._cells))
        return every.T @ self._covariance.solve(every), every.T @ self._solved
