"""P10 drug by group: what a coded drug arm (oxytocin) is said to do to parochialism.

    mu = a + d_in 1[in] + drug (g_in 1[in] + g_out 1[not in])

    P10   essay             g_in > 0 > g_out
    P10d  De Dreu, reduced  g_in > 0 = g_out
    P10s  social salience   g_in = g_out > 0
    P10n  null              g_in = g_out = 0

De Dreu et al. (2011, PNAS 108:1262): favouritism and, to a lesser extent, derogation [V]. Zhang
et al. (2019, eLife, N=480): less attack [V]. Marsh et al. (2017, PNAS, N=183): more giving to
refugees where xenophobia was low [V]. Declerck et al. (2020): no effect on trust [V]. Our prior
on the interaction is N(0, .15 SD); .15 is drawn. The software never doses: arms
are coded, 0 and 1.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params
from analysis.hypotheses.groups.favouritism import D_IN, LEVEL, is_in

EXAMPLE = {
    "group": np.tile(["in", "none", "out"], 2),
    "drug": np.repeat([0.0, 1.0], 3),
}
SOURCE = "one SD of our prior N(0, .15); no trustworthy published value"
G_IN = Parameter("g_in", 0.15, 0.0, 1.0, "SD", SOURCE, "convention")
G_OUT = Parameter("g_out", -0.15, -1.0, 0.0, "SD", SOURCE, "convention")
G_ALL = Parameter("g", 0.15, 0.0, 1.0, "SD", SOURCE, "convention")


def null(design: Design, p: Params) -> Array:
    """``a + d_in 1[in]``."""
    return p["a"] + p["d_in"] * is_in(design)


def null_columns(design: Design, s: Params) -> Array:
    """1[in]."""
    del s
    return np.column_stack([is_in(design)])


def favour(design: Design, p: Params) -> Array:
    """``a + d_in 1[in] + g_in drug 1[in]``."""
    return null(design, p) + p["g_in"] * design["drug"] * is_in(design)


def favour_columns(design: Design, s: Params) -> Array:
    """1[in], drug 1[in]."""
    del s
    return np.column_stack([is_in(design), design["drug"] * is_in(design)])


def dual(design: Design, p: Params) -> Array:
    """``a + d_in 1[in] + drug (g_in 1[in] + g_out 1[not in])``."""
    return favour(design, p) + p["g_out"] * design["drug"] * (1 - is_in(design))


def dual_columns(design: Design, s: Params) -> Array:
    """1[in], drug 1[in], drug 1[not in]."""
    return np.column_stack([favour_columns(design, s), design["drug"] * (1 - is_in(design))])


def salience(design: Design, p: Params) -> Array:
    """``a + d_in 1[in] + g drug``."""
    return null(design, p) + p["g"] * design["drug"]


def salience_columns(design: Design, s: Params) -> Array:
    """1[in], drug."""
    del s
    return np.column_stack([is_in(design), design["drug"]])


DRUG_DUAL = Hypothesis(
    id="P10",
    name="drug_draws_the_circle",
    topic="groups",
    family="drug_dual",
    claim="The drug raises compassion for the in-group and lowers it for all others.",
    equation="mu = a + d_in 1[in] + drug (g_in 1[in] + g_out 1[not in]), g_in > 0 > g_out",
    citation="the essay; De Dreu et al. 2010, Science 328:1408",
    evidence="Weak and partly opposite replications: less attack (N=480) [V], more giving to "
    "refugees (N=183) [V].",
    grade="mixed",
    role="essay",
    requires=("group", "drug"),
    shape=(),
    linear=(LEVEL, D_IN, G_IN, G_OUT),
    mean=dual,
    columns=dual_columns,
    example=EXAMPLE,
    signs=(1, 1, -1),
)

DRUG_FAVOUR = Hypothesis(
    id="P10d",
    name="drug_favours_in_group",
    topic="groups",
    family="drug_favour",
    claim="The drug raises compassion for the in-group and leaves others as they are.",
    equation="mu = a + d_in 1[in] + g_in drug 1[in]",
    citation="De Dreu, Greer, Van Kleef, Shalvi & Handgraaf 2011, PNAS 108:1262",
    evidence="Favouritism and, to a lesser extent, derogation in one series [V].",
    grade="mixed",
    role="rival",
    requires=("group", "drug"),
    shape=(),
    linear=(LEVEL, D_IN, G_IN),
    mean=favour,
    columns=favour_columns,
    example=EXAMPLE,
    signs=(1, 1),
)

DRUG_SALIENCE = Hypothesis(
    id="P10s",
    name="drug_social_salience",
    topic="groups",
    family="drug_salience",
    claim="The drug raises compassion for everyone alike.",
    equation="mu = a + d_in 1[in] + g drug",
    citation="social salience account; Marsh et al. 2017, PNAS",
    evidence="More giving to refugees where xenophobia was low (N=183) [V].",
    grade="mixed",
    role="rival",
    requires=("group", "drug"),
    shape=(),
    linear=(LEVEL, D_IN, G_ALL),
    mean=salience,
    columns=salience_columns,
    example=EXAMPLE,
    signs=(1, 1),
)

DRUG_NULL = Hypothesis(
    id="P10n",
    name="drug_null",
    topic="groups",
    family="drug_null",
    claim="The drug changes nothing; favouritism stays as it is.",
    equation="mu = a + d_in 1[in]",
    citation="Declerck et al. 2020; Nave, Camerer & McCullough 2015",
    evidence="A registered report found no effect on trust with >95% power [V].",
    grade="supported",
    role="null",
    requires=("group", "drug"),
    shape=(),
    linear=(LEVEL, D_IN),
    mean=null,
    columns=null_columns,
    example=EXAMPLE,
    signs=(1,),
)
