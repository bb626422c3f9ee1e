"""M6 hyperbola to a floor: compassion divided among the many, never below a floor.

    mu(N) = F + (T - F) / (1 + kappa (N - 1))

With F=0 and kappa=1 this is the essay's sentence "scales inversely with number": 1/N. With
F=.10 and kappa=.8 it gives .600 at N=2 and .236 at N=8, above the figure's .12 [C].
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.victims.levels import EXAMPLE, FLOOR, TOP


def mean(design: Design, p: Params) -> Array:
    """``F + (T - F) / (1 + kappa (N - 1))``."""
    return p["F"] + (p["T"] - p["F"]) / (1 + p["kappa"] * (design["victims"] - 1))


def columns(design: Design, s: Params) -> Array:
    """1 / (1 + kappa (N - 1))."""
    return np.column_stack([1 / (1 + s["kappa"] * (design["victims"] - 1))])


HYPERBOLIC_TO_FLOOR = Hypothesis(
    id="M6",
    name="hyperbolic_to_floor",
    topic="victims",
    family="decay_to_floor",
    claim="The response is diluted by number, with diminishing loss, down to a floor.",
    equation="mu(N) = F + (T - F) / (1 + kappa (N - 1))",
    citation='the essay, "diminishing"; F = 0 and kappa = 1 is its line 421, 1/N',
    evidence="No published study has run this range of N with a constant format.",
    grade="untested",
    role="rival",
    requires=("victims",),
    shape=(
        Parameter(
            "kappa", 0.8, 1e-4, 1000.0, "per victim", "gives the essay's .60 at two victims "
            "when F = .10", "C", "log",
        ),
    ),
    linear=(TOP, FLOOR),
    mean=mean,
    columns=columns,
    example=EXAMPLE,
    signs=(1,),
)  # fmt: skip
