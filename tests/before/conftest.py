"""What the tests of this folder share."""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return Chromium; skip where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("there is no Chromium (apt install chromium)")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()
