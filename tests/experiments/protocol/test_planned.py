"""Which contrasts a model tests, and which test of the study is the primary one."""

from __future__ import annotations

import pytest

from experiments.protocol.check import read_study
from experiments.protocol.planned import planned_tests, primary_test

STUDY = """\
study: design
title: A design
factors: {between: {x: [a, b, c], y: [d, e]}}
flow:
  - name: first
    ask: {liking: {slider: L, from: f, to: t}, wanting: {slider: L, from: f, to: t}}
HYPOTHESIS
analysis:
  ANALYSIS
sample: {participants: 60}
"""


def study(analysis: str, hypothesis: str = "") -> str:
    return STUDY.replace("ANALYSIS", analysis).replace("HYPOTHESIS", hypothesis)


ALL = (("x",), ("y",), ("x", "y"))
BOTH = ("y", "wanting")
TWO = (("y",), ("wanting",))


def claims(claim: str, outcome: str = "liking") -> str:
    return f"hypothesis: {{outcome: {outcome}, claim: {claim}}}"


@pytest.mark.parametrize(
    ("hypothesis", "analysis", "expected"),
    [
        pytest.param(
            claims("a - b"), "m: liking ~ x", ("m", "liking", ["a - b"], "one"), id="a contrast"
        ),
        pytest.param(
            claims("a > b"),
            "m: liking ~ x",
            ("m", "liking", ["a - b"], "one"),
            id="an order of two",
        ),
        pytest.param(
            claims("a - b"),
            "n: wanting ~ x\n  o: liking ~ y\n  m: liking ~ x * y",
            ("m", "liking", ["a - b"], "one"),
            id="in the first model that can test it",
        ),
        pytest.param(
            claims("a - b"),
            "m: liking and wanting ~ x",
            ("m", "liking", ["a - b"], "one"),
            id="of the outcome of the hypothesis",
        ),
        pytest.param(
            "",
            "m: {formula: liking ~ x, contrasts: [a - c]}\n  n: wanting ~ x",
            ("m", "liking", ["a - c"], "one"),
            id="the only contrast",
        ),
        pytest.param(
            claims("a > b > c"),
            "m: {formula: liking ~ x, primary: a - c}",
            ("m", "liking", ["a - c"], "one"),
            id="of the model",
        ),
        pytest.param(
            claims("inverted_u", "first.liking"),
            "m: {formula: liking ~ x, primary: {any: [a - b, a - c]}}",
            ("m", "liking", ["a - b", "a - c"], "any"),
            id="any of two",
        ),
        pytest.param(
            "",
            "m: {formula: liking ~ x, primary: {all: [a - b, a - c]}}",
            ("m", "liking", ["a - b", "a - c"], "all"),
            id="all of two",
        ),
        pytest.param(
            claims("a > b"),
            "m: {formula: liking ~ x, primary: a - b}",
            ("m", "liking", ["a - b"], "one"),
            id="the claim's again",
        ),
    ],
)
def test_the_primary_test(desk, hypothesis, analysis, expected):
    primary = primary_test(desk.open(study(analysis, hypothesis)).names)
    names = [contrast.name for contrast in primary.contrasts]
    assert (primary.model, primary.outcome, names, primary.combined) == expected


@pytest.mark.parametrize(
    ("hypothesis", "analysis", "key", "found", "remedy"),
    [
        pytest.param(
            "",
            "m: liking ~ x",
            "analysis.m",
            "does not say which test is the primary one",
            "primary: A - B",
            id="none",
        ),
        pytest.param(
            claims("inverted_u"),
            "m: {formula: liking ~ x, contrasts: [a - b, a - c]}",
            "analysis.m",
            "does not say which test is the primary one",
            "primary",
            id="a curve and two contrasts",
        ),
        pytest.param(
            "",
            "m: {formula: liking ~ x, primary: a - b}\n  n: {formula: wanting ~ x, primary: a - b}",
            "analysis.n.primary",
            "'m' and 'n' both have a primary test",
            "Keep one",
            id="two models",
        ),
        pytest.param(
            claims("a > b"),
            "m: {formula: liking ~ x, primary: b - a}",
            "analysis.m.primary",
            "the claim is 'a > b', but the primary test is 'b - a'",
            "a - b",
            id="another than the claim",
        ),
        pytest.param(
            claims("inverted_u"),
            "m: {formula: wanting ~ x, primary: a - b}",
            "analysis.m.primary",
            "the primary test is of wanting, but the hypothesis is about liking",
            "a model of liking",
            id="another outcome",
        ),
        pytest.param(
            "",
            "m: {formula: liking and wanting ~ x, primary: a - b}",
            "analysis.m.primary",
            "in a model of liking and wanting",
            "a model of its own",
            id="two outcomes",
        ),
        pytest.param(
            claims("a - b"),
            "m: wanting ~ x",
            "hypothesis.outcome",
            "no model has the outcome 'liking'",
            "wanting",
            id="no model of the outcome",
        ),
        pytest.param(
            claims("a - b"),
            "m: liking ~ y",
            "hypothesis.claim",
            "no factor of the formula has the levels a, b",
            "",
            id="no model with the factor",
        ),
    ],
)
def test_anything_else_is_a_fault(desk, hypothesis, analysis, key, found, remedy):
    fault = desk.fault(study(analysis, hypothesis))
    assert (fault.key, found in fault.found) == (key, True), str(fault)
    assert remedy in fault.remedy


def names_of(desk, analysis: str, hypothesis: str):
    opened = desk.open(study(analysis, hypothesis))
    tests = planned_tests(next(iter(opened.study.analysis.values())), opened.names)
    return [each.name for each in tests.contrasts], tests.terms


def test_without_contrasts_the_claims_and_each_term_are_tested(desk):
    contrasts, terms = names_of(desk, "m: liking ~ x * y", claims("a - b"))
    assert contrasts == ["a - b"]
    assert terms == (("x",), ("y",), ("x", "y"))
    contrasts, _ = names_of(desk, "m: {formula: liking ~ x, primary: a - c}", claims("a = b > c"))
    assert contrasts == ["a - c", "mean(a, b) - c"]


@pytest.mark.parametrize(
    ("model", "claim", "terms"),
    [
        ("liking ~ x * y", "d > e", (("x",), ("x", "y"))),
        ("liking ~ y", "d - e", ()),
        ("liking ~ y", "e - d", ()),
        ("{formula: liking ~ x * y, primary: {x: a - b, y: d - e}}", "", ALL),
        ("{formula: liking ~ x * y, primary: {x: a, y: d - e}}", "", ALL),
        ("{formula: liking ~ y * wanting, primary: {wanting: slope}}", "", (("y",), BOTH)),
        ("{formula: liking ~ y * wanting, primary: {y: d - e, wanting: slope}}", "", TWO),
    ],
)
def test_a_term_that_is_a_contrast_again_is_not_tested_twice(desk, model, claim, terms):
    """F of a term of one degree of freedom is the square of the t of the contrast."""
    assert names_of(desk, f"m: {model}", claims(claim) if claim else "")[1] == terms


def test_the_claim_need_not_be_repeated_among_the_contrasts(desk):
    contrasts, terms = names_of(
        desk, "m: {formula: liking ~ x * y, contrasts: [a - c, d - e]}", claims("a > b")
    )
    assert (contrasts, terms) == (["a - b", "a - c", "d - e"], ())
    contrasts, _ = names_of(
        desk, "m: {formula: liking ~ x, contrasts: [a - c, a - b]}", claims("a > b")
    )
    assert contrasts == ["a - b", "a - c"]


PRIMARY = {
    "blame": ("pity", "pity", "one", 1),
    "compassion_budget": ("distress", "upset", "one", 1),
    "compassion_collapse": ("gift", "donation", "one", 1),
    "compassion_radius": ("strangers", "to_strangers", "one", 1),
    "compassion_training": ("distress", "distress_after", "one", 1),
    "deliberation": ("gift", "donation", "one", 1),
    "dot_probe": ("speed", "log_rt", "one", 1),
    "empathy_compassion": ("distress", "upset", "one", 1),
    "identified_victim": ("gift", "donation", "one", 1),
    "motivated_shutdown": ("feeling", "felt.mean", "one", 1),
    "narrow_window": ("compassion", "compassion", "one", 1),
    "oxytocin_parochial": ("feeling", "compassion", "one", 1),
    "parochial_collapse": ("compassion", "compassion", "one", 1),
    "parochial_vignettes": ("compassion", "compassion", "any", 2),
    "recategorisation": ("compassion", "compassion", "any", 2),
    "self_compassion": ("letters", "compassion", "one", 1),
    "singularity": ("gift", "donation", "one", 1),
    "three_systems": ("soothing", "after.soothing", "one", 1),
    "vagal_response": ("heart", "change", "one", 1),
}


@pytest.mark.parametrize("name", PRIMARY)
def test_the_primary_test_of_the_drafts(drafts, name):
    primary = primary_test(read_study(drafts / f"{name}.yaml").names)
    found = (primary.model, primary.outcome, primary.combined, len(primary.contrasts))
    assert found == PRIMARY[name]


@pytest.mark.parametrize("part", ["[ours, theirs]", "{ours: theirs}"])
def test_what_a_contrast_compares_is_a_text(desk, part):
    analysis = f"analysis: {{formula: compassion ~ group, primary: {{group: {part}}}}}"
    fault = desk.fault(desk.small(("analysis: compassion ~ group", analysis)))
    assert (fault.key, fault.found) == ("analysis.primary.group", "found a list or keys")
