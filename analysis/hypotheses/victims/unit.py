"""M10 unit (entitativity): many victims that form one unit are felt as one.

    mu(N, u) = (1 - u) fade(N) + u mu(1),    fade(N) = F + (T - F) exp(-lambda (N - 1))

u is unity between 0 and 1, assigned (one family against unrelated children) or measured.
Vastfjall, Slovic, Mayorga & Peters (2014, PLOS ONE 9:e100115), Study 3: the fade reversed when
the children were described as a family [V abstract]; cell means are not in hand.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.victims.levels import FLOOR, TOP


def mean(design: Design, p: Params) -> Array:
    """``(1 - u) fade(N) + u T``."""
    u = design["unity"]
    fade = p["F"] + (p["T"] - p["F"]) * np.exp(-p["lambda"] * (design["victims"] - 1))
    return (1 - u) * fade + u * p["T"]


def columns(design: Design, s: Params) -> Array:
    """(1 - u) exp(-lambda (N - 1)) + u."""
    u = design["unity"]
    return np.column_stack([(1 - u) * np.exp(-s["lambda"] * (design["victims"] - 1)) + u])


UNIT = Hypothesis(
    id="M10",
    name="unit",
    topic="victims",
    family="unit",
    claim="The fade with N vanishes as far as the victims are seen as one unit.",
    equation="mu(N, u) = (1 - u) fade(N) + u mu(1)",
    citation="Vastfjall, Slovic, Mayorga & Peters 2014, PLOS ONE 9:e100115 (Study 3)",
    evidence="One study in which the fade reversed for a family [V abstract].",
    grade="mixed",
    role="rival",
    requires=("victims", "unity"),
    shape=(
        Parameter(
            "lambda", 0.588, 1e-4, 10.0, "per victim", "as M5, the essay's reading", "C", "log"
        ),
    ),
    linear=(TOP, FLOOR),
    mean=mean,
    columns=columns,
    example={
        "victims": np.tile([1.0, 2.0, 8.0, 100.0, 1e4, 8e5], 2),
        "unity": np.repeat([0.0, 1.0], 6),
    },
    signs=(1,),
)
