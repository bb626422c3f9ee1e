"""Invented ratings that several tests of the engines fit, and results that figures and reports draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_study import TEXT, write

from analysis.planned import Results, analyse
from analysis.simulate import simulate
from experiments.places import find
from experiments.study import open_study


@pytest.fixture
def ratings() -> pd.DataFrame:
    """30 people x 12 vignettes; photo varies within people, between vignettes."""
    rng = np.random.default_rng(1)
    person, vignette = np.divmod(np.arange(360), 12)
    photo = np.where(vignette % 2, "yes", "no")
    order = rng.normal(size=360)
    effect = rng.normal(0, 1, 30)[person] + rng.normal(0, 0.7, 12)[vignette]
    slope = 0.3 + rng.normal(0, 0.5, 30)[person]
    rating = 4 + 0.5 * (photo == "yes") + slope * order + effect + rng.normal(0, 1, 360)
    return pd.DataFrame(
        {"rating": rating, "photo": photo, "order": order, "person": person, "vignette": vignette}
    )


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("figures") / "data"
    simulate(open_study(find("compassion_collapse.yaml", "protocols")), folder, 60, None, 4)
    return analyse(folder)


@pytest.fixture(scope="session")
def collected(results: Results) -> Results:
    """The results marked as collected from real participants."""
    return replace(results, provenance=replace(results.provenance, simulated=False, simulations=()))


@pytest.fixture(scope="session")
def two_factors(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The smallest study: two factors within participants, an order as its claim, no smallest effect."""
    folder = tmp_path_factory.mktemp("two_factors")
    simulate(write(folder), folder / "data", 40, None, 4)
    return analyse(folder / "data")


INTERACTION = """\
analysis:
  compassion:
    formula: compassion ~ group * severity
    contrasts: [{group: ours - theirs, severity: mild}]
    primary: {group: ours - theirs, severity: mild - severe}
exclude: {trials: [compassion > 2 SD]}
"""


@pytest.fixture(scope="session")
def no_hypothesis(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The same study with an interaction as its primary test, and no hypothesis; outlying answers are left out."""
    folder = tmp_path_factory.mktemp("no_hypothesis")
    lines = [line for line in TEXT.splitlines() if not line.startswith(("hypothesis", "analysis"))]
    simulate(write(folder, "\n".join([*lines, INTERACTION])), folder / "data", 40, None, 4)
    return analyse(folder / "data")
