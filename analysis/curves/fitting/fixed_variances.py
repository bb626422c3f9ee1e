"""Generalised least squares at the variances of a fitted mixed model, to compare many curves quickly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analysis.models import Fit
from analysis.models.covariances.covariance import Covariance
from analysis.models.covariances.structure import Structure
from analysis.models.covariances.values import values_of
from analysis.models.design import Array, Model


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
    """

    def __init__(self, model: Model, fit: Fit) -> None:
        structure = Structure(model.groups, np.ones((len(model.y), 1)))
        self.y, self._covariance = model.y, Covariance(structure, values_of(structure, fit))
        self._solved = self._covariance.solve(model.y[:, None])[:, 0]

    def least(self, columns: Array) -> Least:
        """Fit columns (rows, p)."""
        moment = columns.T @ self._solved
        gram = columns.T @ self._covariance.solve(columns)
        beta = np.asarray(np.linalg.lstsq(gram, moment, rcond=None)[0], dtype=float)
        return Least(beta, float(self.y @ self._solved - beta @ moment))
