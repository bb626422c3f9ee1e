"""W0 to W4, the narrow window: does more shared feeling (E, 0 to 1) mean more compassion?

    W0  linear      C = a + b E
    W1  saturating  C = a + b ln(1 + E)
    W2  quadratic   C = top - c (E - peak)^2, the peak inside the scale
    W3  essay       C = a + b E s(E),  W3d distress D = a + b E (1 - s(E)),
                    s(E) = 1 / (1 + exp((E - theta) / tau)),  theta = theta0 + theta1 B
    W4  two factors C = a + b K (empathic concern K), W4d D = a + b E

B is the boundary between self and other (0 to 1; 0 where it is not measured). The essay needs
theta1 > 0 and an interior peak; theta0=.6, tau=.1 are illustrations. Kogan et al. (2014, JPSP
107:1051): quadratic of RSA and prosociality in three studies, none in a three-sample follow-up
[V]. Batson's two-emotion account [M+] is W4: concern leads to help, distress to escape. A
quadratic alone never shows an inverted U (two-lines test: AMPPS 10.1177/2515245918805755 [V]).
"""

import numpy as np
from scipy.special import expit

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params

GRID = np.linspace(0.0, 1.0, 21)
EXAMPLE = {"empathy": GRID}
WITH_BOUNDARY = {"empathy": np.tile(GRID, 2), "boundary": np.repeat([0.0, 1.0], GRID.size)}
LEVEL = Parameter("a", 0.0, 0.0, 1.0, "", "response without shared feeling", "convention")
SLOPE = Parameter("b", 1.0, 0.0, 2.0, "", "normalised", "convention")
THRESHOLD = (
    Parameter("theta0", 0.6, 0.05, 0.95, "", "illustration: closes in the upper half", "convention"),
    Parameter("theta1", 0.2, -1.0, 1.0, "per unit of boundary", "illustration of the sign the "
              "essay needs", "convention", needs="boundary"),
    Parameter("tau", 0.1, 0.01, 1.0, "", "illustration: closes within a few tenths", "convention", "log"),
)  # fmt: skip
ESSAY = "the essay: compassion in a narrow window of empathy, kept open by the boundary"
BATSON = "Batson, two-emotion account (empathic concern and personal distress)"


def line(design: Design, p: Params) -> Array:
    """``a + b E``."""
    return p["a"] + p["b"] * design["empathy"]


def line_columns(design: Design, s: Params) -> Array:
    """E."""
    del s
    return np.column_stack([design["empathy"]])


def saturating(design: Design, p: Params) -> Array:
    """``a + b ln(1 + E)``."""
    return p["a"] + p["b"] * np.log1p(design["empathy"])


def saturating_columns(design: Design, s: Params) -> Array:
    """ln(1 + E)."""
    del s
    return np.column_stack([np.log1p(design["empathy"])])


def quadratic(design: Design, p: Params) -> Array:
    """``top - c (E - peak)^2``."""
    return p["top"] - p["c"] * (design["empathy"] - p["peak"]) ** 2


def quadratic_columns(design: Design, s: Params) -> Array:
    """-(E - peak)^2."""
    return np.column_stack([-((design["empathy"] - s["peak"]) ** 2)])


def openness(design: Design, p: Params) -> Array:
    """s(E), the share of shared feeling that stays below the threshold, shape (n,)."""
    boundary = design.get("boundary", np.zeros_like(design["empathy"]))
    theta = p["theta0"] + p["theta1"] * boundary
    return expit((theta - design["empathy"]) / p["tau"])


def window(design: Design, p: Params) -> Array:
    """``a + b E s(E)``."""
    return p["a"] + p["b"] * window_columns(design, p)[:, 0]


def window_columns(design: Design, s: Params) -> Array:
    """E s(E)."""
    return np.column_stack([design["empathy"] * openness(design, s)])


def overflow(design: Design, p: Params) -> Array:
    """``a + b E (1 - s(E))``."""
    return p["a"] + p["b"] * overflow_columns(design, p)[:, 0]


def overflow_columns(design: Design, s: Params) -> Array:
    """E (1 - s(E))."""
    return np.column_stack([design["empathy"] * (1 - openness(design, s))])


def concern(design: Design, p: Params) -> Array:
    """``a + b K``."""
    return p["a"] + p["b"] * design["concern"]


def concern_columns(design: Design, s: Params) -> Array:
    """K."""
    del s
    return np.column_stack([design["concern"]])


LINEAR = Hypothesis(
    id="W0", name="window_linear", topic="window", family="monotone",
    claim="More shared feeling, more compassion, in proportion.",
    equation="C = a + b E, b > 0", citation="none; the monotone null",
    evidence="No direct published inverted U of state empathy on compassion.",
    grade="mixed", role="null", requires=("empathy",), shape=(), linear=(LEVEL, SLOPE),
    mean=line, columns=line_columns, example=EXAMPLE, signs=(1,),
)  # fmt: skip

SATURATING = Hypothesis(
    id="W1", name="window_saturating", topic="window", family="monotone",
    claim="More shared feeling, more compassion, with diminishing returns.",
    equation="C = a + b ln(1 + E), b > 0", citation="none; a monotone rival",
    evidence="Not tested in hand; a quadratic fits it although it never falls.",
    grade="untested", role="rival", requires=("empathy",), shape=(), linear=(LEVEL, SLOPE),
    mean=saturating, columns=saturating_columns, example=EXAMPLE, signs=(1,),
)  # fmt: skip

QUADRATIC = Hypothesis(
    id="W2", name="window_quadratic", topic="window", family="inverted_u",
    claim="Compassion peaks at a middle level of shared feeling.",
    equation="C = top - c (E - peak)^2, c > 0",
    citation="Kogan et al. 2014, JPSP 107:1051 (resting RSA, not shared feeling)",
    evidence="Three studies for RSA; no quadratic in a three-sample follow-up [V].",
    grade="mixed", role="rival", requires=("empathy",),
    shape=(Parameter("peak", 0.5, 0.05, 0.95, "", "middle of the scale; searched inside it",
                     "convention"),),
    linear=(Parameter("top", 0.6, 0.0, 1.0, "", "normalised", "convention"),
            Parameter("c", 1.6, 0.0, 10.0, "", "falls from .6 to .2 at both ends", "C")),
    mean=quadratic, columns=quadratic_columns, example=EXAMPLE, signs=(1,),
)  # fmt: skip

WINDOW = Hypothesis(
    id="W3", name="window_essay", topic="window", family="window",
    claim="Compassion grows with shared feeling up to a threshold that the boundary lifts; "
    "beyond it compassion gives way.",
    equation="C = a + b E / (1 + exp((E - theta) / tau)), theta = theta0 + theta1 B",
    citation=ESSAY, evidence="No direct published test.",
    grade="untested", role="essay", requires=("empathy",), optional=("boundary",),
    shape=THRESHOLD, linear=(LEVEL, SLOPE), mean=window, columns=window_columns,
    example=WITH_BOUNDARY, signs=(1,),
)  # fmt: skip

OVERFLOW = Hypothesis(
    id="W3d", name="window_essay_distress", topic="window", family="distress_overflow",
    claim="Distress takes over where shared feeling passes the threshold (response: distress).",
    equation="D = a + b E (1 - 1 / (1 + exp((E - theta) / tau))), theta = theta0 + theta1 B",
    citation=ESSAY, evidence="No direct published test.",
    grade="untested", role="essay", requires=("empathy",), optional=("boundary",),
    shape=THRESHOLD, linear=(LEVEL, SLOPE), mean=overflow, columns=overflow_columns,
    example=WITH_BOUNDARY, signs=(1,),
)  # fmt: skip

CONCERN = Hypothesis(
    id="W4", name="two_factor_concern", topic="window", family="two_factor",
    claim="Compassion rises with empathic concern without limit; distress is another dimension.",
    equation="C = a + b K, b > 0 (K: empathic concern)", citation=BATSON,
    evidence="Recalled [M+]; decided by whether concern itself falls at high shared feeling.",
    grade="mixed", role="rival", requires=("concern",), shape=(), linear=(LEVEL, SLOPE),
    mean=concern, columns=concern_columns, example={"concern": GRID}, signs=(1,),
)  # fmt: skip

DISTRESS_LINE = Hypothesis(
    id="W4d", name="two_factor_distress", topic="window", family="distress_monotone",
    claim="Distress rises with shared feeling in proportion, without a threshold (response: "
    "distress).",
    equation="D = a + b E, b > 0", citation=BATSON, evidence="Recalled [M+].",
    grade="mixed", role="rival", requires=("empathy",), shape=(), linear=(LEVEL, SLOPE),
    mean=line, columns=line_columns, example=EXAMPLE, signs=(1,),
)  # fmt: skip
