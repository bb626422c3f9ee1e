"""S0 to S3, threat and soothing: do they exclude one another?

    S0  independence      S = s0
    S1  inhibition        S = s0 - a T
    S2  mutual exclusion  S = low + (high - low) 1[T <= mid]: the corner T > mid, S > mid is empty
    S3  shared arousal    S = s0 + g A - a T  (A: general arousal or response level)

Threat T, soothing S and A are ratings scaled to 0..1. The essay says that the systems "cannot run
simultaneously" (S2). Gilbert et al. (2008, J Pos Psychol 3:182; n=203): three positive factors;
safe/content most negatively related to stress and self-criticism [V]. The means differ little
between S1 and S2; the empty corner itself is a count, see ``analysis.compare.corner``.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params

GRID = np.linspace(0.0, 1.0, 21)
EXAMPLE = {"threat": GRID}
LEVEL = Parameter("s0", 0.5, 0.0, 1.0, "", "middle of the scale", "convention")
INHIBITION = Parameter(
    "a", 0.3, 0.0, 1.0, "per unit of threat", "illustration: moderate inhibition", "convention"
)
GILBERT = "Gilbert et al. 2008, J. Positive Psychology 3:182"


def independent(design: Design, p: Params) -> Array:
    """``s0``."""
    return np.full(len(design["threat"]), p["s0"])


def independent_columns(design: Design, s: Params) -> Array:
    """No column."""
    del s
    return np.empty((len(design["threat"]), 0))


def inhibition(design: Design, p: Params) -> Array:
    """``s0 - a T``."""
    return p["s0"] - p["a"] * design["threat"]


def inhibition_columns(design: Design, s: Params) -> Array:
    """-T."""
    del s
    return np.column_stack([-design["threat"]])


def exclusion(design: Design, p: Params) -> Array:
    """``low + (high - low) 1[T <= mid]``."""
    return p["low"] + (p["high"] - p["low"]) * (design["threat"] <= p["mid"])


def exclusion_columns(design: Design, s: Params) -> Array:
    """1[T <= mid]."""
    return np.column_stack([(design["threat"] <= s["mid"]).astype(float)])


def arousal(design: Design, p: Params) -> Array:
    """``s0 + g A - a T``."""
    return p["s0"] + p["g"] * design["arousal"] - p["a"] * design["threat"]


def arousal_columns(design: Design, s: Params) -> Array:
    """A, -T."""
    del s
    return np.column_stack([design["arousal"], -design["threat"]])


INDEPENDENCE = Hypothesis(
    id="S0",
    name="systems_independent",
    topic="systems",
    family="independent",
    claim="Threat and soothing vary independently; both can be high.",
    equation="S = s0",
    citation=GILBERT,
    evidence="Social safeness is separable from positive and negative affect (N=1,889) [V].",
    grade="mixed",
    role="null",
    requires=("threat",),
    shape=(),
    linear=(LEVEL,),
    mean=independent,
    columns=independent_columns,
    example=EXAMPLE,
)

INHIBITED = Hypothesis(
    id="S1",
    name="systems_inhibition",
    topic="systems",
    family="inhibition",
    claim="Threat lowers soothing in proportion.",
    equation="S = s0 - a T, a > 0",
    citation=GILBERT,
    evidence="Moderate negative correlations in factor studies [V].",
    grade="supported",
    role="rival",
    requires=("threat",),
    shape=(),
    linear=(LEVEL, INHIBITION),
    mean=inhibition,
    columns=inhibition_columns,
    example=EXAMPLE,
    signs=(1,),
)

MUTUAL_EXCLUSION = Hypothesis(
    id="S2",
    name="systems_mutual_exclusion",
    topic="systems",
    family="exclusion",
    claim="Above the middle of the threat scale soothing is switched off.",
    equation="S = low + (high - low) 1[T <= mid]; P(T > mid and S > mid) = 0",
    citation='the essay: threat and soothing "cannot run simultaneously"',
    evidence="No study in hand finds the empty corner.",
    grade="untested",
    role="essay",
    requires=("threat",),
    shape=(Parameter("mid", 0.5, 0.5, 0.5, "", "the scale's midpoint, given", "convention"),),
    linear=(
        Parameter("high", 0.7, 0.0, 1.0, "", "illustration", "convention"),
        Parameter("low", 0.1, 0.0, 1.0, "", "illustration", "convention"),
    ),
    mean=exclusion,
    columns=exclusion_columns,
    example=EXAMPLE,
    signs=(1,),
)

SHARED_AROUSAL = Hypothesis(
    id="S3",
    name="systems_shared_arousal",
    topic="systems",
    family="shared_arousal",
    claim="A general level of arousal (or of ticking high) lifts both; beneath it they inhibit.",
    equation="S = s0 + g A - a T, g > 0",
    citation="none; a bifactor rival; correct for acquiescence with balanced items",
    evidence="A standard alternative for correlated ratings; not tested in hand.",
    grade="untested",
    role="rival",
    requires=("threat", "arousal"),
    shape=(),
    linear=(
        LEVEL,
        Parameter("g", 0.3, 0.0, 1.0, "per unit of arousal", "illustration", "convention"),
        INHIBITION,
    ),
    mean=arousal,
    columns=arousal_columns,
    example={"threat": np.tile(GRID, 2), "arousal": np.repeat([0.2, 0.8], GRID.size)},
    signs=(1, 1),
)
