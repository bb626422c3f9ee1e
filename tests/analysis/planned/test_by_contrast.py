"""Verdicts of studies whose claim is an order or a contrast, or whose predictors have two cells only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import small_study
from made_answers import MadeAnswers

from analysis.curves.compare import combined_codes, contrast_codes

CLAIM = "hypothesis: {outcome: compassion, claim: ours > theirs}"
SMALLEST = "smallest_effect: {d: 0.2, because: A convention.}"
NUMBERS = "within: {victims: [1, 8], severity: [mild, severe]}"
THREE = "within: {group: [ours, neither, theirs], severity: [mild, severe]}"
ANALYSIS = "analysis: compassion ~ group * severity"


def study(folder, hypothesis, *, smallest=True, factors="", analysis="", rotate="group"):
    """A small study with this hypothesis."""
    text = small_study.TEXT
    written = f"{hypothesis}, {SMALLEST}" if smallest else hypothesis
    changes = {
        CLAIM: f"hypothesis: {{outcome: compassion, {written}}}",
        "within: {group: [ours, theirs], severity: [mild, severe]}": factors,
        ANALYSIS: analysis,
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new or old)
    if factors == THREE:
        text = text.replace("rotate: group", "uneven: yes\n    rotate: group")
    if rotate != "group":
        text = text.replace("rotate: group", f"rotate: {rotate}").replace(
            "{group}", f"{{{rotate}}}"
        )
    return small_study.write(folder, text)


def by_group(ours, theirs, neither=0.0):
    """Mean answers by group, the same for both severities."""
    means = {"ours": ours, "theirs": theirs, "neither": neither}
    return lambda cell: 4 + means[cell["group"]]


def verdict(made):
    return made.compared(full=False)[0]


@pytest.mark.parametrize(
    ("difference", "people", "code", "supported"),
    [
        (0.6, 60, "different", True),
        (-0.6, 60, "opposite", False),
        (0.0, 600, "equivalent", False),
        (0.0, 20, "undetermined", None),
    ],
)
def test_an_order_of_two_reaches_each_verdict(tmp_path, difference, people, code, supported):
    made = MadeAnswers(
        study(tmp_path, "claim: ours > theirs, rivals: [ours = theirs]"),
        by_group(difference / 2, -difference / 2),
        people,
    )
    found = verdict(made)
    assert found.failed == ""
    assert found.answer == found.verdict.code == code
    assert found.verdict.supported is supported
    (test,) = found.verdict.contrasts
    assert test.difference.name == "ours - theirs"
    assert test.difference.ci_low < difference < test.difference.ci_high
    rows = made.frame("compassion")
    variances = rows.groupby(rows["group"].astype(str))["compassion"].var()
    assert test.equivalence.bound == found.sesoi
    assert test.equivalence.bound == pytest.approx(0.2 * np.sqrt(variances.mean()), rel=1e-3)


@pytest.mark.parametrize(
    ("difference", "people", "code"),
    [
        (0.6, 60, "different"),
        (-0.6, 60, "opposite"),
        (0.0, 600, "equivalent"),
        (0.0, 20, "undetermined"),
    ],
)
def test_a_curve_over_two_cells_goes_by_their_difference(tmp_path, difference, people, code):
    """More for one than for eight is what the falling logarithm claims; no shape can be told from two numbers."""
    of_two = study(
        tmp_path,
        "claim: log_fade, rivals: [flat, inverted_u]",
        factors=NUMBERS,
        rotate="victims",
        analysis="analysis: {formula: compassion ~ victims, contrasts: [8 - 1]}",
    )
    made = MadeAnswers(of_two, lambda cell: 4 + difference * (cell["victims"] == "1"), people)
    found = verdict(made)
    assert found.answer == code
    (test,) = found.verdict.contrasts
    assert test.difference.name == "1 - 8"
    assert np.sign(test.difference.estimate) == np.sign(difference) or not difference
    # The comparison of curves itself is as before.
    if code in ("different", "opposite"):
        assert found.verdict.undetermined


def test_two_cells_of_a_factor_that_takes_the_place_of_the_curves_column(tmp_path):
    """Within a level of another factor no contrast is planned, and the means of the cells are tested."""
    of_two = study(
        tmp_path,
        "claim: log_fade, rivals: [flat], over: {victims: children}",
        factors="within: {children: [1, 8], severity: [mild, severe]}",
        rotate="children",
        analysis="analysis: {formula: compassion ~ children * severity, primary: 1 - 8}",
    )
    made = MadeAnswers(of_two, lambda cell: 4 + 0.9 * (cell["children"] == "1"), 60)
    for found in made.compared():
        assert found.answer == "different"
        (test,) = found.verdict.contrasts
        assert (test.difference.name, test.difference.by) == ("1 - 8", "means")


def test_the_numbers_are_those_of_the_planned_contrast(tmp_path):
    of_two = study(
        tmp_path,
        "claim: log_fade, rivals: [flat]",
        factors=NUMBERS,
        rotate="victims",
        analysis="analysis: {formula: compassion ~ victims + severity, contrasts: [8 - 1, mild - severe],"
        " primary: mild - severe}",
    )
    row = {
        "model": "compassion", "contrast": "8 - 1", "failed": "", "estimate": -0.7, "se": 0.1,
        "df": 30.0, "p": 0.0001, "p_holm": 0.0001, "tost_p_holm": 1.0, "sesoi": 0.25, "role": "secondary",
    }  # fmt: skip
    made = MadeAnswers(of_two, lambda cell: 4.0)
    found = made.compared(pd.DataFrame([row]), full=False)[0]
    (test,) = found.verdict.contrasts
    assert test.difference.by == "compassion"
    assert (test.difference.estimate, test.difference.se) == (0.7, 0.1)
    assert test.equivalence.bound == 0.25
    assert found.answer == "different"
    corrected = made.compared(pd.DataFrame([row | {"p_holm": 0.08}]), full=False)[0]
    assert corrected.answer == "undetermined"
    failed = made.compared(pd.DataFrame([row | {"failed": "no answers"}]), full=False)[0]
    (test,) = failed.verdict.contrasts
    # A planned test that could not be estimated is not replaced by another one.
    assert (test.difference.decided, test.difference.failed) == ("failed", "no answers")
    assert failed.answer == "undetermined"


def test_without_a_smallest_effect_no_equivalence_is_shown(tmp_path):
    plain = study(tmp_path, "claim: ours > theirs", smallest=False)
    none = verdict(MadeAnswers(plain, by_group(0.0, 0.0), 600))
    assert none.answer == "undetermined"
    assert none.verdict.contrasts[0].equivalence is None
    assert none.differences.empty
    assert verdict(MadeAnswers(plain, by_group(0.3, -0.3), 60)).answer == "different"


def test_a_claim_without_rivals_is_compared_with_none(tmp_path):
    found = verdict(MadeAnswers(study(tmp_path, "claim: ours > theirs"), by_group(0.3, -0.3), 60))
    assert len(found.families) == 1
    assert found.verdict.reasons[0] == "no_rival"
    assert set(found.lines["kind"]) == {"fitted"}
    assert {each.decided for each in found.verdict.of("weight")} == {"failed"}


@pytest.mark.parametrize(
    ("means", "people", "code"),
    [
        ((0.6, 0.0, -0.6), 60, "different"),
        ((0.0, 0.6, -0.6), 60, "opposite"),
        ((0.0, 0.0, 0.0), 900, "equivalent"),
        ((0.6, 0.55, -0.6), 60, "undetermined"),
    ],
)
def test_an_order_of_three_needs_each_step(tmp_path, means, people, code):
    ours, neither, theirs = means
    of_three = study(
        tmp_path,
        "claim: ours > neither > theirs, rivals: [ours = neither = theirs, ours > neither = theirs]",
        factors=THREE,
        analysis="analysis: {formula: compassion ~ group, primary: ours - theirs}",
    )
    found = verdict(MadeAnswers(of_three, by_group(ours, theirs, neither), people))
    assert found.answer == code
    assert [test.difference.name for test in found.verdict.contrasts] == [
        "ours - neither",
        "neither - theirs",
    ]
    assert found.ordered == "ours > neither > theirs"
    bayes = float(found.order["bf_complement"].iloc[0])
    assert bayes > 100 if code == "different" else bayes < 100
    assert found.cells["level"].tolist() == ["ours", "neither", "theirs"]


def test_levels_that_should_be_equal_have_to_be_equivalent(tmp_path):
    of_three = study(
        tmp_path,
        "claim: ours > neither = theirs",
        factors=THREE,
        analysis="analysis: {formula: compassion ~ group, primary: ours - theirs}",
    )
    apart = verdict(MadeAnswers(of_three, by_group(1.0, -0.6), 60))
    assert apart.answer == "opposite"
    few = verdict(MadeAnswers(of_three, by_group(1.0, 0.0), 40))
    assert few.answer == "undetermined"
    many = verdict(MadeAnswers(of_three, by_group(1.0, 0.0), 900))
    assert many.answer == "different"
    claimed = {
        test.difference.name: (test.difference.claimed, test.code)
        for test in many.verdict.contrasts
    }
    assert claimed == {
        "ours - mean(neither, theirs)": (">", "different"),
        "neither - theirs": ("=", "equivalent"),
    }


def test_an_interaction_is_claimed_without_python(tmp_path):
    claim = "claim: {group: ours - theirs, severity: severe - mild}, rivals: [ours = theirs]"
    crossed = study(tmp_path, claim)

    def mean(cell):
        both = cell["group"] == "ours" and cell["severity"] == "severe"
        return 4 + 1.0 * both + 0.4 * (cell["severity"] == "severe")

    found = verdict(MadeAnswers(crossed, mean, 80))
    assert found.answer == "different"
    (test,) = found.verdict.contrasts
    assert test.difference.ci_low < 1.0 < test.difference.ci_high
    # No Bayes factor of an order beside the test of the contrast; the rivals are fitted to the means.
    assert not found.verdict.of("order")
    assert found.verdict.of_means
    assert found.predictors == ("group", "severity")
    # Each curve that knows the severity has a line for each of its levels.
    lines = found.lines[found.lines["curve"] == found.claim]
    assert lines["others"].unique().tolist() == ["mild", "severe"]
    assert [each.within for each in MadeAnswers(crossed, mean, 12).compared()] == [""]


def test_within_each_level_of_factors_that_the_claim_does_not_know(tmp_path):
    plain = study(tmp_path, "claim: ours > theirs, rivals: [ours = theirs]")

    def mean(cell):
        return 4 + 1.2 * (cell["group"] == "ours") * (cell["severity"] == "severe")

    found = {each.within: each for each in MadeAnswers(plain, mean, 50).compared()}
    assert list(found) == ["", "severity: mild", "severity: severe"]
    assert found["severity: severe"].answer == "different"
    assert found["severity: mild"].answer != "different"
    assert found[""].n == found["severity: mild"].n + found["severity: severe"].n
    assert [each.within for each in MadeAnswers(plain, mean, 10).compared(full=False)] == [""]


def test_a_study_without_claims_has_no_comparison(tmp_path):
    text = small_study.TEXT.replace(f"{CLAIM}\n", "").replace(
        ANALYSIS, "analysis: {formula: compassion ~ group * severity, contrasts: [ours - theirs]}"
    )
    of_contrasts = small_study.write(tmp_path, text)
    assert MadeAnswers(of_contrasts, by_group(0.3, -0.3)).compared() == []


def test_a_level_without_answers_is_no_design_of_two_cells(tmp_path):
    """With answers at two of three levels, the curves that were planned over three are not decided."""
    of_three = study(
        tmp_path,
        "claim: ours > neither > theirs",
        factors=THREE,
        analysis="analysis: {formula: compassion ~ group, primary: ours - theirs}",
    )
    made = MadeAnswers(of_three, by_group(0.5, -0.5), 60)
    whole = made.frame

    def without(outcome, names=()):
        frame = whole(outcome, names)
        return frame[frame["group"] != "neither"].reset_index(drop=True)

    made.frame = without
    found = verdict(made)
    assert found.answer == "undetermined"
    why = [test.difference.failed for test in found.verdict.contrasts]
    assert all("no answers at group = neither" in each for each in why)


def test_codes_of_many_studies_at_once():
    estimate = np.array([1.0, -1.0, 0.01, 0.1])
    se = np.array([0.1, 0.1, 0.05, 0.2])
    codes = contrast_codes(estimate, se, 50.0, 0.2)
    assert codes.tolist() == ["different", "opposite", "equivalent", "undetermined"]
    assert contrast_codes(estimate, se, 50.0, None).tolist()[2] == "undetermined"
    assert contrast_codes(estimate, se, 50.0, 0.2, claimed="=").tolist()[1] == "different"
    # A difference from zero that is smaller than the smallest effect counts as equivalent.
    assert contrast_codes(np.array([0.05]), np.array([0.01]), 50.0, 0.2).tolist() == ["equivalent"]
    both = np.array([["different", "equivalent"], ["different", "different"], ["equivalent"] * 2])
    flat = np.array([False, False, True])
    assert combined_codes(both, [">", "="], flat).tolist() == [
        "different",
        "opposite",
        "equivalent",
    ]
    assert combined_codes(both, [">", ">"], flat).tolist() == [
        "undetermined",
        "different",
        "equivalent",
    ]
