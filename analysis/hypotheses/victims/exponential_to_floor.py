"""M5 exponential to a floor: the essay's collapse curve.

    mu(N) = F + (T - F) exp(-lambda (N - 1))

With F=.10 and lambda=.588 it gives 1, .600, .115, .100, .100, .100 at the essay's six levels [C],
its reading "1 strong, 2 weaker, 8 almost nothing, 800,000 a statistic". As lambda grows it
becomes the singularity step M4; M6 and M6b are not told apart from it by any feasible study
(about 12,400 people at d=.62 [C]), so the three share one family.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.victims.levels import EXAMPLE, FLOOR, TOP


def mean(design: Design, p: Params) -> Array:
    """``F + (T - F) exp(-lambda (N - 1))``."""
    return p["F"] + (p["T"] - p["F"]) * np.exp(-p["lambda"] * (design["victims"] - 1))


def columns(design: Design, s: Params) -> Array:
    """exp(-lambda (N - 1))."""
    return np.column_stack([np.exp(-s["lambda"] * (design["victims"] - 1))])


EXPONENTIAL_TO_FLOOR = Hypothesis(
    id="M5",
    name="exponential_to_floor",
    topic="victims",
    family="decay_to_floor",
    claim="The response drops steeply over the first few victims and then stays on a floor.",
    equation="mu(N) = F + (T - F) exp(-lambda (N - 1))",
    citation="the essay's collapse figure (lines 244-253), digitised",
    evidence="No published study has run this range of N with a constant format.",
    grade="untested",
    role="essay",
    requires=("victims",),
    shape=(
        Parameter(
            "lambda", 0.588, 1e-4, 10.0, "per victim", "reproduces the essay's reading "
            "(1, .60, .12, .10); searched from a fade over ten thousand to a step after one",
            "C", "log",
        ),
    ),
    linear=(TOP, FLOOR),
    mean=mean,
    columns=columns,
    example=EXAMPLE,
    signs=(1,),
)  # fmt: skip
