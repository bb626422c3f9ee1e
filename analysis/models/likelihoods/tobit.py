r"""Two-limit Tobit: one latent, normally distributed wish to give, seen through two limits.

.. math:: y^* = \eta + \varepsilon,\; \varepsilon \sim N(0, \sigma^2),\qquad
   y = \min(\max(y^*, lower), upper)

Assumes that giving nothing is just a low wish; where zero is a separate decision the model is
wrong, so compare it with the hurdle model. Tobin (1958), Econometrica 26:24-36 [M+].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.errors import AnalysisError


@dataclass(frozen=True)
class TwoLimitTobit:
    """Rows of the model; ``shape`` is (log sigma,)."""

    lower: float
    upper: float
    title: str = "two-limit Tobit"
    shape_names: tuple[str, ...] = ("sigma",)
    has_thresholds: bool = False

    def check(self, y: np.ndarray, name: str) -> None:
        """Responses lie within the limits and some lie between them."""
        if (y < self.lower).any() or (y > self.upper).any():
            raise AnalysisError(
                f"{name!r} runs from {y.min():g} to {y.max():g}, outside {self.lower:g} to "
                f"{self.upper:g}.",
                "Give the endowment as the upper limit.",
            )
        inside = (y > self.lower) & (y < self.upper)
        if inside.sum() < 2:
            raise AnalysisError(
                f"Only {int(inside.sum())} of {len(y)} values of {name!r} lie between the limits, "
                "so a spread cannot be estimated.",
                "Analyse nothing / something, or nothing / part / all, instead.",
            )

    def start(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The observed values and their spread."""
        return y.astype(float), np.array([np.log(y.std())])

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, shape: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Normal density between the limits, normal probability at them."""
        sigma = np.exp(shape[0])
        z = (y - eta) / sigma
        value = -0.5 * z**2 - shape[0] - 0.5 * np.log(2 * np.pi)
        first, second = z / sigma, np.full(len(y), -1 / sigma**2)
        for at, sign in ((y <= self.lower, -1.0), (y >= self.upper, 1.0)):
            limit = self.lower if sign < 0 else self.upper
            a = sign * (eta[at] - limit) / sigma
            value[at] = special.log_ndtr(a)
            ratio = np.exp(-0.5 * a**2 - 0.5 * np.log(2 * np.pi) - value[at])
            first[at] = sign * ratio / sigma
            second[at] = -ratio * (a + ratio) / sigma**2
        return value, first, second

    def natural(self, shape: np.ndarray) -> np.ndarray:
        """Sigma."""
        return np.exp(shape)

    def mean(self, eta: np.ndarray, shape: np.ndarray) -> np.ndarray:
        """E[y], the limits included."""
        sigma = np.exp(shape[0])
        a, b = (self.lower - eta) / sigma, (self.upper - eta) / sigma
        low, high = special.ndtr(a), special.ndtr(-b)
        density = (np.exp(-0.5 * a**2) - np.exp(-0.5 * b**2)) / np.sqrt(2 * np.pi)
        return self.lower * low + self.upper * high + eta * (1 - low - high) + sigma * density
