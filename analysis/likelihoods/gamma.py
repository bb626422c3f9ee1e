r"""Positive amounts, Gamma with mean :math:`\exp(\eta)` and shape 1 / dispersion.

Normally fitted by the mixed-model engine (``hurdle``); this is the same model written
independently of it, for cross-validation and as a second opinion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.guards import check_response


@dataclass(frozen=True)
class GammaAmount:
    """Rows of the model; ``shape`` is (log dispersion,)."""

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
