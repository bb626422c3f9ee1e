"""M1 linear: every victim counts the same, the normative line where benefit grows with N.

    mu(N) = a + b N,    b > 0

The fact sheet caps the line at 1. The cap belongs to the response scale, not to the curve: fit a
bounded response with a bounded likelihood (Tobit, ordered beta). On a bounded scale a straight
line over 1 to 800,000 says "no difference below the last level".
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.victims.levels import EXAMPLE, LEVEL


def mean(design: Design, p: Params) -> Array:
    """``a + b N``."""
    return p["a"] + p["b"] * design["victims"]


def columns(design: Design, s: Params) -> Array:
    """N."""
    del s
    return np.column_stack([design["victims"]])


LINEAR = Hypothesis(
    id="M1",
    name="linear",
    topic="victims",
    family="rising",
    claim="Every further victim adds the same: equal value of lives.",
    equation="mu(N) = a + b N, b > 0",
    citation="Slovic 2007, Judgment and Decision Making 2:79-95 (normative model)",
    evidence="A norm, not a finding; meaningful only on an unbounded scale such as willingness "
    "to pay.",
    grade="untested",
    role="rival",
    requires=("victims",),
    shape=(),
    linear=(
        LEVEL,
        Parameter(
            "b", 0.6 / 800_000, 0.0, 0.6 / 800_000, "per victim",
            "reaches the top of the scale (1) from a = .40 at 800,000", "C",
        ),
    ),
    mean=mean,
    columns=columns,
    example=EXAMPLE,
    signs=(1,),
)  # fmt: skip
