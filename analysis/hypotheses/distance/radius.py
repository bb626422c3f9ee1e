"""P7 the radius proper: a hyperbola and a drop where the distance crosses a group line.

    v(D) = V / (1 + k D) - s 1[D crosses the line],    s > 0

``crosses`` is 1 for targets beyond the line (other nation, out-group). The essay's "radius" is
the step s; social discounting alone has s=0. No value of s is published; .15 is an illustration.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.distance.discounting import HISTORY, RATE, VALUE


def mean(design: Design, p: Params) -> Array:
    """``V / (1 + k D) - s crosses``."""
    return p["V"] / (1 + p["k"] * design["distance"]) - p["s"] * design["crosses"]


def columns(design: Design, s: Params) -> Array:
    """1 / (1 + k D), -crosses."""
    return np.column_stack([1 / (1 + s["k"] * design["distance"]), -design["crosses"]])


RADIUS = Hypothesis(
    id="P7",
    name="radius",
    topic="distance",
    family="radius",
    claim="Generosity falls with distance and drops at the edge of the group.",
    equation="v(D) = V / (1 + k D) - s 1[D crosses the group line], s > 0",
    citation=f"the essay's radius of compassion, added to {HISTORY}",
    evidence="No study in hand tests a step against the hyperbola.",
    grade="untested",
    role="essay",
    requires=("distance", "crosses"),
    shape=(RATE,),
    linear=(
        VALUE,
        Parameter("s", 0.15, 0.0, 1.0, "", "illustration, no published value", "convention"),
    ),
    mean=mean,
    columns=columns,
    example={
        "distance": np.array([1.0, 2.0, 5.0, 10.0, 20.0, 20.0, 50.0, 50.0, 100.0, 100.0]),
        "crosses": np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]),
    },
    intercept=False,
    signs=(1, 1),
)
