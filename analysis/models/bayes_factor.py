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
#: Points at which the distribution of the error variance is evaluated.
POINTS = 400


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
    An estimate divided by its standard error has a t distribution with ``df`` degrees of freedom around the effect: a
    mixture of normal distributions whose precision has a gamma distribution. With a normal prior each of them has a
    closed form, and the mixture is averaged over equally probable precisions.

    Examples
    --------
    >>> round(bayes_factor(0.0, 0.1, 200, 0.707), 3), round(bayes_factor(0.4, 0.1, 200, 0.707), 1)
    (0.14, 274.0)
    """
    for name, value in (("standard error", se), ("SD of the prior", prior_sd)):
        if not (np.isfinite(value) and value > 0):
            raise AnalysisError(f"The {name} must be a positive number; found {value}.")
    sds = np.sqrt(se**2 / precisions(df) + prior_sd**2)
    under_prior = special.logsumexp(stats.norm.logpdf(estimate, 0, sds)) - np.log(len(sds))
    under_zero = stats.t.logpdf(estimate / se, df) - np.log(se)
    return float(np.exp(np.minimum(under_prior - under_zero, 700)))


def precisions(df: float) -> Array:
    """Return equally probable precisions of an error with ``df`` degrees of freedom, relative to the estimated one."""
    if np.isinf(df):
        return np.ones(1)
    levels = (np.arange(POINTS) + 0.5) / POINTS
    return np.asarray(2 / df * special.gammaincinv(df / 2, levels))
