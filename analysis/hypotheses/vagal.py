"""V0 to V3, the vagal response: does RSA rise with compassion, and does it foretell helping?

    V0  none       RSA = a
    V1  response   RSA = a + b 1[suffering shown]
    V2  quadratic  helping = top - c (R - peak)^2     (R: resting RSA, z score)
    V3  arousal    helping = a + b SCR                (vicarious skin conductance, z score)

Stellar et al. (2015, JPSP 108:572), four studies: RSA higher in compassion than in neutral or
other positive states [V]. Di Bello et al. (2020): 16 studies, g=.54 [.24, .84], heterogeneous,
"poor methodological rigor" [V]. RSA is not vagal tone (Grossman 2023 [V]). Vicarious skin
conductance predicts costly helping [V PMC3149614]. V2 and V3 predict helping, V0 and V1 predict
RSA: compare within a response.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params, no_columns

EXAMPLE = {"suffering": np.array([0.0, 1.0])}
Z = np.linspace(-2.0, 2.0, 21)
LEVEL = Parameter("a", 0.0, -10.0, 10.0, "SD", "standardised", "convention")


def none(design: Design, p: Params) -> Array:
    """``a``."""
    return np.full(len(design["suffering"]), p["a"])


def response(design: Design, p: Params) -> Array:
    """``a + b 1[suffering]``."""
    return p["a"] + p["b"] * design["suffering"]


def response_columns(design: Design, s: Params) -> Array:
    """1[suffering]."""
    del s
    return np.column_stack([design["suffering"]])


def quadratic(design: Design, p: Params) -> Array:
    """``top - c (R - peak)^2``."""
    return p["top"] - p["c"] * (design["rsa"] - p["peak"]) ** 2


def quadratic_columns(design: Design, s: Params) -> Array:
    """-(R - peak)^2."""
    return np.column_stack([-((design["rsa"] - s["peak"]) ** 2)])


def arousal(design: Design, p: Params) -> Array:
    """``a + b SCR``."""
    return p["a"] + p["b"] * design["scr"]


def arousal_columns(design: Design, s: Params) -> Array:
    """SCR."""
    del s
    return np.column_stack([design["scr"]])


NONE = Hypothesis(
    id="V0",
    name="vagal_none",
    topic="vagal",
    family="none",
    claim="RSA does not change while suffering is seen.",
    equation="RSA = a",
    citation="none; the null model",
    evidence="A meta-analysis finds g=.54, of poor rigor [V].",
    grade="contradicted",
    role="null",
    requires=("suffering",),
    shape=(),
    linear=(LEVEL,),
    mean=none,
    columns=no_columns,
    example=EXAMPLE,
)

RESPONSE = Hypothesis(
    id="V1",
    name="vagal_response",
    topic="vagal",
    family="response",
    claim="RSA rises while suffering is seen.",
    equation="RSA = a + b 1[suffering], b > 0",
    citation="Stellar, Cohen, Oveis & Keltner 2015, JPSP 108:572",
    evidence="16 studies, g=.54 [.24, .84], heterogeneous, poor rigor (Di Bello 2020) [V].",
    grade="supported",
    role="essay",
    requires=("suffering",),
    shape=(),
    linear=(
        LEVEL,
        Parameter("b", 0.54, 0.0, 2.0, "SD", "Di Bello et al. 2020, 16 studies [.24, .84]", "V"),
    ),
    mean=response,
    columns=response_columns,
    example=EXAMPLE,
    signs=(1,),
)

QUADRATIC = Hypothesis(
    id="V2",
    name="vagal_quadratic",
    topic="vagal",
    family="inverted_u",
    claim="People with middling resting RSA help most (response: helping).",
    equation="helping = top - c (R - peak)^2, c > 0",
    citation="Kogan et al. 2014, JPSP 107:1051",
    evidence="Three studies; a three-sample follow-up found no quadratic [V].",
    grade="mixed",
    role="rival",
    requires=("rsa",),
    shape=(
        Parameter("peak", 0.0, -1.5, 1.5, "SD", "the sample mean; searched inside the sample",
                  "convention"),
    ),
    linear=(
        Parameter("top", 0.0, -10.0, 10.0, "SD", "standardised", "convention"),
        Parameter("c", 0.1, 0.0, 1.0, "SD per squared SD", "illustration", "convention"),
    ),
    mean=quadratic,
    columns=quadratic_columns,
    example={"rsa": Z},
    signs=(1,),
)  # fmt: skip

AROUSAL = Hypothesis(
    id="V3",
    name="sympathetic_arousal",
    topic="vagal",
    family="arousal",
    claim="Bodily arousal at the other's pain, not vagal calm, foretells helping (response: "
    "helping).",
    equation="helping = a + b SCR, b > 0",
    citation="Hein et al. (PMC3149614)",
    evidence="Vicarious skin conductance predicts costly helping [V].",
    grade="mixed",
    role="rival",
    requires=("scr",),
    shape=(),
    linear=(
        LEVEL,
        Parameter("b", 0.2, 0.0, 1.0, "SD per SD", "illustration", "convention"),
    ),
    mean=arousal,
    columns=arousal_columns,
    example={"scr": Z},
    signs=(1,),
)
