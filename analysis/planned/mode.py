"""The analysis of one mode: exclusions, description, models, the comparison of curves, both ways."""

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
    NOBODY,
    Progress,
    both_ways,
    model_all,
    nobody_left,
    reported,
    silent,
)
from analysis.planned.plan import Planned, planned_models
from analysis.planned.results import MeasureInfo, ModeResults
from experiments.study import Study

NO_SESSION = "The data hold no session yet, so that nothing can be estimated."


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
        As loaded, all modes.
    seed
        Of the order test, and of the bootstrap of bounds.
    progress
        Called with what is done next.
    second_engine
        Whether models are fitted again by another engine.
    """
    protocol, notes = study.protocol, list(data.damage_notes)
    plans = planned_models(protocol, mode)
    predictor = protocol.hypotheses.predictor
    levels = tuple(
        level_label(protocol, predictor, level) for level in ordered_levels(protocol, predictor)
    )
    if data.sessions.empty:
        nobody = Attrition(
            empty("cell", "began", "gone", "share"),
            math.nan, 0, math.nan, "there is no session yet",
        )  # fmt: skip
        none = nobody_left(protocol, plans, NO_SESSION)
        flow = pd.DataFrame({"step": ["sessions"], "excluded": [0], "left": [0]})
        return ModeResults(
            mode, levels, nobody, nobody, *none, flow=flow, notes=(NO_SESSION, *notes)
        )
    progress(f"{mode}: exclusions and scores")
    excluded = exclude(data, study, mode)
    everybody = Trials.of(excluded.without, study, mode)
    trials, reliability = everybody.only(excluded.data), empty("score")
    if trials.data.sessions.empty:
        notes.append(NOBODY)
    else:
        with reported(notes, "The scales could not be scored"):
            reliability = trials.scores.reliability
    main = model_all(trials, plans, seed, progress, second_engine=second_engine)
    progress(f"{mode}: with and without exclusions")
    sensitivity, verdicts = both_ways(everybody, excluded, plans, seed, main)
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
    """The measures that a model explains, with their means, counts of values, and spikes."""
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
            about = measure_info(trials.study, trials.mode, name)
            measures.append(about)
            tables["cells"].append(cell_table(frame, name, predictor, protocol))
            tables["values"].append(value_table(frame, about, predictor, protocol))
            if about.gift:
                tables["spikes"].append(spike_table(frame, about, predictor, protocol))
    joined = {name: pd.concat(own, ignore_index=True) for name, own in tables.items() if own}
    return tuple(measures), joined
