"""The analysis of one mode: every part by itself, so that one that fails leaves the others standing."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import pandas as pd

from analysis.analysing.breakdown import attempt
from analysis.analysing.describing import (
    cell_table,
    check_table,
    spike_table,
    timing_table,
    value_table,
)
from analysis.analysing.levels import level_words, ordered_levels
from analysis.analysing.measured import measured
from analysis.analysing.modelling import NOBODY, Progress, model_all, models_of
from analysis.analysing.results import InMode, Measured, empty
from analysis.analysing.sensitivity import both_ways
from analysis.exclude import exclude
from analysis.load import Data
from analysis.score import Scores, explained, score
from experiments.building import Study


def analyse_mode(
    data: Data,
    study: Study,
    mode: str,
    seed: int,
    progress: Progress = lambda step: None,
    *,
    second_engine: bool = False,
) -> InMode:
    """Analyse the sessions of one mode.

    Parameters
    ----------
    data
        As loaded, all modes.
    seed
        Of the order test.
    progress
        Called with what is done next.
    second_engine
        Whether models are fitted again by another engine.
    """
    with warnings.catch_warnings():
        # What numerical warnings are about (no spread, no maximum) is told by the results themselves.
        warnings.simplefilter("ignore", RuntimeWarning)
        return _analyse(data, study, mode, seed, progress, second_engine)


def _analyse(
    data: Data, study: Study, mode: str, seed: int, progress: Progress, second_engine: bool
) -> InMode:
    protocol = study.protocol
    notes = list(data.damage_told)
    progress(f"{mode}: exclusions and scores")
    excluded = exclude(data, study, mode)
    scores = None
    if excluded.data.sessions.empty:
        notes.append(NOBODY)
    else:
        what = "The scales could not be scored"
        scores = attempt(lambda: score(excluded.data, study), notes, what)
    main = model_all(
        excluded.data, study, mode, seed, scores, progress, second_engine=second_engine
    )
    progress(f"{mode}: with and without exclusions")
    sensitivity, verdicts = both_ways(excluded, study, mode, seed, main)
    cells, values, spikes, abouts = _described(excluded.data, study, mode, scores, notes)
    predictor = protocol.hypotheses.predictor
    return InMode(
        mode=mode,
        sessions=len(data.in_mode(mode).sessions),
        analysed=len(excluded.data.sessions),
        complete=int(excluded.data.sessions["outcome"].eq("complete").fillna(False).sum()),
        levels=tuple(
            level_words(protocol, predictor, level) for level in ordered_levels(protocol, predictor)
        ),
        measures=tuple(abouts),
        notes=tuple(notes),
        flow=excluded.flow,
        counts=excluded.counts,
        audit=excluded.audit.astype({"cell": str}),
        dropout=excluded.dropout,
        excluded=excluded.exclusion,
        reliability=empty("score") if scores is None else scores.reliability,
        checks=check_table(excluded.without, study),
        cells=cells,
        values=values,
        spikes=spikes,
        models=main.models,
        contrasts=main.contrasts,
        sensitivity=sensitivity,
        contest=main.contest,
        verdicts=verdicts,
        timing=timing_table(excluded.without),
    )


def _described(
    data: Data, study: Study, mode: str, scores: Scores | None, notes: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, list[Measured]]:
    """Means, counts of values and spikes of every measure that a model explains."""
    protocol = study.protocol
    predictor = protocol.hypotheses.predictor
    if data.sessions.empty:
        return _joined([]), _joined([]), _joined([]), []
    phases = {protocol.hypotheses.outcome: "trials"}
    for model in models_of(study, mode):
        phases.setdefault(model.measure, model.phase)
    cells, values, spikes, abouts = [], [], [], []
    for name, phase in phases.items():
        about = measured(study, mode, name)
        frame = attempt(
            lambda name=name, phase=phase: explained(data, study, name, phase, scores),  # type: ignore[misc]
            notes,
            f"'{name}' could not be described",
        )
        if frame is None or frame.empty or predictor not in frame.columns:
            continue
        abouts.append(about)
        cells.append(cell_table(frame, name, predictor, protocol))
        values.append(value_table(frame, about, predictor, protocol))
        if about.gift:
            table = attempt(
                lambda frame=frame, about=about: spike_table(frame, about, predictor, protocol),  # type: ignore[misc]
                notes,
                f"The spikes of '{name}' could not be counted",
            )
            spikes += [] if table is None else [table]
    return _joined(cells), _joined(values), _joined(spikes), abouts


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else empty("measure", "level")
