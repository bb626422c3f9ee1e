"""T0 to T3, training: which change after training, and in whom?

    T0   none      post = a + b pre
    T1   any       post = a + b pre + tau 1[any training]       (attention, expectancy)
    T2   dose      post = a + b pre + tau ln(1 + hours)
    T3   specific  post = a + b pre + tau 1[compassion training]
    T3e  essay     threat x .58, soothing x 5, distress x .50 from before to after

``arm`` is compassion / active / waitlist. Without an active arm T1 and T3 are one model. Luberto
2018: 26 RCTs, SMD .40 self-report, .45 observed, most controls waitlist [V]. Wilson et al. 2019:
no difference from active controls (self-compassion) [V]. The essay's ratios come from its block
figure (24 to 14, 4 to 20, 16 to 8); no cited study has these measures: illustrative, unsourced.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params

ARMS = np.repeat(["compassion", "active", "waitlist"], 5)
PRE = np.tile(np.linspace(-2.0, 2.0, 5), 3)
EXAMPLE = {"arm": ARMS, "pre": PRE}
LEVEL = Parameter("a", 0.0, -10.0, 10.0, "SD", "standardised", "convention")
STABILITY = Parameter("b", 0.5, 0.0, 1.0, "", "illustration of the pre-post slope", "convention")
EFFECT = Parameter("tau", 0.40, 0.0, 2.0, "SD", "Luberto et al. 2018, 26 RCTs, self-report, "
                   "mostly waitlist controls", "V")  # fmt: skip
RATIOS = {"threat": (24, 14), "soothing": (4, 20), "distress": (16, 8), "compassion": (1, 1)}
"""Blocks of the essay's figure before and after; compassion itself is not drawn there."""


def ancova(design: Design, p: Params) -> Array:
    """``a + b pre``, shape (n,)."""
    return p["a"] + p["b"] * design["pre"]


def none_columns(design: Design, s: Params) -> Array:
    """Pre."""
    del s
    return np.column_stack([design["pre"]])


def trained(design: Design) -> Array:
    """1 in an arm with any training, shape (n,)."""
    return (np.asarray(design["arm"]) != "waitlist").astype(float)


def compassion_trained(design: Design) -> Array:
    """1 in the compassion-training arm, shape (n,)."""
    return (np.asarray(design["arm"]) == "compassion").astype(float)


def unspecific(design: Design, p: Params) -> Array:
    """``a + b pre + tau 1[any training]``."""
    return ancova(design, p) + p["tau"] * trained(design)


def unspecific_columns(design: Design, s: Params) -> Array:
    """Pre, 1[any training]."""
    del s
    return np.column_stack([design["pre"], trained(design)])


def dose(design: Design, p: Params) -> Array:
    """``a + b pre + tau ln(1 + hours)``."""
    return ancova(design, p) + p["tau"] * np.log1p(design["dose"])


def dose_columns(design: Design, s: Params) -> Array:
    """Pre, ln(1 + hours)."""
    del s
    return np.column_stack([design["pre"], np.log1p(design["dose"])])


def specific(design: Design, p: Params) -> Array:
    """``a + b pre + tau 1[compassion training]``."""
    return ancova(design, p) + p["tau"] * compassion_trained(design)


def specific_columns(design: Design, s: Params) -> Array:
    """Pre, 1[compassion training]."""
    del s
    return np.column_stack([design["pre"], compassion_trained(design)])


def essay(design: Design, p: Params) -> Array:
    """The figure's blocks of each measure and phase, times ``u``."""
    after = np.asarray(design["phase"]) == "after"
    blocks = np.array([RATIOS[m] for m in np.asarray(design["measure"])], dtype=float)
    return p["u"] * np.where(after, blocks[:, 1], blocks[:, 0])


def essay_columns(design: Design, s: Params) -> Array:
    """The figure's blocks."""
    return np.column_stack([essay(design, {"u": 1.0, **s})])


NONE = Hypothesis(
    id="T0", name="training_none", topic="training", family="none",
    claim="Training changes nothing.", equation="post = a + b pre", citation="none; the null model",
    evidence="Against active controls self-compassion training shows no difference [V].",
    grade="mixed", role="null", requires=("arm", "pre"), shape=(), linear=(LEVEL, STABILITY),
    mean=ancova, columns=none_columns, example=EXAMPLE, signs=(0,), along="pre",
)  # fmt: skip

UNSPECIFIC = Hypothesis(
    id="T1", name="training_any", topic="training", family="unspecific",
    claim="Any training moves the outcome: attention, expectancy, group.",
    equation="post = a + b pre + tau 1[any training]",
    citation="Luberto et al. 2018; Kreplin, Farias & Brazil 2018",
    evidence="Effects shrink with active controls [V, M+].",
    grade="supported", role="rival", requires=("arm", "pre"), shape=(),
    linear=(LEVEL, STABILITY, EFFECT), mean=unspecific, columns=unspecific_columns,
    example=EXAMPLE, signs=(0, 1), along="pre",
)  # fmt: skip

DOSE = Hypothesis(
    id="T2", name="training_dose", topic="training", family="dose",
    claim="The more hours of compassion training, the more change, with diminishing returns.",
    equation="post = a + b pre + tau ln(1 + hours)", citation="none; a dose-response rival",
    evidence="No dose-response value in hand.", grade="untested", role="rival",
    requires=("arm", "pre", "dose"), shape=(), linear=(LEVEL, STABILITY, EFFECT),
    mean=dose, columns=dose_columns,
    example={**EXAMPLE, "dose": np.repeat([7.0, 0.0, 0.0], 5)}, signs=(0, 1), along="pre",
)  # fmt: skip

SPECIFIC = Hypothesis(
    id="T3", name="training_specific", topic="training", family="specific",
    claim="Only compassion training moves the outcome; an active control does not.",
    equation="post = a + b pre + tau 1[compassion training]",
    citation="Weng et al. 2013, Psychological Science 24:1171",
    evidence="More redistribution than after reappraisal training in one small study [V].",
    grade="mixed", role="essay", requires=("arm", "pre"), shape=(),
    linear=(LEVEL, STABILITY, EFFECT), mean=specific, columns=specific_columns,
    example=EXAMPLE, signs=(0, 1), along="pre",
)  # fmt: skip

ESSAY_FIGURE = Hypothesis(
    id="T3e", name="training_essay_figure", topic="training", family="essay_figure",
    claim="After eight weeks: threat x .58, soothing x 5, empathic distress x .50.",
    equation="mean = u blocks(measure, phase): 24 to 14, 4 to 20, 16 to 8",
    citation="the essay's figure (lines 396-402), illustrative, unsourced",
    evidence="No cited study has eight weeks and these measures.",
    grade="untested", role="essay", requires=("measure", "phase"), shape=(),
    linear=(Parameter("u", 1 / 32, 0.0, 1.0, "per block", "32 blocks, the figure's longest bar, "
                      "fill the scale", "convention"),),
    mean=essay, columns=essay_columns,
    example={"measure": np.repeat(["threat", "soothing", "distress"], 2),
             "phase": np.tile(["before", "after"], 3)},
    intercept=False, signs=(1,),
)  # fmt: skip
