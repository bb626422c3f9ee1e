"""One table of what was tested, a row for each test, with what it decided: all that is said of a verdict comes from it.

===========  ====================================================================================================
what         row
===========  ====================================================================================================
contrast     a difference, against zero (95 % interval); decided: ``different`` (from zero, in the claimed direction if
             one is claimed), ``opposite`` or ``not shown``
equivalence  the same difference, or the largest of several, against the smallest effect of interest (90 % interval);
             decided: ``equivalent`` or ``not shown``
weight       the weight of a family of curves by BIC or AICc, against the weight that is required; decided: ``enough``,
             ``excluded`` or ``not shown``
fit          the best curve of a family, against the means
claim        a curve of the claim with only its scale fitted, against the means
flat         a flat line, against the means; decided, as of all fits: ``rejected``, ``not rejected`` or, if it is
             the reversed curve that is not, ``reversed``
order        the predicted order of means, by Bayes factors against its complement and against equal means; decided:
             ``supported`` (by both), ``contradicted`` (by the complement) or ``not shown``
===========  ====================================================================================================

A test that could not be carried out has the decision ``failed``, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Literal

import numpy as np
import pandas as pd

from analysis.curves.catalogue.design import Array

What = Literal["contrast", "equivalence", "weight", "fit", "claim", "flat", "order"]
Decided = Literal[
    "different", "opposite", "equivalent",
    "enough", "excluded",
    "rejected", "reversed", "not rejected",
    "supported", "contradicted",
    "not shown", "failed",
]  # fmt: skip
Corrected = Literal["", "primary", "secondary", "curves"]
"""The tests with which a p value is corrected by Holm's method; empty if it is not corrected."""
NAN = float("nan")


@dataclass(frozen=True, kw_only=True)
class OneTest:
    """One test, and what it decided."""

    what: What
    name: str
    """The contrast as it is written, the id of a curve, or a family."""
    label: str
    """The same for readers."""
    decided: Decided
    claimed: str = ""
    """What is claimed of a contrast: ``>`` (above zero) or ``=`` (zero); empty if nothing is claimed."""
    family: str = ""
    """The family of a curve."""
    by: str = ""
    """The criterion of a weight; the planned model of a contrast, ``means`` if it compares the means of the cells; of a
    best curve ``flat`` if it is a flat line."""
    estimate: float = NAN
    """A difference, a weight or a Bayes factor; of a fit the distance of the means from it, where it is known."""
    se: float = NAN
    statistic: float = NAN
    """t, z or F; chi-square if ``df`` is infinite and ``df_num`` is given; of a difference without a finite estimate the
    signed root of the chi-square of a likelihood-ratio test (1 df); of an order the Bayes factor against equal means."""
    df_num: float = NAN
    df: float = NAN
    p: float = NAN
    p_corrected: float = NAN
    """As it decides; the same as ``p`` if it is not corrected."""
    corrected: Corrected = ""
    ci_low: float = NAN
    ci_high: float = NAN
    level: float = NAN
    """Of the interval."""
    bound: float = NAN
    """The smallest effect of interest, the weight that is required, or the largest possible Bayes factor."""
    failed: str = ""


def table_of_tests(tests: Iterable[OneTest]) -> pd.DataFrame:
    """Return the tests as a table, one row each."""
    return pd.DataFrame(
        [asdict(test) for test in tests], columns=[each.name for each in fields(OneTest)]
    )


def holm(p: Array) -> Array:
    """Correct p values by Holm's method along the last axis; missing ones are no tests.

    >>> holm(np.array([0.04, np.nan, 0.01, 0.3])).tolist()
    [0.08, nan, 0.03, 0.3]
    """
    p = np.asarray(p, dtype=np.float64)
    order = np.argsort(p, axis=-1)
    tests = np.isfinite(p).sum(axis=-1, keepdims=True)
    raised = np.take_along_axis(p, order, -1) * (tests - np.arange(p.shape[-1]))
    corrected = np.empty_like(p)
    np.put_along_axis(corrected, order, np.minimum(np.fmax.accumulate(raised, axis=-1), 1.0), -1)
    return np.where(np.isnan(p), np.nan, corrected)


def corrected_fits(fits: Sequence[OneTest], alpha: float) -> tuple[OneTest, ...]:
    """Correct tests of fit together, and decide them.

    A curve of the claim is a special case of its family, so that the family is not rejected where the curve is not.
    """
    p = dict(zip(fits, holm(np.array([each.p for each in fits])), strict=True))
    together: Corrected = "curves" if sum(np.isfinite(each.p) for each in fits) > 1 else ""

    def corrected(each: OneTest) -> float:
        special = (
            p[other]
            for other in fits
            if (each.what, other.what) == ("fit", "claim")
            and other.family == each.family
            and other.decided == "not rejected"
        )
        return float(np.max([p[each], *special]))

    def decided(each: OneTest, value: float) -> Decided:
        if each.decided == "failed":
            return "failed"
        return "rejected" if value < alpha else each.decided

    return tuple(
        replace(each, p_corrected=value, corrected=together, decided=decided(each, value))
        for each in fits
        for value in [corrected(each)]
    )
