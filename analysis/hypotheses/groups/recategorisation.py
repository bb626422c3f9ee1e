"""P9 recategorisation: a common identity, or contact, closes the gap.

    mu = a + gap 1[in] exp(-rho dose)

dose is 0 without treatment, and 1 for a superordinate prime or the number of contact sessions.
The fact sheet's r (0 none, 1 full) is 1 - exp(-rho) for one dose. Levine et al. (2005, PSPB
31:443): with an inclusive "football fan" identity the rival was helped like one's own [V], small
field samples. The essay says "slowly, through repeated positive contact"; Levine's shift took
minutes.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.groups.favouritism import LEVEL, is_in


def mean(design: Design, p: Params) -> Array:
    """``a + gap 1[in] exp(-rho dose)``."""
    return p["a"] + p["gap"] * is_in(design) * np.exp(-p["rho"] * design["dose"])


def columns(design: Design, s: Params) -> Array:
    """1[in] exp(-rho dose)."""
    return np.column_stack([is_in(design) * np.exp(-s["rho"] * design["dose"])])


RECATEGORISATION = Hypothesis(
    id="P9",
    name="recategorisation",
    topic="groups",
    family="recategorisation",
    claim="The gap between in-group and others shrinks with each dose of common identity.",
    equation="mu = a + gap 1[in] exp(-rho dose)",
    citation="Levine, Prosser, Evans & Reicher 2005, PSPB 31:443",
    evidence="Two small field studies in which the boundary moved within minutes [V].",
    grade="mixed",
    role="rival",
    requires=("group", "dose"),
    shape=(
        Parameter(
            "rho", float(np.log(2)), 0.01, 10.0, "per dose", "illustration: one dose halves the "
            "gap", "convention", "log",
        ),
    ),
    linear=(
        LEVEL,
        Parameter("gap", 0.19, 0.0, 1.0, "SD", "Balliet, Wu & De Dreu 2014, dictator-type games",
                  "V"),
    ),
    mean=mean,
    columns=columns,
    example={"group": np.repeat(["in", "out"], 5), "dose": np.tile(np.arange(5.0), 2)},
    signs=(1,),
    along="dose",
)  # fmt: skip
