"""Fixtures for the tests of the Builder export."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from builder_sessions import opened

__all__ = ["opened"]
