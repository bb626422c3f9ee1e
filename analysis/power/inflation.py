"""Models whose tests reject too often where there is no effect, and the random terms that they lack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.data.names import column_of
from analysis.models.formula import side_columns
from analysis.planned.plan import ALPHA
from analysis.power.at_size import AtSize
from analysis.power.plans import Plan
from analysis.power.worlds import World

TOLERATED = 0.01
"""Rates of Type I errors above alpha by less than this are not reported."""


@dataclass(frozen=True)
class Inflated:
    """A model whose tests have an inflated Type I error rate."""

    plan: Plan
    rate: float
    low: float
    high: float
    lacking: tuple[str, ...]
    """Random terms that it lacks."""


def inflated_at(at: AtSize) -> list[Inflated]:
    """Report whether a model's tests have an inflated Type I error rate, and which random terms it lacks."""
    plan, parts, lists = at.plan, at.plan.components, at.plan.world.lists
    rates = [at.shares("rejected", j, (0.0,))[0].tolist() for j in range(len(plan.tests))]
    rate, low, high = max(rates)
    if low <= ALPHA + TOLERATED:
        return []
    compared = {
        tuple(
            column_of(name) for name in test.contrast.names if column_of(name) in lists.factors
        ): j
        for j, test in enumerate(plan.tests)
        if rates[j][1] > ALPHA + TOLERATED
    }
    lacking = []
    for factors, j in compared.items():
        for who, share in (
            ("item", parts.stimulus_by_level),
            ("participant", parts.person_by_level),
        ):
            own = tuple(factor for factor in factors if lists.varies(factor, who))
            # The analysis gives the contrast a variance of its own between participants.
            known = who == "participant" and j in plan.world.own
            if share > 0 and own and not known and not _allows(plan.world, own, who):
                lacking.append(f"(1 | {who}:{':'.join(own)})")
    return [Inflated(plan, rate, low, high, tuple(dict.fromkeys(lacking)))]


def _allows(world: World, factors: Sequence[str], who: str) -> bool:
    """Return whether a model has a random term for the effect of factors on items or participants."""
    return any(
        who in term.group_columns
        and {*factors}
        <= {*term.group_columns, *side_columns(term.slopes, world.model.formula.text)}
        for term in world.model.formula.random
    )
