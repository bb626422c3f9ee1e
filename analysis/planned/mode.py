"""The analysis of one mode: exclusions, descriptive statistics, models, model comparison, sensitivity analysis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.data.attrition import Attrition
from analysis.data.exclude import exclude
from analysis.data.load import Data
from analysis.data.tables import empty
from analysis.data.trials import Trials
from analysis.planned.describing import (
    cell_table,
    check_table,
    level_label,
    measure_info,
    ordered_levels,
    spike_table,
    timing_table,
    value_table,
)
from analysis.planned.modelling import (
    NO_PARTICIPANTS,
    Progress,
    model_all,
    none_left,
    reported,
    sensitivity_analysis,
    silent,
)
from analysis.planned.plan import Planned, planned_models
from analysis.planned.results import MeasureInfo, ModeResults
from experiments.study import Study

NO_SESSION = "There are no sessions in the data yet, so nothing can be estimated."


def analyse_mode(
    data: Data,
    study: Study,
    mode: str,
    seed: int,
    progress: Progress = silent,
    *,
    second_engine: bool = False,
) -> ModeResults:
    """Analyse the sessions of one mode.

    Parameters
    ----------
    data
        Data of all modes, as loaded.
    seed
        Seed of the order test, and of the bootstrap of Lee bounds.
    progress
        Called with the name of each step.
    second_engine
        Whether models are also fitted by the second engine.
    """
    protocol, notes = study.protocol, list(data.damage_notes)
    plans = planned_models(protocol, mode)
    predictor = protocol.hypotheses.predictor
    levels = tuple(
        level_label(protocol, predictor, level) for level in ordered_levels(protocol, predictor)
    )
    if data.sessions.empty:
        no_attrition = Attrition(
            empty("cell", "began", "gone", "share"),
            math.nan, 0, math.nan, "there is no session yet",
        )  # fmt: skip
        none = none_left(protocol, plans, NO_SESSION)
        flow = pd.DataFrame({"step": ["sessions"], "excluded": [0], "left": [0]})
        return ModeResults(
            mode, levels, no_attrition, no_attrition, *none, flow=flow, notes=(NO_SESSION, *notes)
        )
    progress(f"{mode}: exclusions and scores")
    excluded = exclude(data, study, mode)
    all_trials = Trials.of(excluded.without, study, mode)
    trials, reliability = all_trials.only(excluded.data), empty("score")
    if trials.data.sessions.empty:
        notes.append(NO_PARTICIPANTS)
    else:
        with reported(notes, "The scales could not be scored"):
            reliability = trials.scores.reliability
    main = model_all(trials, plans, seed, progress, second_engine=second_engine)
    progress(f"{mode}: with and without exclusions")
    sensitivity, verdicts = sensitivity_analysis(all_trials, excluded, plans, seed, main)
    measures, described = _described(trials, plans, notes)
    return ModeResults(
        mode,
        levels,
        excluded.dropout,
        excluded.exclusion,
        *main,
        flow=excluded.flow,
        notes=tuple(notes),
        sessions=len(data.in_mode(mode).sessions),
        analysed=len(trials.data.sessions),
        complete=int(trials.data.sessions["outcome"].eq("complete").fillna(False).sum()),
        measures=measures,
        counts=excluded.counts,
        audit=excluded.audit.astype({"cell": str}),
        reliability=reliability,
        checks=check_table(excluded.without, protocol),
        sensitivity=sensitivity,
        verdicts=verdicts,
        timing=timing_table(excluded.without),
        **described,
    )


def _described(
    trials: Trials, plans: Sequence[Planned], notes: list[str]
) -> tuple[tuple[MeasureInfo, ...], dict[str, Any]]:
    """Describe the outcomes of the models: means, frequencies of values, and spikes."""
    protocol = trials.study.protocol
    predictor = protocol.hypotheses.predictor
    phases = {protocol.hypotheses.outcome: "trials"}
    for planned in plans:
        phases.setdefault(planned.model.measure, planned.model.phase)
    measures: list[MeasureInfo] = []
    tables: dict[str, list[pd.DataFrame]] = {"cells": [], "values": [], "spikes": []}
    for name, phase in phases.items() if len(trials.data.sessions) else ():
        with reported(notes, f"'{name}' could not be described"):
            frame = trials.table(name, phase)
            if frame.empty or predictor not in frame.columns:
                continue
            info = measure_info(trials.study, trials.mode, name)
            measures.append(info)
            tables["cells"].append(cell_table(frame, name, predictor, protocol))
            tables["values"].append(value_table(frame, info, predictor, protocol))
            if info.gift:
                tables["spikes"].append(spike_table(frame, info, predictor, protocol))
    joined = {name: pd.concat(own, ignore_index=True) for name, own in tables.items() if own}
    return tuple(measures), joined
