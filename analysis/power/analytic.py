"""Power in closed form, from what the analysis makes of the expected study: it finds sizes, studies test them.

A test statistic is the estimate over its reported standard error, hence noncentral t; where the planned
model reports less (or more) than the spread that estimates really have, the limit moves accordingly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats

from analysis.power.targets import Expected

#: From here on t is normal for every purpose, and scipy's noncentral t gets slow.
NORMAL_DF = 5_000
#: Beyond this noncentrality scipy's noncentral t is not reliable, and power is 1 to twenty digits.
FAR = 15.0
#: From here on the end of the noncentral t beyond the other limit is below 1e-6.
NEAR = 5.0
MOST_PER_CELL = 20_000
"""Sizes beyond this are not looked for."""


def power_at(found: Expected, j: int, d: float, alpha: float) -> float:
    """Power of the two-sided test of contrast ``j`` at a true effect ``d``.

    Examples
    --------
    >>> one = np.eye(1)
    >>> welch = Expected(np.array([(2 / 393) ** 0.5]), np.array([784.0]), np.array([(2 / 393) ** 0.5]), one, one)
    >>> round(power_at(welch, 0, 0.20, 0.05), 3)
    0.8
    """
    se, sd, df = float(found.se[j]), float(found.sd[j]), float(found.df[j])
    limit, away = stats.t.ppf(1 - alpha / 2, df) * se / sd, d / sd
    if df > NORMAL_DF or away > FAR:
        return float(stats.norm.sf(limit - away) + stats.norm.cdf(-limit - away))
    # Far from zero the other end is nothing, and scipy's value of it is no number.
    other = float(stats.nct.cdf(-limit, df, away)) if away < NEAR else 0.0
    return float(stats.nct.sf(limit, df, away)) + other


def equivalence_at(found: Expected, j: int, d: float, bound: float, alpha: float) -> float:
    """Chance that two one-sided tests show contrast ``j`` to be smaller than ``bound``."""
    se, sd, df = float(found.se[j]), float(found.sd[j]), float(found.df[j])
    room = bound - stats.t.ppf(1 - alpha, df) * se
    if room <= 0:
        return 0.0
    return float(stats.norm.cdf((room - d) / sd) - stats.norm.cdf((-room - d) / sd))


def least_size(power: Callable[[int], float], target: float, least: int, most: int) -> int | None:
    """Return the smallest number with at least the target power; None if none is found.

    Parameters
    ----------
    power
        Power by number of people; rising.
    least
        Smallest number that can be analysed.
    most
        Largest number that is looked for.

    Examples
    --------
    >>> least_size(lambda n: 1 - 1 / n, 0.8, 2, 100)
    5
    """
    low, high = least, most
    if power(high) < target:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle) >= target else (middle + 1, high)
    return low


def smallest_effect(effects: tuple[float, ...], power: list[float], target: float) -> float | None:
    """Return the smallest effect with the target power, by interpolation; None if none has it."""
    for i, value in enumerate(power):
        if value >= target:
            if i == 0:
                return effects[0]
            before = power[i - 1]
            share = (target - before) / (value - before)
            return effects[i - 1] + share * (effects[i] - effects[i - 1])
    return None


def wilson(count: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the Wilson interval of a share: the Monte Carlo error of simulated studies.

    Examples
    --------
    >>> [round(x, 3) for x in wilson(80, 100)]
    [0.711, 0.867]
    """
    z = float(stats.norm.ppf((1 + level) / 2))
    share, room = count / n, z * z / n
    middle = (share + room / 2) / (1 + room)
    half = z * np.sqrt(share * (1 - share) / n + room / (4 * n)) / (1 + room)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
