"""Planned models with everything on which their power depends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.errors import AnalysisError
from analysis.planned.plan import Planned
from analysis.power.check import Loss
from analysis.power.components import Components
from analysis.power.expected import expected
from analysis.power.lists import lists_of
from analysis.power.planned_tests import PlannedTest
from analysis.power.settings import PowerSettings, planned_per_cell
from analysis.power.worlds import LEAST_PEOPLE, World, world_of
from analysis.simulate import undescribed
from experiments.study import Study


@dataclass(frozen=True)
class Plan:
    """A planned model with everything on which its power depends."""

    tests: tuple[PlannedTest, ...]
    world: World
    components: Components
    loss: Loss
    settings: PowerSettings
    size: int
    """Planned participants per cell, after exclusions."""

    @property
    def model(self) -> Planned:
        """The planned model; worlds are shared by models that have the same power."""
        return self.tests[0].planned

    @property
    def primary(self) -> tuple[int, ...]:
        """Numbers of the tests that are primary together; none if there is one alone, or one is not among the tests."""
        own = tuple(j for j, test in enumerate(self.tests) if test.role == "primary")
        return own if 1 < len(own) == len(self.model.primary) else ()

    def analysed(self, kept: int) -> int:
        """Return the number of participants per cell in this model, for a number after exclusions."""
        return max(LEAST_PEOPLE, self.loss.analysed_of(kept))


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
    size = planned_per_cell(study, mode)
    # Outcomes with the same formula, variances and losses have the same power.
    known: dict[Any, World] = {}
    for name in dict.fromkeys(test.planned.name for test in tests):
        own = tuple(test for test in tests if test.planned.name == name)
        planned, parts = own[0].planned, components[own[0].planned.outcome]
        contrasts = [test.contrast for test in own]
        try:
            lists = lists_of(study, mode, planned)
            lost = loss.of_model((missing or {}).get(name, {}), lists.rows_per_participant)
            lists = lists.losing(lost.answered)
            if undescribed(study).issuperset(lists.items):
                parts = parts.without_items()
            tested = tuple((repr(c.weights), repr(c.lines)) for c in contrasts)
            formula = planned.formula.fixed, planned.formula.random
            key = (lists, formula, tested, tuple(parts.shares.values()))
            if key not in known:
                known[key] = world_of(lists, planned, parts, contrasts)
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
        plans.append(Plan(own, known[key], parts, lost, settings, size))
    return plans, notes
