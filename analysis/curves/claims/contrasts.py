"""The contrasts that an order or a contrast consists of, and what is claimed of each: that it is above zero, or zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

from analysis.curves.claims.predictions import Prediction
from experiments.language.contrasts import Levels
from experiments.protocol.planned_contrast import PlannedContrast

Claimed = Literal[">", "="]
"""Above zero, or zero."""


@dataclass(frozen=True)
class ClaimedContrast:
    """A contrast, and what is claimed of it."""

    contrast: PlannedContrast
    claimed: Claimed

    @classmethod
    def of_levels(cls, factor: str, levels: Levels, claimed: Claimed) -> ClaimedContrast:
        """Return a comparison of levels of a factor."""
        return cls(PlannedContrast(str(levels), {factor: levels.weights}, {}), claimed)


def contrasts_of(claim: Prediction) -> list[ClaimedContrast]:
    """Return the contrasts that a claim consists of; none if it is a curve.

    Those of an order are the steps between neighbouring groups, and the differences within each group.
    """
    if claim.contrast is not None:
        return [ClaimedContrast(claim.contrast, ">")]
    if claim.order is None:
        return []
    (factor,) = claim.columns.values()
    groups = claim.order.groups
    steps = [
        ClaimedContrast.of_levels(factor, Levels(higher, lower), ">")
        for higher, lower in pairwise(groups)
    ]
    return [*steps, *(pair for group in groups for pair in _pairs(factor, group))]


def pairs_of(claim: Prediction) -> list[ClaimedContrast]:
    """Return the differences between all levels of an order, by which it is flat; none if it has one difference only."""
    if claim.order is None or len(claim.order.levels) < 3:
        return []
    (factor,) = claim.columns.values()
    return _pairs(factor, claim.order.levels)


def _pairs(factor: str, levels: Sequence[str]) -> list[ClaimedContrast]:
    return [
        ClaimedContrast.of_levels(factor, Levels((first,), (second,)), "=")
        for first, second in combinations(levels, 2)
    ]
