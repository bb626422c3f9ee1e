"""D0 to D5, the daily limit: what repeated exposure does to compassion.

t counts the exposures from 1. The essay contradicts itself: compassion "does not deplete" (D4)
and "flips to distress" after a daily limit (D3, D3c). Prior from ego depletion: multi-lab d
about .04 [M+]. Boredom and scale drift are rival explanations that call for neutral vignettes and a
novel one at the end, not for another curve.
"""

import numpy as np

from analysis.curves.catalogue import Array, Level, Shape, Slope, Words, crossed, curve

TRIALS = np.arange(1.0, 41.0)
EXAMPLE = crossed(exposure=TRIALS)
LEVEL = Level(0.6, 0.0, 1.0, "illustration")
SLOPE = Slope(0.005, 0.0, 0.1, "illustration: .2 over 40 exposures", unit="per exposure", sign=+1)
LIMIT = Shape(20.0, 2.0, 38.0, "illustration: half of the 40 vignettes", unit="exposures")
TURN = Slope(0.015, 0.0, 0.1, "illustration", unit="per exposure", sign=+1)
RATE = Shape(0.02, 1e-4, 1.0, "illustration: halves within 35 exposures", unit="per exposure", search="log")
COMPASSION = Slope(0.6, 0.0, 1.0, "illustration", sign=+1)
DISTRESS = Slope(0.5, 0.0, 1.0, "illustration", sign=+1)
DAILY_LIMIT = 'the essay, "daily limit"'
UNTESTED = "We know of no study; the prior from ego depletion is near zero [M+]."


@curve("D0", topic="depletion", family="flat", role="null", grade="mixed", example=EXAMPLE,
       citation="the null model; Hagger et al. 2016 (ego depletion, multi-lab)",
       evidence="Multi-lab ego depletion d about .04 [M+].")
def depletion_flat(exposure: Array, *, a: float = LEVEL) -> float:
    """Repeated exposure makes no difference.

    C = a
    """
    return a


@curve("D1", topic="depletion", family="depletion", role="rival", grade="untested",
       citation="none; the depletion account", evidence=UNTESTED, example=EXAMPLE)
def depletion_linear(exposure: Array, *, a: float = LEVEL, b: float = SLOPE) -> Array:
    """Every exposure takes away the same amount of compassion.

    C = a - b (t - 1), b > 0
    """
    return a - b * (exposure - 1)


@curve("D2", topic="depletion", family="depletion", role="rival", grade="untested",
       citation="none; the depletion account", evidence=UNTESTED, example=EXAMPLE)
def depletion_exponential(exposure: Array, *, delta: float = RATE, C0: float = COMPASSION) -> Array:
    """Every exposure takes away the same proportion of the compassion that is left.

    C = C0 exp(-delta (t - 1))
    """
    return C0 * np.exp(-delta * (exposure - 1))


@curve("D3", topic="depletion", family="distress_change_point", role="essay", grade="untested",
       citation=DAILY_LIMIT, evidence=UNTESTED, example=EXAMPLE)
def daily_limit_distress(
    exposure: Array, *, t_star: float = LIMIT, a: float = LEVEL, m: float = TURN,
) -> Array:
    """Distress is constant up to a limit; after that, every exposure adds to it (response: distress).

    distress = a + m max(0, t - t*), m > 0
    """
    return a + m * np.maximum(0.0, exposure - t_star)


@curve("D3c", topic="depletion", family="change_point", role="essay", grade="untested",
       citation=DAILY_LIMIT, evidence=UNTESTED, example=EXAMPLE)
def daily_limit_compassion(
    exposure: Array, *, t_star: float = LIMIT, a: float = LEVEL, m: float = TURN,
) -> Array:
    """Compassion is constant up to a limit; after that, every exposure takes some of it away.

    C = a - m max(0, t - t*), m > 0
    """
    return a - m * np.maximum(0.0, exposure - t_star)


@curve("D4", topic="depletion", role="essay", grade="untested", example=EXAMPLE,
       citation='the essay: "compassion is energizing"', evidence=UNTESTED)
def energising(exposure: Array, *, a: float = LEVEL, b: float = SLOPE) -> Array:
    """Compassion feeds itself: every exposure adds to it.

    C = a + b (t - 1), b > 0
    """
    return a + b * (exposure - 1)


@curve("D5", topic="depletion", role="rival", grade="untested",
       citation="none; the habituation account",
       evidence="Habituation is a general finding; this curve is untested.",
       example=crossed(exposure=TRIALS, measure=["compassion", "distress"]))
def habituation(
    exposure: Array, measure: Words, *, delta: float = RATE, C0: float = COMPASSION,
    D0: float = DISTRESS,
) -> Array:
    """All responses to repeated pictures of suffering fade at the same rate, including distress.

    y = y0 exp(-delta (t - 1)), y0 of compassion and of distress, one delta
    """
    return np.where(measure == "distress", D0, C0) * np.exp(-delta * (exposure - 1))
