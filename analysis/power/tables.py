"""Tables of a power analysis: power, required sample sizes, sensitivity, and quality of the planned tests.

Rates are computed from the expected information, or from simulated studies where that is doubtful (column
``method``); simulated rates have a Monte Carlo interval (Wilson, 95 %).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.data.names import column_of
from analysis.errors import AnalysisError
from analysis.models.formula import side_columns
from analysis.planned.plan import ALPHA, Planned
from analysis.power.check import Loss
from analysis.power.components import Components
from analysis.power.expected import Expected, expected, least_size
from analysis.power.joint import joint_power, possible
from analysis.power.lists import lists_of
from analysis.power.monte_carlo import StudyTask
from analysis.power.plan import PowerSettings, planned_per_cell
from analysis.power.planned_tests import PlannedTest, corrections
from analysis.power.smallest import CONVENTION, bound_of
from analysis.power.worlds import LEAST_PEOPLE, World, world_of
from analysis.simulate import undescribed
from experiments.study import Study

MOST_PER_CELL = 20_000
"""Largest sample size that is considered."""
GRAIN = 0.05
"""Relative step between sample sizes at which studies are simulated to find a required number."""
EXPECTED, SIMULATED = "expected information", "simulated studies"
Simulate = Callable[[StudyTask], Mapping[str, Any]]
"""Function that carries out a task, unless its result is cached, and returns sums over its studies."""


@dataclass(frozen=True)
class Plan:
    """A planned model with everything on which its power depends."""

    tests: tuple[PlannedTest, ...]
    world: World
    components: Components
    loss: Loss
    divided: tuple[int, ...]
    """Divisor of alpha at the first step of Holm's method, for each test."""
    settings: PowerSettings
    size: int
    """Planned participants per cell, after exclusions."""
    bounds: tuple[float | None, ...]
    """Smallest effect of interest, for each test; None if the study states none, and equivalence is not tested."""
    alpha: float = ALPHA

    @property
    def model(self) -> Planned:
        """The planned model; worlds are shared by models that have the same power."""
        return self.tests[0].planned

    def effect(self, j: int) -> float:
        """Return the effect for which numbers of participants are computed: the smallest one, or that of a convention."""
        return self.bounds[j] or CONVENTION

    @property
    def primary(self) -> tuple[int, ...]:
        """Numbers of the tests that are primary together; none if there is one alone, or one is not among the tests."""
        own = tuple(j for j, test in enumerate(self.tests) if test.role == "primary")
        return own if 1 < len(own) == len(self.model.primary) else ()

    def analysed(self, kept: int) -> int:
        """Return the number of participants per cell in this model, for a number after exclusions."""
        return max(LEAST_PEOPLE, self.loss.analysed_of(kept))

    def at(self, people: int, simulate: Simulate | None = None) -> AtSize:
        """Return the results with ``people`` participants per cell; studies are simulated if necessary."""
        found = expected(self.world, people)
        if simulate is None or not found.doubtful[: len(self.tests)].any():
            return AtSize(self, found, None)
        task = StudyTask(
            self.world, people, self.settings.grid, self.bounds, self.alpha, self.divided, self.primary,
            self.settings.seed,
        )  # fmt: skip
        return AtSize(self, found, simulate(task))


@dataclass(frozen=True)
class AtSize:
    """Expected or simulated results of one model at one sample size."""

    plan: Plan
    expected: Expected
    total: Mapping[str, Any] | None
    """Counts of simulated studies, if the expected information is doubtful."""

    @property
    def studies(self) -> int:
        """Number of simulated studies; 0 if none are needed."""
        return int(self.total["studies"]) if self.total else 0

    @property
    def method(self) -> str:
        """Method by which the rates were computed."""
        return SIMULATED if self.total else EXPECTED

    def shares(self, outcome: str, j: int, effects: Sequence[float]) -> np.ndarray:
        """Return proportions of studies and their intervals (effects, 3) at true effects.

        Parameters
        ----------
        outcome
            ``rejected``; ``corrected`` for Holm's first step; or ``equivalent``, of which nothing is known without a
            smallest effect.
        j
            Number of the test.
        """
        plan, bound = self.plan, self.plan.bounds[j]
        if outcome == "equivalent" and bound is None:
            return np.full((len(effects), 3), np.nan)
        if self.total is not None:
            grid = plan.settings.grid
            counts = [self.total[outcome][grid.index(round(d, 6))][j] for d in effects]
            return self._counted(counts)
        if outcome == "equivalent" and bound is not None:
            values = self.expected.equivalence(j, np.array(effects), bound, plan.alpha)
        else:
            alpha = plan.alpha / (plan.divided[j] if outcome == "corrected" else 1)
            values = self.expected.power(j, np.array(effects), alpha)
        return np.column_stack([values, values, values])

    def together(self, effects: Sequence[float]) -> np.ndarray:
        """Return proportions of studies in which the primary tests hold, and their intervals (effects, 3)."""
        plan = self.plan
        combined = plan.model.combined
        if self.total is not None:
            grid = plan.settings.grid
            return self._counted([self.total[combined][grid.index(round(d, 6))] for d in effects])
        values = joint_power(self.expected, plan.primary, effects, plan.alpha, combined)
        return np.column_stack([values, values, values])

    def _counted(self, counts: Sequence[int]) -> np.ndarray:
        low, high = proportion_confint(np.array(counts), self.studies, method="wilson")
        return np.column_stack([np.array(counts) / self.studies, low, high])


@dataclass(frozen=True)
class Inflated:
    """A model whose tests have an inflated Type I error rate."""

    plan: Plan
    rate: float
    low: float
    high: float
    lacking: tuple[str, ...]
    """Random terms that it lacks."""


def plans_of(
    study: Study,
    settings: PowerSettings,
    tests: Sequence[PlannedTest],
    components: Mapping[str, Components],
    loss: Loss,
    missing: Mapping[str, Mapping[str, int]] | None = None,
) -> tuple[list[Plan], list[str]]:
    """Set up the planned models for which power can be computed; return notes on the others.

    Parameters
    ----------
    settings
        Complete settings (``PowerSettings.of``).
    components
        Variance components by outcome.
    loss
        Losses of the study.
    missing
        Model -> number of missing answers -> participants (default: no model has missing answers).
    """
    mode, plans, notes = settings.mode, [], []
    size, divided = planned_per_cell(study, mode), corrections(study, mode)
    # Outcomes with the same formula, variances and losses have the same power.
    known: dict[Any, World] = {}
    for name in dict.fromkeys(test.planned.name for test in tests):
        own = tuple(test for test in tests if test.planned.name == name)
        planned, parts = own[0].planned, components[own[0].planned.outcome]
        try:
            lists = lists_of(study, mode, planned)
            lost = loss.of_model((missing or {}).get(name, {}), lists.rows_per_participant)
            lists = lists.losing(lost.answered)
            if undescribed(study).issuperset(lists.items):
                parts = parts.without_items()
            key = (lists, *_model_key(planned, own), tuple(parts.shares.values()))
            if key not in known:
                known[key] = world_of(lists, planned, parts, [test.contrast for test in own])
            expected(known[key], size)
        except AnalysisError as error:
            notes.append(
                f"{name}: power cannot be computed. {error} Use simulated participants (--check)."
            )
            continue
        first = tuple(divided[test.name] for test in own)
        bounds = tuple(bound_of(study, mode, test, settings.assumed) for test in own)
        plans.append(Plan(own, known[key], parts, lost, first, settings, size, bounds))
    return plans, notes


def _model_key(planned: Planned, tests: Sequence[PlannedTest]) -> tuple[object, ...]:
    contrasts = tuple((repr(t.contrast.weights), repr(t.contrast.lines)) for t in tests)
    return planned.formula.fixed, planned.formula.random, contrasts


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
            at = plan.at(plan.analysed(kept), simulate)
            for j, test in enumerate(plan.tests):
                here = {"test": test.name, "per_cell": kept}
                found["power"] += _power_rows(at, j, here)
                found["sensitivity"] += _sensitivity_rows(at, j, here)
                found["quality"].append({**here, **_quality(at, j)})
                if kept == plan.size:
                    found["curves"] += _curve_rows(at, j, here)
            found["primary"] += _together_rows(at, kept)
            if kept == plan.size:
                inflated += _inflated(at)
        for j in range(len(plan.tests)):
            found["required"] += _required_rows(plan, j, simulate)
    return {name: pd.DataFrame(rows) for name, rows in found.items()}, inflated


def _power_rows(at: AtSize, j: int, here: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row for each shown effect."""
    plan, kept, shown = at.plan, here["per_cell"], at.plan.settings.effects
    own = {
        "test": here["test"],
        "contrast": plan.tests[j].contrast.name,
        "role": plan.tests[j].role,
        "effect": plan.tests[j].meaning,
        "smallest": np.nan if plan.bounds[j] is None else plan.bounds[j],
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
    settings = plan.settings
    questions = [("rejected", d) for d in settings.effects if d > 0]
    questions += [("equivalent", 0.0)] if plan.bounds[j] is not None else []
    rows = []
    for target, (what, d) in product(settings.targets, questions):
        there = _required(plan, simulate, j, target, what, d)
        row: dict[str, Any] = {
            "test": plan.tests[j].name,
            "question": "difference" if what == "rejected" else "equivalence",
            "d": d,
            "asked": what == "equivalent" or d == plan.effect(j),
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

    If the expected information is doubtful, studies are simulated to find the number, to within ``GRAIN``. This is done
    only for the smallest effect of interest and for equivalence; for other effects, the number is an overestimate.
    """

    def share(people: int, simulate: Simulate | None = None) -> float:
        return float(plan.at(people, simulate).shares(what, j, (d,))[0, 0])

    found = least_size(share, target, LEAST_PEOPLE, MOST_PER_CELL)
    guess = found or MOST_PER_CELL
    if (what == "equivalent" or d == plan.effect(j)) and expected(plan.world, guess).doubtful[j]:
        low, high = max(LEAST_PEOPLE, guess // 8), min(MOST_PER_CELL, 2 * guess)
        steps = round(np.log(high / low) / GRAIN) + 2
        sizes = np.unique(np.geomspace(low, high, steps).round().astype(int)).tolist()
        place = least_size(lambda i: share(sizes[i], simulate), target, 0, len(sizes) - 1)
        return None if place is None else (sizes[place], plan.at(sizes[place], simulate))
    return None if found is None else (found, plan.at(found))


def _inflated(at: AtSize) -> list[Inflated]:
    """Report whether a model's tests have an inflated Type I error rate, and which random terms it lacks."""
    plan, parts, lists = at.plan, at.plan.components, at.plan.world.lists
    rates = [at.shares("rejected", j, (0.0,))[0].tolist() for j in range(len(plan.tests))]
    rate, low, high = max(rates)
    if low <= plan.alpha + 0.01:
        return []
    compared = dict.fromkeys(
        tuple(column_of(name) for name in test.contrast.names if column_of(name) in lists.factors)
        for test, (_, least, _) in zip(plan.tests, rates, strict=True)
        if least > plan.alpha + 0.01
    )
    lacking = []
    for factors in compared:
        for who, share in (
            ("item", parts.stimulus_by_level),
            ("participant", parts.person_by_level),
        ):
            own = tuple(factor for factor in factors if lists.varies(factor, who))
            if share > 0 and own and not _allows(plan.world, own, who):
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
