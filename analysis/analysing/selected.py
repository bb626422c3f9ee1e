"""Bounds of the amount given, beside the second part of a two-part model.

Who gives is itself changed by the condition, so that the amounts of givers are those of different people.
Lee bounds say what holds of people who would give in either condition (``analysis.models.lee_bounds``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.analysing.fitting import Live
from analysis.errors import AnalysisError
from analysis.models import lee_bounds
from experiments.planned import Contrast, PlannedModel


def bounds_told(
    model: PlannedModel, models: Sequence[PlannedModel], live: Live, seed: int
) -> tuple[str, ...]:
    """Say, for each planned contrast of the gift, within which bounds the amount differs.

    Parameters
    ----------
    models
        All planned models. A two-part model without contrasts of its own stands beside another of the
        same measure, whose contrasts are taken.
    seed
        Of the bootstrap over persons.

    Returns
    -------
    tuple of str
        Sentences, also where no bounds can be computed; none for other models.
    """
    if model.family != "two_part":
        return ()
    contrasts = model.contrasts or next(
        (other.contrasts for other in models if other.measure == model.measure and other.contrasts),
        (),
    )
    told = []
    for number, planned in enumerate(contrasts):
        try:
            said = _bounds(live, planned, np.random.default_rng([seed, number]))
        except AnalysisError as error:
            said = f"cannot be computed. {error}"
        told.append(f"Lee bounds of the amount, {planned.name}: {said}")
    return tuple(told)


def _bounds(live: Live, planned: Contrast, rng: np.random.Generator) -> str:
    """The sentence of one contrast, from each person's mean gift."""
    sides = []
    for level in (planned.higher, planned.lower):
        own = live.frame[live.frame[planned.factor] == level]
        if own.empty:
            raise AnalysisError(f"There are no answers at {planned.factor} = {level}.", "")
        sides.append(own.groupby("participant")[live.column].mean().astype(float))
    high, low = sides
    if len(high.index.intersection(low.index)):
        raise AnalysisError(
            "People met both conditions; the bounds are those of two groups of people.",
            "The contrast of all gifts, zeros included, has no such problem.",
        )
    return lee_bounds(high.to_numpy(), low.to_numpy(), rng).sentence
