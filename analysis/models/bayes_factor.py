"""The Bayes factor of a contrast of a fitted model, from its estimate, standard error and degrees of freedom.

Participants and stimuli count as they do in the model. A Bayes factor of participants' means, such as the JZS factor
of a t test, ignores that stimuli are a sample: with 4 to 16 of them that differ in their effect, it exceeds 10 in 10 to
25 % of studies without an effect of the condition [C].
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.errors import AnalysisError

PRIOR_SD = 0.707
"""SD of the normal prior of an effect, in standard deviations of answers within cells. The width is that of the default
prior of the R package BayesFactor, whose shape is a Cauchy distribution (Morey & Rouder [M+]); both are conventions."""


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
    The prior is one of the effect in standard deviations of answers, and these are estimated too: where they are
    larger than their estimate, the standard error and the SD of the prior are larger by the same factor. Over the
    possible values (chi-square with ``df`` degrees of freedom), the estimate has a t distribution with the scale
    ``se`` without an effect, and with the scale ``sqrt(se**2 + prior_sd**2)`` under the prior, as in the Bayesian t
    test of Gönen, Johnson, Lu and Westfall (2005). So the factor grows with the estimate, up to a limit that the
    degrees of freedom set. With a prior of fixed width in units of the outcome, it would fall to 1 for the largest
    effects (5.9 for t(7) = 16), because the tails of a t distribution are longer than those of the prior.

    Examples
    --------
    >>> round(bayes_factor(0.0, 0.1, 200, 0.707), 3), round(bayes_factor(0.4, 0.1, 200, 0.707), 1)
    (0.14, 273.5)
    """
    for name, value in (("standard error", se), ("SD of the prior", prior_sd)):
        if not (np.isfinite(value) and value > 0):
            raise AnalysisError(f"The {name} must be a positive number; found {value}.")
    under_zero = stats.t.logpdf(estimate, df, scale=se)
    under_prior = stats.t.logpdf(estimate, df, scale=np.hypot(se, prior_sd))
    return float(np.exp(np.minimum(under_prior - under_zero, 700)))
