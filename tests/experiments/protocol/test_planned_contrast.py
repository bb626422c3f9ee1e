"""Contrasts as weights: of levels, and of the cells of a model."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from experiments.language.contrasts import parse_contrast
from experiments.protocol.check import read_study
from experiments.protocol.planned import planned_tests
from experiments.protocol.planned_contrast import PlanError, look_up

HALF = Fraction(1, 2)

FACTORS = (
    'between: {victims: ["1", "8"], cost: [asked, none, sure]}, within: {group: [in, out, none]}, '
    "counterbalanced: {word: [sad, glad]}"
)


@pytest.fixture
def names(desk):
    study = desk.open(f"""\
study: design
title: A design
factors: {{{FACTORS}}}
flow:
  - {{name: groups, each: group, page: P, ask: {{liking: {{slider: L, from: f, to: t}}}}}}
analysis: {{formula: liking ~ victims, contrasts: ["8 - 1"]}}
sample: {{participants: 60}}
""")
    return study.names


def looked_up(names, contrast, predictors=("victims", "cost", "group", "liking")):
    return look_up(parse_contrast(contrast), predictors, names, {})


def test_a_difference_of_differences_weighs_cells(names):
    contrast = looked_up(names, {"victims": "8 - 1", "cost": "asked - mean(none, sure)"})
    assert contrast.weights["cost"] == {"asked": 1, "none": -HALF, "sure": -HALF}
    cells = contrast.of_cells({"cost": ["asked", "none", "sure"], "victims": ["1", "8"]})
    assert cells == {
        ("asked", "8"): 1,
        ("asked", "1"): -1,
        ("none", "8"): -HALF,
        ("none", "1"): HALF,
        ("sure", "8"): -HALF,
        ("sure", "1"): HALF,
    }


def test_a_simple_effect_has_weights_at_one_level(names):
    contrast = looked_up(names, {"victims": "8 - 1", "cost": "none"})
    assert contrast.compared == ("victims",)
    assert contrast.names == ("victims", "cost")
    cells = contrast.of_cells({"victims": ["1", "8"], "cost": ["asked", "none", "sure"]})
    assert cells == {("8", "none"): 1, ("1", "none"): -1}


def test_factors_that_are_not_named_weigh_equally(names):
    contrast = looked_up(names, "in - out")
    factors = {"victims": ["1", "8"], "group": ["in", "out", "none"], "cost": ["asked", "none"]}
    cells = contrast.of_cells(factors)
    quarter = Fraction(1, 4)
    assert cells == {
        (v, g, c): quarter if g == "in" else -quarter
        for v, g, c in product(["1", "8"], ["in", "out"], ["asked", "none"])
    }


def test_the_bare_form_needs_one_factor_with_the_levels(names):
    with pytest.raises(PlanError, match="none can be levels of cost and group") as error:
        looked_up(names, "none")
    assert "{cost: ...}" in error.value.remedy
    assert looked_up(names, "none", ["victims", "group"]).weights == {"group": {"none": 1}}
    assert looked_up(names, "asked - none").weights == {"cost": {"asked": 1, "none": -1}}


@pytest.mark.parametrize(
    ("contrast", "found", "remedy"),
    [
        ("in - outt", "no factor of the formula has the levels in, outt", "'out'"),
        ({"grop": "in - out"}, "names 'grop', which is not in the formula", "'group'"),
        ({"group": "in - aut"}, "'group' has no level 'aut'", "in, out, none"),
        ({"group": "slope"}, "'group' has no slope, since its levels are words", "a - b"),
        ({"liking": "in - out"}, "'liking' is a number", "{liking: slope}"),
        ({"victims": "two lines"}, "'victims' has 2 levels, and two lines need three", "slope"),
    ],
)
def test_what_does_not_fit_is_said(names, contrast, found, remedy):
    with pytest.raises(PlanError) as error:
        looked_up(names, contrast)
    assert found in str(error.value)
    assert remedy in error.value.remedy


def test_zero_has_no_logarithm(desk):
    study = desk.open("""\
study: design
title: A design
factors: {between: {dose: ["0", "1", "4"]}}
flow: [{ask: {liking: {slider: L, from: f, to: t}}}]
analysis: {formula: liking ~ dose, contrasts: [{dose: slope}]}
sample: {participants: 60}
""")
    assert looked_up(study.names, {"dose": "two lines"}, ["dose"]).lines == {"dose": "two lines"}
    with pytest.raises(PlanError, match="'dose' has the level 0, which has no logarithm"):
        looked_up(study.names, {"dose": "slope of log"}, ["dose"])


WEIGHTS = {
    ("identified_victim", "gift"): [
        {"victim": {"identified": 1, "statistical": -1}},
        {"victim": {"identified": 1, "joint": -1}},
        {"victim": {"joint": 1, "statistical": -1}},
    ],
    ("compassion_collapse", "gift"): [
        {"victims": {"1": 1, "8": -1}},
        {"victims": {"1": 1, "2": -1}},
        {"victims": {"1": 1, "800000": -1}},
    ],
    ("parochial_vignettes", "compassion"): [
        {"group": {"in": 1, "none": -1}},
        {"group": {"none": 1, "out": -1}},
    ],
    ("deliberation", "gift"): [
        {"victim": {"identified": 1, "statistical": -1}, "thinking": {"feel": 1, "calculate": -1}},
        {"victim": {"identified": 1}, "thinking": {"feel": 1, "calculate": -1}},
        {"victim": {"statistical": 1}, "thinking": {"feel": 1, "calculate": -1}},
        {
            "victim": {"identified": 1, "statistical": -1},
            "lesson": {"none": 1, "more": -HALF, "less": -HALF},
        },
        {"victim": {"identified": 1, "statistical": -1}, "lesson": {"more": 1, "less": -1}},
        {"victim": {"identified": 1, "statistical": -1}},
    ],
    ("compassion_training", "by clip"): [
        {
            "arm": {"memory": 1, "compassion": -1},
            "session": {"before": 1, "after": -1},
            "emotion": {"high": 1},
        }
    ],
    ("compassion_budget", "new story"): [
        {"instruction": {"with": HALF, "for": HALF}},
        {"instruction": {"for": 1, "with": -1}},
    ],
    ("compassion_radius", "strangers"): [{"line": {"inside": 1, "outside": -1}}],
    ("compassion_radius", "distance"): [
        {"distance": {"1": 1, "100": -1}},
        {"distance": {"100": 1, "1000": -1}},
    ],
    ("self_compassion", "letters"): [
        {"letter": {"kind": 1, "critical": -1}},
        {"letter": {"kind": 1, "neutral": -1}},
        {"letter": {"neutral": 1, "critical": -1}},
    ],
}  # fmt: skip
"""Study and model -> weights of each contrast, the primary one first."""


@pytest.mark.parametrize(("name", "model"), WEIGHTS)
def test_weights_of_the_drafts(drafts, name, model):
    study = read_study(drafts / f"{name}.yaml")
    tests = planned_tests(study.study.analysis[model], study.names)
    assert [dict(each.weights) for each in tests.contrasts] == WEIGHTS[name, model]
    assert tests.terms == ()


def test_slopes_of_the_drafts(drafts):
    study = read_study(drafts / "narrow_window.yaml")
    tests = planned_tests(study.study.analysis["compassion"], study.names)
    assert [(dict(each.weights), dict(each.lines)) for each in tests.contrasts[:2]] == [
        ({}, {"intensity": "two lines"}),
        ({"boundary": {"self": 1}}, {"intensity": "two lines"}),
    ]
