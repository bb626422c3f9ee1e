"""Variance components of each measure that a mode analyses: assumed, or from outside."""

from __future__ import annotations

from pathlib import Path

from analysis.power.components import Components, of_outcome, of_related, of_scale
from analysis.power.plan import planned_models
from analysis.power.prior import read_prior
from analysis.simulate import Assumptions
from experiments.building import Study


def components_of(
    study: Study, mode: str, assumed: Assumptions, prior: Path | None = None
) -> dict[str, Components]:
    """Return the variance components of the measures of a mode's planned models.

    Raises
    ------
    AnalysisError
        If the prior cannot be used.
    """
    found: dict[str, Components] = {}
    for model in planned_models(study.protocol, mode):
        scale, _, subscale = model.measure.partition(".")
        if model.measure == study.protocol.primary_measure:
            found[model.measure] = of_outcome(assumed)
        elif scale in study.scales:
            subscales = study.scales[scale].subscales
            chosen = subscales[subscale] if subscale else next(iter(subscales.values()))
            found[model.measure] = of_scale(assumed, len(chosen.items))
        else:
            found[model.measure] = of_related(assumed)
    return found if prior is None else {**found, **read_prior(prior, study, mode, found)}
