"""Planned models with everything on which their power depends, and their results at one sample size.

Rates are computed from the expected information, or from simulated studies where that is doubtful; simulated rates have
a Monte Carlo interval (Wilson, 95 %).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import AnalysisError
from analysis.planned.plan import ALPHA, Planned
from analysis.power.check import Loss
from analysis.power.components import Components
from analysis.power.expected import Expected, expected
from analysis.power.joint import joint_power
from analysis.power.lists import lists_of
from analysis.power.monte_carlo import StudyTask
from analysis.power.plan import PowerSettings, planned_per_cell
from analysis.power.planned_tests import PlannedTest, corrections
from analysis.power.smallest import CONVENTION, bound_of
from analysis.power.worlds import LEAST_PEOPLE, World, world_of
from analysis.simulate import undescribed
from experiments.study import Study

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
        if answers := [number.name for number in lists.numbers if number.answered]:
            notes.append(
                f"{name}: {' and '.join(answers)} {'count' if len(answers) > 1 else 'counts'} as standard normal,"
                " unrelated to the conditions, and as explaining none of the residual variance."
            )
        first = tuple(divided[test.name] for test in own)
        bounds = tuple(bound_of(study, mode, test, settings.assumed) for test in own)
        plans.append(Plan(own, known[key], parts, lost, first, settings, size, bounds))
    return plans, notes


def _model_key(planned: Planned, tests: Sequence[PlannedTest]) -> tuple[object, ...]:
    contrasts = tuple((repr(t.contrast.weights), repr(t.contrast.lines)) for t in tests)
    return planned.formula.fixed, planned.formula.random, contrasts
