"""What a likelihood must offer, so that one estimator serves them all."""

from __future__ import annotations

from typing import Protocol

import numpy as np


class RowModel(Protocol):
    """Distribution of one response given its linear predictor.

    ``shape`` holds the parameters that rows share (spread, cut points) on an unbounded scale;
    ``shape_names`` are the names of their natural values. ``has_thresholds`` is True when the cut
    points take the place of the intercept.
    """

    @property
    def title(self) -> str: ...
    @property
    def shape_names(self) -> tuple[str, ...]: ...
    @property
    def has_thresholds(self) -> bool: ...

    def check(self, y: np.ndarray, name: str) -> None:
        """Raise AnalysisError if ``y`` of shape (n,) cannot come from this distribution."""

    def start(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rough linear predictor of each row (n,) and starting ``shape``."""

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, shape: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Log-likelihood of each row and its first two derivatives by ``eta``, each (n,)."""

    def natural(self, shape: np.ndarray) -> np.ndarray:
        """``shape`` on the scale of ``shape_names``."""

    def mean(self, eta: np.ndarray, shape: np.ndarray) -> np.ndarray:
        """Expected response for a linear predictor, in the units of ``y``."""


def log_sigmoid_gap(
    upper: np.ndarray, lower: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``log(sigmoid(upper) - sigmoid(lower))`` and two derivatives by a shift of both.

    ``upper`` may be +inf (the first category) and ``lower`` -inf (the last one). Written as a
    product, so that nothing cancels in the tails.
    """
    p, q = _sigmoid(upper), _sigmoid(lower)
    gap = upper - lower
    with np.errstate(divide="ignore"):
        value = -np.logaddexp(0, -upper) - np.logaddexp(0, lower) + np.log(-np.expm1(-gap))
    return value, (1 - p) - q, -p * (1 - p) - q * (1 - q)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))
