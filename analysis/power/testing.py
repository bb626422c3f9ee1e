"""The planned tests of a run: their tasks, and the tables that their studies add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.power.analytic import MOST_PER_CELL, smallest_effect, wilson
from analysis.power.components import Components
from analysis.power.fast import NotBalancedError, check_size, fast_analysis
from analysis.power.keys import key_of
from analysis.power.lists import Lists, lists_of
from analysis.power.loss import Loss
from analysis.power.plan import PlannedTest, correction
from analysis.power.settings import Grid
from analysis.power.sizes import BySize, by_size
from analysis.power.store import Store
from analysis.power.tasks import TestTask, added
from analysis.simulate import undescribed
from experiments.building import Study
from experiments.planned import PlannedModel


@dataclass(frozen=True)
class ModelPlan:
    """One planned model with everything that its power depends on."""

    model: PlannedModel
    tests: tuple[PlannedTest, ...]
    lists: Lists
    components: Components
    divided: int
    how: str
    sizes: BySize = field(repr=False)


@dataclass(frozen=True)
class Setting:
    """What all tests of a run share."""

    grid: Grid
    loss: Loss
    bound: float
    alpha: float
    targets: tuple[float, ...]
    planned: int
    seed: int


def model_plans(
    study: Study,
    mode: str,
    tests: Sequence[PlannedTest],
    components: Mapping[str, Components],
    planned: int,
) -> tuple[list[ModelPlan], list[str]]:
    """Set up each planned model that a fast engine fits; say of the others why not."""
    plans, notes = [], []
    # Measures of the same formula and variances have the same sizes.
    known: dict[str, BySize] = {}
    for name in dict.fromkeys(test.model.name for test in tests):
        own = tuple(test for test in tests if test.model.name == name)
        model = own[0].model.model_copy(update={"contrasts": tuple(t.contrast for t in own)})
        lists = lists_of(study, mode, model)
        parts = components[model.measure]
        if undescribed(study).issuperset(lists.stimuli):
            parts = parts.without_stimuli()
        check_size(lists, model, planned)
        try:
            how = fast_analysis(lists, model, parts, planned).how
            key = key_of([lists.rows, lists.turns, model.formula, model.contrasts, parts.shares])
            sizes = known.setdefault(key, known.get(key) or by_size(lists, model, parts))
        except NotBalancedError as error:
            notes.append(f"{name}: no fast engine. {error} Whole studies (--full) tell its power.")
            continue
        divided = correction(study.protocol, tests, own[0])
        plans.append(ModelPlan(model, own, lists, parts, divided, how, sizes))
    return plans, notes


def analysed(setting: Setting, complete: int) -> int:
    """Return how many people per cell are analysed where so many complete sessions are collected."""
    return max(2, setting.loss.analysed_of(complete))


def task_of(plan: ModelPlan, setting: Setting, people: int) -> TestTask:
    """Return the studies of a model with ``people`` analysed per cell."""
    return TestTask(
        plan.lists,
        plan.model,
        plan.components,
        people,
        setting.grid.effects,
        setting.bound,
        setting.alpha,
        plan.divided,
        setting.seed,
    )


def required_sizes(plan: ModelPlan, setting: Setting) -> pd.DataFrame:
    """Return the numbers that each test needs: test, question, d, target, analysed (missing: none)."""
    lines = []
    for j, test in enumerate(plan.tests):
        for target in setting.targets:
            for d in setting.grid.shown:
                if d > 0:
                    n = plan.sizes.for_power(j, d, setting.alpha, target)
                    lines.append((test.name, "difference", d, target, n))
            n = plan.sizes.for_equivalence(j, setting.bound, setting.alpha, target)
            lines.append((test.name, "equivalence", 0.0, target, n))
    table = pd.DataFrame(lines, columns=["test", "question", "d", "target", "analysed"])
    return table.astype({"analysed": "Int64"})


def to_simulate(plan: ModelPlan, setting: Setting, required: pd.DataFrame) -> list[int]:
    """Return the sizes to simulate: the grid, and what the smallest effect of interest needs."""
    sizes = {analysed(setting, n) for n in setting.grid.sizes}
    about = required[(required["d"] == setting.bound) | (required["question"] == "equivalence")]
    sizes |= {int(n) for n in about["analysed"].dropna()}
    usable = []
    for n in sorted(sizes):
        try:
            fast_analysis(plan.lists, plan.model, plan.components, n)
        except (NotBalancedError, AnalysisError):
            continue
        usable.append(n)
    return usable


def tallied(plan: ModelPlan, setting: Setting, people: int, store: Store, blocks: int) -> Any:
    """Add up the studies of one size."""
    total: dict[str, Any] = {}
    for block in store.blocks(task_of(plan, setting, people).key, blocks):
        total = added(total, block)
    return total


def power_rows(
    plan: ModelPlan, setting: Setting, complete: int, total: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return one row for each test and shown effect at one size."""
    rows = []
    n = int(total["studies"])
    for j, test in enumerate(plan.tests):
        for d in setting.grid.shown:
            at = setting.grid.place(d)
            power, small = total["rejected"][at][j], total["equivalent"][at][j]
            low, high = wilson(power, n)
            small_low, small_high = wilson(small, n)
            rows.append(
                {
                    "test": test.name,
                    "role": test.model.role,
                    "per_cell": complete,
                    "analysed": analysed(setting, complete),
                    "total": complete * plan.lists.cells,
                    "d": d,
                    "meaning": "type I error" if d == 0 else "power",
                    "power": power / n,
                    "power_low": low,
                    "power_high": high,
                    "power_holm_least": total["corrected"][at][j] / n,
                    "equivalence": small / n,
                    "equivalence_low": small_low,
                    "equivalence_high": small_high,
                    "studies": n,
                }
            )
    return rows


def curve_rows(
    plan: ModelPlan, setting: Setting, complete: int, total: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return power and equivalence by effect at one size, finely."""
    rows = []
    n = int(total["studies"])
    for j, test in enumerate(plan.tests):
        for at, d in enumerate(setting.grid.effects):
            line: dict[str, Any] = {"test": test.name, "per_cell": complete, "d": d}
            for name, what in (("power", "rejected"), ("equivalence", "equivalent")):
                line[name] = total[what][at][j] / n
                line[f"{name}_low"], line[f"{name}_high"] = wilson(total[what][at][j], n)
            rows.append({**line, "studies": n})
    return rows


def quality_rows(
    plan: ModelPlan, setting: Setting, complete: int, total: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return type I error, coverage and the standard error's honesty for each test at one size."""
    rows = []
    n, zero = int(total["studies"]), setting.grid.place(0.0)
    for j, test in enumerate(plan.tests):
        covered, wrong = total["covered"][j], total["rejected"][zero][j]
        mean = total["error"][j] / n
        spread = (total["error2"][j] / n - mean**2) * n / max(n - 1, 1)
        rows.append(
            {
                "test": test.name,
                "per_cell": complete,
                "studies": n,
                "type1": wrong / n,
                "type1_low": wilson(wrong, n)[0],
                "type1_high": wilson(wrong, n)[1],
                "coverage": covered / n,
                "coverage_low": wilson(covered, n)[0],
                "coverage_high": wilson(covered, n)[1],
                "bias": mean,
                "sd_of_estimates": float(np.sqrt(max(spread, 0.0))),
                "reported_se": float(np.sqrt(total["variance"][j] / n)),
                "df": total["df"][j] / n,
                "singular": total["singular"] / n,
                "not_converged": total["not_converged"],
            }
        )
    return rows


def sensitivity_rows(
    plan: ModelPlan, setting: Setting, complete: int, total: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the smallest effect with each target power at one size."""
    rows = []
    for j, test in enumerate(plan.tests):
        power = [line[j] / total["studies"] for line in total["rejected"]]
        for target in setting.targets:
            d = smallest_effect(setting.grid.effects, power, target)
            rows.append(
                {
                    "test": test.name,
                    "per_cell": complete,
                    "target": target,
                    "d": np.nan if d is None else d,
                }
            )
    return rows


def required_rows(
    plan: ModelPlan, setting: Setting, required: pd.DataFrame, totals: Mapping[int, Any]
) -> pd.DataFrame:
    """Add to the required sizes what must be collected, and the power that studies of that size had."""
    lines = []
    for row in required.to_dict("records"):
        own = {str(name): value for name, value in row.items()}
        line: dict[str, Any] = {**own, "per_cell": pd.NA, "total": pd.NA, "invited": pd.NA}
        line |= {"simulated_power": np.nan, "low": np.nan, "high": np.nan, "note": ""}
        if pd.isna(row["analysed"]):
            line["note"] = f"not reached with {MOST_PER_CELL:,} per cell: more people do not help"
            lines.append(line)
            continue
        people = int(row["analysed"])
        complete = setting.loss.complete_for(people)
        line["per_cell"], line["total"] = complete, complete * plan.lists.cells
        line["invited"] = setting.loss.invited_for(complete * plan.lists.cells)
        if people in totals and (row["d"] == setting.bound or row["question"] == "equivalence"):
            total = totals[people]
            j = [t.name for t in plan.tests].index(row["test"])
            what = "rejected" if row["question"] == "difference" else "equivalent"
            count = total[what][setting.grid.place(row["d"])][j]
            line["simulated_power"] = count / total["studies"]
            line["low"], line["high"] = wilson(count, total["studies"])
        else:
            line["note"] = "closed form"
        lines.append(line)
    return pd.DataFrame(lines)
