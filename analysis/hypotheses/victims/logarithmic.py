"""M2 logarithmic (Weber-Fechner): each multiplication of N changes the response by one step.

    mu(N) = a + b ln N

One equation, two families: with b > 0 the response rises ever more slowly (numbing, M2n), with
b < 0 it fades without a floor (M2). Soyer & Hogarth (2011, JDM 6:616): donations rose with the
number of recipients at a decreasing rate [V]. Butts et al. (2019, OBHDP 151:16-33; 41 studies,
N=13,259): group size lowers helping, but not empathic concern [V].
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.victims.levels import EXAMPLE, LEVEL, TOP


def rising(design: Design, p: Params) -> Array:
    """``a + b ln N``."""
    return p["a"] + p["b"] * np.log(design["victims"])


def falling(design: Design, p: Params) -> Array:
    """``T + b ln N``: T is the response at N=1."""
    return p["T"] + p["b"] * np.log(design["victims"])


def columns(design: Design, s: Params) -> Array:
    """Ln N."""
    del s
    return np.column_stack([np.log(design["victims"])])


LOG_FADE = Hypothesis(
    id="M2",
    name="log_fade",
    topic="victims",
    family="falling_log",
    claim="The response falls by the same amount each time N is multiplied, without a floor.",
    equation="mu(N) = T + b ln N, b < 0",
    citation="Weber-Fechner law; Butts, Lunt, Freling & Gabriel 2019, OBHDP 151:16-33",
    evidence="A meta-analysis finds less helping for groups, but no effect on empathic concern "
    "[V]; the shape over N is untested.",
    grade="mixed",
    role="rival",
    requires=("victims",),
    shape=(),
    linear=(
        TOP,
        Parameter(
            "b", -0.9 / np.log(800_000), -1.0 / np.log(800_000), 0.0, "per ln N",
            "falls from 1 to the essay's .10 at 800,000", "C",
        ),
    ),
    mean=falling,
    columns=columns,
    example=EXAMPLE,
    signs=(-1,),
)  # fmt: skip

LOG_NUMBING = Hypothesis(
    id="M2n",
    name="log_numbing",
    topic="victims",
    family="rising",
    claim="The response rises with N, each multiplication adding the same (psychic numbing).",
    equation="mu(N) = a + b ln N, b > 0",
    citation="Weber-Fechner law; Soyer & Hogarth 2011, Judgment and Decision Making 6:616",
    evidence="Donations by number of recipients rose at a decreasing rate [V].",
    grade="mixed",
    role="rival",
    requires=("victims",),
    shape=(),
    linear=(
        LEVEL,
        Parameter(
            "b", 0.6 / np.log(800_000), 0.0, 0.6 / np.log(800_000), "per ln N",
            "reaches the top of the scale (1) from a = .40 at 800,000", "C",
        ),
    ),
    mean=rising,
    columns=columns,
    example=EXAMPLE,
    signs=(1,),
)  # fmt: skip
