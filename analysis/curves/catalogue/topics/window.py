"""W0 to W4, the narrow window: does compassion always rise with shared feeling (E, 0 to 1)?

B is the boundary between self and other (0 to 1; 0 where it is not measured). The essay (W3, W3d)
needs theta1 > 0 and an interior peak; theta0=.6, tau=.1 are illustrations. Kogan et al. (2014, JPSP
107:1051): a quadratic relation of RSA and prosociality in three studies, none in a three-sample follow-up
[V]. Batson's two-emotion account [M+] is W4: concern (K) leads to help, distress to escape. A
quadratic alone never shows an inverted U (two-lines test: AMPPS 10.1177/2515245918805755 [V]).
"""

import numpy as np
from scipy.special import expit

from analysis.curves.catalogue import Array, Level, Shape, Slope, crossed, curve

GRID = np.linspace(0.0, 1.0, 21)
EXAMPLE = crossed(empathy=GRID)
WITH_BOUNDARY = crossed(empathy=GRID, boundary=[0.0, 1.0])
LEVEL = Level(0.0, 0.0, 1.0, "response without shared feeling")
SLOPE = Slope(1.0, 0.0, 2.0, "normalised", sign=+1)
THETA0 = Shape(0.6, 0.05, 0.95, "illustration: closes in the upper half")
THETA1 = Shape(0.2, -1.0, 1.0, "illustration of the sign the essay needs",
               unit="per unit of boundary", needs="boundary")
TAU = Shape(0.1, 0.01, 1.0, "illustration: closes within a few tenths", search="log")
ESSAY = "the essay: compassion in a narrow window of empathy, kept open by the boundary"
BATSON = "Batson, two-emotion account (empathic concern and personal distress)"


@curve("W0", topic="window", family="monotone", role="rival", grade="mixed", example=EXAMPLE,
       citation="none; a monotone rival",
       evidence="No direct inverted U of compassion over state empathy has been published.")
def window_linear(empathy: Array, *, a: float = LEVEL, b: float = SLOPE) -> Array:
    """Compassion rises with shared feeling in proportion.

    C = a + b E, b > 0
    """
    return a + b * empathy


@curve("W1", topic="window", family="monotone", role="rival", grade="untested", example=EXAMPLE,
       citation="none; a monotone rival",
       evidence="We know of no test; a quadratic fits such data well although the curve never falls.")
def window_saturating(empathy: Array, *, a: float = LEVEL, b: float = SLOPE) -> Array:
    """Compassion rises with shared feeling, with diminishing returns.

    C = a + b ln(1 + E), b > 0
    """
    return a + b * np.log1p(empathy)


@curve("W2", topic="window", family="inverted_u", role="rival", grade="mixed", example=EXAMPLE,
       citation="Kogan et al. 2014, JPSP 107:1051 (resting RSA, not shared feeling)",
       evidence="Three studies for RSA; no quadratic effect in a three-sample follow-up [V].")
def window_quadratic(
    empathy: Array, *,
    top: float = Level(0.6, 0.0, 1.0, "normalised"),
    c: float = Slope(1.6, 0.0, 10.0, "falls from .6 to .2 at both ends", "C", sign=+1),
    peak: float = Shape(0.5, 0.05, 0.95, "middle of the scale; searched inside it"),
) -> Array:
    """Compassion peaks at a middle level of shared feeling.

    C = top - c (E - peak)^2, c > 0
    """
    return top - c * (empathy - peak) ** 2


def below(
    empathy: Array, boundary: Array | float, theta0: float, theta1: float, tau: float
) -> Array:
    """Return the share of shared feeling that stays below the threshold."""
    share: Array = expit((theta0 + theta1 * boundary - empathy) / tau)
    return share


@curve("W3", topic="window", family="window", role="essay", grade="untested", citation=ESSAY,
       evidence="No direct published test.", example=WITH_BOUNDARY)
def window_essay(
    empathy: Array, boundary: Array | float = 0.0, *, a: float = LEVEL, b: float = SLOPE,
    theta0: float = THETA0, theta1: float = THETA1, tau: float = TAU,
) -> Array:
    """Compassion grows with shared feeling up to a threshold, which a clear boundary raises; beyond it,
    compassion falls.

    C = a + b E / (1 + exp((E - theta) / tau)), theta = theta0 + theta1 B
    """
    return a + b * (empathy * below(empathy, boundary, theta0, theta1, tau))


@curve("W3d", topic="window", family="distress_overflow", role="essay", grade="untested",
       citation=ESSAY, evidence="No direct published test.", example=WITH_BOUNDARY)
def window_essay_distress(
    empathy: Array, boundary: Array | float = 0.0, *, a: float = LEVEL, b: float = SLOPE,
    theta0: float = THETA0, theta1: float = THETA1, tau: float = TAU,
) -> Array:
    """Distress rises once shared feeling passes the threshold (response: distress).

    D = a + b E (1 - 1 / (1 + exp((E - theta) / tau))), theta = theta0 + theta1 B
    """
    return a + b * (empathy * (1 - below(empathy, boundary, theta0, theta1, tau)))


@curve("W4", topic="window", family="two_factor", role="rival", grade="mixed", citation=BATSON,
       evidence="Recalled [M+]; the test is whether concern itself falls at high shared feeling.",
       example=crossed(concern=GRID))
def two_factor_concern(concern: Array, *, a: float = LEVEL, b: float = SLOPE) -> Array:
    """Compassion rises with empathic concern without limit; distress is a separate dimension.

    C = a + b K, b > 0 (K: empathic concern)
    """
    return a + b * concern


@curve("W4d", topic="window", family="distress_monotone", role="rival", grade="mixed",
       citation=BATSON, evidence="Recalled [M+].", example=EXAMPLE)
def two_factor_distress(empathy: Array, *, a: float = LEVEL, b: float = SLOPE) -> Array:
    """Distress rises with shared feeling in proportion, without a threshold (response: distress).

    D = a + b E, b > 0
    """
    return a + b * empathy
