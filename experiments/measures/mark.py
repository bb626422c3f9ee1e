"""``mark``: a mark on a line between two labelled ends (visual analogue scale)."""

from __future__ import annotations

from experiments.measures.kind import Numeric


class Mark(Numeric):
    """A mark on a line between two labelled ends (visual analogue scale)."""

    shares_page = True
    seconds = 3.0
