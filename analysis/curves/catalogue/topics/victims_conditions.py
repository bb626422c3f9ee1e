"""M8 to M10: what the fade with the number of victims depends on, and the curves that the essay implies.

M8. C is 1 where a request for help is expected and 0 where it is not; s is skill at emotion
regulation (z score; taken as 0 where the data lack it). The claim is g > 0 without cost and a
change of sign with cost (h0 > g). Cameron & Payne (2011, JPSP 100:1-15): collapse only when a
request was expected, only in skilled regulators, not under the instruction to experience the feeling [V
abstract]; sample sizes and cell means are not available to us, so the defaults are illustrations.

M9, M9n. Lim & DeSteno (2020, Emotion; four studies, about 700 participants): manipulated efficacy
removes the bias [V]. Cameron et al. (2019, JEP:G 148:962; 11 studies, N=1,204): raising efficacy
removes the avoidance of empathy [V]. Butts et al. (2019): group size lowers perceived impact [V].
The test is that N adds nothing once efficacy is known; if efficacy was only measured, the result is an
association, not mediation. Without the measure, M9n has the shape of M6: it belongs to the decay family
and is used for simulation and drawing only.

M10. u is unity between 0 and 1, assigned (one family against unrelated children) or measured.
Vastfjall, Slovic, Mayorga & Peters (2014, PLOS ONE 9:e100115), Study 3: the fade reversed when
the children were described as a family [V abstract]; the cell means are not available to us.

M5e, M4e, M6e. The three curves that the essay itself implies; they contradict one another. Each
is fully specified: only the scale T is free (and, on a scale without a true zero, an intercept: see
``analysis.curves.compare``). The floor is a share of the response to one victim. The dollars compare
only one victim with millions, so they are written as the step M4: 1.14 / 2.38 = .48 of the single gift.
"""

import numpy as np

from analysis.curves.catalogue import Array, Level, Shape, Slope, crossed, curve
from analysis.curves.catalogue.topics.victims import EXAMPLE, FLOOR, LEVEL, NUMBERS, TOP

EFFICACY = "Lim & DeSteno 2020, Emotion; Butts et al. 2019, OBHDP 151:16-33"
BASE = Level(0.10, 0.0, 1.0, "as the essay's floor, for drawing")
EFFECT = Slope(0.90, 0.0, 1.0, "so that full efficacy gives 1", unit="per unit of efficacy", sign=+1)
PREDICTION = "The essay's prediction; no published study has used this range of N."


@curve("M8", topic="victims", role="rival", grade="mixed",
       citation="Cameron & Payne 2011, J. Personality and Social Psychology 100:1-15",
       evidence="Three experiments [V abstract]; the cell means are not available to us, and we know "
       "of no direct replication.",
       example=crossed(victims=NUMBERS, cost_expected=[0.0, 1.0], regulation=[-1.0, 1.0]))
def motivated_shutdown(
    victims: Array, cost_expected: Array, regulation: Array | float = 0.0, *, a: float = LEVEL,
    g: float = Slope(0.01, 0.0, 0.1, "illustration of the sign", unit="per ln N", sign=+1),
    h0: float = Slope(0.02, 0.0, 0.2, "illustration: twice g, so that the sign flips with cost",
                      unit="per ln N", sign=+1),
    h1: float = Slope(0.01, -0.1, 0.1,
                      "illustration: no fall with cost for people one SD below average in regulation",
                      unit="per ln N and SD", sign=+1, needs="regulation"),
) -> Array:
    """Compassion rises with N, unless a request for help is expected: then it falls.

    mu = a + g ln N - (h0 + h1 s) C ln N, g > 0, h0 > g
    """
    x = np.log(victims)
    return a + g * x - (h0 + h1 * regulation) * cost_expected * x


def share(victims: Array, rho: float) -> Array:
    """Return one helper's share of the problem."""
    return 1 / (1 + rho * (victims - 1))


@curve("M9", topic="victims", role="rival", grade="supported", citation=EFFICACY,
       evidence="Manipulated efficacy removes the fade [V]; measured efficacy shows only an "
       "association.",
       example={"victims": NUMBERS, "efficacy": share(NUMBERS, 0.8)})
def efficacy(victims: Array, efficacy: Array, *, a: float = BASE, e: float = EFFECT) -> Array:
    """The number of victims matters only through perceived efficacy: the sense that helping makes a difference.

    mu = a + e E, E = perceived efficacy (measured); N adds nothing given E
    """
    return a + e * efficacy


@curve("M9n", topic="victims", family="decay_to_floor", role="rival", grade="untested",
       citation=EFFICACY, example=EXAMPLE,
       evidence="The shape over N is untested; it is the hyperbola M6 under another name.")
def efficacy_by_number(
    victims: Array, *, a: float = BASE, e: float = EFFECT,
    rho: float = Shape(0.8, 1e-4, 1000.0, "as kappa in M6", "C", unit="per victim", search="log"),
) -> Array:
    """As M9, with efficacy replaced by one helper's share of the problem.

    mu(N) = a + e / (1 + rho (N - 1))
    """
    return a + e * share(victims, rho)


@curve("M10", topic="victims", role="rival", grade="mixed",
       citation="Vastfjall, Slovic, Mayorga & Peters 2014, PLOS ONE 9:e100115 (Study 3)",
       evidence="One study in which the fade reversed for a family [V abstract].",
       example=crossed(victims=NUMBERS, unity=[0.0, 1.0]))
def unit(
    victims: Array, unity: Array, *, T: float = TOP, F: float = FLOOR,
    lambda_: float = Shape(0.588, 1e-4, 10.0, "as in M5, read from the essay", "C", unit="per victim",
                           search="log"),
) -> Array:
    """The fade with N vanishes to the extent that the victims are seen as one unit.

    mu(N, u) = (1 - u) fade(N) + u mu(1)
    """
    fade = F + (T - F) * np.exp(-lambda_ * (victims - 1))
    return (1 - unity) * fade + unity * T


@curve("M5e", topic="victims", title="the essay's figure, floor .10", role="essay",
       grade="untested", evidence=PREDICTION, example=EXAMPLE,
       citation="the essay's collapse figure (lines 244-253); a reading of an ASCII figure",
       family="decay_to_floor")
def essay_floor_10(victims: Array, *, T: float = TOP) -> Array:
    """The essay's figure: a collapse over the first few victims to a floor of .10.

    mu(N) = T [.10 + .90 exp(-.588 (N - 1))]
    """
    return T * (0.10 + 0.90 * np.exp(-0.588 * (victims - 1)))


@curve("M4e", topic="victims", title="the essay's dollars, floor .48", family="step", role="essay",
       grade="contradicted", example=EXAMPLE,
       citation="Small, Loewenstein & Slovic 2007, OBHDP 102:143-153, Study 3, as printed in the "
       "essay",
       evidence="Two letters that differ in much more than N; a registered replication (N=1,004, "
       "hypothetical gifts) found d=.01 [V].")
def essay_floor_48(victims: Array, *, T: float = TOP) -> Array:
    """The essay's dollars: many victims receive .48 of what one receives ($1.14 of $2.38).

    mu(N) = T at N = 1, (1.14 / 2.38) T above
    """
    return T * np.where(victims <= 1, 1.0, 1.14 / 2.38)


@curve("M6e", topic="victims", title="the essay's sentence, 1/N", family="decay_to_floor",
       role="essay", grade="untested", citation="the essay, line 421", evidence=PREDICTION,
       example=EXAMPLE)
def essay_one_over_n(victims: Array, *, T: float = TOP) -> Array:
    """The essay's sentence "scales inversely with number": each doubling halves the response.

    mu(N) = T / N
    """
    return T / victims
