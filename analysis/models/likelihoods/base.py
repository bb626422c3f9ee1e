"""The distribution of a response given its linear predictor: what every family provides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import special

from analysis.models.design import Array

Derivatives = tuple[Array, Array, Array]
"""Log-likelihood of each row and its first two derivatives with respect to the linear predictor, each (n,)."""
NODES, SHARES = np.polynomial.hermite_e.hermegauss(61)
SHARES = SHARES / SHARES.sum()
"""Gauss-Hermite nodes and weights of a standard normal variable."""


class RowModel(ABC):
    """Distribution of a response given its linear predictor.

    ``shape`` has the parameters common to all rows (dispersion, cut points) on an unbounded scale.
    """

    title: ClassVar[str]
    has_thresholds: ClassVar[bool] = False
    """Whether thresholds replace the intercept."""
    shape_names: tuple[str, ...] = ()
    """Names of the shape parameters on their natural scale."""

    def check(self, y: Array, name: str) -> None:  # noqa: B027
        """Raise an AnalysisError if ``y`` (n,) cannot come from this distribution."""

    @abstractmethod
    def start(self, y: Array) -> tuple[Array, Array]:
        """Return a rough linear predictor of each row (n,) and starting values of ``shape``."""

    @abstractmethod
    def derivatives(self, y: Array, eta: Array, shape: Array) -> Derivatives:
        """Return the log-likelihood of each row and its two derivatives with respect to ``eta`` (n,)."""

    def natural(self, shape: Array) -> Array:
        """Return ``shape`` on the scale of ``shape_names``; parameters are logarithms unless overridden."""
        return np.exp(shape)

    @abstractmethod
    def mean(self, eta: Array, shape: Array) -> Array:
        """Return the expected response for a linear predictor, in the units of ``y``."""

    def averaged(self, eta: Array, shape: Array, variance: Array) -> Array:
        """Return the expected response averaged over normal random effects, whose sum has ``variance`` (n,)."""
        shifts = np.sqrt(variance)[:, None] * NODES
        means = self.mean((eta[:, None] + shifts).ravel(), shape).reshape(shifts.shape)
        average: Array = means @ SHARES
        return average


@dataclass(frozen=True)
class Parameters:
    """All parameters of a fit: coefficients, the unbounded shape, and SDs of random intercepts."""

    rows: RowModel
    values: Array
    """(k,)"""
    vcov: Array
    """(k, k)"""
    sds: int = 0
    """How many of the last ones are SDs."""


def beta_density(y: Array, eta: Array, phi: float) -> Derivatives:
    """Return the log density of Beta(mu phi, (1 - mu) phi); ``y`` in (0, 1)."""
    # Means closer to the ends than this are indistinguishable from them and would give inf - inf.
    mu = np.clip(special.expit(eta), 1e-12, 1 - 1e-12)
    a, b = mu * phi, (1 - mu) * phi
    value = (a - 1) * np.log(y) + (b - 1) * np.log1p(-y) - special.betaln(a, b)
    pull = phi * (special.logit(y) - special.digamma(a) + special.digamma(b))
    v = mu * (1 - mu)
    curvature = phi**2 * (special.polygamma(1, a) + special.polygamma(1, b))
    return value, v * pull, v * (1 - 2 * mu) * pull - v**2 * curvature
