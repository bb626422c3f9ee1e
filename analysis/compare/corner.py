"""The empty corner: can two states both be high in one person at one time?

"Threat and soothing cannot run simultaneously" (S2) says that no one is above the middle on both.
The count in that corner is compared with what independence of the two ratings would put there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import AnalysisError
from analysis.hypotheses.design import Array


@dataclass(frozen=True)
class Corner:
    """Observations above the middle on both ratings."""

    n: int
    both: int
    share: float
    low: float
    high: float
    """95 % Clopper-Pearson interval of the share."""
    expected: float
    """Share under independence of the two ratings."""


def corner(first: Array, second: Array, mid: float = 0.5) -> Corner:
    """Count the corner of two ratings, one row per person (repeated rows narrow the interval).

    Raises
    ------
    AnalysisError
        Ratings of different lengths, none at all, or not finite.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.shape != b.shape or a.size == 0 or not np.isfinite(a).all() or not np.isfinite(b).all():
        raise AnalysisError(
            f"The corner needs two finite ratings of the same people; found {a.size} and {b.size}.",
            "Leave out incomplete pairs by a stated rule.",
        )
    n, both = a.size, int(np.sum((a > mid) & (b > mid)))
    low, high = proportion_confint(both, n, method="beta")
    expected = float(np.mean(a > mid) * np.mean(b > mid))
    return Corner(n, both, both / n, float(low), float(high), expected)
