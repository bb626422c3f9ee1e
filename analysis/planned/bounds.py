"""Lee bounds of the amount given, for the planned contrasts of a two-part model."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import lee_bounds
from analysis.planned.fitting import PlannedFit
from analysis.planned.plan import Planned
from analysis.planned.sides import Sides, sides_of
from experiments.protocol.planned_contrast import PlannedContrast


def bounds_of(planned_fit: PlannedFit, plans: Iterable[Planned], seed: int) -> pd.DataFrame:
    """Bound the difference of the amount given, for each planned contrast of two levels in a two-part model.

    If the condition affects who gives, the givers in each condition are different kinds of participants. Lee
    bounds apply to participants who would give in either condition.

    Parameters
    ----------
    plans
        All planned models. A two-part model without contrasts of its own takes those of another model of
        the same outcome.
    seed
        Seed of the bootstrap over participants.

    Returns
    -------
    DataFrame
        contrast, lower, upper, ci_low, ci_high, and the reason if there are none (failed).
    """
    lines = []
    for number, (planned, sides) in enumerate(_of_two_levels(planned_fit.planned, plans)):
        line = {"contrast": planned.name, "failed": ""}
        try:
            high, low = _two_groups(planned_fit, sides)
            found = lee_bounds(high, low, np.random.default_rng([seed, number]))
            line |= {name: getattr(found, name) for name in ("lower", "upper", "ci_low", "ci_high")}
        except AnalysisError as error:
            line["failed"] = str(error)
        lines.append(line)
    wanted = ["contrast", "lower", "upper", "ci_low", "ci_high", "failed"]
    return pd.DataFrame(lines, columns=wanted).astype(dict.fromkeys(wanted[1:5], float))


def _of_two_levels(own: Planned, plans: Iterable[Planned]) -> list[tuple[PlannedContrast, Sides]]:
    same = [own, *(each for each in plans if each.formula.response == own.formula.response)]
    contrasts = next((each.contrasts for each in same if each.contrasts), ())
    found = [(each, sides_of(each)) for each in contrasts]
    return [(each, sides) for each, sides in found if sides is not None and sides.of_two_levels]


def _two_groups(planned_fit: PlannedFit, sides: Sides) -> tuple[np.ndarray, np.ndarray]:
    """Return each participant's mean donation at the higher and the lower level."""
    high, low = sides.participants(planned_fit.frame, planned_fit.column)
    if len(high.index.intersection(low.index)):
        raise AnalysisError(
            "Participants saw both conditions; Lee bounds require two groups of participants.",
            "The contrast of all donations, zeros included, does not have this problem.",
        )
    return high.to_numpy(), low.to_numpy()
