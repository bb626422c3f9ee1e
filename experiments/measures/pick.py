"""``pick``: one of many options, from a list that scrolls."""

from __future__ import annotations

from experiments.measures.choose import Choose


class Pick(Choose):
    """One of many options, from a list that scrolls."""

    seconds = 6.0
