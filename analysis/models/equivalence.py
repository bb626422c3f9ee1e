"""Equivalence tests: is an effect smaller than the smallest effect size of interest (SESOI)?

Two one-sided tests (TOST): the effect is equivalent to zero if it is significantly above -SESOI and
significantly below +SESOI, that is, if its 90 % interval lies inside these bounds (Schuirmann 1987 [M+];
Lakens 2017 [M+]). Default SESOI of this project: d = .20, or $0.25 of an endowment of $5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.errors import AnalysisError
from experiments.numbers import scale_value

DEFAULT_SESOI_D = 0.20


@dataclass(frozen=True)
class Equivalence:
    """The result of two one-sided tests, in the units of ``sesoi``.

    ``p`` is the larger of the two one-sided p values. ``ci_low``/``ci_high`` is the 1 - 2 alpha
    interval that corresponds to TOST. ``verdict``: "equivalent", "undetermined" or, where the test
    against zero is significant, "different but small" or "different".
    """

    estimate: float
    se: float
    df: float
    sesoi: float
    p: float
    ci_low: float
    ci_high: float
    verdict: str


def equivalence(
    estimate: float,
    se: float,
    df: float,
    sesoi: float,
    *,
    alpha: float = 0.05,
    label: str = "The difference",
) -> Equivalence:
    """Test an estimate for equivalence (TOST), given its standard error and degrees of freedom (inf: z).

    Raises
    ------
    AnalysisError
        If the SESOI or the standard error is not a positive number.
    """
    if not sesoi > 0:
        raise AnalysisError(
            f"The smallest effect of interest must be above zero; found {scale_value(sesoi)}.",
            "State it in units of the outcome, before seeing the data.",
        )
    if not (np.isfinite(se) and se > 0):
        raise AnalysisError(
            f"{label} has no usable standard error, so equivalence cannot be tested.", ""
        )
    above = stats.t.sf((estimate + sesoi) / se, df)
    below = stats.t.cdf((estimate - sesoi) / se, df)
    p = float(max(above, below))
    differs = 2 * stats.t.sf(abs(estimate) / se, df) < alpha
    half = stats.t.ppf(1 - alpha, df) * se
    low, high = float(estimate - half), float(estimate + half)
    if p < alpha:
        verdict = "different but small" if differs else "equivalent"
    else:
        verdict = "different" if differs else "undetermined"
    return Equivalence(estimate, se, df, sesoi, p, low, high, verdict)
