"""I0 to I4: one identified child, statistics, or both in one letter (protocol E1).

The dollars are those of Small, Loewenstein & Slovic (2007, OBHDP 102:143-153), Study 3: 2.38 and
1.14 [V2], 1.43 [M+]. The replication with hypothetical gifts found almost no difference between the
identified and the statistical letter (d=.01), and less for the joint letter (d=.18, .19; Maier, Wong &
Feldman 2023) [V]; with real stakes, a photograph makes giving more frequent (OR 1.28; Bergh &
Reinstein 2020) [V].
"""

import numpy as np

from analysis.curves.catalogue import Array, Slope, Words, crossed, curve, indicator
from analysis.curves.catalogue.topics.victims import LEVEL, TOP

EXAMPLE = crossed(victim=["identified", "statistical", "joint"])
DOLLARS = {"identified": 2.38, "statistical": 1.14, "joint": 1.43}
DIFFERENCE = Slope(0.09, 0.0, 1.0, "d=.18 for the photograph with real stakes [C] at an SD of about "
                   "half the endowment; for drawing and simulation", unit="share", sign=+1)
MAIER = "Maier, Wong & Feldman 2023, Collabra 9(1):90203"
SMALL = "Small, Loewenstein & Slovic 2007, OBHDP 102:143-153, Study 3"


@curve("I0", topic="letters", family="indifferent", role="null", grade="mixed", example=EXAMPLE,
       citation=f"{MAIER} (identified against statistical); "
       "Hart, Lane & Chinn 2018, PLOS ONE 13:e0199535",
       evidence="Identified against statistical: d=.01, BF01=11.57, hypothetical gifts, N=1,004 "
       "[V].")
def letters_indifferent(victim: Words, *, a: float = LEVEL) -> float:
    """Which letter is read makes no difference to the gift.

    mu = a
    """
    return a


@curve("I1", topic="letters", family="essay_dollars", role="essay", grade="contradicted",
       citation=f"{SMALL} (2.38, 1.14 [V2]; 1.43 [M+])", example=EXAMPLE,
       evidence="Reported in the original study; a registered replication with hypothetical gifts "
       "found d=.01 [V].")
def identified_victim_dollars(victim: Words, *, T: float = TOP) -> Array:
    """One child raises most, both together less, statistics alone least: $2.38, $1.43, $1.14.

    mu = T (1, .48, .60) for identified, statistical, joint
    """
    return T * np.array([DOLLARS[letter] / DOLLARS["identified"] for letter in victim])


@curve("I2", topic="letters", role="rival", grade="mixed", citation=SMALL, example=EXAMPLE,
       evidence="Study 3 found identified above joint (p < .05) [V]; not replicated.")
def one_child_only(victim: Words, *, a: float = LEVEL, d: float = DIFFERENCE) -> Array:
    """The child alone raises more; adding statistics removes the difference.

    mu = a + d 1[identified]
    """
    return a + d * indicator(victim == "identified")


@curve("I3", topic="letters", role="rival", grade="mixed", example=EXAMPLE,
       citation="Bergh & Reinstein 2020, SPPS (photograph of one victim, real stakes)",
       evidence="Photograph of one victim: r=.09 [.06, .13], incidence OR 1.28 [1.10, 1.50] [V].")
def any_child(victim: Words, *, a: float = LEVEL, d: float = DIFFERENCE) -> Array:
    """A child with a name and a picture raises more, whatever else is in the letter.

    mu = a + d 1[identified or joint]
    """
    return a + d * indicator(victim != "statistical")


@curve("I4", topic="letters", role="rival", grade="mixed", citation=MAIER, example=EXAMPLE,
       evidence="Identified above joint d=.18 [.03, .34]; statistical above joint d=.19 [.04, .35] "
       "[V].")
def joint_lower(victim: Words, *, a: float = LEVEL, d: float = DIFFERENCE) -> Array:
    """The child and the statistics together raise less than either alone.

    mu = a - d 1[joint]
    """
    return a - d * indicator(victim == "joint")
