"""Order-restricted hypotheses: Bayes factors for the order of means that the claim predicts.

Encompassing prior (Klugkist, Laudy & Hoijtink 2005): the proportion of the posterior of the unrestricted
means that agrees with the order, divided by the proportion of the prior. Under an exchangeable prior each strict
order of k means has probability 1/k! (six means: 1/720).

Without a difference the posterior probability of the right order of two means is anything between 0 and 1 with equal
probability, so that its Bayes factor against any other order is above 3 in a quarter of all studies. The order is
therefore also compared with equal means (Morey & Wagenmakers 2014 [M+]: the product of its Bayes factor against
unrestricted means and theirs against equal ones), with the normal prior of :mod:`analysis.models.bayes_factor` for each
difference of two means. Above 3 by both are at most 5 % of studies without a difference [C].
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import factorial

import numpy as np
import pandas as pd
from scipy import special

from analysis.curves.catalogue import Hypothesis
from analysis.curves.catalogue.design import Array
from analysis.curves.compare.cell_contrasts import (
    Groups,
    estimated,
    group_means,
    within_sd,
)
from analysis.curves.fitting import CellMeans, Problem
from analysis.errors import AnalysisError
from analysis.models.bayes_factor import PRIOR_SD

MOST_MEANS = 8
"""With nine means the prior probability, 1 in 362,880, is too small for 100,000 draws."""
ORDERED_TOPICS = ("victims", "groups")
"""Topics whose curves are also read as an order of means."""
SAME = 1e-9
"""Predicted means that differ by less than this share of their range are the same."""


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
    bf_equal: float
    """Against equal means."""
    at_limit: bool
    """Whether no draw (or every draw) agrees with the order, so that the Bayes factors are bounds."""
    groups: Groups | None = None
    """The column and its levels, those with the highest mean first."""

    def table(self) -> pd.DataFrame:
        """Return one row: proportions, Bayes factors, whether they are bounds."""
        return pd.DataFrame([{name: v for name, v in vars(self).items() if name != "groups"}])


def order_test(
    means: Array,
    vcov: Array,
    rng: np.random.Generator,
    *,
    prior_sd: float,
    df: float = np.inf,
    draws: int = 100_000,
    groups: Groups | None = None,
) -> OrderTest:
    """Compute Bayes factors for the strict order mean[0] > mean[1] > ...

    Parameters
    ----------
    means, vcov : ndarray, shapes (k,) and (k, k)
        Estimates and their covariance.
    rng : Generator
    prior_sd : float
        SD of the normal prior of each difference between two means.
    df : float
        Degrees of freedom of the covariance; infinite for a normal distribution.
    draws : int
    groups : Groups, optional
        What the means are of.

    Raises
    ------
    AnalysisError
        If there are fewer than two or more than ``MOST_MEANS`` means, or their differences have no standard errors.
    """
    k = len(means)
    if not 2 <= k <= MOST_MEANS:
        raise AnalysisError(
            f"An order test takes 2 to {MOST_MEANS} means; there are {k}.",
            "Use fewer cells.",
        )
    steps = np.eye(k)[:-1] - np.eye(k)[1:]
    # In units of the prior, whose covariance of the steps is then the identity, along independent directions.
    root = np.linalg.cholesky(steps @ steps.T * prior_sd**2 / 2)
    scaled = np.linalg.solve(root, np.linalg.solve(root, steps @ vcov @ steps.T).T)
    variances, directions = np.linalg.eigh(scaled)
    if not variances[0] > 0:
        raise AnalysisError("The differences between the means have no standard errors.", "")
    found = directions.T @ np.linalg.solve(root, steps @ means)
    # The prior is in SDs of answers: where these are larger than estimated, so are the errors and the prior.
    unequal = _log_density(found, 1 + variances, df) - _log_density(found, variances, df)
    shrunk = 1 / (1 + variances)
    larger = np.ones((draws, 1))
    if np.isfinite(df):
        size = df + float(np.sum(found**2 * shrunk))
        larger = np.sqrt(size / rng.chisquare(df + k - 1, (draws, 1)))
    at = found * shrunk + larger * np.sqrt(variances * shrunk) * rng.standard_normal((draws, k - 1))
    in_order = int(np.all(at @ (root @ directions).T > 0, axis=1).sum())
    # If no draw (or every draw) is in order, one draw more (or less) gives a bound.
    prior, share = 1 / factorial(k), min(max(in_order, 1), draws - 1) / draws
    return OrderTest(
        means=k,
        prior=prior,
        posterior=in_order / draws,
        draws=draws,
        bf_unconstrained=share / prior,
        bf_complement=(share / (1 - share)) / (prior / (1 - prior)),
        bf_equal=float(share / prior * np.exp(np.clip(unequal, -700, 700))),
        at_limit=in_order in (0, draws),
        groups=groups,
    )


def _log_density(found: Array, variances: Array, df: float) -> float:
    """Return the log density of steps around zero, of a normal or t distribution, but for the powers of 2 pi."""
    k, size = len(found), float(np.sum(found**2 / variances))
    scale = -float(np.log(variances).sum()) / 2
    if np.isinf(df):
        return scale - size / 2
    constant = special.gammaln((df + k) / 2) - special.gammaln(df / 2) - k / 2 * np.log(df / 2)
    return float(scale + constant - (df + k) / 2 * np.log1p(size / df))


def predicted_order(
    problem: Problem, claim: Hypothesis, groups: Groups | None, rng: np.random.Generator
) -> OrderTest | None:
    """Test the order of means that is claimed; None if none is, or the cells cannot be tested.

    Parameters
    ----------
    claim
        The claim; a curve over victims or groups claims the order of the means that it predicts.
    groups
        The order that is claimed, if the claim is an order; levels of a group are averaged.
    """
    cells = problem.cells
    if problem.single_stimulus_cells or cells is None or problem.errors is None:
        return None
    groups = groups or order_of(claim, cells)
    if groups is None or not 2 <= len(groups[1]) <= MOST_MEANS:
        return None
    try:
        rows = group_means(groups, cells)
        df = min(estimated(problem, cells, a - b)[2] for a, b in pairwise(rows))
        return order_test(
            rows @ problem.errors.means,
            rows @ problem.errors.vcov @ rows.T,
            rng,
            prior_sd=PRIOR_SD * within_sd(problem, cells),
            df=df,
            groups=groups,
        )
    except AnalysisError:
        return None  # No answers at one of the levels, or neighbours without variance.


def order_of(claim: Hypothesis, cells: CellMeans) -> Groups | None:
    """Return the order of the cells that a curve predicts, those with the same mean together; None if it has none."""
    if claim.topic not in ORDERED_TOPICS or cells.columns not in (("victims",), ("group",)):
        return None
    (column,) = cells.columns
    predicted = claim.predict(cells.design)
    groups: list[tuple[str | float, ...]] = []
    last = np.inf
    for place in np.argsort(-predicted, kind="stable"):
        level = cells.table[column].iloc[place]
        if groups and last - predicted[place] <= SAME * np.ptp(predicted):
            groups[-1] += (level,)
        else:
            groups.append((level,))
            last = predicted[place]
    return column, tuple(groups)
