"""M6b power to a floor: a fade that slows on a logarithmic scale.

    mu(N) = F + (T - F) N^(-beta)

As beta goes to zero it becomes the logarithmic fade M2.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.victims.levels import EXAMPLE, FLOOR, TOP


def mean(design: Design, p: Params) -> Array:
    """``F + (T - F) N^(-beta)``."""
    return p["F"] + (p["T"] - p["F"]) * design["victims"] ** -p["beta"]


def columns(design: Design, s: Params) -> Array:
    """N^(-beta)."""
    return np.column_stack([design["victims"] ** -s["beta"]])


POWER_TO_FLOOR = Hypothesis(
    id="M6b",
    name="power_to_floor",
    topic="victims",
    family="decay_to_floor",
    claim="The response falls as a power of N, down to a floor.",
    equation="mu(N) = F + (T - F) N^(-beta)",
    citation="generalises the logarithmic fade (beta to 0)",
    evidence="No published study has run this range of N with a constant format.",
    grade="untested",
    role="rival",
    requires=("victims",),
    shape=(
        Parameter(
            "beta", 0.85, 0.01, 5.0, "", "gives the essay's .60 at two victims when F = .10", "C",
            "log",
        ),
    ),
    linear=(TOP, FLOOR),
    mean=mean,
    columns=columns,
    example=EXAMPLE,
    signs=(1,),
)  # fmt: skip
