"""Order-restricted hypotheses: how much the data favour a predicted order of means.

Encompassing prior (Klugkist, Laudy & Hoijtink 2005): the share of the posterior of unrestricted
means that keeps the order, divided by the share of the prior that does. A prior that treats the
means alike gives each strict order of k means the share 1/k! (six means: 1/720). The posterior is
taken as normal around the estimated cell means, which is accurate for cells of tens of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.hypotheses.design import Array

MOST_MEANS = 8
"""The prior share is counted over all orders, 40,320 for eight means."""


@dataclass(frozen=True)
class OrderTest:
    """Evidence for an order of means."""

    pairs: tuple[tuple[int, int], ...]
    """(larger, smaller) indices of means."""
    prior: float
    posterior: float
    """Share of draws that keep the order."""
    draws: int
    bf_unconstrained: float
    """Against "any order"; at most 1 / prior."""
    bf_complement: float
    """Against "not this order"."""
    at_limit: bool
    """No draw (or every draw) kept the order; the Bayes factors are then bounds."""

    @property
    def monte_carlo_se(self) -> float:
        """Of the posterior share."""
        return float(np.sqrt(self.posterior * (1 - self.posterior) / self.draws))

    def table(self) -> pd.DataFrame:
        """One row: shares, Bayes factors, whether they are bounds."""
        fields = ("prior", "posterior", "draws", "bf_unconstrained", "bf_complement", "at_limit")
        return pd.DataFrame([{name: getattr(self, name) for name in fields}])


def order_test(
    means: Array,
    vcov: Array,
    rng: np.random.Generator,
    *,
    pairs: Sequence[tuple[int, int]] | None = None,
    draws: int = 100_000,
) -> OrderTest:
    """Bayes factors of an order of means.

    Parameters
    ----------
    means, vcov : ndarray, shapes (k,) and (k, k)
        Estimates and their covariance.
    rng : Generator
    pairs : sequence of (larger, smaller), optional
        The order as indices of means; None is the strict descent mean[0] > mean[1] > ...
    draws : int

    Raises
    ------
    AnalysisError
        Fewer than two or more than ``MOST_MEANS`` means, or pairs that contradict one another.
    """
    k = len(means)
    if not 2 <= k <= MOST_MEANS:
        raise AnalysisError(
            f"An order test takes 2 to {MOST_MEANS} means, and there are {k}.",
            "Name fewer cells.",
        )
    chosen = tuple(pairs) if pairs is not None else tuple((i, i + 1) for i in range(k - 1))
    prior = prior_share(k, chosen)
    if prior == 0.0:
        raise AnalysisError(
            "The order contradicts itself: no arrangement of the means can keep it.",
            "Check the pairs (larger, smaller).",
        )
    root = _root(vcov)
    sample = means + rng.standard_normal((draws, k)) @ root.T
    larger = np.array([a for a, _ in chosen])
    smaller = np.array([b for _, b in chosen])
    kept = int(np.all(sample[:, larger] > sample[:, smaller], axis=1).sum())
    # With no (or only) draws in the order, one more is the bound on what was not seen.
    share = min(max(kept, 1), draws - 1) / draws
    return OrderTest(
        pairs=chosen,
        prior=prior,
        posterior=kept / draws,
        draws=draws,
        bf_unconstrained=share / prior,
        bf_complement=(share / (1 - share)) / (prior / (1 - prior)) if prior < 1 else np.inf,
        at_limit=kept in (0, draws),
    )


def prior_share(k: int, pairs: Sequence[tuple[int, int]]) -> float:
    """Share of the k! orders of k exchangeable means that keep all pairs."""
    kept = total = 0
    for rank in permutations(range(k)):
        total += 1
        kept += all(rank[a] > rank[b] for a, b in pairs)
    return kept / total


def _root(vcov: Array) -> Array:
    values, vectors = np.linalg.eigh(vcov)
    return vectors * np.sqrt(np.maximum(values, 0.0))
