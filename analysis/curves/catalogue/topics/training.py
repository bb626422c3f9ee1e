"""T0 to T3, training: what changes after training, and in which arm?

``arm`` is compassion / active / waitlist. Without an active arm T1 (attention, expectancy) and T3
are the same model. Luberto 2018: 26 RCTs, SMD .40 self-report, .45 observed, most controls waitlist [V].
Wilson et al. 2019: no difference from active controls (self-compassion) [V]. The essay's ratios
(T3e) come from its block figure (24 to 14, 4 to 20, 16 to 8); no cited study has these measures:
illustrative, unsourced.
"""

import numpy as np

from analysis.curves.catalogue import Array, Level, Slope, Words, crossed, curve, indicator

EXAMPLE = crossed(pre=np.linspace(-2.0, 2.0, 5), arm=["compassion", "active", "waitlist"])
LEVEL = Level(0.0, -10.0, 10.0, "standardised", unit="SD")
STABILITY = Slope(0.5, 0.0, 1.0, "illustration of the pre-post slope")
EFFECT = Slope(0.40, 0.0, 2.0, "Luberto et al. 2018, 26 RCTs, self-report, mostly waitlist "
               "controls", "V", unit="SD", sign=+1)
BLOCKS = {"threat": (24, 14), "soothing": (4, 20), "distress": (16, 8), "compassion": (1, 1)}
"""Blocks of the essay's figure before and after; compassion itself is not drawn there."""


@curve("T0", topic="training", family="none", role="null", grade="mixed", along="pre",
       citation="none; the null model", example=EXAMPLE,
       evidence="No difference between self-compassion training and active controls was found [V].")
def training_none(arm: Words, pre: Array, *, a: float = LEVEL, b: float = STABILITY) -> Array:
    """Training changes nothing.

    post = a + b pre
    """
    return a + b * pre


@curve("T1", topic="training", family="unspecific", role="rival", grade="supported", along="pre",
       citation="Luberto et al. 2018; Kreplin, Farias & Brazil 2018", example=EXAMPLE,
       evidence="Effects shrink with active controls [V, M+].")
def training_any(
    arm: Words, pre: Array, *, a: float = LEVEL, b: float = STABILITY, tau: float = EFFECT,
) -> Array:
    """Any training changes the outcome, through attention, expectancy or the group.

    post = a + b pre + tau 1[any training]
    """
    return a + b * pre + tau * indicator(arm != "waitlist")


@curve("T2", topic="training", family="dose", role="rival", grade="untested", along="pre",
       citation="none; a dose-response account",
       evidence="We know of no published dose-response estimate.",
       example={**EXAMPLE, "dose": np.repeat([7.0, 0.0, 0.0], 5)})
def training_dose(
    arm: Words, pre: Array, dose: Array, *, a: float = LEVEL, b: float = STABILITY,
    tau: float = EFFECT,
) -> Array:
    """The more hours of compassion training, the more change, with diminishing returns.

    post = a + b pre + tau ln(1 + hours)
    """
    return a + b * pre + tau * np.log1p(dose)


@curve("T3", topic="training", family="specific", role="essay", grade="mixed", along="pre",
       citation="Weng et al. 2013, Psychological Science 24:1171", example=EXAMPLE,
       evidence="More redistribution than after reappraisal training in one small study [V].")
def training_specific(
    arm: Words, pre: Array, *, a: float = LEVEL, b: float = STABILITY, tau: float = EFFECT,
) -> Array:
    """Only compassion training changes the outcome; an active control does not.

    post = a + b pre + tau 1[compassion training]
    """
    return a + b * pre + tau * indicator(arm == "compassion")


@curve("T3e", topic="training", family="essay_figure", role="essay", grade="untested",
       citation="the essay's figure (lines 396-402), illustrative, unsourced",
       evidence="No cited study lasted eight weeks and used these measures.",
       example=crossed(phase=["before", "after"], measure=["threat", "soothing", "distress"]))
def training_essay_figure(
    measure: Words, phase: Words, *,
    u: float = Slope(1 / 32, 0.0, 1.0, "32 blocks, the figure's longest bar, fill the scale",
                     unit="per block", sign=+1),
) -> Array:
    """After eight weeks: threat x .58, soothing x 5, empathic distress x .50.

    mean = u blocks(measure, phase): 24 to 14, 4 to 20, 16 to 8
    """
    before, after = np.array([BLOCKS[name] for name in measure], dtype=float).T
    blocks: Array = np.where(phase == "after", after, before)
    return u * blocks
