"""Sizes of planned contrasts: in standard deviations, against the smallest effect of interest, and as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models.bayes_factor import PRIOR_SD, bayes_factor
from analysis.models.equivalence import equivalence
from analysis.planned.fitting import PlannedFit
from analysis.planned.plan import ALPHA, NOT_PLANNED
from analysis.planned.sides import sides_of, within
from experiments.protocol.names import Names
from experiments.protocol.planned import same_measure
from experiments.protocol.planned_contrast import PlannedContrast
from experiments.protocol.sections import SmallestEffect


def smallest_effect(names: Names, outcome: str) -> SmallestEffect | None:
    """Return the smallest effect of interest of an outcome.

    It is that of a hypothesis about the outcome; of other outcomes that of the first hypothesis, if it is in standard
    deviations.
    """
    hypotheses = tuple(names.study.hypothesis.values())
    for each in hypotheses:
        if same_measure(names, each.outcome, outcome):
            return each.smallest_effect
    first = hypotheses[0].smallest_effect if hypotheses else None
    return first if first is not None and first.d is not None else None


@dataclass(frozen=True)
class Unit:
    """The difference in a number for which the effect of a slope is expressed."""

    size: float = 1.0
    """The whole range of a number that follows from the design, one SD of answers; of several, their product."""
    sd: float | None = None
    """SD of the number over the rows; None of a contrast that compares levels alone."""


def bound_of(smallest: SmallestEffect, sd: float, unit: Unit = Unit()) -> float:
    """Return the smallest effect of interest in units of a contrast.

    Parameters
    ----------
    smallest
        In units of the outcome (``raw``), or in standard deviations of it (``d``); of a slope, for a difference of one
        unit in the number. A correlation (``r``) is that many standard deviations of the outcome for one of the number;
        of a comparison of levels, the ``d`` of two equal groups.
    sd
        SD of the outcome within cells.
    unit
        Of the number whose slope the contrast is.

    Examples
    --------
    >>> smallest = SmallestEffect(r=0.1, because="few")
    >>> round(bound_of(smallest, sd=2.0), 3), bound_of(smallest, sd=2.0, unit=Unit(10.0, sd=4.0))
    (0.402, 0.05)
    """
    if smallest.raw is not None:
        return smallest.raw / unit.size
    if smallest.d is not None:
        return smallest.d * sd / unit.size
    r = smallest.r or 0.0
    if unit.sd is not None:
        return r * sd / unit.sd
    return float(2 * r / np.sqrt(1 - r**2)) * sd


def in_sds(
    found: dict[str, Any],
    sd: float,
    smallest: SmallestEffect | None,
    label: str,
    unit: Unit = Unit(),
) -> dict[str, Any]:
    """Return an estimate in standard deviations, its Bayes factor (not of a slope), and its equivalence test.

    Parameters
    ----------
    found
        estimate, se, df, ci_low and ci_high of a contrast.
    sd
        SD of the outcome within cells.
    unit
        Of the number whose slope the contrast is.
    """
    own: dict[str, Any] = {
        "sd": sd,
        "per": unit.size if unit.sd is not None else np.nan,
        "d": found["estimate"] * unit.size / sd,
        "d_low": found["ci_low"] * unit.size / sd,
        "d_high": found["ci_high"] * unit.size / sd,
    }
    if unit.sd is None:
        own["bf10"] = bayes_factor(found["estimate"], found["se"], found["df"], PRIOR_SD * sd)
    if smallest is None:
        return {**own, "tost": NOT_PLANNED}
    bound = bound_of(smallest, sd, unit)
    numbers = (found["estimate"], found["se"], found["df"])
    tost = equivalence(*numbers, bound, alpha=ALPHA, label=f"'{label}'")
    return {
        **own,
        "sesoi": bound,
        "tost_p": tost.p,
        "tost_low": tost.ci_low,
        "tost_high": tost.ci_high,
    }


def counted(
    data: pd.DataFrame, planned_fit: PlannedFit, contrast: PlannedContrast
) -> dict[str, Any]:
    """Return the numbers of answers, items and participants in the cells that a contrast names.

    Parameters
    ----------
    data
        The rows of the fitted part.
    """
    own = within(planned_fit.frame.loc[data.index], contrast.weights)
    found: dict[str, Any] = {"answers": len(own), "participants": own["participant"].nunique()}
    if "item" in own:
        found["items"] = own["item"].nunique()
    if (sides := sides_of(contrast)) is not None:
        high, low = (within(own, {sides.factor: side}) for side in (sides.higher, sides.lower))
        found["participants_higher"] = high["participant"].nunique()
        found["participants_lower"] = low["participant"].nunique()
    return found


def within_sd(frame: pd.DataFrame, column: str, factors: Sequence[str]) -> float:
    """Return the SD of the answers around the mean of their cell; around the grand mean without factors.

    Raises
    ------
    AnalysisError
        If answers do not vary within cells.
    """
    values = frame[column].astype(float)
    cells = [frame[name].astype(str) for name in factors] or [pd.Series("", frame.index)]
    grouped = values.groupby(cells)
    deviations = values - grouped.transform("mean")
    df = len(frame) - grouped.ngroups
    sd = float(np.sqrt((deviations**2).sum() / df)) if df > 0 else 0.0
    if not sd > 0:
        raise AnalysisError(
            "All answers within each level are the same, so differences cannot be expressed in SDs.",
            "Report the means.",
        )
    return sd
