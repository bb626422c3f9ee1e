"""Power of several primary tests of one model together: that any of them holds (Holm), or that all of them do.

The errors of the estimates have the expected covariance. Each test statistic is noncentral t, as in ``expected``; all
have the same quantile of the chi-squared distribution of their squared standard errors, since they share their variances.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from analysis.power.blocks import Array
from analysis.power.designs import spectral, square_root
from analysis.power.expected import Expected
from experiments.protocol.planned import Combined

DRAWS = 2**17
"""Quasi-random studies: the error of a power is below .001."""
CLOSE = 1e-9


def possible(contrasts: Array) -> bool:
    """Return whether contrasts (k, p) can all have the same value other than zero."""
    wanted = np.ones(len(contrasts))
    found = contrasts @ np.linalg.lstsq(contrasts, wanted, rcond=None)[0]
    return bool(np.abs(found - wanted).max() < CLOSE)


def joint_power(
    found: Expected,
    tests: Sequence[int],
    effects: Sequence[float],
    alpha: float,
    combined: Combined,
) -> Array:
    """Compute the power (effects,) of tests together, if each of their contrasts has the effect.

    Parameters
    ----------
    tests
        Numbers of the primary tests.
    combined
        ``any``: at least one is significant under Holm's correction; ``all``: each is significant at alpha.

    Examples
    --------
    >>> one = np.eye(2) * 0.01
    >>> far = Expected(np.full(2, 0.1), np.full(2, 1e6), one, one)
    >>> joint_power(far, [0, 1], [0.0, 0.28], 0.05, "all").round(2)
    array([0.  , 0.64])
    """
    at = list(tests)
    uniform = stats.qmc.Sobol(len(at) + 1, seed=1).random(DRAWS)
    uniform = np.clip(uniform, 1e-12, 1 - 1e-12)
    root = spectral(found.covariance[np.ix_(at, at)], square_root)
    errors = stats.norm.ppf(uniform[:, 1:]) @ root
    df, se = found.df[at], found.se[at]
    spread = se * np.sqrt(stats.chi2.ppf(uniform[:, :1], df) / df)
    limit = stats.t.ppf(1 - alpha / (len(at) if combined == "any" else 1) / 2, df) * spread
    shown = [np.abs(errors + d) > limit for d in effects]
    count = [each.any(axis=1) if combined == "any" else each.all(axis=1) for each in shown]
    return np.array([each.mean() for each in count])
