"""The planned models of a mode, their contrasts, and the model comparison, for one selection of sessions.

Every part is computed separately, so that the failure of one does not affect the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.data.exclude import Excluded
from analysis.data.trials import Trials
from analysis.errors import COMPUTATION_ERRORS, AnalysisError, message_of
from analysis.planned.contrasts import contrast_rows, contrast_table, failed_rows
from analysis.planned.describing import measure_info
from analysis.planned.fitting import bounds_of, fit_planned, fit_second_engine, model_means
from analysis.planned.model_comparison import compare_models
from analysis.planned.plan import Planned
from analysis.planned.results import ModelComparison, ModelResults
from experiments.protocol.protocol import Protocol

NO_PARTICIPANTS = "All sessions are excluded, so no participants are left to analyse."
MAIN, WITHOUT, STRICT = "as planned", "without exclusions", "stricter rules"

Progress = Callable[[str], None]


def silent(step: str) -> None:
    """Report no progress."""


class Modelled(NamedTuple):
    """The planned models of one mode, for one selection of sessions."""

    models: tuple[ModelResults, ...]
    contrasts: pd.DataFrame
    comparison: ModelComparison


def model_all(
    trials: Trials,
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
    trials
        Trials of the sessions in the analysis.
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
    protocol = trials.study.protocol
    if trials.data.sessions.empty:
        return none_left(protocol, plans, NO_PARTICIPANTS)
    models: list[ModelResults] = []
    rows: list[dict[str, Any]] = []
    for planned in plans:
        progress(f"{trials.mode}: model '{planned.model.name}'")
        fitted, own = _model(trials, planned, plans, seed, full, second_engine)
        models.append(fitted)
        rows += own
    progress(f"{trials.mode}: predicted curves and rivals")
    comparison = _comparison(trials, plans, seed, full)
    return Modelled(tuple(models), contrast_table(rows, protocol), comparison)


def none_left(protocol: Protocol, plans: Sequence[Planned], why: str) -> Modelled:
    """Return the models and the model comparison if no participants are left to analyse."""
    models, hypotheses = [planned.model for planned in plans], protocol.hypotheses
    rows = [row for model in models for row in failed_rows(model, why, protocol)]
    return Modelled(
        tuple(ModelResults(model, failed=why) for model in models),
        contrast_table(rows, protocol),
        ModelComparison(hypotheses.outcome, hypotheses.predictor, why),
    )


def _model(
    trials: Trials,
    planned: Planned,
    plans: Sequence[Planned],
    seed: int,
    full: bool,
    second_engine: bool,
) -> tuple[ModelResults, list[dict[str, Any]]]:
    protocol, plan, n, participants = trials.study.protocol, planned.model, 0, 0
    info = measure_info(trials.study, trials.mode, plan.measure)
    try:
        frame = trials.table(plan.measure, plan.phase)
        n, participants = len(frame), int(frame["participant"].nunique())
        if frame.empty:
            raise AnalysisError(f"No participant answered '{plan.measure}'.", "")
        planned_fit = fit_planned(planned, frame, info)
        rows, fitted = (
            contrast_rows(planned_fit, protocol, outcome=info.outcome),
            planned_fit.results(),
        )
        if full:
            fitted = replace(fitted, means=model_means(planned_fit, protocol))
            if plan.family == "two_part":
                fitted = replace(fitted, bounds=bounds_of(planned_fit, plans, seed))
        if second_engine:
            second_fits, second = fit_second_engine(planned_fit)
            fitted = replace(fitted, second_fits=second_fits, second=second)
        return fitted, rows
    except COMPUTATION_ERRORS as error:
        why = message_of(error)
        return ModelResults(plan, n, participants, why), failed_rows(plan, why, protocol)


def _comparison(trials: Trials, plans: Sequence[Planned], seed: int, full: bool) -> ModelComparison:
    study, mode = trials.study, trials.mode
    hypotheses = study.protocol.hypotheses
    try:
        frame = trials.table(hypotheses.outcome)
        info = measure_info(study, mode, hypotheses.outcome)
        rng = np.random.default_rng([seed, *mode.encode()])
        level = 0.95 if full else None
        return compare_models(frame, study.protocol, plans, info, rng, level=level)
    except COMPUTATION_ERRORS as error:
        return ModelComparison(hypotheses.outcome, hypotheses.predictor, message_of(error))


def sensitivity_analysis(
    trials: Trials, excluded: Excluded, plans: Sequence[Planned], seed: int, main: Modelled
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Repeat the planned contrasts and the verdict without exclusions and with stricter ones.

    Parameters
    ----------
    trials
        Trials of all sessions that can be analysed.
    main
        Models of the main analysis.

    Returns
    -------
    contrasts : DataFrame
        sessions (which), participants, model, part, contrast, role, estimate, se, p, ci_low, ci_high, failed.
    verdicts : DataFrame
        sessions, participants, best_supported, leader with its weight_bic and weight_aicc, reasons (codes), same
        (as in the main analysis).
    """
    wanted = ["model", "part", "contrast", "role", "estimate", "se", "p", "ci_low", "ci_high"]
    contrasts, verdicts = [], []
    for name, data in (
        (MAIN, excluded.data),
        (WITHOUT, excluded.without),
        (STRICT, excluded.strict),
    ):
        found = main
        if name != MAIN:
            if len(data.sessions) == len(excluded.data.sessions):
                continue
            found = model_all(trials.only(data), plans, seed, full=False)
        participants = int(data.sessions["participant"].nunique())
        table = found.contrasts[[*wanted, "failed"]].copy()
        table.insert(0, "sessions", name)
        table.insert(1, "participants", participants)
        contrasts.append(table)
        verdict, families = found.comparison.verdict, found.comparison.families
        first: Any = families.iloc[0] if len(families) else {}
        verdicts.append(
            {
                "sessions": name,
                "participants": participants,
                "best_supported": found.comparison.best_supported or "undetermined",
                "leader": verdict.leader if verdict else "",
                "weight_bic": first.get("weight_bic", math.nan),
                "weight_aicc": first.get("weight_aicc", math.nan),
                "reasons": ", ".join(verdict.reasons) if verdict else "",
                "same": found.comparison.best_supported == main.comparison.best_supported,
            }
        )
    return pd.concat(contrasts, ignore_index=True), pd.DataFrame(verdicts)


@contextmanager
def reported(notes: list[str], failure: str) -> Iterator[None]:
    """Carry out one part; if that is impossible with these data, add the reason to ``notes`` and continue."""
    try:
        yield
    except COMPUTATION_ERRORS as error:
        notes.append(f"{failure}: {message_of(error)}")
