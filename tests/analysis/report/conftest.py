"""Results to draw: of a small simulated study, and the same as if people had been collected."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.planned import Results, analyse
from analysis.simulate import simulate
from experiments.places import find
from experiments.study import open_study


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("figures") / "data"
    simulate(open_study(find("compassion_collapse.yaml", "protocols")), folder, 60, None, 4)
    return analyse(folder)


@pytest.fixture(scope="session")
def collected(results: Results) -> Results:
    """As if human beings had answered."""
    return replace(results, provenance=replace(results.provenance, simulated=False, simulations=()))
