"""M8 motivated shutdown: people turn compassion down when many victims would cost them.

    mu = a + g x - (h0 + h1 s) C x,   x = ln N

C is 1 where a request for help is expected and 0 where it is not; s is skill at emotion
regulation (z score; taken as 0 where the data lack it). The claim is g > 0 without cost and a
change of sign with cost (h0 > g). Cameron & Payne (2011, JPSP 100:1-15): collapse only when a
request was expected, only in skilled regulators, not when told to experience the feeling [V
abstract]; no ns or cell means are in hand, so the defaults are illustrations.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.victims.levels import LEVEL


def mean(design: Design, p: Params) -> Array:
    """``a + g x - (h0 + h1 s) C x``."""
    x = np.log(design["victims"])
    strength = p["h0"] + p["h1"] * design.get("regulation", np.zeros_like(x))
    return p["a"] + p["g"] * x - strength * design["cost_expected"] * x


def columns(design: Design, s: Params) -> Array:
    """x, -C x and, where regulation is measured, -s C x."""
    del s
    x = np.log(design["victims"])
    cost = -design["cost_expected"] * x
    with_regulation = [cost * design["regulation"]] if "regulation" in design else []
    return np.column_stack([x, cost, *with_regulation])


MOTIVATED_SHUTDOWN = Hypothesis(
    id="M8",
    name="motivated_shutdown",
    topic="victims",
    family="motivated_shutdown",
    claim="Compassion rises with N, unless a request for help is expected: then it falls.",
    equation="mu = a + g ln N - (h0 + h1 s) C ln N, g > 0, h0 > g",
    citation="Cameron & Payne 2011, J. Personality and Social Psychology 100:1-15",
    evidence="Three experiments [V abstract]; cell means not in hand, no direct replication in "
    "hand.",
    grade="mixed",
    role="rival",
    requires=("victims", "cost_expected"),
    shape=(),
    linear=(
        LEVEL,
        Parameter("g", 0.01, 0.0, 0.1, "per ln N", "illustration of the sign", "convention"),
        Parameter("h0", 0.02, 0.0, 0.2, "per ln N", "illustration: twice g, so that the sign "
                  "flips with cost", "convention"),
        Parameter("h1", 0.01, -0.1, 0.1, "per ln N and SD", "illustration: people one SD below "
                  "average in regulation do not fall", "convention"),
    ),
    mean=mean,
    columns=columns,
    example={
        "victims": np.tile([1.0, 2.0, 8.0, 100.0, 1e4, 8e5], 4),
        "cost_expected": np.tile(np.repeat([0.0, 1.0], 6), 2),
        "regulation": np.repeat([-1.0, 1.0], 12),
    },
    signs=(1, 1, 1),
    optional=("regulation",),
)  # fmt: skip
