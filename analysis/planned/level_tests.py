"""The tests of a claim at one level of a factor that it does not know, from the planned model of all answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from analysis.curves.claims import ClaimedContrast, Prediction, contrasts_of, pairs_of
from analysis.planned.claimed import PlannedTests
from analysis.planned.contrasts import Row, contrast_rows, contrast_table
from analysis.planned.fitting import PlannedFit
from analysis.planned.plan import Planned
from experiments.language.contrasts import Levels
from experiments.protocol.names import Names
from experiments.protocol.planned_contrast import PlannedContrast
from experiments.protocol.sections import SmallestEffect


def tests_at_level(
    fits: Sequence[PlannedFit],
    claim: Prediction,
    factor: str,
    level: str,
    smallest: SmallestEffect | None,
    names: Names,
) -> PlannedTests:
    """Return the tests of a claim's contrasts at a level, as far as the planned models have the interaction.

    All answers estimate the variances of such a model, so that few items at the level are no obstacle. The tests are not
    corrected for their number.

    Parameters
    ----------
    fits
        The fitted models of the outcome, the primary one first.
    smallest
        The smallest effect of interest of the outcome; None if the study names none.
    names
        The names of the study.
    """
    models: list[Planned] = []
    rows: list[Row] = []
    for planned_fit in fits:
        own = tuple(
            each
            for each in _contrasts(claim, planned_fit)
            if _interacts(planned_fit.planned, each, factor)
        )
        at = tuple(
            replace(each, weights={**each.weights, factor: {level: Fraction(1)}}) for each in own
        )
        primary = tuple(each.name for each in at)
        here = replace(planned_fit.planned, contrasts=at, terms=(), primary=primary, combined="all")
        rows += contrast_rows(replace(planned_fit, planned=here), smallest, {})
        models.append(replace(here, contrasts=own))
    return PlannedTests(models, contrast_table(rows, "all"), names)


def _contrasts(claim: Prediction, planned_fit: PlannedFit) -> Iterable[PlannedContrast]:
    """Return the contrasts that a verdict can ask for, each once; of a curve, those of factors with two levels."""
    found = [*contrasts_of(claim), *pairs_of(claim)]
    if not found:
        factors = planned_fit.predictors.factors
        levels = {name: factors[name].levels for name in claim.columns.values() if name in factors}
        found = [
            ClaimedContrast.of_levels(name, Levels(own[:1], own[1:]), ">")
            for name, own in levels.items()
            if len(own) == 2
        ]
    return {each.contrast.name: each.contrast for each in found}.values()


def _interacts(planned: Planned, contrast: PlannedContrast, factor: str) -> bool:
    names = {*contrast.names, factor}
    return any(names <= set(effect) for effect in planned.model.formula.effects)
