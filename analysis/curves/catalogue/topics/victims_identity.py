"""M4i, M4o: one victim or several, identified or not (protocol E2).

M4i. Kogut & Ritov (2005, JBDM 18:157-167), Study 2: the number of victims and their identification interact,
F(1,108)=7.12, p<.009, and the identified single victim is helped more than the unidentified one [V]. With
28 participants in each of four cells this is an interaction of 1.0 SD [C]. Majumder, Tai, Ziano & Feldman
(2024, JDM 19; N=1,835) found neither (interaction p=.644) [V].

M4o. Identification helps however many victims there are. Wiss et al. (2015, JDM 10:492;
N=1,232): identifying the single victim had no effect or a negative one in two of three dilemmas, and identifying the
group helped more stably [V]. Neither curve knows whether there are portraits.
"""

from analysis.curves.catalogue import Array, Slope, Words, crossed, curve, indicator
from analysis.curves.catalogue.topics.victims import LEVEL

EXAMPLE = crossed(victims=[1.0, 8.0], identity=["named", "unnamed"])
MORE = Slope(0.1, 0.0, 1.0, "for drawing and simulation", unit="share", sign=+1)


@curve("M4i", topic="victims", role="rival", grade="contradicted", example=EXAMPLE,
       citation="Kogut & Ritov 2005, J. Behavioral Decision Making 18:157-167, Study 2",
       evidence="Found in the original study (n=112) [V]; a replication with N=1,835 found neither the "
       "identified-single effect nor the interaction [V].")
def identified_single(
    victims: Array, identity: Words, *, a: float = LEVEL, d: float = MORE
) -> Array:
    """One identified victim is special: more is given than to one who is not identified, or to any group.

    mu(N) = a + d 1[N = 1, identified], d > 0
    """
    return a + d * indicator(victims <= 1) * indicator(identity == "named")


@curve("M4o", topic="victims", role="rival", grade="mixed",
       example=crossed(identity=["named", "unnamed"]),
       citation="Wiss et al. 2015, Judgment and Decision Making 10:492",
       evidence="Identifying a group helped more stably than identifying one victim (N=1,232) [V]; no effect of "
       "identification in a replication of Kogut & Ritov's study (N=1,835) [V].")
def identification_only(identity: Words, *, a: float = LEVEL, d: float = MORE) -> Array:
    """Identified victims are given more, however many they are.

    mu = a + d 1[identified], d > 0
    """
    return a + d * indicator(identity == "named")
