"""Signals are imported with NeuroKit2, which is no dependency of its own (docs/physiology.md)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
