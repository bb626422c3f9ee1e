"""Where results come from, in words."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analysis.analysing.provenance import simulation


@pytest.mark.parametrize(
    ("n", "words"), [(1, "1 simulated person followed"), (1200, "1,200 simulated people followed")]
)
def test_simulated_people_are_counted_in_english(tmp_path: Path, n: int, words: str) -> None:
    said = {"n": n, "hypothesis": "flat", "seed": 3}
    (tmp_path / "simulation.json").write_text(json.dumps(said), encoding="utf-8")
    data: Any = SimpleNamespace(sources=(str(tmp_path),))
    assert simulation(data) == f"{words} 'flat' (seed 3)."
