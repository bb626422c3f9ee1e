"""What a study needs, in participants or in the size of the effect, for its verdict to name a claim that is true."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

from analysis.power.plans import Plan
from analysis.power.searching import GRAIN, searched
from analysis.power.tables import MOST_PER_CELL
from analysis.power.work import Watch
from experiments.templates import environment

MOST_NEEDED, STEP = 2.0, 0.05
"""Largest effect that is considered, and the step between effects, in SDs."""


class Named(NamedTuple):
    """Proportions of studies by what the verdict names."""

    claim: float
    other: float
    """Something else than the claim, and not nothing."""


def verdict_needs(
    plan: Plan,
    named: Callable[[int, float], Named | None],
    watch: Watch,
    grain: float = GRAIN,
) -> list[dict[str, Any]]:
    """Return what it takes for the verdict to name a claim as often as each target power.

    Parameters
    ----------
    named
        From participants per cell and the effect to what the verdict names, if the claim is true; None if an effect of
        this size is not possible.
    grain
        Relative precision of a number of participants.

    Returns
    -------
    list
        For each target: d (the smallest effect), named (how often, at the planned size and this effect), wrong (how
        often something else is named instead), target, per_cell (needed for this effect), and effect (needed at the
        planned size); None where none that is considered is enough.
    """

    @cache
    def found(per_cell: int, effect: float) -> Named | None:
        watch("what a verdict needs", 1, 0)
        return named(per_cell, effect)

    def share(per_cell: int, effect: float) -> float:
        return one.claim if (one := found(per_cell, effect)) else 0.0

    watch("what a verdict needs", 0, 1)
    smallest = plan.tests[0].effect
    if (at_smallest := found(plan.size, smallest)) is None:
        return []
    steps = range(1, round((MOST_NEEDED - smallest) / STEP) + 1)
    effects = [smallest, *(round(smallest + step * STEP, 6) for step in steps)]
    rows = []
    for target in plan.settings.targets:
        needed = searched(lambda n: share(n, smallest), target, [plan.size], MOST_PER_CELL, grain)
        possible = takewhile(lambda d: found(plan.size, d) is not None, effects)
        effect = next((d for d in possible if share(plan.size, d) >= target), None)
        rows.append(
            {
                "d": smallest,
                "named": at_smallest.claim,
                "wrong": at_smallest.other,
                "target": target,
                "per_cell": needed,
                "effect": effect,
            }
        )
    return rows


def verdict_sentence(
    hypothesis: str,
    planned: int,
    needs: list[dict[str, Any]],
    cells: int,
    who: tuple[str, str] = ("participant", "participants"),
) -> str:
    """Say what it takes to confirm a claim.

    Parameters
    ----------
    hypothesis
        Its name; empty if it is the only one.
    planned
        Participants in each of ``cells``.
    needs
        Rows of ``verdict_needs``.
    who
        One and several of those who are counted.
    """
    template = environment("analysis.power").get_template("verdict_needs.txt.j2")
    reached = [row["target"] for row in needs if row["named"] >= row["target"]]
    written = template.render(
        hypothesis=hypothesis,
        planned=planned,
        first=needs[0],
        reached=reached,
        missed=[row for row in needs if row["target"] not in reached],
        cells=cells,
        who=who,
        most=MOST_PER_CELL,
    )
    return " ".join(written.split())
