"""All comparisons of a mode: of each hypothesis, and again within each level of factors that its curves do not know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.curves.claims import Prediction, known_names, level_words, names_of, predictions
from analysis.data.frames import Frames
from analysis.errors import COMPUTATION_ERRORS, message_of
from analysis.planned.claimed import PlannedTests
from analysis.planned.compared import ModelComparison
from analysis.planned.curve_rows import CurveRows, curve_rows, models_of, study_names
from analysis.planned.effects import smallest_effect
from analysis.planned.fitting import PlannedFit
from analysis.planned.level_tests import tests_at_level
from analysis.planned.model_comparison import compare_models, prediction_table
from analysis.planned.plan import Planned
from experiments.study import Study


def compare_all(
    frames: Frames,
    planned: Sequence[Planned],
    contrasts: pd.DataFrame,
    seed: int,
    *,
    full: bool = True,
    fits: Sequence[PlannedFit] = (),
) -> tuple[ModelComparison, ...]:
    """Compare the claim of each hypothesis with its rivals.

    Parameters
    ----------
    frames
        Frames of the sessions in the analysis.
    planned
        Models of the mode: the random terms are those of the model of the outcome.
    contrasts
        All planned contrasts of the mode; see :mod:`analysis.planned.contrasts`.
    seed
        Seed of the order test.
    full
        Whether to compute intervals and the further analysis of the topic, and to compare within the levels of
        factors that the curves do not know.
    fits
        The models of the mode that could be fitted.

    Returns
    -------
    tuple of ModelComparison
        For each hypothesis that on all rows of its outcome, then those within levels. One that cannot be made with
        these data says why.
    """
    return tuple(
        one
        for name in frames.study.file.hypothesis
        for one in _of_hypothesis(frames, name, planned, contrasts, seed, full, fits)
    )


def none_compared(study: Study, why: str) -> tuple[ModelComparison, ...]:
    """Return the comparison of each hypothesis if none can be made."""
    return tuple(replace(_to_compare(study, name)[0], failed=why) for name in study.file.hypothesis)


def _to_compare(study: Study, name: str) -> tuple[ModelComparison, tuple[Prediction, ...]]:
    """Return what is compared for a hypothesis, without results; no predictions if these fail."""
    outcome = study.file.hypothesis[name].outcome
    try:
        found = predictions(study, name)
    except COMPUTATION_ERRORS as error:
        return ModelComparison(outcome, "", message_of(error), hypothesis=name), ()
    claim = found[0]
    axis = claim.columns[claim.curve.axis]
    one = ModelComparison(
        outcome,
        axis,
        hypothesis=name,
        claim=claim.label,
        predictors=tuple(dict.fromkeys((axis, *names_of(found).values()))),
        predictions=prediction_table(found),
    )
    return one, found


def _of_hypothesis(
    frames: Frames,
    name: str,
    planned: Sequence[Planned],
    contrasts: pd.DataFrame,
    seed: int,
    full: bool,
    fits: Sequence[PlannedFit],
) -> Iterator[ModelComparison]:
    study, mode = frames.study, frames.mode
    whole, found = _to_compare(study, name)
    if not found:
        yield whole
        return
    try:
        rows = curve_rows(frames, whole.outcome, found, planned)
    except COMPUTATION_ERRORS as error:
        yield replace(whole, failed=message_of(error))
        return

    def compared(of: CurveRows, tests: PlannedTests, within: str, *, full: bool) -> ModelComparison:
        rng = np.random.default_rng([seed, *mode.encode(), *name.encode(), *within.encode()])
        one = replace(whole, within=within)
        try:
            return _in_study_names(
                compare_models(study, mode, one, found, of, tests, rng, full=full)
            )
        except COMPUTATION_ERRORS as error:
            return replace(one, failed=study_names(message_of(error)))

    models = models_of(study, planned, whole.outcome)
    yield compared(rows, PlannedTests(models, contrasts, study.names), "", full=full)
    if full and not (found[0].contrast is not None and found[0].contrast.lines):
        of_outcome = [fit for model in models for fit in fits if fit.planned is model]
        smallest = smallest_effect(study.names, whole.outcome)
        for factor, level in unknown_levels(study, found, rows.rows):
            within = f"{factor}: {level_words(level, study.names.factors[factor].levels[level])}"
            tests = tests_at_level(of_outcome, found[0], factor, level, smallest, study.names)
            yield compared(rows.within(factor, level), tests, within, full=False)


def _in_study_names(one: ModelComparison) -> ModelComparison:
    """Return a comparison of which all notes name columns as the study does."""
    topic = one.topic and replace(
        one.topic,
        failed=study_names(one.topic.failed),
        notes=tuple(map(study_names, one.topic.notes)),
    )
    return replace(
        one,
        topic=topic,
        cautions=tuple(map(study_names, one.cautions)),
        left_out=tuple(map(study_names, one.left_out)),
    )


def unknown_levels(
    study: Study, found: Sequence[Prediction], rows: pd.DataFrame
) -> Iterator[tuple[str, str]]:
    """Yield each level of each factor that the curves do not know; counterbalanced factors are no part of them."""
    known = known_names(study, found)
    for name, factor in study.names.factors.items():
        if name in known or factor.varies == "counterbalanced" or name not in rows:
            continue
        given = set(rows[name].dropna().astype(str))
        if len(given) > 1:
            yield from ((name, level) for level in factor.levels if level in given)
