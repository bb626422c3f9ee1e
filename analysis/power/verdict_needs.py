"""What a study needs, in participants or in the size of the effect, for its verdict to name a claim that is true."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import takewhile
from typing import Any

from analysis.power.plans import Plan
from analysis.power.searching import searched
from analysis.power.tables import MOST_PER_CELL
from analysis.power.work import Watch
from experiments.templates import environment

MOST_NEEDED, STEP = 2.0, 0.05
"""Largest effect that is considered, and the step between effects, in SDs."""


def verdict_needs(
    plan: Plan, named: Callable[[int, float], float | None], watch: Watch
) -> list[dict[str, Any]]:
    """Return what it takes for the verdict to name a claim as often as each target power.

    Parameters
    ----------
    named
        From participants per cell and the effect to the proportion of studies in which the verdict is the claim's;
        None if an effect of this size is not possible.

    Returns
    -------
    list
        For each target: d (the smallest effect), named (how often, at the planned size and this effect), target,
        per_cell (needed for this effect), and effect (needed at the planned size); None where none that is considered
        is enough.
    """

    @cache
    def share(per_cell: int, effect: float) -> float | None:
        watch("what a verdict needs", 1, 0)
        return named(per_cell, effect)

    watch("what a verdict needs", 0, 1)
    smallest = plan.tests[0].effect
    if (at_smallest := share(plan.size, smallest)) is None:
        return []
    steps = range(1, round((MOST_NEEDED - smallest) / STEP) + 1)
    effects = [smallest, *(round(smallest + step * STEP, 6) for step in steps)]
    rows = []
    for target in plan.settings.targets:
        needed = searched(lambda n: share(n, smallest) or 0.0, target, [plan.size], MOST_PER_CELL)
        possible = takewhile(lambda d: share(plan.size, d) is not None, effects)
        effect = next((d for d in possible if (share(plan.size, d) or 0.0) >= target), None)
        rows.append(
            {
                "d": smallest,
                "named": at_smallest,
                "target": target,
                "per_cell": needed,
                "effect": effect,
            }
        )
    return rows


def verdict_sentence(hypothesis: str, planned: int, needs: list[dict[str, Any]], cells: int) -> str:
    """Say what it takes to confirm a claim (rows of ``verdict_needs``), with ``planned`` participants in each of ``cells``."""
    template = environment("analysis.power").get_template("verdict_needs.txt.j2")
    written = template.render(
        hypothesis=hypothesis, planned=planned, needs=needs, cells=cells, most=MOST_PER_CELL
    )
    return " ".join(written.split())
