"""Order-restricted hypotheses: Bayes factors for a predicted order of means.

The order is that of the claim, else more for fewer victims and closer groups.

Encompassing prior (Klugkist, Laudy & Hoijtink 2005): the proportion of the posterior of the unrestricted
means that agrees with the order, divided by the proportion of the prior. Under an exchangeable prior each strict
order of k means has probability 1/k! (six means: 1/720). The posterior is approximated by a normal distribution
around the estimated cell means, which is accurate for cells with tens of rows.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import factorial

import numpy as np
import pandas as pd

from analysis.curves.catalogue.design import Array
from analysis.curves.compare.cell_contrasts import Groups, group_means
from analysis.curves.fitting import CellMeans, Problem
from analysis.errors import AnalysisError

MOST_MEANS = 8
"""With nine means the prior probability, 1 in 362,880, is too small for 100,000 draws."""
GROUP_ORDER = {"in": 0, "none": 1, "out": 2}
"""The essay's predicted order of compassion for groups, highest first."""


@dataclass(frozen=True)
class OrderTest:
    """Evidence for an order of means."""

    means: int
    """Their number."""
    prior: float
    posterior: float
    """Proportion of draws in agreement with the order."""
    draws: int
    bf_unconstrained: float
    """Against the unconstrained hypothesis (any order); at most 1 / prior."""
    bf_complement: float
    """Against the complement (any other order)."""
    at_limit: bool
    """Whether no draw (or every draw) agrees with the order, so that the Bayes factors are bounds."""

    def table(self) -> pd.DataFrame:
        """Return one row: proportions, Bayes factors, whether they are bounds."""
        return pd.DataFrame([asdict(self)])


def order_test(
    means: Array, vcov: Array, rng: np.random.Generator, *, draws: int = 100_000
) -> OrderTest:
    """Compute Bayes factors for the strict order mean[0] > mean[1] > ...

    Parameters
    ----------
    means, vcov : ndarray, shapes (k,) and (k, k)
        Estimates and their covariance.
    rng : Generator
    draws : int

    Raises
    ------
    AnalysisError
        If there are fewer than two or more than ``MOST_MEANS`` means.
    """
    k = len(means)
    if not 2 <= k <= MOST_MEANS:
        raise AnalysisError(
            f"An order test takes 2 to {MOST_MEANS} means; there are {k}.",
            "Use fewer cells.",
        )
    prior = 1 / factorial(k)
    values, vectors = np.linalg.eigh(vcov)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    sample = means + rng.standard_normal((draws, k)) @ root.T
    in_order = int(np.all(np.diff(sample) < 0, axis=1).sum())
    # If no draw (or every draw) is in order, one draw more (or less) gives a bound.
    share = min(max(in_order, 1), draws - 1) / draws
    return OrderTest(
        means=k,
        prior=prior,
        posterior=in_order / draws,
        draws=draws,
        bf_unconstrained=share / prior,
        bf_complement=(share / (1 - share)) / (prior / (1 - prior)),
        at_limit=in_order in (0, draws),
    )


def predicted_order(
    problem: Problem, groups: Groups | None, rng: np.random.Generator
) -> OrderTest | None:
    """Test the predicted order of means; None if there is none, or the cells cannot be tested.

    Parameters
    ----------
    groups
        The order that is claimed, if the claim is an order; levels of a group are averaged.
    """
    cells = problem.cells
    if problem.single_stimulus_cells or cells is None or cells.vcov is None:
        return None
    try:
        rows = _order_of_topic(cells) if groups is None else group_means(groups, cells)
    except AnalysisError:
        return None  # No answers at one of the levels.
    if rows is None or not 2 <= len(rows) <= MOST_MEANS:
        return None
    known = problem.errors
    means, vcov = (cells.means, cells.vcov) if known is None else (known.means, known.vcov)
    return order_test(rows @ means, rows @ vcov @ rows.T, rng)


def _order_of_topic(cells: CellMeans) -> Array | None:
    """Return the weights of the means in their order, (means, cells): the fewest victims, or the closest group, first."""
    if cells.columns == ("victims",):
        rank = np.argsort(cells.table["victims"].to_numpy())
    elif cells.columns == ("group",):
        rank = np.argsort(cells.table["group"].map(GROUP_ORDER).to_numpy())
    else:
        return None
    return np.eye(len(rank))[rank]
