r"""Cumulative logit model for ordered categories (feelings 1 to 5, whole dollars 0 to 5).

.. math:: P(y \le k) = s(\theta_k - \eta)

A positive coefficient moves answers up. McCullagh (1980), J R Stat Soc B 42:109-142 [M+].
Same model as statsmodels' OrderedModel and R's clm; the random intercepts are those of clmm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.errors import AnalysisError
from analysis.models.likelihoods.rows import log_sigmoid_gap

MAX_CATEGORIES = 15


@dataclass(frozen=True)
class CumulativeLogit:
    """Rows of the model; ``shape`` is (first threshold, log gaps between thresholds)."""

    categories: tuple[float, ...]
    title: str = "cumulative logit model"
    has_thresholds: bool = True

    @property
    def shape_names(self) -> tuple[str, ...]:
        """Thresholds, named by the categories that they separate."""
        pairs = zip(self.categories, self.categories[1:], strict=False)
        return tuple(f"{a:g}|{b:g}" for a, b in pairs)

    def check(self, y: np.ndarray, name: str) -> None:
        """Between three and MAX_CATEGORIES categories."""
        if not 3 <= len(self.categories) <= MAX_CATEGORIES:
            raise AnalysisError(
                f"{name!r} has {len(self.categories)} different values; the ordinal model needs 3 "
                f"to {MAX_CATEGORIES}.",
                "Use the yes/no model for two, a linear or ordered beta model for many.",
            )

    def start(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """No effects; thresholds at the observed cumulative rates."""
        rates = [np.mean(y <= k) for k in self.categories[:-1]]
        cuts = special.logit(np.array(rates))
        gaps = np.log(np.maximum(np.diff(cuts), 0.05))
        return np.zeros(len(y)), np.concatenate([cuts[:1], gaps])

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, shape: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Log probability of each row's category."""
        cuts = np.concatenate([[-np.inf], self.natural(shape), [np.inf]])
        category = np.searchsorted(self.categories, y)
        return log_sigmoid_gap(eta - cuts[category], eta - cuts[category + 1])

    def natural(self, shape: np.ndarray) -> np.ndarray:
        """Thresholds, rising."""
        return np.cumsum(np.concatenate([shape[:1], np.exp(shape[1:])]))

    def mean(self, eta: np.ndarray, shape: np.ndarray) -> np.ndarray:
        """Expected category value."""
        above = special.expit(eta[:, None] - self.natural(shape))
        return self.categories[0] + above @ np.diff(self.categories)
