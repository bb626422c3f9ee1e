"""D0 to D5, the daily limit: what repeated exposure does to compassion.

    D0   flat           C = a
    D1   linear         C = a - b (t - 1)
    D2   exponential    C = C0 exp(-delta (t - 1))
    D3   change-point   distress = a + m max(0, t - t*)          (the essay's "daily limit")
    D3c  change-point   compassion = a - m max(0, t - t*)
    D4   energising     C = a + b (t - 1)
    D5   habituation    compassion and distress both fade: y = y0 exp(-delta (t - 1)), own y0

t counts the exposures from 1. The essay contradicts itself: compassion "does not deplete" (D4)
and "flips to distress" after a daily limit (D3, D3c). Prior from ego depletion: multi-lab d
about .04 [M+]. Boredom and scale drift are rivals that need neutral vignettes and a final novel
one, not another curve.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params, no_columns

TRIALS = np.arange(1.0, 41.0)
EXAMPLE = {"exposure": TRIALS}
LEVEL = Parameter("a", 0.6, 0.0, 1.0, "", "illustration", "convention")
SLOPE = Parameter("b", 0.005, 0.0, 0.1, "per exposure", "illustration: .2 over 40", "convention")
LIMIT = Parameter(
    "t_star", 20.0, 2.0, 38.0, "exposures", "illustration: half of 40 vignettes", "convention"
)
TURN = Parameter("m", 0.015, 0.0, 0.1, "per exposure", "illustration", "convention")
RATE = Parameter(
    "delta", 0.02, 1e-4, 1.0, "per exposure", "illustration: halves in 35", "convention", "log"
)
LIMIT_CLAIM = 'the essay, "daily limit"'
UNTESTED = "No study in hand; the ego-depletion prior is near zero [M+]."


def flat(design: Design, p: Params) -> Array:
    """``a``."""
    return np.full(len(design["exposure"]), p["a"])


def falling(design: Design, p: Params) -> Array:
    """``a - b (t - 1)``."""
    return p["a"] - p["b"] * (design["exposure"] - 1)


def falling_columns(design: Design, s: Params) -> Array:
    """-(t - 1)."""
    return -rising_columns(design, s)


def rising(design: Design, p: Params) -> Array:
    """``a + b (t - 1)``."""
    return p["a"] + p["b"] * (design["exposure"] - 1)


def rising_columns(design: Design, s: Params) -> Array:
    """t - 1."""
    del s
    return np.column_stack([design["exposure"] - 1])


def exponential(design: Design, p: Params) -> Array:
    """``C0 exp(-delta (t - 1))``."""
    return p["C0"] * np.exp(-p["delta"] * (design["exposure"] - 1))


def exponential_columns(design: Design, s: Params) -> Array:
    """exp(-delta (t - 1))."""
    return np.column_stack([np.exp(-s["delta"] * (design["exposure"] - 1))])


def after_limit(design: Design, t_star: float) -> Array:
    """``max(0, t - t*)``, shape (n,)."""
    return np.maximum(0.0, design["exposure"] - t_star)


def distress_rises(design: Design, p: Params) -> Array:
    """``a + m max(0, t - t*)``."""
    return p["a"] + p["m"] * after_limit(design, p["t_star"])


def distress_columns(design: Design, s: Params) -> Array:
    """max(0, t - t*)."""
    return np.column_stack([after_limit(design, s["t_star"])])


def compassion_falls(design: Design, p: Params) -> Array:
    """``a - m max(0, t - t*)``."""
    return p["a"] - p["m"] * after_limit(design, p["t_star"])


def compassion_columns(design: Design, s: Params) -> Array:
    """-max(0, t - t*)."""
    return -distress_columns(design, s)


def habituation(design: Design, p: Params) -> Array:
    """``y0 exp(-delta (t - 1))`` with y0 of the measure."""
    start = np.where(design["measure"] == "distress", p["D0"], p["C0"])
    return start * np.exp(-p["delta"] * (design["exposure"] - 1))


def habituation_columns(design: Design, s: Params) -> Array:
    """1[compassion] exp(-delta (t - 1)), 1[distress] exp(-delta (t - 1))."""
    fade = np.exp(-s["delta"] * (design["exposure"] - 1))
    distress = design["measure"] == "distress"
    return np.column_stack([~distress * fade, distress * fade])


FLAT = Hypothesis(
    id="D0", name="depletion_flat", topic="depletion", family="flat",
    claim="Repeated exposure makes no difference.", equation="C = a",
    citation="the null model; Hagger et al. 2016 (ego depletion, multi-lab)",
    evidence="Multi-lab ego depletion d about .04 [M+].", grade="mixed", role="null",
    requires=("exposure",), shape=(), linear=(LEVEL,), mean=flat, columns=no_columns,
    example=EXAMPLE,
)  # fmt: skip

LINEAR = Hypothesis(
    id="D1", name="depletion_linear", topic="depletion", family="depletion",
    claim="Every exposure takes the same away.", equation="C = a - b (t - 1), b > 0",
    citation="none; the depletion account", evidence=UNTESTED, grade="untested", role="rival",
    requires=("exposure",), shape=(), linear=(LEVEL, SLOPE), mean=falling,
    columns=falling_columns, example=EXAMPLE, signs=(1,),
)  # fmt: skip

EXPONENTIAL = Hypothesis(
    id="D2", name="depletion_exponential", topic="depletion", family="depletion",
    claim="Every exposure takes the same share away.", equation="C = C0 exp(-delta (t - 1))",
    citation="none; the depletion account", evidence=UNTESTED, grade="untested", role="rival",
    requires=("exposure",), shape=(RATE,),
    linear=(Parameter("C0", 0.6, 0.0, 1.0, "", "illustration", "convention"),),
    mean=exponential, columns=exponential_columns, example=EXAMPLE, intercept=False, signs=(1,),
)  # fmt: skip

DAILY_LIMIT_DISTRESS = Hypothesis(
    id="D3", name="daily_limit_distress", topic="depletion", family="distress_change_point",
    claim="Up to a limit distress is level; after it every exposure adds (response: distress).",
    equation="distress = a + m max(0, t - t*), m > 0", citation=LIMIT_CLAIM, evidence=UNTESTED,
    grade="untested", role="essay", requires=("exposure",), shape=(LIMIT,), linear=(LEVEL, TURN),
    mean=distress_rises, columns=distress_columns, example=EXAMPLE, signs=(1,),
)  # fmt: skip

DAILY_LIMIT_COMPASSION = Hypothesis(
    id="D3c", name="daily_limit_compassion", topic="depletion", family="change_point",
    claim="Up to a limit compassion is level; after it every exposure takes some away.",
    equation="C = a - m max(0, t - t*), m > 0", citation=LIMIT_CLAIM, evidence=UNTESTED,
    grade="untested", role="essay", requires=("exposure",), shape=(LIMIT,), linear=(LEVEL, TURN),
    mean=compassion_falls, columns=compassion_columns, example=EXAMPLE, signs=(1,),
)  # fmt: skip

ENERGISING = Hypothesis(
    id="D4", name="energising", topic="depletion", family="energising",
    claim="Compassion feeds itself: every exposure adds.", equation="C = a + b (t - 1), b > 0",
    citation='the essay: "compassion is energizing"', evidence=UNTESTED, grade="untested",
    role="essay", requires=("exposure",), shape=(), linear=(LEVEL, SLOPE), mean=rising,
    columns=rising_columns, example=EXAMPLE, signs=(1,),
)  # fmt: skip

HABITUATION = Hypothesis(
    id="D5", name="habituation", topic="depletion", family="habituation",
    claim="All responses to repeated pictures of suffering fade together, distress too.",
    equation="y = y0 exp(-delta (t - 1)), y0 of compassion and of distress, one delta",
    citation="none; a habituation rival", evidence="General finding of habituation; not tested here.",
    grade="untested", role="rival", requires=("exposure", "measure"), shape=(RATE,),
    linear=(Parameter("C0", 0.6, 0.0, 1.0, "", "illustration", "convention"),
            Parameter("D0", 0.5, 0.0, 1.0, "", "illustration", "convention")),
    mean=habituation, columns=habituation_columns,
    example={"exposure": np.tile(TRIALS, 2),
             "measure": np.repeat(["compassion", "distress"], TRIALS.size)},
    intercept=False, signs=(1, 1),
)  # fmt: skip
