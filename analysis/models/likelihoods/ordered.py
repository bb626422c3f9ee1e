"""Responses with cut points: ordered beta and cumulative logit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.models.design import Array
from analysis.models.likelihoods.base import Derivatives, RowModel, beta_density
from analysis.models.messages import EstimationError

MAX_CATEGORIES = 15


@dataclass
class OrderedBeta(RowModel):
    """Proportions from 0 to 1, both ends included; ``shape`` is (c0, log(c1 - c0), log phi).

    Without an end, its cut point is infinite and not among the parameters; (c1, log phi) without the lower one.
    """

    title = "ordered beta regression"
    nothing: bool = True
    """Whether a response can be 0."""
    everything: bool = True
    """Whether a response can be 1."""

    def __post_init__(self) -> None:
        ends = {"cut at nothing": self.nothing, "cut at all": self.everything, "phi": True}
        self.shape_names = tuple(name for name, has in ends.items() if has)

    def check(self, y: Array, name: str) -> None:
        """Check that shares lie in [0, 1] and that both ends and the interior occur."""
        if (y < 0).any() or (y > 1).any():
            raise EstimationError("no_share", name=name, low=y.min(), high=y.max())
        parts = {"nothing": y == 0, "all": y == 1, "something between": (y > 0) & (y < 1)}
        absent = [what for what, rows in parts.items() if not rows.any()]
        if absent:
            raise EstimationError("no_ends", name=name, absent=absent)

    def start(self, y: Array) -> tuple[Array, Array]:
        """Return logits of squeezed shares, and cut points at the observed rates."""
        eta = special.logit(np.clip(y, 0.1, 0.9))
        cuts = []
        if self.nothing:
            cuts.append(-special.logit(1 - np.mean(y == 0)))
        if self.everything:
            high = -special.logit(np.mean(y == 1))
            cuts.append(np.log(max(high - cuts[0], 0.1)) if cuts else high)
        return eta, np.array([*cuts, np.log(3.0)])

    def derivatives(self, y: Array, eta: Array, shape: Array) -> Derivatives:
        """Return the log of the probability at the ends, and of probability times density between them."""
        low, high, phi = self._cuts(shape)
        upper = np.where(y <= 0, np.inf, np.where(y >= 1, eta - high, eta - low))
        lower = np.where(y >= 1, -np.inf, np.where(y <= 0, eta - low, eta - high))
        value, first, second = _log_sigmoid_gap(upper, lower)
        inside = (y > 0) & (y < 1)
        density = beta_density(y[inside], eta[inside], phi)
        for total, part in zip((value, first, second), density, strict=True):
            total[inside] += part
        return value, first, second

    def natural(self, shape: Array) -> Array:
        """Return the cut points and phi."""
        found = self._cuts(shape)
        return found[np.isfinite(found)]

    def mean(self, eta: Array, shape: Array) -> Array:
        """Return the expected share, the ends included."""
        low, high, _ = self._cuts(shape)
        some, everything = special.expit(eta - low), special.expit(eta - high)
        share: Array = everything + (some - everything) * special.expit(eta)
        return share

    def _cuts(self, shape: Array) -> Array:
        """Return both cut points, infinite where there is none, and phi."""
        low = shape[0] if self.nothing else -np.inf
        high = np.inf
        if self.everything:
            high = low + np.exp(shape[1]) if self.nothing else shape[0]
        return np.array([low, high, np.exp(shape[-1])])


@dataclass
class CumulativeLogit(RowModel):
    """Ordered categories; ``shape`` is (first threshold, log gaps between thresholds).

    A positive coefficient means higher responses.
    """

    title = "cumulative logit model"
    has_thresholds = True
    categories: tuple[float, ...]
    shape_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.shape_names:
            return
        written = [f"{category:g}" for category in self.categories]
        # R's clm also names thresholds by the categories on either side.
        self.shape_names = tuple(map("|".join, pairwise(written)))

    def check(self, y: Array, name: str) -> None:
        """Check that there are three to MAX_CATEGORIES categories."""
        if not 3 <= len(self.categories) <= MAX_CATEGORIES:
            raise EstimationError(
                "categories", name=name, n=len(self.categories), most=MAX_CATEGORIES
            )

    def start(self, y: Array) -> tuple[Array, Array]:
        """Return a linear predictor of zero, and thresholds at the observed cumulative rates."""
        rates = [np.mean(y <= k) for k in self.categories[:-1]]
        cuts = special.logit(np.array(rates))
        gaps = np.log(np.maximum(np.diff(cuts), 0.05))
        return np.zeros(len(y)), np.concatenate([cuts[:1], gaps])

    def derivatives(self, y: Array, eta: Array, shape: Array) -> Derivatives:
        """Return the log probability of each row's category."""
        cuts = np.concatenate([[-np.inf], self.natural(shape), [np.inf]])
        category = np.searchsorted(self.categories, y)
        return _log_sigmoid_gap(eta - cuts[category], eta - cuts[category + 1])

    def natural(self, shape: Array) -> Array:
        """Return the thresholds in ascending order."""
        return np.cumsum(np.concatenate([shape[:1], np.exp(shape[1:])]))

    def mean(self, eta: Array, shape: Array) -> Array:
        """Return the expected category value."""
        above = special.expit(eta[:, None] - self.natural(shape))
        value: Array = self.categories[0] + above @ np.diff(self.categories)
        return value


@dataclass
class Blocks(RowModel):
    """Cumulative logits of blocks of rows that have no threshold in common; ``y`` has codes from 0 within each block.

    It is the limit of a cumulative logit whose blocks are infinitely far from each other.
    """

    title = "cumulative logit model"
    has_thresholds = True
    block: NDArray[np.intp]
    """The block of each row (n,), from 0."""
    parts: tuple[CumulativeLogit, ...]

    def __post_init__(self) -> None:
        self.shape_names = tuple(name for part in self.parts for name in part.shape_names)
        self._ends = np.cumsum([len(part.shape_names) for part in self.parts])[:-1]

    def start(self, y: Array) -> tuple[Array, Array]:
        """Return a linear predictor of zero, and the thresholds of each block."""
        shapes = [part.start(y[self.block == b])[1] for b, part in enumerate(self.parts)]
        return np.zeros(len(y)), np.concatenate(shapes)

    def derivatives(self, y: Array, eta: Array, shape: Array) -> Derivatives:
        """Return the log probability of each row's category within its block."""
        found = (np.empty(len(y)), np.empty(len(y)), np.empty(len(y)))
        for b, (part, own) in enumerate(zip(self.parts, self._split(shape), strict=True)):
            rows = self.block == b
            for total, piece in zip(found, part.derivatives(y[rows], eta[rows], own), strict=True):
                total[rows] = piece
        return found

    def natural(self, shape: Array) -> Array:
        """Return the thresholds, ascending within each block."""
        pieces = zip(self.parts, self._split(shape), strict=True)
        return np.concatenate([part.natural(own) for part, own in pieces])

    def mean(self, eta: Array, shape: Array) -> Array:
        """Return the expected code within the block of each row."""
        found = np.empty(len(eta))
        for b, (part, own) in enumerate(zip(self.parts, self._split(shape), strict=True)):
            found[self.block == b] = part.mean(eta[self.block == b], own)
        return found

    def _split(self, shape: Array) -> list[Array]:
        return np.split(shape, self._ends)


def _log_sigmoid_gap(upper: Array, lower: Array) -> Derivatives:
    """Return ``log(sigmoid(upper) - sigmoid(lower))`` and its two derivatives with respect to a shift of both.

    ``upper`` may be +inf (the first category) and ``lower`` -inf (the last one). Computed as a
    product, which avoids cancellation in the tails.
    """
    p, q = special.expit(upper), special.expit(lower)
    with np.errstate(divide="ignore"):
        value = special.log_expit(upper) + special.log_expit(-lower)
        value += np.log(-np.expm1(lower - upper))
    return value, (1 - p) - q, -p * (1 - p) - q * (1 - q)
