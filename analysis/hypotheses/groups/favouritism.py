"""P0 to P3: does the sufferer's group matter, and is it favour for "us" or harm to "them"?

    P0 impartial     a
    P1 favouritism   a + d_in 1[in]                  (unaffiliated = out-group)
    P2 derogation    a - d_out 1[out]                (unaffiliated = in-group)
    P3 both          a + d_in 1[in] - d_out 1[out]   (the essay's dual claim)

Three levels are needed, in / out / none: with two, P1 and P2 are the same model. Balliet, Wu &
De Dreu (2014, Psych Bull 140:1556): d=.32 overall, .19 in dictator-type games, .42 with
interdependence; discrimination is favouritism rather than derogation [V]. Cikara et al. (2014,
JESP 55:110): out-group antipathy under competition [V].
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params, no_columns

EXAMPLE = {"group": np.array(["in", "none", "out"])}
LEVEL = Parameter("a", 0.0, -10.0, 10.0, "SD", "response to an unaffiliated sufferer, set to 0",
                  "convention")  # fmt: skip
D_IN = Parameter(
    "d_in", 0.19, 0.0, 1.0, "SD", "Balliet, Wu & De Dreu 2014, dictator-type games (.32 overall, "
    ".42 with interdependence)", "V",
)  # fmt: skip
D_OUT = Parameter(
    "d_out", 0.19, 0.0, 1.0, "SD", "as d_in, an illustration; the meta-analysis finds "
    "favouritism rather than derogation", "convention",
)  # fmt: skip


def is_in(design: Design) -> Array:
    """1 for an in-group sufferer, shape (n,)."""
    return (np.asarray(design["group"]) == "in").astype(float)


def is_out(design: Design) -> Array:
    """1 for an out-group sufferer, shape (n,)."""
    return (np.asarray(design["group"]) == "out").astype(float)


def impartial(design: Design, p: Params) -> Array:
    """``a`` for every group."""
    return np.full(len(design["group"]), p["a"])


def favouritism(design: Design, p: Params) -> Array:
    """``a + d_in 1[in]``."""
    return p["a"] + p["d_in"] * is_in(design)


def favouritism_columns(design: Design, s: Params) -> Array:
    """1[in]."""
    del s
    return np.column_stack([is_in(design)])


def derogation(design: Design, p: Params) -> Array:
    """``a - d_out 1[out]``."""
    return p["a"] - p["d_out"] * is_out(design)


def derogation_columns(design: Design, s: Params) -> Array:
    """-1[out]."""
    del s
    return np.column_stack([-is_out(design)])


def both(design: Design, p: Params) -> Array:
    """``a + d_in 1[in] - d_out 1[out]``."""
    return p["a"] + p["d_in"] * is_in(design) - p["d_out"] * is_out(design)


def both_columns(design: Design, s: Params) -> Array:
    """1[in], -1[out]."""
    del s
    return np.column_stack([is_in(design), -is_out(design)])


IMPARTIAL = Hypothesis(
    id="P0",
    name="impartial",
    topic="groups",
    family="impartial",
    claim="The sufferer's group makes no difference.",
    equation="mu = a",
    citation="impartial concern; null model",
    evidence="A meta-analysis of group discrimination finds d=.32 [V], so that a large impartial "
    "study would be news.",
    grade="contradicted",
    role="null",
    requires=("group",),
    shape=(),
    linear=(LEVEL,),
    mean=impartial,
    columns=no_columns,
    example=EXAMPLE,
)

FAVOURITISM = Hypothesis(
    id="P1",
    name="favouritism",
    topic="groups",
    family="favouritism",
    claim="The in-group receives more; the out-group is treated like anyone else.",
    equation="mu = a + d_in 1[in], out-group = unaffiliated",
    citation="Balliet, Wu & De Dreu 2014, Psychological Bulletin 140:1556",
    evidence="Meta-analysis: d=.32, .19 in dictator-type games; favouritism rather than "
    "derogation [V].",
    grade="supported",
    role="rival",
    requires=("group",),
    shape=(),
    linear=(LEVEL, D_IN),
    mean=favouritism,
    columns=favouritism_columns,
    example=EXAMPLE,
    signs=(1,),
)

DEROGATION = Hypothesis(
    id="P2",
    name="derogation",
    topic="groups",
    family="derogation",
    claim="The out-group receives less; the in-group is treated like anyone else.",
    equation="mu = a - d_out 1[out], in-group = unaffiliated",
    citation="Cikara, Bruneau, Van Bavel & Saxe 2014, JESP 55:110",
    evidence="Out-group antipathy appears under competition [V]; without it the meta-analysis "
    "finds favouritism [V].",
    grade="mixed",
    role="rival",
    requires=("group",),
    shape=(),
    linear=(LEVEL, D_OUT),
    mean=derogation,
    columns=derogation_columns,
    example=EXAMPLE,
    signs=(1,),
)

BOTH = Hypothesis(
    id="P3",
    name="favouritism_and_derogation",
    topic="groups",
    family="both",
    claim="The in-group receives more and the out-group less than an unaffiliated sufferer.",
    equation="mu = a + d_in 1[in] - d_out 1[out]",
    citation="the essay, parochial compassion",
    evidence="The out-group part is the minority pattern in the meta-analysis [V].",
    grade="mixed",
    role="essay",
    requires=("group",),
    shape=(),
    linear=(LEVEL, D_IN, D_OUT),
    mean=both,
    columns=both_columns,
    example=EXAMPLE,
    signs=(1, 1),
)
