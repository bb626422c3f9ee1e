"""Fixtures for the tests of this folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from small_studies import read_json, unpacked


@pytest.fixture(scope="session")
def stored() -> Callable[[str], Any]:
    """Return a function that reads stored JSON by its name in ``stored/``."""
    return read_json


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that gives a folder of the data of 0.1.0; tests only read what is there."""
    home = unpacked(tmp_path_factory.mktemp("old"))
    return lambda name: home / name
