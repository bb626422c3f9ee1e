"""The Bayes factor of a contrast of a fitted model, from its estimate, standard error and degrees of freedom.

Participants and stimuli count as they do in the model. A Bayes factor of participants' means, such as the JZS factor
of a t test, ignores that stimuli are a sample: with 4 to 16 of them that differ in their effect, it exceeds 10 in 10 to
25 % of studies without an effect of the condition [C].
"""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from analysis.errors import AnalysisError
from analysis.models.design import Array

PRIOR_SD = 0.707
"""SD of the normal prior of an effect, in standard deviations of answers within cells. The width is that of the default
prior of the R package BayesFactor, whose shape is a Cauchy distribution (Morey & Rouder [M+]); both are conventions."""
POINTS = 8001
#: Equally probable precisions of an error.
QUANTILES = 400
"""Points of each of the two grids over which the effect is integrated."""
FAR = 40.0
"""SDs from the centre of a normal distribution at which nothing is left of it."""


def bayes_factor(estimate: float, se: float, df: float, prior_sd: float) -> float:
    """Return how many times as likely an estimate is under a normal prior around zero as under an effect of zero (BF10).

    Parameters
    ----------
    estimate, se : float
        In units of the outcome.
    df : float
        Degrees of freedom; infinite for a normal distribution.
    prior_sd : float
        SD of the prior, in the same units.

    Raises
    ------
    AnalysisError
        If the standard error or the SD of the prior is not a positive number.

    Notes
    -----
    The difference between an estimate and the effect, divided by the standard error, has a t distribution with ``df``
    degrees of freedom. Its density is integrated over the normal prior, on a grid that is dense around zero, where the
    prior is, and around the estimate, at all distances from it.

    Examples
    --------
    >>> round(bayes_factor(0.0, 0.1, 200, 0.707), 3), round(bayes_factor(0.4, 0.1, 200, 0.707), 1)
    (0.14, 274.0)
    """
    for name, value in (("standard error", se), ("SD of the prior", prior_sd)):
        if not (np.isfinite(value) and value > 0):
            raise AnalysisError(f"The {name} must be a positive number; found {value}.")
    under_zero = stats.t.logpdf(estimate / se, df)
    if np.isinf(df):
        under_prior = stats.norm.logpdf(estimate, 0, np.hypot(se, prior_sd)) + np.log(se)
    else:
        effects = _effects(estimate, se, prior_sd)
        logs = stats.t.logpdf((estimate - effects) / se, df) + stats.norm.logpdf(
            effects, 0, prior_sd
        )
        largest = logs.max()
        under_prior = largest + np.log(np.trapezoid(np.exp(logs - largest), effects))
    return float(np.exp(np.minimum(under_prior - under_zero, 700)))


def precisions(df: float) -> Array:
    """Return equally probable precisions of an error with ``df`` degrees of freedom, relative to the estimated one."""
    if np.isinf(df):
        return np.ones(1)
    levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return np.asarray(2 / df * special.gammaincinv(df / 2, levels))


def _effects(estimate: float, se: float, prior_sd: float) -> Array:
    """Return the effects at which the density is evaluated, in order."""
    steps = np.linspace(-1, 1, POINTS)
    farthest = FAR * prior_sd + abs(estimate)
    around = estimate + se * np.sinh(steps * np.arcsinh(farthest / se))
    return np.unique(np.concatenate([around, steps * FAR * prior_sd]))
