"""V0 to V3, the vagal response: does RSA rise with compassion, and does it predict helping?

Stellar et al. (2015, JPSP 108:572), four studies: RSA higher in compassion than in neutral or
other positive states [V]. Di Bello et al. (2020): 16 studies, g=.54 [.24, .84], heterogeneous,
"poor methodological rigor" [V]. RSA is not vagal tone (Grossman 2023 [V]). Vicarious skin
conductance predicts costly helping [V PMC3149614]. V2 (resting RSA, R) and V3 (vicarious skin
conductance, SCR; both z scores) predict helping, V0 and V1 predict RSA: compare within a response.
"""

import numpy as np

from analysis.curves.catalogue import Array, Level, Shape, Slope, crossed, curve

EXAMPLE = crossed(suffering=[0.0, 1.0])
Z = np.linspace(-2.0, 2.0, 21)
LEVEL = Level(0.0, -10.0, 10.0, "standardised", unit="SD")


@curve("V0", topic="vagal", family="none", role="null", grade="contradicted", example=EXAMPLE,
       citation="none; the null model",
       evidence="A meta-analysis finds g=.54, in studies of poor rigour [V].")
def vagal_none(suffering: Array, *, a: float = LEVEL) -> float:
    """RSA does not change while suffering is seen.

    RSA = a
    """
    return a


@curve("V1", topic="vagal", family="response", role="essay", grade="supported", example=EXAMPLE,
       citation="Stellar, Cohen, Oveis & Keltner 2015, JPSP 108:572",
       evidence="16 studies of poor rigour, g=.54 [.24, .84], heterogeneous (Di Bello 2020) [V].")
def vagal_response(
    suffering: Array, *, a: float = LEVEL,
    b: float = Slope(0.54, 0.0, 2.0, "Di Bello et al. 2020, 16 studies [.24, .84]", "V", unit="SD",
                     sign=+1),
) -> Array:
    """RSA rises while suffering is seen.

    RSA = a + b 1[suffering], b > 0
    """
    return a + b * suffering


@curve("V2", topic="vagal", family="inverted_u", role="rival", grade="mixed",
       citation="Kogan et al. 2014, JPSP 107:1051", example=crossed(rsa=Z),
       evidence="Three studies; a three-sample follow-up found no quadratic effect [V].")
def vagal_quadratic(
    rsa: Array, *,
    top: float = Level(0.0, -10.0, 10.0, "standardised", unit="SD"),
    c: float = Slope(0.1, 0.0, 1.0, "illustration", unit="SD per squared SD", sign=+1),
    peak: float = Shape(0.0, -1.5, 1.5, "the sample mean; searched inside the sample", unit="SD"),
) -> Array:
    """People with a medium resting RSA help most (response: helping).

    helping = top - c (R - peak)^2, c > 0
    """
    return top - c * (rsa - peak) ** 2


@curve("V3", topic="vagal", family="arousal", role="rival", grade="mixed",
       citation="Hein et al. (PMC3149614)", example=crossed(scr=Z),
       evidence="Vicarious skin conductance predicts costly helping [V].")
def sympathetic_arousal(
    scr: Array, *, a: float = LEVEL,
    b: float = Slope(0.2, 0.0, 1.0, "illustration", unit="SD per SD", sign=+1),
) -> Array:
    """Bodily arousal at another's pain, not vagal calm, predicts helping (response: helping).

    helping = a + b SCR, b > 0
    """
    return a + b * scr
