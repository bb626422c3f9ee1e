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

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.models.design import Array
from analysis.models.likelihoods.base import Derivatives, RowModel, beta_density
from analysis.models.likelihoods.ordered import CumulativeLogit, OrderedBeta
from analysis.models.messages import EstimationError


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

    def averaged(self, eta: Array, shape: Array, variance: Array) -> Array:
        """Return the mean of the log-normal distribution of expected amounts."""
        return np.exp(eta + variance / 2)


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
        return beta_density(y, eta, np.exp(shape[0]))

    def mean(self, eta: Array, shape: Array) -> Array:
        """Return the expected share."""
        share: Array = special.expit(eta)
        return share


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
        return self._mean(eta, np.full(len(eta), np.exp(shape[0])))

    def averaged(self, eta: Array, shape: Array, variance: Array) -> Array:
        """Return E[y]: the latent amounts of all participants are normal, too."""
        return self._mean(eta, np.sqrt(np.exp(2 * shape[0]) + variance))

    def _mean(self, eta: Array, sigma: Array) -> Array:
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
