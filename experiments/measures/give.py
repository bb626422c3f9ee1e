"""``give``: an amount divided between keeping and giving."""

from __future__ import annotations

from experiments.measures.kind import Numeric


class Give(Numeric):
    """An amount divided between keeping and giving."""

    shape = "gifts"
    seconds = 6.0
