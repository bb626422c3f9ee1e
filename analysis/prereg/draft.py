"""The draft: the planned analysis run on simulated people, so that a reader sees what will be reported."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from analysis.analysing import Results, analyse_data
from analysis.load import load
from analysis.simulate import simulate
from experiments.building import Study


@dataclass(frozen=True)
class Draft:
    """Results of simulated people who follow the predicted curve in the primary mode."""

    results: Results
    people: int
    seed: int


def draft(study: Study, people: int, seed: int, workers: int = 1) -> Draft:
    """Simulate people who follow the predicted curve, and analyse their answers as planned."""
    mode = study.protocol.primary_mode
    with tempfile.TemporaryDirectory() as folder:
        simulate(study, Path(folder) / "simulated", people, None, seed, mode=mode, workers=workers)
        results = analyse_data(load(Path(folder) / "simulated"), study, mode=mode, seed=seed)
    return Draft(results, people, seed)
