"""Logistic and Gamma rows, written independently of the mixed-model engine.

That engine normally fits these families (it has random slopes and is faster); these are its second
opinion where participants and stimuli are crossed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.models.guards import check_response


@dataclass(frozen=True)
class BernoulliLogit:
    r"""Yes/no rows, :math:`P(y = 1) = s(\eta)`; there is no ``shape``."""

    title: str = "logistic model"
    shape_names: tuple[str, ...] = ()
    has_thresholds: bool = False

    def check(self, y: np.ndarray, name: str) -> None:
        """0 or 1, and both happen."""
        check_response(name, y, "binomial")

    def start(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits one unit to either side."""
        return 2 * y - 1, np.empty(0)

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, shape: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Log probability of each answer."""
        p = special.expit(eta)
        return y * eta - np.logaddexp(0, eta), y - p, -p * (1 - p)

    def natural(self, shape: np.ndarray) -> np.ndarray:
        """Nothing."""
        return shape

    def mean(self, eta: np.ndarray, shape: np.ndarray) -> np.ndarray:
        """Probability of one."""
        return special.expit(eta)


@dataclass(frozen=True)
class GammaAmount:
    r"""Amounts above zero, Gamma with mean :math:`\exp(\eta)`; ``shape`` is (log dispersion,)."""

    title: str = "Gamma model"
    shape_names: tuple[str, ...] = ("dispersion",)
    has_thresholds: bool = False

    def check(self, y: np.ndarray, name: str) -> None:
        """Above zero."""
        check_response(name, y, "gamma")

    def start(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logarithms, and the squared coefficient of variation."""
        return np.log(y), np.array([np.log(max(y.var() / y.mean() ** 2, 1e-3))])

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, shape: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Log density."""
        k = np.exp(-shape[0])
        ratio = y * np.exp(-eta)
        value = k * (np.log(k) - eta + np.log(y) - ratio) - special.gammaln(k) - np.log(y)
        return value, k * (ratio - 1), -k * ratio

    def natural(self, shape: np.ndarray) -> np.ndarray:
        """Dispersion."""
        return np.exp(shape)

    def mean(self, eta: np.ndarray, shape: np.ndarray) -> np.ndarray:
        """Expected amount."""
        return np.exp(eta)
