"""M7 inverted U: the response rises with the first victims and then collapses.

    mu(N) = a + b x - c x^2,  x = ln N,  c > 0,  peak at N* = exp(b / 2c)
          = top - c (ln N - ln N*)^2

The second form has the peak as its shape parameter. The range of N* keeps the peak inside the
observed range: a curve that only falls or only rises belongs to another family. Slovic (2007)
draws it as model (d), numbing then collapse. No values are published; N*=8 is an illustration.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.victims.levels import EXAMPLE


def mean(design: Design, p: Params) -> Array:
    """``top - c (ln N - ln N*)^2``."""
    return p["top"] - p["c"] * (np.log(design["victims"]) - np.log(p["peak"])) ** 2


def columns(design: Design, s: Params) -> Array:
    """-(ln N - ln N*)^2."""
    return np.column_stack([-((np.log(design["victims"]) - np.log(s["peak"])) ** 2)])


INVERTED_U = Hypothesis(
    id="M7",
    name="inverted_u",
    topic="victims",
    family="inverted_u",
    claim="The response first rises with N and then collapses.",
    equation="mu(N) = top - c (ln N - ln N*)^2, c > 0 (the same as a + b x - c x^2, x = ln N)",
    citation="Slovic 2007, Judgment and Decision Making 2:79-95 (model d)",
    evidence="A drawing in a theoretical paper; no published values.",
    grade="untested",
    role="rival",
    requires=("victims",),
    shape=(
        Parameter(
            "peak", 8.0, 1.5, 100_000.0, "victims", "illustration; searched inside the essay's "
            "range of N so that the peak is interior", "convention", "log",
        ),
    ),
    linear=(
        Parameter("top", 1.0, 0.0, 1.0, "", "response at the peak, normalised", "convention"),
        Parameter(
            "c", 0.9 / np.log(100_000) ** 2, 0.0, 0.1, "per squared ln N",
            "falls from 1 at the peak of 8 to .10 at 800,000", "C",
        ),
    ),
    mean=mean,
    columns=columns,
    example=EXAMPLE,
    signs=(1,),
)  # fmt: skip
