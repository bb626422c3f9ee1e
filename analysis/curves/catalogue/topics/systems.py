"""S0 to S3, threat and soothing: does one exclude the other?

Threat T, soothing S and general arousal or response level A are ratings scaled to 0..1. The essay
says that the systems "cannot run simultaneously" (S2: the corner T > mid, S > mid is empty).
Gilbert et al. (2008, J Pos Psychol 3:182; n=203): three positive factors; safe/content most
negatively related to stress and self-criticism [V]. The means differ little between S1 and S2; whether
the corner is empty is a matter of counting, see ``analysis.planned.by_topic``.
"""

import numpy as np

from analysis.curves.catalogue import Array, Level, Shape, Slope, crossed, curve, indicator

GRID = np.linspace(0.0, 1.0, 21)
EXAMPLE = crossed(threat=GRID)
LEVEL = Level(0.5, 0.0, 1.0, "middle of the scale")
INHIBITION = Slope(0.3, 0.0, 1.0, "illustration: moderate inhibition", unit="per unit of threat",
                   sign=+1)
GILBERT = "Gilbert et al. 2008, J. Positive Psychology 3:182"


@curve("S0", topic="systems", family="independent", role="null", grade="mixed", citation=GILBERT,
       evidence="Social safeness is separable from positive and negative affect (N=1,889) [V].",
       example=EXAMPLE)
def systems_independent(threat: Array, *, s0: float = LEVEL) -> float:
    """Threat and soothing vary independently; both can be high.

    S = s0
    """
    return s0


@curve("S1", topic="systems", family="inhibition", role="rival", grade="supported",
       citation=GILBERT, evidence="Moderate negative correlations in factor studies [V].",
       example=EXAMPLE)
def systems_inhibition(threat: Array, *, s0: float = LEVEL, a: float = INHIBITION) -> Array:
    """Threat lowers soothing in proportion.

    S = s0 - a T, a > 0
    """
    return s0 - a * threat


@curve("S2", topic="systems", family="exclusion", role="essay", grade="untested",
       citation='the essay: threat and soothing "cannot run simultaneously"',
       evidence="We know of no study that finds the empty corner.", example=EXAMPLE)
def systems_mutual_exclusion(
    threat: Array, *,
    mid: float = Shape(0.5, 0.5, 0.5, "the scale's midpoint, fixed"),
    high: float = Slope(0.7, 0.0, 1.0, "illustration", sign=+1),
    low: float = Level(0.1, 0.0, 1.0, "illustration"),
) -> Array:
    """Above the midpoint of the threat scale, soothing is switched off.

    S = low + (high - low) 1[T <= mid]; P(T > mid and S > mid) = 0
    """
    return low + (high - low) * indicator(threat <= mid)


@curve("S3", topic="systems", family="shared_arousal", role="rival", grade="untested",
       citation="none; a bifactor account; correct for acquiescence with balanced items",
       evidence="A standard alternative for correlated ratings; we know of no test.",
       example=crossed(threat=GRID, arousal=[0.2, 0.8]))
def systems_shared_arousal(
    threat: Array, arousal: Array, *, s0: float = LEVEL,
    g: float = Slope(0.3, 0.0, 1.0, "illustration", unit="per unit of arousal", sign=+1),
    a: float = INHIBITION,
) -> Array:
    """General arousal (or acquiescence) raises both; at a given arousal, threat lowers soothing.

    S = s0 + g A - a T, g > 0
    """
    return s0 + g * arousal - a * threat
