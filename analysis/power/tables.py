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
    names = ("power", "primary", "sensitivity", "required", "quality", "curves")
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in names}
    inflated: list[Inflated] = []
    for plan in plans:
        for kept in plan.settings.sizes:
            at = AtSize.of(plan, plan.analysed(kept), simulate)
            for j, test in enumerate(plan.tests):
                here = {"test": test.name, "per_cell": kept}
                found["power"].append(_power(at, j, kept))
                found["sensitivity"].append(pd.DataFrame({**here, **_sensitivity(at, j)}))
                found["quality"].append(pd.DataFrame([{**here, **_quality(at, j)}]))
                if kept == plan.size:
                    found["curves"].append(pd.DataFrame({**here, **_curves(at, j)}))
            found["primary"] += _together(at, kept)
            if kept == plan.size:
                inflated += inflated_at(at)
        for j in range(len(plan.tests)):
            found["required"].append(pd.DataFrame(_required_rows(plan, j, simulate)))
    tables = {
        name: pd.concat(own, ignore_index=True) if own else pd.DataFrame()
        for name, own in found.items()
    }
    return tables, inflated


def _power(at: AtSize, j: int, kept: int) -> pd.DataFrame:
    """Return one row for each shown effect."""
    plan, test, shown = at.plan, at.plan.tests[j], at.plan.settings.effects
    return pd.DataFrame(
        {
            "test": test.name,
            "contrast": test.contrast.name,
            "role": test.role,
            "effect": test.meaning,
            "smallest": np.nan if test.smallest is None else test.smallest,
            "per_cell": kept,
            "analysed": plan.analysed(kept),
            "total": kept * plan.world.lists.cells,
            "d": shown,
            "meaning": ["type I error" if d == 0 else "power" for d in shown],
            **_named("power", at.shares("rejected", j, shown)),
            "power_holm_least": at.shares("corrected", j, shown)[:, 0],
            **_named("equivalence", at.shares("equivalent", j, shown)),
            "studies": at.studies,
            "method": at.method,
        }
    )


def _together(at: AtSize, kept: int) -> list[pd.DataFrame]:
    """Return the power of several primary tests together, one row for each shown effect."""
    plan, shown = at.plan, at.plan.settings.effects
    if not plan.primary or not possible(plan.world.contrasts[list(plan.primary)]):
        return []
    return [
        pd.DataFrame(
            {
                "tests": " and ".join(plan.tests[j].name for j in plan.primary),
                "combined": plan.model.combined,
                "per_cell": kept,
                "total": kept * plan.world.lists.cells,
                "d": shown,
                **_named("power", at.together(shown)),
                "studies": at.studies,
                "method": at.method,
            }
        )
    ]


def _curves(at: AtSize, j: int) -> dict[str, Any]:
    """Return the power for a difference and for equivalence, on a fine grid of effects."""
    effects = at.plan.settings.grid
    return {
        "d": effects,
        **_named("power", at.shares("rejected", j, effects)),
        **_named("equivalence", at.shares("equivalent", j, effects)),
        "studies": at.studies,
    }


def _named(name: str, shares: np.ndarray) -> dict[str, np.ndarray]:
    """Return proportions and their intervals (rows, 3) as columns; those of one row (3,) as numbers."""
    return dict(zip((name, f"{name}_low", f"{name}_high"), shares.T, strict=True))


def _sensitivity(at: AtSize, j: int) -> dict[str, Any]:
    """Return the smallest effect with each target power."""
    effects, targets = at.plan.settings.grid, np.array(at.plan.settings.targets)
    power = np.maximum.accumulate(at.shares("rejected", j, effects)[:, 0])
    least = np.interp(targets, power, effects)
    return {"target": targets, "d": np.where(power[-1] >= targets, least, np.nan)}


def _quality(at: AtSize, j: int) -> dict[str, Any]:
    """Return the Type I error rate, coverage, the SD of estimates, and the reported standard error."""
    wrong = at.shares("rejected", j, (0.0,))[0]
    if at.total is None:
        kept = np.full(3, 1 - wrong[0])
        rest = {
            "bias": 0.0,
            "sd_of_estimates": at.expected.sd[j],
            "reported_se": at.expected.se[j],
            "df": at.expected.df[j],
            "singular": np.nan,
            "not_converged": 0,
        }
    else:
        n, total = at.studies, at.total
        covered = total["covered"][j]
        kept = np.array([covered / n, *proportion_confint(covered, n, method="wilson")])
        bias = total["error"][j] / n
        spread = (total["error2"][j] / n - bias**2) * n / max(n - 1, 1)
        rest = {
            "bias": bias,
            "sd_of_estimates": np.sqrt(max(spread, 0.0)),
            "reported_se": np.sqrt(total["variance"][j] / n),
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
        at = _required(plan, simulate, j, target, what, d)
        row: dict[str, Any] = {
            "test": test.name,
            "question": "difference" if what == "rejected" else "equivalence",
            "d": d,
            "asked": what == "equivalent" or d == test.effect,
            "target": target,
            **dict.fromkeys(("analysed", "per_cell", "total", "invited")),
            **_named("power", np.full(3, np.nan)),
            "method": "not reached",
        }
        if at is not None:
            kept = plan.loss.kept_for(at.people)
            total = kept * plan.world.lists.cells
            row |= {"analysed": at.people, "per_cell": kept, "total": total, "method": at.method}
            row["invited"] = plan.loss.invited_for(total)
            row |= _named("power", at.shares(what, j, (d,))[0])
        rows.append(row)
    return rows


def _required(
    plan: Plan, simulate: Simulate, j: int, target: float, what: str, d: float
) -> AtSize | None:
    """Return the results at the smallest number of participants with the target power; None if no number is enough.

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
        return None if people is None else AtSize.of(plan, people, simulate)
    return None if found is None else AtSize.of(plan, found)
