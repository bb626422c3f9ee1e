"""M0 flat: the number of victims makes no difference (scope insensitivity).

    mu(N) = a

Hart, Lane & Chinn (2018, PLOS ONE 13:e0199535; N=924 and 1,085) and Maier, Wong & Feldman
(2023/24, Collabra 9(1):90203; N=1,004, hypothetical gifts, d=.01 between identified and
statistical) found no difference [V]; Desvousges' birds, 2,000 / 20,000 / 200,000, were valued at
$80 / $78 / $88 [V2]. None of them varied N alone over the essay's range.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Params, no_columns
from analysis.hypotheses.victims.levels import EXAMPLE, LEVEL


def mean(design: Design, p: Params) -> Array:
    """``a`` for every N."""
    return np.full(len(design["victims"]), p["a"])


FLAT = Hypothesis(
    id="M0",
    name="flat",
    topic="victims",
    family="flat",
    claim="The number of victims makes no difference to the response.",
    equation="mu(N) = a",
    citation="Hart, Lane & Chinn 2018, PLOS ONE 13:e0199535; Maier, Wong & Feldman 2023/24, "
    "Collabra 9(1):90203",
    evidence="Large text-based studies found no individual-versus-group difference [V]; none "
    "varied N alone over the essay's range.",
    grade="mixed",
    role="null",
    requires=("victims",),
    shape=(),
    linear=(LEVEL,),
    mean=mean,
    columns=no_columns,
    example=EXAMPLE,
)
