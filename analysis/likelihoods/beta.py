r"""Beta regression for shares strictly between 0 and 1 (mean-precision form).

.. math:: y \sim \mathrm{Beta}(\mu\phi, (1-\mu)\phi),\qquad \mathrm{logit}\,\mu = \eta

Ferrari & Cribari-Neto (2004), J Appl Stat 31:799-815 [M+].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import AnalysisError
from analysis.likelihoods.estimate import fit_rows
from analysis.likelihoods.fit import LikelihoodFit


@dataclass(frozen=True)
class BetaShare:
    """Rows of the model; ``shape`` is (log phi,)."""

    title: str = "beta regression"
    shape_names: tuple[str, ...] = ("phi",)
    has_thresholds: bool = False

    def check(self, y: np.ndarray, name: str) -> None:
        """All shares strictly inside (0, 1)."""
        outside = int(((y <= 0) | (y >= 1)).sum())
        if outside:
            raise AnalysisError(
                f"{outside} of {len(y)} values of {name!r} are not strictly between 0 and 1.",
                "Use the ordered beta model, which has the ends, or the hurdle model.",
            )

    def start(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits of the shares, and the precision of a beta with their mean and variance."""
        phi = max(y.mean() * (1 - y.mean()) / y.var() - 1, 0.5)
        return special.logit(y), np.array([np.log(phi)])

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, shape: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Log density of the beta distribution."""
        return beta_density(y, eta, np.exp(shape[0]))

    def natural(self, shape: np.ndarray) -> np.ndarray:
        """Phi."""
        return np.exp(shape)

    def mean(self, eta: np.ndarray, shape: np.ndarray) -> np.ndarray:
        """Mu."""
        return special.expit(eta)


def beta_density(
    y: np.ndarray, eta: np.ndarray, phi: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log density and two derivatives by ``eta``; arrays (n,), ``y`` in (0, 1)."""
    # Means beyond this are indistinguishable from the ends and would give inf - inf.
    mu = np.clip(special.expit(eta), 1e-12, 1 - 1e-12)
    a, b = mu * phi, (1 - mu) * phi
    value = (a - 1) * np.log(y) + (b - 1) * np.log1p(-y) - special.betaln(a, b)
    pull = phi * (special.logit(y) - special.digamma(a) + special.digamma(b))
    v = mu * (1 - mu)
    curvature = phi**2 * (special.polygamma(1, a) + special.polygamma(1, b))
    return value, v * pull, v * (1 - 2 * mu) * pull - v**2 * curvature


def fit_beta(data: pd.DataFrame, formula: str, *, cluster: str | None = None) -> LikelihoodFit:
    """Fit the beta regression; coefficients are log odds of the mean share."""
    return fit_rows(data, formula, BetaShare(), cluster=cluster)
