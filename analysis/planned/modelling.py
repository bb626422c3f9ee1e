"""The planned models of a mode, their tests, and the comparisons of curves, for one selection of sessions.

Every part is computed separately, so that the failure of one does not affect the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from analysis.data.exclude import Excluded
from analysis.data.frames import Frames
from analysis.errors import COMPUTATION_ERRORS, AnalysisError, message_of
from analysis.planned.bounds import bounds_of
from analysis.planned.compared import ModelComparison
from analysis.planned.comparing import compare_all, none_compared
from analysis.planned.contrasts import (
    Row,
    contrast_rows,
    contrast_table,
    failed_rows,
    two_line_tests,
)
from analysis.planned.describing import measure_info
from analysis.planned.effects import smallest_effect
from analysis.planned.fitted import ModelResults
from analysis.planned.fitting import PlannedFit, fit_planned, model_means, unfitted
from analysis.planned.influence import influence
from analysis.planned.line_tests import in_one_table, notes_of
from analysis.planned.plan import Planned
from analysis.planned.predictors import Predictors
from analysis.planned.response_scale import amount_contrasts, response_contrasts
from analysis.planned.second_engine import fit_second_engine
from analysis.planned.specifications import specifications
from experiments.protocol.planned import Combined
from experiments.protocol.planned_contrast import PlannedContrast
from experiments.study import Study

NO_PARTICIPANTS = "All sessions are excluded, so no participants are left to analyse."
MAIN, WITHOUT, STRICT = "as planned", "without exclusions", "stricter rules"

Progress = Callable[[str], None]


def silent(step: str) -> None:
    """Report no progress."""


class Modelled(NamedTuple):
    """The planned models of one mode, for one selection of sessions."""

    models: tuple[ModelResults, ...]
    contrasts: pd.DataFrame
    comparisons: tuple[ModelComparison, ...]


def model_all(
    frames: Frames,
    plans: Sequence[Planned],
    seed: int,
    progress: Progress = silent,
    *,
    full: bool = True,
    second_engine: bool = False,
) -> Modelled:
    """Fit all planned models of a mode and compare the curves.

    Parameters
    ----------
    frames
        Frames of the sessions in the analysis.
    plans
        Models of the mode.
    seed
        Seed of the order test, and of the bootstrap of Lee bounds.
    progress
        Called with the name of each step.
    full
        Whether to compute marginal means, Lee bounds and profile intervals as well.
    second_engine
        Whether models are also fitted by the second engine.
    """
    if frames.data.sessions.empty:
        return none_left(frames.study, plans, NO_PARTICIPANTS)
    models: list[ModelResults] = []
    fits: list[PlannedFit] = []
    rows: list[Row] = []
    for planned in plans:
        progress(f"{frames.mode}: model '{planned.name}'")
        fitted, own, fit = _model(frames, planned, plans, seed, full, second_engine)
        models.append(fitted)
        rows += own
        fits += [fit] if fit is not None else []
    contrasts = contrast_table(rows, _combined(plans))
    if frames.study.file.hypothesis:
        progress(f"{frames.mode}: predicted curves and rivals")
    comparisons = compare_all(frames, plans, contrasts, seed, full=full, fits=fits)
    return Modelled(tuple(models), contrasts, comparisons)


def none_left(study: Study, plans: Sequence[Planned], why: str) -> Modelled:
    """Return the models and the comparisons if no participants are left to analyse."""
    rows = [
        row
        for planned in plans
        for row in failed_rows(planned, why, smallest_effect(study.names, planned.outcome))
    ]
    return Modelled(
        tuple(unfitted(planned, failed=why) for planned in plans),
        contrast_table(rows, _combined(plans)),
        none_compared(study, why),
    )


def _combined(plans: Sequence[Planned]) -> Combined:
    return next((planned.combined for planned in plans if planned.primary), "one")


def _model(
    frames: Frames,
    planned: Planned,
    plans: Sequence[Planned],
    seed: int,
    full: bool,
    second_engine: bool,
) -> tuple[ModelResults, list[Row], PlannedFit | None]:
    study, mode, n, participants = frames.study, frames.mode, 0, 0
    smallest = smallest_effect(study.names, planned.outcome)
    try:
        frame = frames.frame(planned.outcome, planned.model.formula.predictors)
        n, participants = len(frame), int(frame["participant"].nunique())
        if frame.empty:
            raise AnalysisError(f"No participant answered '{planned.outcome}'.", "")
        predictors = Predictors.of(planned, study, mode)
        measure = measure_info(study, mode, planned.outcome)
        planned_fit = fit_planned(planned, frame, predictors, measure)
        two_lines = two_line_tests(planned_fit)
        rows = contrast_rows(planned_fit, smallest, two_lines)
        more: dict[str, Any] = {}
        primary = _primary(plans, planned.outcome)
        if not full:
            # Of these selections only the primary contrasts are shown, in the specification curve.
            more["responses"] = amount_contrasts(planned_fit, primary)
        else:
            more["responses"] = response_contrasts(planned_fit, primary)
            more |= {"means": model_means(planned_fit), "two_lines": in_one_table(two_lines)}
            more["influence"], more["left_out"] = influence(planned_fit)
            if planned.family == "two_part":
                more["bounds"] = bounds_of(planned_fit, plans, seed)
        if second_engine:
            more["second_fits"], more["second"] = fit_second_engine(planned_fit)
        found = planned_fit.results()
        more["notes"] = (*found.notes, *notes_of(planned, two_lines))
        return replace(found, **more), rows, planned_fit
    except COMPUTATION_ERRORS as error:
        why = message_of(error)
        rows = failed_rows(planned, why, smallest)
        return unfitted(planned, n, participants, why), rows, None


def _primary(plans: Sequence[Planned], outcome: str) -> tuple[PlannedContrast, ...]:
    """Return the primary contrasts, if they are of this outcome."""
    own = [each for each in plans if each.primary and each.outcome == outcome]
    return tuple(c for each in own for c in each.contrasts if c.name in each.primary)


def sensitivity_analysis(
    frames: Frames, excluded: Excluded, plans: Sequence[Planned], seed: int, main: Modelled
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Repeat the planned tests and the verdicts without exclusions and with stricter ones.

    Parameters
    ----------
    frames
        Frames of all sessions that can be analysed.
    main
        Models of the main analysis.

    Returns
    -------
    contrasts : DataFrame
        sessions (which), participants, and of the table of contrasts: model, part, contrast, label, kind, role, estimate, se,
        statistic, df_num, df, p, ci_low, ci_high, test, failed.
    verdicts : DataFrame
        sessions, participants, hypothesis and within (which comparison), best_supported (or another answer), leader with
        its weight_bic and weight_aicc, reasons (codes), same (as in the main analysis).
    specifications : DataFrame
        The primary contrasts in all models and selections (:func:`specifications`).
    """
    wanted = [
        *("model", "part", "contrast", "label", "kind", "role", "estimate", "se", "statistic"),
        *("df_num", "df", "p", "ci_low", "ci_high", "test", "failed"),
    ]
    contrasts: list[pd.DataFrame] = []
    verdicts: list[Row] = []
    selections = []
    for name, data in (
        (MAIN, excluded.data),
        (WITHOUT, excluded.without),
        (STRICT, excluded.strict),
    ):
        found = main
        if name != MAIN:
            if len(data.sessions) == len(excluded.data.sessions):
                continue
            found = model_all(frames.only(data), plans, seed, full=False)
        participants = int(data.sessions["participant"].nunique())
        selections.append((name, participants, found.models, found.contrasts))
        table = found.contrasts[wanted].copy()
        table.insert(0, "sessions", name)
        table.insert(1, "participants", participants)
        contrasts.append(table)
        answers = {_key(each): each.answer for each in main.comparisons}
        verdicts += [
            {
                "sessions": name,
                "participants": participants,
                **_verdict(each),
                "same": each.answer == answers.get(_key(each)),
            }
            for each in found.comparisons
        ]
    return (
        pd.concat(contrasts, ignore_index=True),
        pd.DataFrame(verdicts, columns=VERDICTS),
        specifications(selections, plans),
    )


VERDICTS = [
    *("sessions", "participants", "hypothesis", "within", "best_supported", "leader"),
    *("weight_bic", "weight_aicc", "reasons", "same"),
]
"""Columns of the table of verdicts."""


def _key(comparison: ModelComparison) -> tuple[str, str]:
    return comparison.hypothesis, comparison.within


def _verdict(comparison: ModelComparison) -> dict[str, Any]:
    verdict, families = comparison.verdict, comparison.families
    first: Any = families.iloc[0] if len(families) else {}
    return {
        "hypothesis": comparison.hypothesis,
        "within": comparison.within,
        "best_supported": comparison.answer,
        "leader": verdict.leader if verdict else "",
        "weight_bic": first.get("weight_bic", math.nan),
        "weight_aicc": first.get("weight_aicc", math.nan),
        "reasons": ", ".join(verdict.reasons) if verdict else "",
    }


@contextmanager
def reported(notes: list[str], failure: str) -> Iterator[None]:
    """Carry out one part; if that is impossible with these data, add the reason to ``notes`` and continue."""
    try:
        yield
    except COMPUTATION_ERRORS as error:
        notes.append(f"{failure}: {message_of(error)}")
