"""A folder in which studies are written and composed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from step_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a folder for studies."""
    return Desk(tmp_path)
