"""The draft: the planned analysis run on simulated people, so that a reader sees what will be reported."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from analysis.analysing import Results, analyse_data
from analysis.load import load
from analysis.prereg.blocks import Block, Items, Rows
from analysis.simulate import simulate
from experiments.building import Study

MARK = (
    "SIMULATED. No person gave these answers; the numbers mean nothing but that the analysis runs."
)


def draft_results(study: Study, people: int, seed: int, workers: int = 1) -> Results:
    """Simulate people who follow the predicted curve in the primary mode, and analyse them as planned."""
    mode = study.protocol.primary_mode
    with tempfile.TemporaryDirectory() as folder:
        simulate(study, Path(folder) / "simulated", people, None, seed, mode=mode, workers=workers)
        return analyse_data(load(Path(folder) / "simulated"), study, mode=mode, seed=seed)


def draft_blocks(results: Results, people: int, seed: int) -> tuple[Block, ...]:
    """Tell the results of simulated people, marked as such."""
    found = results.modes[0]
    table = found.contrasts
    rows = tuple(
        (
            f"{row['model']}: {row['contrast']}",
            _number(row["estimate"]),
            f"{_number(row['ci_low'])} to {_number(row['ci_high'])}",
            _p(row["p"]),
            _number(row["d"]),
            str(row["tost"] or row["failed"]),
        )
        for row in table.to_dict("records")
    )
    notes = tuple(
        f"{model.name}: {note}"
        for model in found.models
        for note in (model.failed, *model.notes)
        if note
    )
    blocks: list[Block] = [
        MARK,
        f"{people} simulated people followed the predicted curve (seed {seed}); {found.analysed} were analysed.",
        Rows(("contrast (SIMULATED)", "estimate", "95 % interval", "p", "d", "equivalence"), rows),
        f"Verdict on the SIMULATED data: {found.contest.sentence}",
    ]
    return (*blocks, *((Items(notes),) if notes else ()))


def _p(value: float) -> str:
    return "< .001" if value < 0.001 else _number(value)


def _number(value: float) -> str:
    return "-" if pd.isna(value) else f"{value:.3f}"
