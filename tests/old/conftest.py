"""The files of each earlier version, unpacked once; tests only read what is there."""

from __future__ import annotations

import json
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

#: Versions with files of every kind; the data of 0.1.0 are read by ``tests/before``.
VERSIONS = sorted(path.parent.name for path in HERE.glob("*/known.json"))


@dataclass(frozen=True)
class Files:
    """The files of a version."""

    folder: Path
    known: dict[str, Any]
    """What is in them (``known.py``)."""

    def __truediv__(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Files]:
    """Return a function that unpacks the files of a version once."""
    made: dict[str, Files] = {}

    def unpack(version: str) -> Files:
        if version not in made:
            folder = tmp_path_factory.mktemp(f"files-{version}")
            with tarfile.open(HERE / version / "data.tar.xz") as packed:
                packed.extractall(folder, filter="data")
            known = json.loads((HERE / version / "known.json").read_text(encoding="utf-8"))
            made[version] = Files(folder, known)
        return made[version]

    return unpack


@pytest.fixture(params=VERSIONS)
def files(request: pytest.FixtureRequest, unpacked: Callable[[str], Files]) -> Files:
    """Return the files of each version in turn."""
    return unpacked(request.param)
