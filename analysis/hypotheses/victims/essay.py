"""The three curves that the essay itself implies; they conflict with one another.

    M5e  the figure: exponential to a floor of .10, lambda = .588
    M4e  its own dollars: the statistical victims keep 1.14 / 2.38 = .48 of the single gift
    M6e  its sentence "scales inversely with number" (line 421): 1 / N, no floor

Each is fully specified: only the scale T is free (and, on a scale without a true zero, an
intercept: see ``analysis.compare``). The floor is a share of the response to one victim.
The dollars speak of one victim against millions only, so the step M4 carries them.
"""

from __future__ import annotations

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Params
from analysis.hypotheses.victims.levels import EXAMPLE, TOP

FIGURE_FLOOR = 0.10
FIGURE_RATE = 0.588
DOLLAR_FLOOR = 1.14 / 2.38
EVIDENCE = "The essay's prediction; no published study has run this range of N."


def figure(design: Design, p: Params) -> Array:
    """``T [.10 + .90 exp(-.588 (N - 1))]``."""
    decay = np.exp(-FIGURE_RATE * (design["victims"] - 1))
    return p["T"] * (FIGURE_FLOOR + (1 - FIGURE_FLOOR) * decay)


def figure_columns(design: Design, s: Params) -> Array:
    """The figure's curve, 1 at N=1."""
    return np.column_stack([figure(design, {"T": 1.0, **s})])


def dollars(design: Design, p: Params) -> Array:
    """``T`` at N=1, ``.48 T`` above."""
    return p["T"] * np.where(design["victims"] <= 1, 1.0, DOLLAR_FLOOR)


def dollar_columns(design: Design, s: Params) -> Array:
    """The dollars' step, 1 at N=1."""
    return np.column_stack([dollars(design, {"T": 1.0, **s})])


def inverse(design: Design, p: Params) -> Array:
    """``T / N``."""
    return p["T"] / design["victims"]


def inverse_columns(design: Design, s: Params) -> Array:
    """1 / N."""
    return np.column_stack([inverse(design, {"T": 1.0, **s})])


ESSAY_FIGURE = Hypothesis(
    id="M5e",
    name="essay_floor_10",
    topic="victims",
    family="decay_to_floor",
    claim="The essay's figure: a collapse over the first few victims to a floor of .10.",
    equation="mu(N) = T [.10 + .90 exp(-.588 (N - 1))]",
    citation="the essay's collapse figure (lines 244-253); a reading of an ASCII figure",
    evidence=EVIDENCE,
    grade="untested",
    role="essay",
    requires=("victims",),
    shape=(),
    linear=(TOP,),
    mean=figure,
    columns=figure_columns,
    example=EXAMPLE,
    intercept=False,
    signs=(1,),
)

ESSAY_DOLLARS = Hypothesis(
    id="M4e",
    name="essay_floor_48",
    topic="victims",
    family="step",
    claim="The essay's dollars: many victims receive .48 of what one receives ($1.14 of $2.38).",
    equation="mu(N) = T at N = 1, (1.14 / 2.38) T above",
    citation="Small, Loewenstein & Slovic 2007, OBHDP 102:143-153, Study 3, as the essay prints it",
    evidence="Two letters that differ in much more than N; a registered replication (N=1,004, "
    "hypothetical gifts) found d=.01 [V].",
    grade="contradicted",
    role="essay",
    requires=("victims",),
    shape=(),
    linear=(TOP,),
    mean=dollars,
    columns=dollar_columns,
    example=EXAMPLE,
    intercept=False,
    signs=(1,),
)

ESSAY_INVERSE = Hypothesis(
    id="M6e",
    name="essay_one_over_n",
    topic="victims",
    family="decay_to_floor",
    claim='The essay\'s sentence "scales inversely with number": each doubling halves the '
    "response.",
    equation="mu(N) = T / N",
    citation="the essay, line 421",
    evidence=EVIDENCE,
    grade="untested",
    role="essay",
    requires=("victims",),
    shape=(),
    linear=(TOP,),
    mean=inverse,
    columns=inverse_columns,
    example=EXAMPLE,
    intercept=False,
    signs=(1,),
)
