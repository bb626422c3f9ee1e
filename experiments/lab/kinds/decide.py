"""The kind ``decide`` in the lab: two points for each amount, drawn as those of ``rate``."""

from experiments.lab.kinds.rate import lay_out

__all__ = ["lay_out"]
