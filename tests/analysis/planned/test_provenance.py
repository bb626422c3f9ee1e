"""The provenance of results, and its sentences in the report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.planned import analyse_data
from analysis.planned.provenance import simulations
from analysis.report import page


@pytest.mark.parametrize(
    ("n", "words"),
    [(1, "1 simulated participant followed"), (1200, "1,200 simulated participants followed")],
)
def test_numbers_of_simulated_participants_are_grammatical(
    letters, tmp_path: Path, n: int, words: str
) -> None:
    simulation = {"n": n, "hypothesis": "flat", "seed": 3, "mode": "real"}
    (tmp_path / "simulation.json").write_text(json.dumps(simulation), encoding="utf-8")
    found = simulations([str(tmp_path), str(tmp_path / "elsewhere")])
    data, study = letters
    results = analyse_data(data.only(data.sessions.head(0)), study)
    made = replace(results.provenance, simulations=found)
    html = page(replace(results, provenance=made)).replace("&#39;", "'")
    assert f"any of these answers. {words} 'flat' (seed 3).</aside>" in html
