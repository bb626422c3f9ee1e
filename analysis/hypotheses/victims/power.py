"""M3 power (Stevens): the value of lives saved grows as a power of their number.

    mu(N) = A N^beta,    0 < beta < 1

Slovic (2007) draws this as "psychophysical numbing". No trustworthy published exponent for lives
is in hand: our prior is beta ~ N(0, .15), and .15 is drawn as an illustration.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.victims.levels import EXAMPLE


def mean(design: Design, p: Params) -> Array:
    """``A N^beta``."""
    return p["A"] * design["victims"] ** p["beta"]


def columns(design: Design, s: Params) -> Array:
    """N^beta."""
    return np.column_stack([design["victims"] ** s["beta"]])


POWER = Hypothesis(
    id="M3",
    name="power",
    topic="victims",
    family="rising",
    claim="The response grows as a power of N, with an exponent below one.",
    equation="mu(N) = A N^beta, 0 < beta < 1",
    citation="Stevens' power law; Slovic 2007, Judgment and Decision Making 2:79-95",
    evidence="No trustworthy published exponent for lives is in hand.",
    grade="untested",
    role="rival",
    requires=("victims",),
    shape=(
        Parameter(
            "beta", 0.15, 0.001, 1.0, "", "one SD of our prior N(0, .15); "
            "an illustration, no published exponent", "convention", "log",
        ),
    ),
    linear=(
        Parameter(
            "A", 0.13, 0.0, 1.0, "", "reaches the top of the scale (1) at 800,000 when "
            "beta = .15", "C",
        ),
    ),
    mean=mean,
    columns=columns,
    example=EXAMPLE,
    intercept=False,
    signs=(1,),
)  # fmt: skip
