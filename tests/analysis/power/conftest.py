"""One study for all tests of power, read once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_study

from experiments.places import shipped_folder
from experiments.study import Study, open_study

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(scope="package", autouse=True)
def _few_people() -> Iterator[None]:
    """Estimate rates of loss from fewer simulated participants than the 300 of a real run."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr("analysis.power.power.PARTICIPANTS", 60)
        yield


@pytest.fixture(scope="session")
def letters() -> Study:
    """The study of letters: one answer per participant, eight letters, three conditions."""
    return open_study(shipped_folder("protocols") / "identified_victim.yaml")


@pytest.fixture(scope="session")
def appeals() -> Study:
    """The study of numbers: six conditions, three of sixteen appeals per participant."""
    return open_study(shipped_folder("protocols") / "compassion_collapse.yaml")


@pytest.fixture(scope="session")
def severity(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The smallest study: eight items, two factors within participants, no smallest effect."""
    return small_study.write(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that tests of the same run share."""
    return tmp_path_factory.mktemp("cache")
