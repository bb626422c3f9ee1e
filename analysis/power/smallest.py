"""The smallest effects of interest of a study's tests, in the unit in which power is computed."""

from __future__ import annotations

from math import sqrt

from analysis.errors import AnalysisError
from analysis.planned.effects import smallest_effect
from analysis.power.planned_tests import PlannedTest
from analysis.simulate import Assumptions
from analysis.simulate.response_scale import gifts, ratings
from experiments.protocol.names import AddressError
from experiments.study import Study

CONVENTION = 0.20
"""The effect for which numbers of participants are computed where a study states no smallest effect: small by the
convention of Cohen (1988)."""


def bound_of(study: Study, mode: str, test: PlannedTest, assumed: Assumptions) -> float | None:
    """Return the smallest effect of interest of a test in SDs of its outcome; None if the study states none.

    One in units of the outcome is divided by the SD of simulated participants. A correlation is the d of two equal
    groups; with an answer, it is that many SDs of the outcome over one of the answer.

    Raises
    ------
    AnalysisError
        If one in units of the outcome cannot be expressed in SDs.
    """
    smallest = smallest_effect(study.names, test.planned.outcome)
    if smallest is None:
        return None
    if smallest.raw is not None:
        return round(float(smallest.raw) / _sd(study, mode, test.planned.outcome, assumed), 6)
    if smallest.d is not None:
        return round(float(smallest.d), 6)
    r = float(smallest.r or 0.0)
    return round(r if test.of_answers else 2 * r / sqrt(1 - r**2), 6)


def _sd(study: Study, mode: str, outcome: str, assumed: Assumptions) -> float:
    """Return the SD of an outcome in simulated participants."""
    try:
        own = study.range(outcome, mode)
        count = 0 if own is None else own.count
    except (AddressError, ValueError):
        own, count = None, 0
    if own is None or count < 2:
        raise AnalysisError(
            f"The smallest effect of {outcome!r} is in its own unit, and its range does not follow from the study, so that"
            " it cannot be expressed in SDs.",
            "State it in SDs: smallest_effect: {d: ...}.",
        )
    scale = (gifts if own.divides else ratings)(count, assumed)
    share = assumed.gift_share if own.divides else assumed.rating_share
    return (own.high - own.low) * scale.sd(scale.mu(share))
