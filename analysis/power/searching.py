"""The smallest number of participants with a target power: power rises with the number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache
from itertools import cycle

import numpy as np
from scipy.stats import norm

GRAIN = 0.05
"""Relative precision of a number that simulated studies give."""
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
    power: Callable[[int], float],
    target: float,
    known: Sequence[int],
    most: int,
    grain: float = GRAIN,
) -> int | None:
    """Find the smallest number with at least the target power to within ``grain``; None if there is none.

    Parameters
    ----------
    power
        Power by number of participants, which takes long: studies are simulated.
    known
        Numbers whose power is known already.
    most
        Largest number that is considered.
    grain
        Relative precision.

    Examples
    --------
    >>> asked = []
    >>> found = searched(lambda n: asked.append(n) or 1 - 1 / n, 0.8, [2, 50], 1000)
    >>> found, len(asked) < 8
    (5, True)
    """
    goal = float(norm.ppf(target))

    @cache
    def probit(number: int) -> float:
        share = power(number) if number > 1 else 0.0
        return float(norm.ppf(np.clip(share, LOWEST, 1 - LOWEST)))

    low = 1
    for high in sorted({*(number for number in known if 1 < number < most), most}):
        if probit(high) >= goal:
            break
        low = high
    else:
        return None
    steps = cycle(("between", "beside", "half"))
    while high - low > 1 and high > (1 + grain) * low:
        share = (goal - probit(low)) / (probit(high) - probit(low))
        there = np.ceil(_next(next(steps), share, low, high, grain))
        middle = int(np.clip(there, low + 1, high - 1))
        low, high = (low, middle) if probit(middle) >= goal else (middle, high)
    return high


def _next(step: str, share: float, low: int, high: int, grain: float) -> float:
    """Return where to look next: power is nearly linear in its probit and the root of the number.

    Parameters
    ----------
    share
        Where the target lies between the two numbers, on the scale of the probit.
    """
    if step == "half":
        return float(np.sqrt(low * high))
    if step == "beside":
        # The target is likely to lie near one of the ends, which this shows to be the number or not.
        return high / (1 + grain) if share > 0.5 else low * (1 + grain)
    return float((np.sqrt(low) + share * (np.sqrt(high) - np.sqrt(low))) ** 2)
