"""M9 efficacy: what falls with N is the sense that one's help makes a difference.

    M9   mu = a + e E                       E: perceived efficacy as measured, 0 to 1
    M9n  mu(N) = a + e / (1 + rho (N - 1))  E replaced by its expected value at N

Lim & DeSteno (2020, Emotion; four studies, about 700 people): manipulated efficacy removes the
bias [V]. Cameron et al. (2019, JEP:G 148:962; 11 studies, N=1,204): raising efficacy removes the
avoidance of empathy [V]. Butts et al. (2019): group size lowers perceived impact [V]. The test
is that N adds nothing once efficacy is known; an efficacy that was only measured supports an
association, not mediation. Without the measure M9n has the shape of M6, so that it belongs to
the decay family and serves simulation and drawing.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.victims.levels import ESSAY_LEVELS, EXAMPLE

BASE = Parameter("a", 0.10, 0.0, 1.0, "", "as the essay's floor, for drawing", "convention")
EFFECT = Parameter("e", 0.90, 0.0, 1.0, "per unit of efficacy", "so that full efficacy gives 1",
                   "convention")  # fmt: skip


def measured(design: Design, p: Params) -> Array:
    """``a + e E``."""
    return p["a"] + p["e"] * design["efficacy"]


def measured_columns(design: Design, s: Params) -> Array:
    """E."""
    del s
    return np.column_stack([design["efficacy"]])


def expected_efficacy(victims: Array, rho: float) -> Array:
    """``1 / (1 + rho (N - 1))``: one helper's share of the problem, shape (n,)."""
    return 1 / (1 + rho * (victims - 1))


def by_number(design: Design, p: Params) -> Array:
    """``a + e / (1 + rho (N - 1))``."""
    return p["a"] + p["e"] * expected_efficacy(design["victims"], p["rho"])


def by_number_columns(design: Design, s: Params) -> Array:
    """1 / (1 + rho (N - 1))."""
    return np.column_stack([expected_efficacy(design["victims"], s["rho"])])


EFFICACY = Hypothesis(
    id="M9",
    name="efficacy",
    topic="victims",
    family="efficacy",
    claim="The number of victims matters only through the sense that helping makes a difference.",
    equation="mu = a + e E, E = perceived efficacy (measured); N adds nothing given E",
    citation="Lim & DeSteno 2020, Emotion; Butts et al. 2019, OBHDP 151:16-33",
    evidence="Manipulated efficacy removes the fade [V]; measured efficacy shows association only.",
    grade="supported",
    role="rival",
    requires=("victims", "efficacy"),
    shape=(),
    linear=(BASE, EFFECT),
    mean=measured,
    columns=measured_columns,
    example={"victims": ESSAY_LEVELS, "efficacy": expected_efficacy(ESSAY_LEVELS, 0.8)},
    signs=(1,),
)

EFFICACY_BY_NUMBER = Hypothesis(
    id="M9n",
    name="efficacy_by_number",
    topic="victims",
    family="decay_to_floor",
    claim="As M9, with efficacy replaced by one helper's share of the problem.",
    equation="mu(N) = a + e / (1 + rho (N - 1))",
    citation="Lim & DeSteno 2020, Emotion; Butts et al. 2019, OBHDP 151:16-33",
    evidence="The shape over N is untested; it is the hyperbola M6 under another name.",
    grade="untested",
    role="rival",
    requires=("victims",),
    shape=(Parameter("rho", 0.8, 1e-4, 1000.0, "per victim", "as kappa of M6", "C", "log"),),
    linear=(BASE, EFFECT),
    mean=by_number,
    columns=by_number_columns,
    example=EXAMPLE,
    signs=(1,),
)
