"""Reliability of a scale: Cronbach's alpha, McDonald's omega, and of two items Spearman-Brown, with intervals.

alpha   from pingouin, with the interval of Feldt, Woodruff & Salih (1987), as pingouin computes it.
omega   McDonald's omega total of a one-factor model,

            omega = (sum of loadings)^2 / ((sum of loadings)^2 + sum of uniquenesses),

        with loadings estimated by unweighted least squares (minres) from the covariances of the items; its
        interval is the percentile interval of 1,000 bootstrap samples of participants, with a fixed seed. The
        single factor is assumed, not tested; with fewer than three items the model is not identified.
Spearman-Brown
        of two items with the correlation r, 2r / (1 + r) (Eisinga, te Grotenhuis & Pelzer, 2013, Int. J. Public Health
        58:637), with the interval of r by Fisher's z.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pingouin as pg
from numpy.typing import NDArray
from scipy.stats import pearsonr

from experiments.numbers import count, estimate, interval

Array = NDArray[np.float64]
RESAMPLES, SEED = 1_000, 20_240_102
#: Lowest uniqueness, as a share of an item's variance; a lower one is a Heywood case.
LEAST_UNIQUE = 0.005
STEPS, TOLERANCE = 300, 1e-7


@dataclass(frozen=True)
class Reliability:
    """Reliability of one score; nan if it cannot be estimated, with the reason in ``note``."""

    items: int
    participants: int
    """Number of participants who answered all items."""
    alpha: float
    alpha_low: float
    alpha_high: float
    omega: float
    omega_low: float
    omega_high: float
    note: str = ""
    spearman_brown: float = math.nan
    spearman_brown_low: float = math.nan
    spearman_brown_high: float = math.nan


def reliability(answers: pd.DataFrame, level: float = 0.95) -> Reliability:
    """Estimate the reliability of the sum (or mean) of items.

    Parameters
    ----------
    answers : DataFrame, shape (participants, items)
        Answers with reverse-keyed items already recoded; participants with a missing answer are left out.
    level
        Confidence level of the intervals.
    """
    complete = answers.dropna()
    participants, items = complete.shape
    none = (math.nan,) * 3
    constant = [str(name) for name in complete if complete[name].nunique() < 2]
    why = ""
    if items < 2:
        why = "internal consistency is not defined for a single item"
    elif participants <= items:
        answered = count(participants, "participant", "participants")
        why = f"{answered} answered all items: too few for {items} items"
    elif constant:
        why = f"all participants gave the same answer to {', '.join(constant)}"
    if why:
        return Reliability(items, participants, *none, *none, why)
    alpha, ends = pg.cronbach_alpha(complete, ci=level)
    alphas = (float(alpha), float(ends[0]), float(ends[1]))
    if items < 3:
        pair = _spearman_brown(complete, level)
        why = f"Spearman-Brown {estimate(pair[0], 2)} {interval(pair[1], pair[2], 2)}; omega is not identified with two items"
        return Reliability(items, participants, *alphas, *none, why, *pair)
    values = complete.to_numpy(dtype=float)
    total, heywood = omega(np.cov(values.T)[None])
    if heywood[0]:
        why = "an item's uniqueness was set to its lowest value (Heywood case)"
    return Reliability(
        items, participants, *alphas, float(total[0]), *_interval(values, level), why
    )


def _spearman_brown(answers: pd.DataFrame, level: float) -> tuple[float, float, float]:
    """Return the reliability of the sum of two items, and its interval."""
    found = pearsonr(*answers.to_numpy(dtype=float).T)
    ends = found.confidence_interval(level) if len(answers) > 3 else (math.nan, math.nan)
    value, low, high = (2 * r / (1 + r) if r > -1 else -math.inf for r in (found.statistic, *ends))
    return float(value), float(low), float(high)


def omega(covariances: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Compute omega total of the one-factor model for many covariance matrices at once.

    Parameters
    ----------
    covariances : ndarray, shape (m, k, k)

    Returns
    -------
    ndarray, shape (m,)
        omega.
    ndarray of bool, shape (m,)
        Whether a uniqueness was set to ``LEAST_UNIQUE`` of its item's variance.

    Notes
    -----
    Principal-axis iteration, whose fixed point is the minres solution (Harman & Jones, 1966).
    """
    variances = np.diagonal(covariances, axis1=1, axis2=2)
    least = LEAST_UNIQUE * variances
    # Squared multiple correlations are the usual starting values.
    unique = 1 / np.diagonal(np.linalg.pinv(covariances), axis1=1, axis2=2)
    unique = np.clip(unique, least, variances)
    loadings = np.zeros_like(unique)
    moving = np.arange(len(covariances))
    eye = np.eye(covariances.shape[1])
    for _ in range(STEPS):
        reduced = covariances[moving] - unique[moving][:, :, None] * eye
        values, vectors = np.linalg.eigh(reduced)
        loadings[moving] = np.sqrt(np.maximum(values[:, -1:], 0)) * vectors[:, :, -1]
        new = np.clip(variances[moving] - loadings[moving] ** 2, least[moving], variances[moving])
        moved = np.abs(new - unique[moving]).max(axis=1)
        unique[moving] = new
        moving = moving[moved > TOLERANCE * variances[moving].min(axis=1)]
        if not len(moving):
            break
    common = loadings.sum(axis=1) ** 2
    held = np.any(unique <= least * (1 + 1e-9), axis=1)
    return common / (common + unique.sum(axis=1)), np.asarray(held)


def _interval(values: Array, level: float) -> tuple[float, float]:
    n, k = values.shape
    # The covariances in a bootstrap sample depend only on how often each participant is drawn.
    drawn = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=RESAMPLES) / n
    centred = values - values.mean(axis=0)
    products = (centred[:, :, None] * centred[:, None, :]).reshape(n, k * k)
    means = drawn @ centred
    resampled = (drawn @ products).reshape(RESAMPLES, k, k) - means[:, :, None] * means[:, None, :]
    # With few participants, an item may have no variance in a bootstrap sample, and then no loading.
    usable = resampled[np.diagonal(resampled, axis1=1, axis2=2).min(axis=1) > 1e-12]
    low, high = np.quantile(omega(usable)[0], [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
