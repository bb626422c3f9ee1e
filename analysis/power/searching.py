"""The smallest number of participants with a target power: power rises with the number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import cycle

import numpy as np
from scipy.stats import norm

GRAIN = 0.05
"""Relative precision of a number that simulated studies give."""
Point = tuple[int, float]
"""A number of participants, and the probit of its power."""
LOWEST = 0.001
"""To be interpolated, simulated power is taken to lie between this and 1 minus this."""


def least_size(power: Callable[[int], float], target: float, least: int, most: int) -> int | None:
    """Find the smallest number with at least the target power; None if there is none.

    Parameters
    ----------
    power
        Power by number of participants; increasing.
    least
        Smallest number that can be analysed.
    most
        Largest number that is considered.

    Examples
    --------
    >>> least_size(lambda n: 1 - 1 / n, 0.8, 2, 100)
    5
    """
    if power(most) < target:
        return None
    return least + bisect_left(range(least, most), target, key=power)


def searched(
    power: Callable[[int], float], target: float, known: Sequence[int], most: int
) -> int | None:
    """Find the smallest number with at least the target power to within ``GRAIN``; None if there is none.

    Parameters
    ----------
    power
        Power by number of participants, which takes long: studies are simulated.
    known
        Numbers whose power is known already.
    most
        Largest number that is considered.

    Examples
    --------
    >>> asked = []
    >>> found = searched(lambda n: asked.append(n) or 1 - 1 / n, 0.8, [2, 50], 1000)
    >>> found, len(asked) < 8
    (5, True)
    """
    low: Point = (1, float(norm.ppf(LOWEST)))
    high: Point | None = None
    for number in sorted(number for number in known if 1 < number < most):
        here = (number, _probit(power(number)))
        if here[1] >= norm.ppf(target):
            high = here
            break
        low = here
    if high is None:
        high = (most, _probit(power(most)))
        if high[1] < norm.ppf(target):
            return None
    steps = cycle(("between", "beside", "half"))
    while high[0] - low[0] > 1 and high[0] > (1 + GRAIN) * low[0]:
        here = _looked_at(power, _next(next(steps), target, low, high), low[0], high[0])
        low, high = (low, here) if here[1] >= norm.ppf(target) else (here, high)
    return high[0]


def _next(step: str, target: float, low: Point, high: Point) -> float:
    """Return where to look next: power is nearly linear in its probit and the root of the number."""
    if step == "half":
        return float(np.sqrt(low[0] * high[0]))
    share = (norm.ppf(target) - low[1]) / (high[1] - low[1])
    if step == "beside":
        # The target is likely to lie near one of the ends, which this shows to be the number or not.
        return high[0] / (1 + GRAIN) if share > 0.5 else low[0] * (1 + GRAIN)
    return float((np.sqrt(low[0]) + share * (np.sqrt(high[0]) - np.sqrt(low[0]))) ** 2)


def _looked_at(power: Callable[[int], float], number: float, above: int, below: int) -> Point:
    whole = int(np.clip(np.ceil(number), above + 1, below - 1))
    return whole, _probit(power(whole))


def _probit(power: float) -> float:
    return float(norm.ppf(np.clip(power, LOWEST, 1 - LOWEST)))
