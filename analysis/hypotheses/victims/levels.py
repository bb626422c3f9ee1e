"""The levels, the top and the floor that all curves over the number of victims share."""

import numpy as np

from analysis.hypotheses.base import Parameter

ESSAY_LEVELS = np.array([1.0, 2.0, 8.0, 100.0, 10_000.0, 800_000.0])
"""The numbers of victims of protocol E3; 1, 2, 8 and 800,000 are the essay's own [V]."""

EXAMPLE = {"victims": ESSAY_LEVELS}

TOP = Parameter(
    "T", 1.0, 0.0, 1.0, "", "response to one victim, which all curves are normalised to",
    "convention",
)  # fmt: skip
FLOOR = Parameter(
    "F", 0.10, 0.0, 1.0, "", "plateau of the essay's block figure (lines 244-253), normalised to "
    "N=1; a reading of an ASCII figure", "essay",
)  # fmt: skip
LEVEL = Parameter(
    "a", 0.40, 0.0, 1.0, "", "our level without an effect, for drawing and simulation",
    "convention",
)  # fmt: skip
