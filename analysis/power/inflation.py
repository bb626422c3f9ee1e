"""Tests that reject too often where nothing differs, and the random term that their model lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.power.analytic import wilson
from analysis.power.targets import parsed
from analysis.power.testing import ModelPlan, Setting


def inflated(
    plan: ModelPlan, setting: Setting, complete: int, total: Mapping[str, Any]
) -> list[str]:
    """Say which tests of a model reject too often where nothing differs, and what does it."""
    n, zero = int(total["studies"]), setting.grid.place(0.0)
    rates = [total["rejected"][zero][j] / n for j in range(len(plan.tests))]
    low, high = wilson(round(max(rates) * n), n)
    if low <= setting.alpha + 0.01:
        return []
    parts = plan.components
    told = (
        f"{plan.model.name}: with {complete} per cell the test rejects in {max(rates):.0%} [{low:.0%},"
        f" {high:.0%}] of studies although nothing differs (alpha is {setting.alpha:g}), and its power is"
        f" overstated alike. Stimuli ({parts.stimulus_by_level:.1%} of the variance) and people"
        f" ({parts.person_by_level:.1%}) are assumed to react differently to the conditions;"
    )
    groups = [frozenset(term.group.split(":")) for term in parsed(plan.model).random]
    terms = [
        f"(1|{who}:{plan.lists.factors[0]})"
        for who, share in (
            ("stimulus", parts.stimulus_by_level),
            ("participant", parts.person_by_level if plan.lists.rows_per_person > 1 else 0.0),
        )
        if share > 0 and frozenset([who, plan.lists.factors[0]]) not in groups
    ]
    if not terms:
        return [f"{told} {len(plan.lists.stimuli)} stimuli are few to tell by how much."]
    return [
        f"{told} the planned model ({plan.model.formula}) has no {' and no '.join(terms)} that knows it."
        " What stimuli do does not shrink with more people; more stimuli help."
    ]
