"""Means and their differences on the scale of the response (money, probabilities, points), as R's emmeans ``regrid``.

A mean is the expected response, limits and zeros included, at given values of the predictors; a contrast is a
difference of such means. Random effects are zero ("of a typical participant and item") or averaged over their normal
distribution by Gauss-Hermite quadrature. Standard errors come from the delta method: the numerical gradient of
the means with respect to all parameters (coefficients, thresholds, dispersion, SDs of random effects).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special

from analysis.models.contrasts import Contrast, contrast
from analysis.models.design import Array
from analysis.models.expected import Effects, expected_responses
from analysis.models.marginal import MarginalMeans
from analysis.models.messages import message
from analysis.models.result import Fit
from analysis.models.two_part import TwoPart
from analysis.models.wald import estimate_table, wald_test


def response_contrast(
    fit: Fit | TwoPart,
    grid: pd.DataFrame,
    weights: Array | Sequence[float] | Sequence[Sequence[float]],
    labels: Sequence[str],
    *,
    effects: Effects = "averaged",
    level: float = 0.95,
) -> Contrast:
    """Estimate differences between expected responses.

    Parameters
    ----------
    fit : Fit or TwoPart
        Of any family; of a two-part model, the expected amount is the probability of giving times the amount given,
        the parts being independent.
    grid : DataFrame (m rows)
        Values of the predictors at which responses are expected. A mean over several rows, such as those of the
        other factors, is a weighted sum of their expected responses.
    weights : array (m,) or (rows, m)
        Weights of the rows of the grid in each contrast.
    labels
        Names of the contrasts.
    effects : {"averaged", "zero"}
        Random effects averaged over their distribution, or at zero. Without random effects both are the same.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Contrast
        In units of the response; ``weights`` (rows, m). Where a condition is at a limit, its expected response is that
        limit and has no standard error: neither have its differences.

    Raises
    ------
    AnalysisError
        If the model has no expected response of this kind.

    Examples
    --------
    >>> from analysis.models import fit
    >>> data = pd.DataFrame({"arm": list("aaaabbbb"), "gave": [0, 0, 0, 1, 0, 1, 1, 1]})
    >>> arms = pd.DataFrame({"arm": ["a", "b"]})
    >>> found = response_contrast(fit(data, "gave ~ arm", "binomial"), arms, [-1, 1], ["b - a"])
    >>> found.table()[["estimate", "se"]].round(3).values.tolist()
    [[0.5, 0.306]]
    """
    matrix = np.atleast_2d(np.asarray(weights, dtype=float))
    if isinstance(fit, Fit) and fit.family == "gaussian":
        return contrast(fit, matrix @ fit.design.rows_for(grid), labels, level)
    expected = expected_responses(fit, grid, effects)
    value, vcov = expected.contrasts(matrix)
    se, df = np.sqrt(np.diag(vcov)), np.full(len(value), expected.df)
    table = estimate_table(list(labels), value, se, df, "label", level)
    joint = wald_test(value, vcov, float(np.linalg.matrix_rank(matrix)), expected.df)
    note = message(
        "response_scale",
        averaged=effects == "averaged",
        random=expected.random,
        known=expected.known,
        at_limit=bool((matrix[:, ~expected.finite] != 0).any()),
    )
    return Contrast(
        table, matrix, *joint, level=level, title="On the scale of the response", notes=(note,)
    )


def response_means(
    fit: Fit | TwoPart,
    grid: pd.DataFrame,
    weights: Array | Sequence[Sequence[float]],
    *,
    effects: Effects = "averaged",
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate means of expected responses; the parameters are those of :func:`response_contrast`.

    Returns
    -------
    DataFrame
        One row per mean: response, response_se, response_low, response_high. The interval is computed on the logit
        scale between the limits of a bounded response, on the logarithmic scale of a positive one.
    """
    matrix = np.atleast_2d(np.asarray(weights, dtype=float))
    expected = expected_responses(fit, grid, effects)
    value, vcov = expected.contrasts(matrix)
    se = np.sqrt(np.diag(vcov))
    half = special.stdtrit(expected.df, (1 + level) / 2) * se
    low, high = expected.bounds
    with np.errstate(all="ignore"):
        if np.isfinite(high):
            share = (value - low) / (high - low)
            half = half / (share * (1 - share) * (high - low))
            ends = [
                low + (high - low) * special.expit(special.logit(share) + s * half) for s in (-1, 1)
            ]
        elif np.isfinite(low):
            ends = [value * np.exp(s * half / value) for s in (-1, 1)]
        else:
            ends = [value - half, value + half]
    return pd.DataFrame(
        {"response": value, "response_se": se, "response_low": ends[0], "response_high": ends[1]}
    )


def with_responses(means: MarginalMeans, effects: Effects) -> MarginalMeans:
    """Return marginal means with their expected responses: averages over the grid on the scale of the response."""
    found = response_means(means.fit, means.grid, means.cells, effects=effects, level=means.level)
    random = bool(means.fit.components)
    return replace(
        means,
        response=found,
        scale=message("responses", averaged=effects == "averaged", random=random),
    )
