"""Order-restricted hypotheses: how much the data favour a predicted order of means.

Encompassing prior (Klugkist, Laudy & Hoijtink 2005): the share of the posterior of unrestricted
means that keeps the order, divided by the share of the prior that does. A prior that treats the
means alike gives each strict order of k means the share 1/k! (six means: 1/720). The posterior is
taken as normal around the estimated cell means, which is accurate for cells of tens of rows.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import factorial

import numpy as np
import pandas as pd

from analysis.curves.catalogue.design import Array
from analysis.errors import AnalysisError

MOST_MEANS = 8
"""With nine means the prior share, 1 in 362,880, is below what 100,000 draws can show."""


@dataclass(frozen=True)
class OrderTest:
    """Evidence for an order of means."""

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

    def table(self) -> pd.DataFrame:
        """One row: shares, Bayes factors, whether they are bounds."""
        return pd.DataFrame([asdict(self)])


def order_test(
    means: Array, vcov: Array, rng: np.random.Generator, *, draws: int = 100_000
) -> OrderTest:
    """Bayes factors of the strict descent mean[0] > mean[1] > ...

    Parameters
    ----------
    means, vcov : ndarray, shapes (k,) and (k, k)
        Estimates and their covariance.
    rng : Generator
    draws : int

    Raises
    ------
    AnalysisError
        Fewer than two or more than ``MOST_MEANS`` means.
    """
    k = len(means)
    if not 2 <= k <= MOST_MEANS:
        raise AnalysisError(
            f"An order test takes 2 to {MOST_MEANS} means, and there are {k}.",
            "Name fewer cells.",
        )
    prior = 1 / factorial(k)
    values, vectors = np.linalg.eigh(vcov)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    sample = means + rng.standard_normal((draws, k)) @ root.T
    kept = int(np.all(np.diff(sample) < 0, axis=1).sum())
    # With no (or only) draws in the order, one more is the bound on what was not seen.
    share = min(max(kept, 1), draws - 1) / draws
    return OrderTest(
        prior=prior,
        posterior=kept / draws,
        draws=draws,
        bf_unconstrained=share / prior,
        bf_complement=(share / (1 - share)) / (prior / (1 - prior)),
        at_limit=kept in (0, draws),
    )
