"""I0 to I4: one identified child, statistics, or both in one letter (protocol E1).

    I0 indifferent    a
    I1 essay dollars  T (1, 1.14 / 2.38, 1.43 / 2.38) for identified, statistical, joint
    I2 one child only a + d 1[identified]           (statistics beside the child undo it)
    I3 any child      a + d 1[identified or joint]  (the picture and the name do it)
    I4 joint lower    a - d 1[joint]                (the mixture is what lowers gifts)

The dollars are those of Small, Loewenstein & Slovic (2007, OBHDP 102:143-153), Study 3: 2.38 and
1.14 [V2], 1.43 [M+]. The replication with hypothetical gifts found identified and statistical
alike (d=.01) and the joint letter lower (d=.18, .19; Maier, Wong & Feldman 2023) [V]; a photograph
raises incidence with real stakes (OR 1.28; Bergh & Reinstein 2020) [V].
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params, no_columns
from analysis.hypotheses.victims.levels import LEVEL, TOP

EXAMPLE = {"victim": np.array(["identified", "statistical", "joint"])}
DOLLARS = {"identified": 2.38, "statistical": 1.14, "joint": 1.43}
DIFFERENCE = Parameter(
    "d", 0.09, 0.0, 1.0, "share", "d=.18 of the photograph with real stakes [C] at an SD of about "
    "half the endowment; for drawing and simulation", "convention",
)  # fmt: skip


def is_level(design: Design, *levels: str) -> Array:
    """1 where the letter is one of these, shape (n,)."""
    return np.isin(np.asarray(design["victim"]).astype(str), levels).astype(float)


def indifferent(design: Design, p: Params) -> Array:
    """``a`` for every letter."""
    return np.full(len(design["victim"]), p["a"])


def dollars(design: Design, p: Params) -> Array:
    """``T`` times each letter's dollars over those of the identified one."""
    ratio = {level: amount / DOLLARS["identified"] for level, amount in DOLLARS.items()}
    return p["T"] * np.array([ratio[str(level)] for level in design["victim"]])


def dollar_columns(design: Design, s: Params) -> Array:
    """The dollars, 1 for the identified letter."""
    return np.column_stack([dollars(design, {"T": 1.0, **s})])


def one_child(design: Design, p: Params) -> Array:
    """``a + d 1[identified]``."""
    return p["a"] + p["d"] * is_level(design, "identified")


def one_child_columns(design: Design, s: Params) -> Array:
    """1[identified]."""
    del s
    return np.column_stack([is_level(design, "identified")])


def any_child(design: Design, p: Params) -> Array:
    """``a + d 1[identified or joint]``."""
    return p["a"] + p["d"] * is_level(design, "identified", "joint")


def any_child_columns(design: Design, s: Params) -> Array:
    """1[identified or joint]."""
    del s
    return np.column_stack([is_level(design, "identified", "joint")])


def joint_lower(design: Design, p: Params) -> Array:
    """``a - d 1[joint]``."""
    return p["a"] - p["d"] * is_level(design, "joint")


def joint_columns(design: Design, s: Params) -> Array:
    """-1[joint]."""
    del s
    return np.column_stack([-is_level(design, "joint")])


INDIFFERENT = Hypothesis(
    id="I0",
    name="letters_indifferent",
    topic="letters",
    family="indifferent",
    claim="Which letter is read makes no difference to the gift.",
    equation="mu = a",
    citation="Maier, Wong & Feldman 2023, Collabra 9(1):90203 (identified against statistical); "
    "Hart, Lane & Chinn 2018, PLOS ONE 13:e0199535",
    evidence="Identified against statistical: d=.01, BF01=11.57, hypothetical gifts, N=1,004 [V].",
    grade="mixed",
    role="null",
    requires=("victim",),
    shape=(),
    linear=(LEVEL,),
    mean=indifferent,
    columns=no_columns,
    example=EXAMPLE,
)

ESSAY_LETTERS = Hypothesis(
    id="I1",
    name="identified_victim_dollars",
    topic="letters",
    family="essay_dollars",
    claim="One child moves us most, both less, statistics least: $2.38, $1.43, $1.14.",
    equation="mu = T (1, .48, .60) for identified, statistical, joint",
    citation="Small, Loewenstein & Slovic 2007, OBHDP 102:143-153, Study 3 (2.38, 1.14 [V2]; "
    "1.43 [M+])",
    evidence="The original; a registered replication with hypothetical gifts found d=.01 [V].",
    grade="contradicted",
    role="essay",
    requires=("victim",),
    shape=(),
    linear=(TOP,),
    mean=dollars,
    columns=dollar_columns,
    example=EXAMPLE,
    intercept=False,
    signs=(1,),
)

ONE_CHILD_ONLY = Hypothesis(
    id="I2",
    name="one_child_only",
    topic="letters",
    family="one_child_only",
    claim="The child alone raises more; statistics beside the child undo it.",
    equation="mu = a + d 1[identified]",
    citation="Small, Loewenstein & Slovic 2007, OBHDP 102:143-153, Study 3",
    evidence="Study 3 found identified above joint (p < .05) [V]; not replicated.",
    grade="mixed",
    role="rival",
    requires=("victim",),
    shape=(),
    linear=(LEVEL, DIFFERENCE),
    mean=one_child,
    columns=one_child_columns,
    example=EXAMPLE,
    signs=(1,),
)

ANY_CHILD = replace(
    ONE_CHILD_ONLY,
    id="I3",
    name="any_child",
    family="any_child",
    claim="A child with name and picture raises more, whatever stands beside it.",
    equation="mu = a + d 1[identified or joint]",
    citation="Bergh & Reinstein 2020, SPPS (photograph of one victim, real stakes)",
    evidence="Photograph of one victim: r=.09 [.06, .13], incidence OR 1.28 [1.10, 1.50] [V].",
    mean=any_child,
    columns=any_child_columns,
)

JOINT_LOWER = replace(
    ONE_CHILD_ONLY,
    id="I4",
    name="joint_lower",
    family="joint_lower",
    claim="Child and statistics together raise less than either alone.",
    equation="mu = a - d 1[joint]",
    citation="Maier, Wong & Feldman 2023, Collabra 9(1):90203",
    evidence="Identified above joint d=.18 [.03, .34]; statistical above joint d=.19 [.04, .35] [V].",
    mean=joint_lower,
    columns=joint_columns,
)
