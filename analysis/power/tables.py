"""Tables of a power analysis: power, required sample sizes, sensitivity, and quality of the planned tests.

Rates are computed from the expected information, or from simulated studies where that is doubtful (column ``method``).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.power.at_size import AtSize, Simulate
from analysis.power.expected import expected
from analysis.power.inflation import Inflated, inflated_at
from analysis.power.joint import possible
from analysis.power.plans import Plan
from analysis.power.searching import least_size, searched
from analysis.power.worlds import LEAST_PEOPLE

MOST_PER_CELL = 20_000
"""Largest sample size that is considered."""


def tables_of(
    plans: Sequence[Plan], simulate: Simulate
) -> tuple[dict[str, pd.DataFrame], list[Inflated]]:
    """Return the tables of all planned tests, and the models with an inflated Type I error rate."""
    found: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("power", "primary", "sensitivity", "required", "quality", "curves")
    }
    inflated: list[Inflated] = []
    for plan in plans:
        for kept in plan.settings.sizes:
            at = AtSize.of(plan, plan.analysed(kept), simulate)
            for j, test in enumerate(plan.tests):
                here = {"test": test.name, "per_cell": kept}
                found["power"] += _power_rows(at, j, here)
                found["sensitivity"] += _sensitivity_rows(at, j, here)
                found["quality"].append({**here, **_quality(at, j)})
                if kept == plan.size:
                    found["curves"] += _curve_rows(at, j, here)
            found["primary"] += _together_rows(at, kept)
            if kept == plan.size:
                inflated += inflated_at(at)
        for j in range(len(plan.tests)):
            found["required"] += _required_rows(plan, j, simulate)
    return {name: pd.DataFrame(rows) for name, rows in found.items()}, inflated


def _power_rows(at: AtSize, j: int, here: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row for each shown effect."""
    plan, kept, shown = at.plan, here["per_cell"], at.plan.settings.effects
    test = plan.tests[j]
    own = {
        "test": test.name,
        "contrast": test.contrast.name,
        "role": test.role,
        "effect": test.meaning,
        "smallest": np.nan if test.smallest is None else test.smallest,
        "per_cell": kept,
        "analysed": plan.analysed(kept),
        "total": kept * plan.world.lists.cells,
    }
    shares = (
        at.shares(what, j, shown).tolist() for what in ("rejected", "equivalent", "corrected")
    )
    return [
        {
            **own,
            "d": d,
            "meaning": "type I error" if d == 0 else "power",
            **_named("power", power),
            "power_holm_least": least[0],
            **_named("equivalence", small),
            "studies": at.studies,
            "method": at.method,
        }
        for d, power, small, least in zip(shown, *shares, strict=True)
    ]


def _together_rows(at: AtSize, kept: int) -> list[dict[str, Any]]:
    """Return the power of several primary tests together, one row for each shown effect."""
    plan, shown = at.plan, at.plan.settings.effects
    if not plan.primary or not possible(plan.world.contrasts[list(plan.primary)]):
        return []
    own = {
        "tests": " and ".join(plan.tests[j].name for j in plan.primary),
        "combined": plan.model.combined,
        "per_cell": kept,
        "total": kept * plan.world.lists.cells,
    }
    return [
        {**own, "d": d, **_named("power", power), "studies": at.studies, "method": at.method}
        for d, power in zip(shown, at.together(shown).tolist(), strict=True)
    ]


def _curve_rows(at: AtSize, j: int, here: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the power for a difference and for equivalence at one size, on a fine grid of effects."""
    effects = at.plan.settings.grid
    shares = (at.shares(what, j, effects).tolist() for what in ("rejected", "equivalent"))
    return [
        {
            **here,
            "d": d,
            **_named("power", one),
            **_named("equivalence", two),
            "studies": at.studies,
        }
        for d, one, two in zip(effects, *shares, strict=True)
    ]


def _named(name: str, share: Sequence[float]) -> dict[str, float]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), share, strict=True))


def _sensitivity_rows(at: AtSize, j: int, here: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the smallest effect with each target power."""
    effects = at.plan.settings.grid
    power = np.maximum.accumulate(at.shares("rejected", j, effects)[:, 0])
    return [
        {
            **here,
            "target": target,
            "d": float(np.interp(target, power, effects)) if power[-1] >= target else np.nan,
        }
        for target in at.plan.settings.targets
    ]


def _quality(at: AtSize, j: int) -> dict[str, Any]:
    """Return the Type I error rate, coverage, the SD of estimates, and the reported standard error."""
    wrong = at.shares("rejected", j, (0.0,))[0].tolist()
    if at.total is None:
        kept = [1 - wrong[0]] * 3
        rest = {
            "bias": 0.0,
            "sd_of_estimates": float(at.expected.sd[j]),
            "reported_se": float(at.expected.se[j]),
            "df": float(at.expected.df[j]),
            "singular": np.nan,
            "not_converged": 0,
        }
    else:
        n, total = at.studies, at.total
        kept = [
            total["covered"][j] / n,
            *proportion_confint(total["covered"][j], n, method="wilson"),
        ]
        bias = total["error"][j] / n
        spread = (total["error2"][j] / n - bias**2) * n / max(n - 1, 1)
        rest = {
            "bias": bias,
            "sd_of_estimates": float(np.sqrt(max(spread, 0.0))),
            "reported_se": float(np.sqrt(total["variance"][j] / n)),
            "df": total["df"][j] / n,
            "singular": total["singular"] / n,
            "not_converged": total["not_converged"],
        }
    shares = {**_named("type1", wrong), **_named("coverage", kept)}
    return {"studies": at.studies, "method": at.method, **shares, **rest}


def _required_rows(plan: Plan, j: int, simulate: Simulate) -> list[dict[str, Any]]:
    """Return the sample sizes that a test requires, for each target power and effect, and for equivalence."""
    settings, test = plan.settings, plan.tests[j]
    questions = [("rejected", d) for d in settings.effects if d > 0]
    questions += [("equivalent", 0.0)] if test.smallest is not None else []
    rows = []
    for target, (what, d) in product(settings.targets, questions):
        there = _required(plan, simulate, j, target, what, d)
        row: dict[str, Any] = {
            "test": test.name,
            "question": "difference" if what == "rejected" else "equivalence",
            "d": d,
            "asked": what == "equivalent" or d == test.effect,
            "target": target,
            **dict.fromkeys(("analysed", "per_cell", "total", "invited")),
            **_named("power", [np.nan] * 3),
            "method": "not reached",
        }
        if there is not None:
            people, at = there
            kept = plan.loss.kept_for(people)
            total = kept * plan.world.lists.cells
            row |= {"analysed": people, "per_cell": kept, "total": total, "method": at.method}
            row["invited"] = plan.loss.invited_for(total)
            row |= _named("power", at.shares(what, j, (d,))[0].tolist())
        rows.append(row)
    return rows


def _required(
    plan: Plan, simulate: Simulate, j: int, target: float, what: str, d: float
) -> tuple[int, AtSize] | None:
    """Return the smallest number of participants with the target power; None if no number is enough.

    If the expected information is doubtful, studies are simulated to find the number, to within 5 %. This is done
    only for the smallest effect of interest and for equivalence; for other effects, the number is an overestimate.
    """

    def share(people: int, simulate: Simulate | None = None) -> float:
        return float(AtSize.of(plan, people, simulate).shares(what, j, (d,))[0, 0])

    found = least_size(share, target, LEAST_PEOPLE, MOST_PER_CELL)
    asked = what == "equivalent" or d == plan.tests[j].effect
    if asked and expected(plan.world, found or MOST_PER_CELL).doubtful[j]:
        known = [plan.analysed(kept) for kept in plan.settings.sizes]
        people = searched(lambda n: share(n, simulate), target, known, MOST_PER_CELL)
        return None if people is None else (people, AtSize.of(plan, people, simulate))
    return None if found is None else (found, AtSize.of(plan, found))
