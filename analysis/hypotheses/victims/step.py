"""M4 singularity step and M4b identifiable-capacity step: one (or a few) against many.

    M4   mu(N) = F + (T - F) 1[N = 1]
    M4b  mu(N) = F + (T - F) 1[N <= K]

Kogut & Ritov (2005, JBDM 18:157-167): a single identified victim against a group; interaction
F(1,108)=7.12 with n=112 [V]. Majumder et al. (2024, JDM 19; N=1,835) did not replicate it [V].
The essay's own dollars keep 1.14/2.38 = .48 of the single-victim gift. K=4 is the subitising
range, the number of things that are seen without counting.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.victims.levels import EXAMPLE, FLOOR, TOP


def singularity(design: Design, p: Params) -> Array:
    """``F + (T - F) 1[N = 1]``."""
    return p["F"] + (p["T"] - p["F"]) * (design["victims"] <= 1)


def singularity_columns(design: Design, s: Params) -> Array:
    """1[N = 1]."""
    del s
    return np.column_stack([(design["victims"] <= 1).astype(float)])


def capacity(design: Design, p: Params) -> Array:
    """``F + (T - F) 1[N <= K]``."""
    return p["F"] + (p["T"] - p["F"]) * (design["victims"] <= p["K"])


def capacity_columns(design: Design, s: Params) -> Array:
    """1[N <= K]."""
    return np.column_stack([(design["victims"] <= s["K"]).astype(float)])


SINGULARITY_STEP = Hypothesis(
    id="M4",
    name="singularity_step",
    topic="victims",
    family="step",
    claim="One victim is special; from two on the number makes no difference.",
    equation="mu(N) = F + (T - F) 1[N = 1]",
    citation="Kogut & Ritov 2005, J. Behavioral Decision Making 18:157-167",
    evidence="Found in the original [V]; a replication with N=1,835 found neither the single-"
    "victim effect nor the interaction [V].",
    grade="mixed",
    role="rival",
    requires=("victims",),
    shape=(),
    linear=(TOP, FLOOR),
    mean=singularity,
    columns=singularity_columns,
    example=EXAMPLE,
    signs=(1,),
)

CAPACITY_STEP = Hypothesis(
    id="M4b",
    name="capacity_step",
    topic="victims",
    family="step",
    claim="As many victims as can be held in view at once count in full; more do not.",
    equation="mu(N) = F + (T - F) 1[N <= K]",
    citation="attention limit, subitising range",
    evidence="No published test of a step after the first few victims.",
    grade="untested",
    role="rival",
    requires=("victims",),
    shape=(
        Parameter(
            "K", 4.0, 2.0, 10.0, "victims", "subitising range; searched at the observed levels "
            "from 2 to 10", "convention", "levels",
        ),
    ),
    linear=(TOP, FLOOR),
    mean=capacity,
    columns=capacity_columns,
    example=EXAMPLE,
    signs=(1,),
)  # fmt: skip
