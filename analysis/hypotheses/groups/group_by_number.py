"""P8 and P8e, group by number: does the fade with N belong to "us" only?

    mu = a + d_in 1[in] + (b_in 1[in] + b_out 1[not in]) ln N

P8: b_in < 0 = b_out. Kogut & Ritov (2007): identifying the single victim matters for the
in-group only [M+]. P8e, the essay: the two effects add up, b_in = b_out < 0.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.groups.favouritism import D_IN, LEVEL, is_in

EXAMPLE = {
    "group": np.repeat(["in", "out"], 6),
    "victims": np.tile([1.0, 2.0, 8.0, 100.0, 1e4, 8e5], 2),
}
FADE = Parameter("b", -0.05, -1.0, 0.0, "SD per ln N", "illustration of the sign", "convention")


def in_group_fade(design: Design, p: Params) -> Array:
    """``a + d_in 1[in] + b 1[in] ln N``."""
    member = is_in(design)
    return p["a"] + p["d_in"] * member + p["b"] * member * np.log(design["victims"])


def in_group_columns(design: Design, s: Params) -> Array:
    """1[in], 1[in] ln N."""
    del s
    return np.column_stack([is_in(design), is_in(design) * np.log(design["victims"])])


def additive_fade(design: Design, p: Params) -> Array:
    """``a + d_in 1[in] + b ln N``."""
    return p["a"] + p["d_in"] * is_in(design) + p["b"] * np.log(design["victims"])


def additive_columns(design: Design, s: Params) -> Array:
    """1[in], ln N."""
    del s
    return np.column_stack([is_in(design), np.log(design["victims"])])


IN_GROUP_FADE = Hypothesis(
    id="P8",
    name="in_group_fade",
    topic="groups",
    family="in_group_fade",
    claim="Only in-group victims lose by being many.",
    equation="mu = a + d_in 1[in] + b 1[in] ln N, b < 0",
    citation="Kogut & Ritov 2007, OBHDP",
    evidence="One study, recalled [M+].",
    grade="mixed",
    role="rival",
    requires=("group", "victims"),
    shape=(),
    linear=(LEVEL, D_IN, FADE),
    mean=in_group_fade,
    columns=in_group_columns,
    example=EXAMPLE,
    signs=(1, -1),
    along="victims",
)

ADDITIVE_FADE = Hypothesis(
    id="P8e",
    name="additive_fade",
    topic="groups",
    family="additive_fade",
    claim="Group and number add up: both groups fade alike, the in-group from a higher level.",
    equation="mu = a + d_in 1[in] + b ln N, b < 0",
    citation="the essay: parochial compassion and collapse as separate limits",
    evidence="No study in hand crosses group with this range of N.",
    grade="untested",
    role="essay",
    requires=("group", "victims"),
    shape=(),
    linear=(LEVEL, D_IN, FADE),
    mean=additive_fade,
    columns=additive_columns,
    example=EXAMPLE,
    signs=(1, -1),
    along="victims",
)
