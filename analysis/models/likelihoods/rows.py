r"""Distributions of a response given its linear predictor.

========================  =======================================================================
logistic                  :math:`P(y = 1) = s(\eta)`
Gamma                     mean :math:`\exp(\eta)`
beta                      :math:`y \sim \mathrm{Beta}(\mu\phi, (1-\mu)\phi)`, logit of the mean
                          :math:`\mu` is :math:`\eta`: Ferrari & Cribari-Neto (2004), J Appl Stat
                          31:799-815 [M+]
ordered beta              one linear predictor for giving nothing, giving all, and the share between,
                          :math:`P(0) = 1 - s(\eta - c_0)`, :math:`P(1) = s(\eta - c_1)`, else
                          :math:`[s(\eta - c_0) - s(\eta - c_1)]\,\mathrm{Beta}(y)`: Kubinec (2023),
                          Political Analysis 31:519-536 [M+]. It has no spike at half
                          (``rates.donation_spikes``)
cumulative logit          :math:`P(y \le k) = s(\theta_k - \eta)`: McCullagh (1980), J R Stat Soc B
                          42:109-142 [M+]; as statsmodels' OrderedModel, R's clm and clmm
two-limit Tobit           a latent normal amount, censored at both limits: Tobin (1958), Econometrica
                          26:24-36 [M+]. Giving nothing is a low latent amount; if it is a separate
                          decision the model is misspecified, so compare it with the hurdle model
========================  =======================================================================

with s the logistic function. The first two are usually fitted by the mixed-model engine, which has
random slopes and is faster; this independent implementation is its second engine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from scipy import special

from analysis.models.design import Array
from analysis.models.messages import EstimationError

Derivatives = tuple[Array, Array, Array]
"""Log-likelihood of each row and its first two derivatives with respect to the linear predictor, each (n,)."""
MAX_CATEGORIES = 15


class RowModel(ABC):
    """Distribution of a response given its linear predictor.

    ``shape`` has the parameters common to all rows (dispersion, cut points) on an unbounded scale.
    """

    title: ClassVar[str]
    has_thresholds: ClassVar[bool] = False
    """Whether thresholds replace the intercept."""
    shape_names: tuple[str, ...] = ()
    """Names of the shape parameters on their natural scale."""

    def check(self, y: Array, name: str) -> None:  # noqa: B027
        """Raise an AnalysisError if ``y`` (n,) cannot come from this distribution."""

    @abstractmethod
    def start(self, y: Array) -> tuple[Array, Array]:
        """Return a rough linear predictor of each row (n,) and starting values of ``shape``."""

    @abstractmethod
    def derivatives(self, y: Array, eta: Array, shape: Array) -> Derivatives:
        """Return the log-likelihood of each row and its two derivatives with respect to ``eta`` (n,)."""

    def natural(self, shape: Array) -> Array:
        """Return ``shape`` on the scale of ``shape_names``; parameters are logarithms unless overridden."""
        return np.exp(shape)

    @abstractmethod
    def mean(self, eta: Array, shape: Array) -> Array:
        """Return the expected response for a linear predictor, in the units of ``y``."""


class BernoulliLogit(RowModel):
    """Binary responses; there is no ``shape``."""

    title = "logistic model"

    def start(self, y: Array) -> tuple[Array, Array]:
        """Return logits of -1 and 1, and no shape parameters."""
        return 2 * y - 1, np.empty(0)

    def derivatives(self, y: Array, eta: Array, shape: Array) -> Derivatives:
        """Return the log probability of each answer."""
        p = special.expit(eta)
        return y * eta - np.logaddexp(0, eta), y - p, -p * (1 - p)

    def mean(self, eta: Array, shape: Array) -> Array:
        """Return the probability of one."""
        share: Array = special.expit(eta)
        return share


class GammaAmount(RowModel):
    """Positive amounts; ``shape`` is (log dispersion,)."""

    title = "Gamma model"
    shape_names = ("dispersion",)

    def start(self, y: Array) -> tuple[Array, Array]:
        """Return log amounts, and the log of the squared coefficient of variation."""
        return np.log(y), np.array([np.log(max(y.var() / y.mean() ** 2, 1e-3))])

    def derivatives(self, y: Array, eta: Array, shape: Array) -> Derivatives:
        """Return the log density."""
        k = np.exp(-shape[0])
        ratio = y * np.exp(-eta)
        value = k * (np.log(k) - eta + np.log(y) - ratio) - special.gammaln(k) - np.log(y)
        return value, k * (ratio - 1), -k * ratio

    def mean(self, eta: Array, shape: Array) -> Array:
        """Return the expected amount."""
        return np.exp(eta)


class BetaShare(RowModel):
    """Proportions strictly between 0 and 1; ``shape`` is (log phi,)."""

    title = "beta regression"
    shape_names = ("phi",)

    def check(self, y: Array, name: str) -> None:
        """Check that all shares lie strictly inside (0, 1)."""
        outside = int(((y <= 0) | (y >= 1)).sum())
        if outside:
            raise EstimationError("not_inside", name=name, n=outside, total=len(y))

    def start(self, y: Array) -> tuple[Array, Array]:
        """Return the logits of the shares, and the precision of a beta with their mean and variance."""
        phi = max(y.mean() * (1 - y.mean()) / y.var() - 1, 0.5)
        return special.logit(y), np.array([np.log(phi)])

    def derivatives(self, y: Array, eta: Array, shape: Array) -> Derivatives:
        """Return the log density of the beta distribution."""
        return _beta_density(y, eta, np.exp(shape[0]))

    def mean(self, eta: Array, shape: Array) -> Array:
        """Return the expected share."""
        share: Array = special.expit(eta)
        return share


class OrderedBeta(RowModel):
    """Proportions from 0 to 1, both ends included; ``shape`` is (c0, log(c1 - c0), log phi)."""

    title = "ordered beta regression"
    shape_names = ("cut at nothing", "cut at all", "phi")

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
        low = -special.logit(1 - np.mean(y == 0))
        high = -special.logit(np.mean(y == 1))
        return eta, np.array([low, np.log(max(high - low, 0.1)), np.log(3.0)])

    def derivatives(self, y: Array, eta: Array, shape: Array) -> Derivatives:
        """Return the log of the probability at the ends, and of probability times density between them."""
        low, high, phi = self.natural(shape)
        upper = np.where(y <= 0, np.inf, np.where(y >= 1, eta - high, eta - low))
        lower = np.where(y >= 1, -np.inf, np.where(y <= 0, eta - low, eta - high))
        value, first, second = _log_sigmoid_gap(upper, lower)
        inside = (y > 0) & (y < 1)
        density = _beta_density(y[inside], eta[inside], phi)
        for total, part in zip((value, first, second), density, strict=True):
            total[inside] += part
        return value, first, second

    def natural(self, shape: Array) -> Array:
        """Return both cut points and phi."""
        return np.array([shape[0], shape[0] + np.exp(shape[1]), np.exp(shape[2])])

    def mean(self, eta: Array, shape: Array) -> Array:
        """Return the expected share, the ends included."""
        low, high, _ = self.natural(shape)
        some, everything = special.expit(eta - low), special.expit(eta - high)
        share: Array = everything + (some - everything) * special.expit(eta)
        return share


@dataclass
class CumulativeLogit(RowModel):
    """Ordered categories; ``shape`` is (first threshold, log gaps between thresholds).

    A positive coefficient means higher responses.
    """

    title = "cumulative logit model"
    has_thresholds = True
    categories: tuple[float, ...]

    def __post_init__(self) -> None:
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
class TwoLimitTobit(RowModel):
    """Amounts between two limits; ``shape`` is (log sigma,)."""

    title = "two-limit Tobit"
    shape_names = ("sigma",)
    lower: float
    upper: float

    def check(self, y: Array, name: str) -> None:
        """Check that responses lie within the limits, and at least two strictly between them."""
        if (y < self.lower).any() or (y > self.upper).any():
            limits = (self.lower, self.upper)
            raise EstimationError(
                "outside_limits", name=name, low=y.min(), high=y.max(), limits=limits
            )
        inside = int(((y > self.lower) & (y < self.upper)).sum())
        if inside < 2:
            raise EstimationError("only_limits", name=name, n=inside, total=len(y))

    def start(self, y: Array) -> tuple[Array, Array]:
        """Return the observed values and their spread."""
        return y.astype(float), np.array([np.log(y.std())])

    def derivatives(self, y: Array, eta: Array, shape: Array) -> Derivatives:
        """Return the log of the normal density between the limits, and of the normal probability at them."""
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

    def mean(self, eta: Array, shape: Array) -> Array:
        """Return E[y], the limits included."""
        sigma = np.exp(shape[0])
        a, b = (self.lower - eta) / sigma, (self.upper - eta) / sigma
        low, high = special.ndtr(a), special.ndtr(-b)
        density = (np.exp(-0.5 * a**2) - np.exp(-0.5 * b**2)) / np.sqrt(2 * np.pi)
        inside = eta * (1 - low - high)
        mean: Array = self.lower * low + self.upper * high + inside + sigma * density
        return mean


def row_model(family: str, y: Array, limits: tuple[float, float] | None) -> RowModel:
    """Return the distribution of a family; an ordinal one has the categories that occur in ``y`` (n,)."""
    if family == "ordinal":
        return CumulativeLogit(tuple(float(v) for v in np.unique(y)))
    if family == "tobit" and limits is not None:
        return TwoLimitTobit(*limits)
    kinds: dict[str, Callable[[], RowModel]] = {
        "binomial": BernoulliLogit,
        "gamma": GammaAmount,
        "beta": BetaShare,
        "ordered_beta": OrderedBeta,
    }
    return kinds[family]()


def _beta_density(y: Array, eta: Array, phi: float) -> Derivatives:
    """Return the log density of Beta(mu phi, (1 - mu) phi); ``y`` in (0, 1)."""
    # Means closer to the ends than this are indistinguishable from them and would give inf - inf.
    mu = np.clip(special.expit(eta), 1e-12, 1 - 1e-12)
    a, b = mu * phi, (1 - mu) * phi
    value = (a - 1) * np.log(y) + (b - 1) * np.log1p(-y) - special.betaln(a, b)
    pull = phi * (special.logit(y) - special.digamma(a) + special.digamma(b))
    v = mu * (1 - mu)
    curvature = phi**2 * (special.polygamma(1, a) + special.polygamma(1, b))
    return value, v * pull, v * (1 - 2 * mu) * pull - v**2 * curvature


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
