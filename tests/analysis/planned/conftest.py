"""Small simulated collections of the three studies, and ways to make them degenerate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.load import Data, load
from analysis.data.rows import KEYS
from analysis.simulate import simulate
from experiments.places import find
from experiments.study import Study, open_study

Sample = tuple[Data, Study]


def sample(
    folder: Path, name: str, n: int, hypothesis: str | None = None, mode: str | None = None
) -> Sample:
    """Simulate a small collection and load it."""
    study = open_study(find(f"{name}.yaml", "protocols"))
    simulate(study, folder, n, hypothesis, 5, mode=mode, dropout=0.05)
    return load(folder), study


@pytest.fixture(scope="session")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return sample(tmp_path_factory.mktemp("letters") / "data", "identified_victim", 90)


@pytest.fixture(scope="session")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return sample(tmp_path_factory.mktemp("numbers") / "data", "compassion_collapse", 180)


@pytest.fixture(scope="session")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return sample(tmp_path_factory.mktemp("groups") / "data", "parochial_vignettes", 30)


def with_value(data: Data, measure: str, value: float) -> Data:
    """The same data with one value given by every participant."""
    rows = data.rows.copy()
    own = (rows["measure"] == measure) & (rows["status"] == "answered")
    rows.loc[own, "number"] = value
    rows.loc[own, "value"] = f"{value:g}"
    return replace(data, rows=rows)


def without_level(data: Data, factor: str, level: object) -> Data:
    """The same data without the sessions with a level of a factor."""
    met = data.rows[data.rows[factor] == level][KEYS].drop_duplicates()
    keys = pd.MultiIndex.from_frame(data.sessions[KEYS])
    return data.only(data.sessions[~keys.isin(pd.MultiIndex.from_frame(met))])


def first(data: Data, n: int) -> Data:
    """The first n complete sessions."""
    complete = data.sessions[data.sessions["outcome"] == "complete"]
    return data.only(complete.head(n))


@pytest.fixture(scope="session")
def degenerate() -> dict[str, Callable[..., Data]]:
    """Ways to make data degenerate, by name."""
    return {"value": with_value, "without": without_level, "first": first}
