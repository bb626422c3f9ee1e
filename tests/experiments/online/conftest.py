"""Shared set-up of the tests of online studies."""

from __future__ import annotations

import sys
from pathlib import Path

# The hand that answers screens in a browser belongs to the player's tests.
sys.path.insert(0, str(Path(__file__).resolve().parent / "player"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
