"""Data of people crossed with stimuli, and what R says of them (tests/reference)."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[2] / "reference"


@pytest.fixture(scope="module")
def r_values() -> dict:
    return json.loads((REFERENCE / "r_values.json").read_text())


@pytest.fixture(scope="module")
def crossed() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "crossed.csv")
