"""P0d, P4 to P7: generosity falls with social distance, smoothly, at an edge, or not at all.

D is the rank in the list of the 100 closest people (Jones & Rachlin 2006, Psych Sci 17:283-286):
the amount forgone for person D. k about .05 and V about $83-85 of $75 offered are recalled [M]
and to be checked against the paper. k=.05 gives relative generosity .95, .91, .80, .67, .50, .29,
.17 at D = 1, 2, 5, 10, 20, 50, 100 [C]. In that paper the hyperbola fits better than the exponential.
P6 is the hyperbola at q = 0 and approaches the exponential as q goes to 1.

P7, the radius itself: ``crosses`` is 1 for targets beyond the group line (other nation, out-group).
The essay's "radius" is the step s; social discounting alone has s=0. No value of s is published;
.15 is an illustration.
"""

import numpy as np

from analysis.curves.catalogue import Array, Shape, Slope, crossed, curve

EXAMPLE = crossed(distance=[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0])
VALUE = Slope(1.0, 0.0, 2.0, "generosity towards the closest person, normalised", sign=+1)
RATE = Shape(0.05, 1e-4, 10.0, "Jones & Rachlin 2006, recalled", "M", unit="per rank", search="log")
JONES_RACHLIN = "Jones & Rachlin 2006, Psychological Science 17:283-286"


@curve("P0d", topic="distance", family="impartial", role="null", grade="contradicted",
       citation="impartial concern; null model", example=EXAMPLE,
       evidence="The amounts forgone fall with distance in the original study (recalled, to be "
       "checked) [M].")
def no_discount(distance: Array, *, V: float = VALUE) -> float:
    """Social distance makes no difference.

    v(D) = V
    """
    return V


@curve("P4", topic="distance", family="gradual", role="rival", grade="supported", citation=JONES_RACHLIN,
       evidence="Fits better than the exponential in the original study; k is related to "
       "contributions to public goods [V].", example=EXAMPLE)
def social_discounting(distance: Array, *, k: float = RATE, V: float = VALUE) -> Array:
    """Generosity falls hyperbolically with social distance, without an edge.

    v(D) = V / (1 + k D)
    """
    return V / (1 + k * distance)


@curve("P5", topic="distance", family="gradual", role="rival", grade="contradicted",
       citation=f"{JONES_RACHLIN} (comparison model)", example=EXAMPLE,
       evidence="Fits worse than the hyperbola in the original study.")
def exponential_discounting(distance: Array, *, k: float = RATE, V: float = VALUE) -> Array:
    """Each step of social distance takes away the same proportion of the remaining generosity.

    v(D) = V exp(-k D)
    """
    return V * np.exp(-k * distance)


@curve("P6", topic="distance", title="q-exponential discounting", family="gradual", role="rival",
       grade="untested", evidence="A published generalisation [V]; we know of no estimate of q.", example=EXAMPLE,
       citation="q-exponential generalisation of social discounting (scirp 28845)")
def q_exponential_discounting(
    distance: Array, *, k: float = RATE, V: float = VALUE,
    q: float = Shape(0.0, -3.0, 0.99, "0 is the hyperbola; searched from -3 to the exponential"),
) -> Array:
    """Generosity falls along a curve between the hyperbola (q = 0) and the exponential (q near 1).

    v(D) = V / [1 + (1 - q) k D]^(1 / (1 - q))
    """
    return V * (1 + (1 - q) * k * distance) ** (-1 / (1 - q))


@curve("P7", topic="distance", role="essay", grade="untested",
       citation=f"the essay's radius of compassion, added to {JONES_RACHLIN}",
       evidence="We know of no study that tests a step against the hyperbola.",
       example={"distance": np.array([1.0, 2.0, 5.0, 10.0, 20.0, 20.0, 50.0, 50.0, 100.0, 100.0]),
                "crosses": np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0])})
def radius(
    distance: Array, crosses: Array, *, k: float = RATE, V: float = VALUE,
    s: float = Slope(0.15, 0.0, 1.0, "illustration, no published value", sign=+1),
) -> Array:
    """Generosity falls with distance and drops at the edge of the group.

    v(D) = V / (1 + k D) - s 1[D crosses the group line], s > 0
    """
    return V / (1 + k * distance) - s * crosses
