r"""Yes/no rows, :math:`P(y = 1) = s(\eta)`, for cross-validation and as a second opinion.

Logistic mixed models are normally fitted by the mixed-model engine (``binomial``), which has random
slopes and is faster; this is the same model written independently of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.guards import check_response


@dataclass(frozen=True)
class BernoulliLogit:
    """Rows of the model; there is no ``shape``."""

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
