"""Lee bounds: the effect on the amount given by those who would give in either condition.

If a treatment changes who gives, the givers in the two arms are different kinds of people. If it changes
everybody's decision to give in one direction only (monotonicity), the excess share of givers is trimmed from
the arm that has more of them: trimming the highest and the lowest amounts gives the bounds of the effect on
those who would give in either condition. Lee (2009), Review of Economic Studies 76:1071-1102 [M+].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.models import guards
from analysis.models.messages import EstimationError


@dataclass(frozen=True)
class LeeBounds:
    """Bounds of the mean difference (treated minus control) among those who would give in either condition.

    ``ci_low`` and ``ci_high`` are the outer bootstrap percentiles of the two bounds. ``trimmed`` is the
    proportion trimmed from the arm with more givers, ``naive`` the difference between the givers' means. The
    bounds are valid under monotonicity: the condition changes everybody's decision to give in one direction only.
    """

    lower: float
    upper: float
    ci_low: float
    ci_high: float
    trimmed: float
    naive: float


def lee_bounds(
    treated: np.ndarray,
    control: np.ndarray,
    rng: np.random.Generator,
    n_boot: int = 1000,
    level: float = 0.95,
) -> LeeBounds:
    """Compute Lee bounds from all donations, zeros included.

    Parameters
    ----------
    treated, control : arrays (n1,), (n0,)
        Donations of all participants in the arm; zero means that nothing was given.
    rng : Generator
        For the bootstrap over participants.

    Raises
    ------
    EstimationError
        If no participant gave in an arm, or a value is not finite.
    """
    treated, control = guards.numbers("treated", treated), guards.numbers("control", control)
    for name, arm in (("treated", treated), ("control", control)):
        guards.refuse_non_finite(name, ~np.isfinite(arm))
        if not (arm > 0).any():
            raise EstimationError("arm_without_givers", arm=name)
    lower, upper, trimmed = _bounds(treated, control)
    draws = np.array(
        [
            _bounds(rng.choice(treated, len(treated)), rng.choice(control, len(control)))[:2]
            for _ in range(n_boot)
        ]
    )
    tail = (1 - level) / 2
    ci_low = float(np.nanquantile(draws[:, 0], tail))
    ci_high = float(np.nanquantile(draws[:, 1], 1 - tail))
    naive = float(treated[treated > 0].mean() - control[control > 0].mean())
    return LeeBounds(lower, upper, ci_low, ci_high, trimmed, naive)


def _bounds(treated: np.ndarray, control: np.ndarray) -> tuple[float, float, float]:
    p1, p0 = (treated > 0).mean(), (control > 0).mean()
    if min(p1, p0) == 0:
        return np.nan, np.nan, np.nan
    share = abs(p1 - p0) / max(p1, p0)
    high, low = np.sort(treated[treated > 0]), np.sort(control[control > 0])
    if p1 >= p0:
        bottom, top = _trimmed_means(high, share)
        return bottom - low.mean(), top - low.mean(), float(share)
    bottom, top = _trimmed_means(low, share)
    return high.mean() - top, high.mean() - bottom, float(share)


def _trimmed_means(ordered: np.ndarray, share: float) -> tuple[float, float]:
    """Return the means after trimming ``share`` from the top, and from the bottom (the last value in part)."""
    n = len(ordered)
    keep = n * (1 - share)
    weights = np.clip(keep - np.arange(n), 0, 1)
    return float(ordered @ weights / keep), float(ordered[::-1] @ weights / keep)
