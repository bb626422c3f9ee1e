"""Response scales: thresholds that convert a latent normal variable into amounts, marks and points.

An answer is the number of thresholds below ``mu + z`` with z standard normal (a cumulative probit): the
thresholds determine the shape of the distribution (spikes of donations at none, half and all; ends of rating
scales), ``mu`` its location. Means on the response scale are a function of ``mu``, so that any mean is possible.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import log, sqrt
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from analysis.simulate.assumptions import Assumptions
from analysis.simulate.outcome import Outcome
from experiments.measures import KINDS
from experiments.measures.kind import Shape
from experiments.measures.timed import FASTEST, SLOWEST

Array = NDArray[np.float64]
#: Means closer to an end of the scale than this cannot be distinguished from the end.
EDGE = 0.005


@dataclass(frozen=True)
class ResponseScale:
    """Answers 0 .. K - 1 with thresholds of shape (K - 1,), ascending."""

    thresholds: Array = field(repr=False)
    _list: list[float] = field(repr=False)

    @classmethod
    def of(cls, shares: Array) -> ResponseScale:
        """Create the scale whose answers have these probabilities, shape (K,), at ``mu`` = 0."""
        cumulated = np.clip(np.cumsum(shares)[:-1] / np.sum(shares), 1e-9, 1 - 1e-9)
        thresholds = ndtri(cumulated)
        return cls(thresholds, thresholds.tolist())

    @property
    def last(self) -> int:
        """Number of the highest answer."""
        return len(self._list)

    def answer(self, latent: float) -> int:
        """Return the answer (0 .. K - 1) at a value of the latent variable."""
        return bisect_left(self._list, latent)

    def shares(self, mu: float) -> Array:
        """Return the probability of each answer, shape (K,)."""
        above: Array = np.concatenate([[1.0], ndtr(mu - self.thresholds), [0.0]])
        return above[:-1] - above[1:]

    def mean(self, mu: float) -> float:
        """Return the mean answer as a share of the scale."""
        return float(ndtr(mu - self.thresholds).sum() / self.last)

    def sd(self, mu: float) -> float:
        """Return the standard deviation of the answers as a share of the scale."""
        values = np.arange(self.last + 1) / self.last
        shares = self.shares(mu)
        deviations = values - shares @ values
        return float(np.sqrt(shares @ deviations**2))

    def mu(self, mean: float) -> float:
        """Return the ``mu`` of a mean, which is kept ``EDGE`` away from both ends."""
        wanted = min(max(mean, EDGE), 1 - EDGE)
        low, high = -12.0, 12.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self.mean(middle) < wanted else (low, middle)
        return (low + high) / 2


def gifts(count: int, assumed: Assumptions) -> ResponseScale:
    """Return the scale of a donation with ``count`` possible amounts, from nothing to everything."""
    if count < 2:
        raise ValueError(f"a donation needs at least two amounts, found {count}")
    shares, middle = np.zeros(count), (count - 1) / 2
    others = 1 - assumed.gift_none - assumed.gift_half - assumed.gift_all
    # Without an amount of exactly half (five single units), half is divided between the two neighbouring amounts.
    for place in {int(np.floor(middle)), int(np.ceil(middle))}:
        shares[place] += assumed.gift_half / (1 if middle.is_integer() else 2)
    inner = np.arange(1, count - 1)
    for part, share in (
        (inner[inner < middle], assumed.gift_below_half),
        (inner[inner > middle], 1 - assumed.gift_below_half),
    ):
        places = part if len(part) else np.array([int(middle)])
        shares[places] += others * share / len(places)
    shares[0] += assumed.gift_none
    shares[-1] += assumed.gift_all
    return ResponseScale.of(shares)


def ratings(count: int, assumed: Assumptions) -> ResponseScale:
    """Return the scale of ``count`` points or marks: a normal distribution censored at both ends."""
    edges = (np.arange(1, count) - 0.5) / (count - 1)
    cumulated = ndtr((edges - 0.5) / assumed.rating_spread)
    return ResponseScale.of(np.diff(np.concatenate([[0.0], cumulated, [1.0]])))


def times(count: int, assumed: Assumptions) -> ResponseScale:
    """Return the scale of ``count`` response times with equal steps of their logarithms: a log-normal distribution."""
    edges = (np.arange(1, count) - 0.5) / (count - 1)
    spread = assumed.key_spread / log(SLOWEST / FASTEST)
    cumulated = ndtr((edges - median_share(assumed)) / spread)
    return ResponseScale.of(np.diff(np.concatenate([[0.0], cumulated, [1.0]])))


def median_share(assumed: Assumptions) -> float:
    """Return the median response time as a share of the scale of log seconds."""
    return log(assumed.key_median / FASTEST) / log(SLOWEST / FASTEST)


#: Shape of the answers of a kind -> what makes its scale, and its assumed mean as a share of the scale.
_SHAPES: Mapping[
    Shape, tuple[Callable[[int, Assumptions], ResponseScale], Callable[[Assumptions], float]]
] = {
    "ratings": (ratings, attrgetter("rating_share")),
    "gifts": (gifts, attrgetter("gift_share")),
    "times": (times, median_share),
}


class Scales:
    """Response scales under some assumptions; each is made once."""

    def __init__(self, assumed: Assumptions) -> None:
        self.assumed = assumed
        self._scales: dict[tuple[str, int], ResponseScale] = {}
        self._base: dict[tuple[str, int], float] = {}

    def of(self, kind: str, count: int) -> ResponseScale:
        """Return the response scale of a question with ``count`` possible answers."""
        if (kind, count) not in self._scales:
            make, _ = _SHAPES[KINDS[kind].shape]
            self._scales[kind, count] = make(count, self.assumed)
        return self._scales[kind, count]

    def base(self, kind: str, count: int) -> float:
        """Return the latent mean of a question on which the hypothesis has no effect."""
        if (kind, count) not in self._base:
            self._base[kind, count] = self.of(kind, count).mu(self.mean(kind))
        return self._base[kind, count]

    def mean(self, kind: str) -> float:
        """Return the assumed mean of a kind of question, as a share of the scale."""
        _, mean = _SHAPES[KINDS[kind].shape]
        return mean(self.assumed)

    def sd_share(self, outcome: Outcome) -> float:
        """Return the SD of an outcome as a share of that of one answer: the mean of items varies less."""
        share = self.assumed.item_with_scale
        return 1.0 if outcome.items == 1 else sqrt(share + (1 - share) / outcome.items)

    def sd(self, outcome: Outcome) -> float:
        """Return the SD of an outcome at the assumed mean, in its own unit."""
        scale = self.of(outcome.kind, outcome.count)
        sd = scale.sd(scale.mu(self.mean(outcome.kind)))
        return sd * self.sd_share(outcome) * outcome.width
