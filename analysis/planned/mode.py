"""The analysis of one mode: exclusions, descriptive statistics, models, comparisons of curves, sensitivity analysis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.curves.claims import level_words, predictions
from analysis.data.attrition import Attrition
from analysis.data.exclude import exclude
from analysis.data.frames import STACKED, Frames
from analysis.data.load import Data
from analysis.data.names import column_of
from analysis.data.tables import empty
from analysis.planned.describing import (
    Cells,
    cell_table,
    check_table,
    in_numbers,
    measure_info,
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
from analysis.planned.predictors import Predictors
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
    notes = list(data.damage_notes)
    plans = planned_models(study, mode)
    cells = cells_of(study, mode, plans)
    about: Any = {"mode": mode, "factors": tuple(cells.factors), "levels": cells.labels}
    if data.sessions.empty:
        no_attrition = Attrition(
            empty("cell", "began", "gone", "share"),
            math.nan, 0, math.nan, "there is no session yet",
        )  # fmt: skip
        none = none_left(study, plans, NO_SESSION)
        flow = pd.DataFrame({"step": ["sessions"], "excluded": [0], "left": [0]})
        return ModeResults(
            **about,
            **none._asdict(),
            dropout=no_attrition,
            excluded=no_attrition,
            flow=flow,
            notes=(NO_SESSION, *notes),
        )
    progress(f"{mode}: exclusions and scores")
    excluded = exclude(data, study, mode)
    all_frames = Frames.of(excluded.without, study, mode)
    frames, reliability = all_frames.only(excluded.data), empty("score")
    if frames.data.sessions.empty:
        notes.append(NO_PARTICIPANTS)
    else:
        with reported(notes, "The scales could not be scored"):
            reliability = frames.scores.reliability
    main = model_all(frames, plans, seed, progress, second_engine=second_engine)
    progress(f"{mode}: with and without exclusions")
    sensitivity, verdicts, specified = sensitivity_analysis(all_frames, excluded, plans, seed, main)
    measures, described = _described(frames, plans, cells, notes)
    return ModeResults(
        **about,
        **main._asdict(),
        **described,
        dropout=excluded.dropout,
        excluded=excluded.exclusion,
        flow=excluded.flow,
        notes=tuple(notes),
        sessions=len(data.in_mode(mode).sessions),
        analysed=len(frames.data.sessions),
        finished=int(data.in_mode(mode).sessions["outcome"].eq("complete").fillna(False).sum()),
        complete=int(frames.data.sessions["outcome"].eq("complete").fillna(False).sum()),
        measures=measures,
        counts=excluded.counts,
        trials=frames.trials,
        audit=excluded.audit.astype({"cell": str}),
        reliability=reliability,
        checks=check_table(excluded.without, study),
        sensitivity=sensitivity,
        verdicts=verdicts,
        specifications=specified,
        timing=timing_table(excluded.without),
    )


def cells_of(study: Study, mode: str, plans: Sequence[Planned]) -> Cells:
    """Return the cells of the main model's factors and of those that the first hypothesis is about.

    Counterbalanced factors are no part of them.
    """
    names, found = study.names, dict[str, Mapping[str, str]]()
    main = next((planned for planned in plans if planned.main), None)
    if main is not None:
        factors = Predictors.of(main, study, mode).factors
        found |= {name: factor.words for name, factor in factors.items()}
    for prediction in predictions(study):
        for name in prediction.columns.values():
            if name in names.factors:
                levels = names.factors[name].levels.items()
                found.setdefault(name, {each: level_words(each, words) for each, words in levels})
    varies = {name: factor.varies for name, factor in names.factors.items()}
    return Cells(
        {name: own for name, own in found.items() if varies.get(name) != "counterbalanced"}
    )


def _described(
    frames: Frames, plans: Sequence[Planned], cells: Cells, notes: list[str]
) -> tuple[tuple[MeasureInfo, ...], dict[str, Any]]:
    """Describe the outcomes of the models: means, frequencies of values, and spikes."""
    study = frames.study
    stacked: dict[str, tuple[str, ...]] = {
        hypothesis.outcome: () for hypothesis in list(study.file.hypothesis.values())[:1]
    }
    for planned in plans:
        names = tuple(name for name in planned.model.formula.predictors if name in STACKED)
        stacked[planned.outcome] = stacked.get(planned.outcome) or names
    measures: list[MeasureInfo] = []
    tables: dict[str, list[pd.DataFrame]] = {"cells": [], "values": [], "spikes": []}
    for name, several in stacked.items() if len(frames.data.sessions) else ():
        with reported(notes, f"'{name}' could not be described"):
            frame = in_numbers(frames.frame(name, several), column_of(name))
            info = measure_info(study, frames.mode, name)
            known = cells.known_in(frame)
            measures.append(info)
            tables["cells"].append(cell_table(frame, name, known))
            tables["values"].append(value_table(frame, name, known))
            if info.gift:
                tables["spikes"].append(spike_table(frame, info, known))
    joined = {name: pd.concat(own, ignore_index=True) for name, own in tables.items() if own}
    return tuple(measures), joined
