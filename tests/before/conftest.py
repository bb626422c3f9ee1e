"""Fixtures for the tests of this folder."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from small_studies import STORED, unpacked


@pytest.fixture(scope="session")
def stored() -> Callable[[str], Any]:
    """Return a function that reads stored JSON by its name in ``stored/``."""

    def read(name: str) -> Any:
        data = (STORED / name).read_bytes()
        return json.loads(gzip.decompress(data) if name.endswith(".gz") else data)

    return read


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that unpacks a folder of ``tests/old`` once; tests only read what is there."""
    home = tmp_path_factory.mktemp("old")

    def unpack(name: str) -> Path:
        return home / name if (home / name).is_dir() else unpacked(name, home)

    return unpack
