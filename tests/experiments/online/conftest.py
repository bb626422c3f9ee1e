"""What the tests of going online share."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The hand that answers screens in a browser belongs to the player's tests.
sys.path[:0] = [str(HERE), str(HERE / "player")]
