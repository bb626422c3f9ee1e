r"""Beta regressions of shares: strictly inside 0 to 1, or with both ends (ordered beta).

.. math:: y \sim \mathrm{Beta}(\mu\phi, (1-\mu)\phi),\qquad \mathrm{logit}\,\mu = \eta

in mean-precision form: Ferrari & Cribari-Neto (2004), J Appl Stat 31:799-815 [M+].

In the ordered beta regression one linear predictor moves three things together: giving nothing,
giving all, and the share between.

.. math::
   P(0) = 1 - s(\eta - c_0),\quad P(1) = s(\eta - c_1),\quad
   p(y) = [s(\eta - c_0) - s(\eta - c_1)]\,\mathrm{Beta}(y;\, s(\eta)\phi, (1 - s(\eta))\phi)

with s the logistic function. Kubinec (2023), Political Analysis 31:519-536 [M+]. A spike at half
is not part of the model; look at ``rates.donation_spikes``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.errors import AnalysisError
from analysis.models.likelihoods.rows import log_sigmoid_gap


@dataclass(frozen=True)
class BetaShare:
    """Shares strictly between 0 and 1; ``shape`` is (log phi,)."""

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


@dataclass(frozen=True)
class OrderedBeta:
    """Shares from 0 to 1, both ends included; ``shape`` is (c0, log(c1 - c0), log phi)."""

    title: str = "ordered beta regression"
    shape_names: tuple[str, ...] = ("cut at nothing", "cut at all", "phi")
    has_thresholds: bool = False

    def check(self, y: np.ndarray, name: str) -> None:
        """Shares in [0, 1] with both ends and the inside present."""
        if (y < 0).any() or (y > 1).any():
            raise AnalysisError(
                f"{name!r} runs from {y.min():g} to {y.max():g}; shares must lie in 0 to 1.",
                "Give the endowment, so that donations can be divided by it.",
            )
        parts = {"nothing": y == 0, "all": y == 1, "something between": (y > 0) & (y < 1)}
        absent = [what for what, rows in parts.items() if not rows.any()]
        if absent:
            raise AnalysisError(
                f"Nobody gave {' or '.join(absent)} ({name!r}), so the ordered beta model has "
                "nothing to place that cut by.",
                "Use the hurdle model (no 'all' needed), beta regression (neither end) or the "
                "yes/no model.",
            )

    def start(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits of squeezed shares; cuts at the observed rates."""
        eta = special.logit(np.clip(y, 0.1, 0.9))
        low = -special.logit(1 - np.mean(y == 0))
        high = -special.logit(np.mean(y == 1))
        return eta, np.array([low, np.log(max(high - low, 0.1)), np.log(3.0)])

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, shape: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Probability at the ends, probability times density between them."""
        low, high, phi = self.natural(shape)
        upper = np.where(y <= 0, np.inf, np.where(y >= 1, eta - high, eta - low))
        lower = np.where(y >= 1, -np.inf, np.where(y <= 0, eta - low, eta - high))
        value, first, second = log_sigmoid_gap(upper, lower)
        inside = (y > 0) & (y < 1)
        density = beta_density(y[inside], eta[inside], phi)
        for total, part in zip((value, first, second), density, strict=True):
            total[inside] += part
        return value, first, second

    def natural(self, shape: np.ndarray) -> np.ndarray:
        """Both cuts and phi."""
        return np.array([shape[0], shape[0] + np.exp(shape[1]), np.exp(shape[2])])

    def mean(self, eta: np.ndarray, shape: np.ndarray) -> np.ndarray:
        """Expected share, the ends included."""
        low, high, _ = self.natural(shape)
        some, everything = special.expit(eta - low), special.expit(eta - high)
        return everything + (some - everything) * special.expit(eta)
