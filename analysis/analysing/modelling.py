"""All planned models of a mode, their contrasts, and the contest, on one choice of sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.analysing.breakdown import BREAKDOWNS, in_words
from analysis.analysing.contest import hold_contest, no_contest
from analysis.analysing.fitting import fit_planned, not_fitted
from analysis.analysing.marginal import model_means
from analysis.analysing.measured import measured
from analysis.analysing.opinion import opinion_on
from analysis.analysing.planned_contrasts import contrast_rows, contrast_table, failed_rows
from analysis.analysing.results import Contest, Fitted
from analysis.analysing.selected import bounds_told
from analysis.errors import AnalysisError
from analysis.load import Data
from analysis.score import Scores, explained
from experiments.building import Study
from experiments.planned import PlannedModel

Progress = Callable[[str], None]
NOBODY = "Every session falls under an exclusion rule, so that nobody is left to analyse."


@dataclass(frozen=True)
class Modelled:
    """The planned models of one mode on one choice of sessions."""

    models: tuple[Fitted, ...]
    contrasts: pd.DataFrame
    contest: Contest


def models_of(study: Study, mode: str) -> list[PlannedModel]:
    """The models that the protocol plans for a mode."""
    return [m for m in study.protocol.analysis.models if not m.modes or mode in m.modes]


def model_all(
    data: Data,
    study: Study,
    mode: str,
    seed: int,
    scores: Scores | None,
    progress: Progress = lambda step: None,
    *,
    full: bool = True,
    second_engine: bool = False,
) -> Modelled:
    """Fit all planned models of a mode and hold the contest.

    Parameters
    ----------
    data
        Sessions of the mode.
    seed
        Of the order test and of the bounds' bootstrap.
    scores
        Scores of the scales, where there are.
    progress
        Called with what is done next.
    full
        Whether marginal means and profile intervals are wanted too.
    second_engine
        Whether each model is fitted again by another engine.
    """
    protocol, fitted = study.protocol, []
    if data.sessions.empty:
        return nobody_left(study, mode, NOBODY)
    rows: list[dict[str, Any]] = []
    for model in models_of(study, mode):
        progress(f"{mode}: model '{model.name}'")
        told, own = _one_model(data, study, mode, model, scores, seed, full, second_engine)
        fitted.append(told)
        rows += own
    progress(f"{mode}: predicted curves and rivals")
    contest = _contest(data, study, mode, seed, full)
    return Modelled(tuple(fitted), contrast_table(rows, protocol), contest)


def nobody_left(study: Study, mode: str, why: str) -> Modelled:
    """The models and the contest where there is nobody to analyse."""
    models, protocol = models_of(study, mode), study.protocol
    rows = [row for model in models for row in failed_rows(model, why, protocol)]
    fitted = tuple(not_fitted(model, why) for model in models)
    return Modelled(fitted, contrast_table(rows, protocol), no_contest(protocol, why))


def _one_model(
    data: Data,
    study: Study,
    mode: str,
    model: PlannedModel,
    scores: Scores | None,
    seed: int,
    full: bool,
    second_engine: bool,
) -> tuple[Fitted, list[dict[str, Any]]]:
    protocol, n, persons = study.protocol, 0, 0
    about = measured(study, mode, model.measure)
    try:
        frame = explained(data, study, model.measure, model.phase, scores)
        n, persons = len(frame), int(frame["participant"].nunique())
        if frame.empty:
            raise AnalysisError(f"Nobody answered '{model.measure}'.", "")
        live = fit_planned(model, frame, about)
        rows = contrast_rows(model, live, protocol, outcome=about.outcome)
        if not full:
            return live.told, rows
        means = model_means(live, protocol)
        notes = (*live.told.notes, *bounds_told(model, models_of(study, mode), live, seed))
        told = replace(live.told, means=means, notes=notes)
        if second_engine:
            opinion, second = opinion_on(live)
            told = replace(told, opinion=opinion, second=second)
        return told, rows
    except BREAKDOWNS as error:
        why = in_words(error)
        return not_fitted(model, why, persons, n), failed_rows(model, why, protocol)


def _contest(data: Data, study: Study, mode: str, seed: int, full: bool) -> Contest:
    protocol = study.protocol
    try:
        frame = explained(data, study, protocol.hypotheses.outcome)
        about = measured(study, mode, protocol.hypotheses.outcome)
        rng = np.random.default_rng([seed, *mode.encode()])
        level = 0.95 if full else None
        return hold_contest(frame, protocol, models_of(study, mode), about, rng, level=level)
    except BREAKDOWNS as error:
        return no_contest(protocol, in_words(error))
