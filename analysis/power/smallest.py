"""The smallest effects of interest of a study's tests, in the unit in which power is computed."""

from __future__ import annotations

from analysis.errors import AnalysisError
from analysis.planned import effects
from analysis.simulate import Assumptions
from analysis.simulate.response_scale import gifts, ratings
from experiments.protocol.names import AddressError
from experiments.study import Study

CONVENTION = 0.20
"""The effect for which numbers of participants are computed where a study states no smallest effect: small by the
convention of Cohen (1988)."""


def bound_of(
    study: Study, mode: str, outcome: str, assumed: Assumptions, *, of_answers: bool
) -> float | None:
    """Return the smallest effect of interest in SDs of an outcome; None if the study states none.

    One in units of the outcome is divided by the SD of simulated participants.

    Parameters
    ----------
    of_answers
        Whether it is for the slope of a number that comes from answers, over one SD of them.

    Raises
    ------
    AnalysisError
        If one in units of the outcome cannot be expressed in SDs.
    """
    smallest = effects.smallest_effect(study.names, outcome)
    if smallest is None:
        return None
    sd = 1.0 if smallest.raw is None else _sd(study, mode, outcome, assumed)
    unit = effects.Unit(sd=sd) if of_answers else effects.Unit()
    return round(float(effects.bound_of(smallest, sd, unit)) / sd, 6)


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
