"""Curves over numbers that are asked or computed: their rows, their axis, and what is left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import small_study
from made_answers import MadeAnswers

SMALLEST = "smallest_effect: {d: 0.2, because: A convention.}"
OTHER = """      threat: {slider: "How much threat do you feel?", from: None, to: Very much}
"""


def study(folder, hypothesis, *changes):
    text = small_study.TEXT.replace(
        "hypothesis: {outcome: compassion, claim: ours > theirs}", f"hypothesis: {hypothesis}"
    ).replace(
        "analysis: compassion ~ group * severity",
        "analysis: {formula: compassion ~ group, contrasts: [ours - theirs]}",
    )
    for old, new in (("  - use: debriefing\n", f"{OTHER}  - use: debriefing\n"), *changes):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return small_study.write(folder, text)


def threat(rng, frame):
    return rng.uniform(0, 100, len(frame))


def systems(folder, *changes):
    hypothesis = (
        "{outcome: compassion, claim: systems_inhibition, rivals: [systems_independent], "
        + SMALLEST
        + "}"
    )
    return study(folder, hypothesis, *changes)


def test_a_number_that_is_asked_is_an_axis(tmp_path):
    made = MadeAnswers(
        systems(tmp_path), lambda row: 6 - 0.03 * row["threat"], 40, numbers={"threat": threat}
    )
    found = made.compared()[0]
    assert found.answer == "inhibition"
    assert (found.predictor, found.predictors, found.numeric) == ("threat", ("threat",), True)
    assert found.verdict.code is None
    assert found.cells.empty
    line = found.lines[found.lines["curve"] == "S1"]
    assert line["x"].between(0, 100).all()
    assert len(line) == 160
    slope = (line["y"].iloc[-1] - line["y"].iloc[0]) / (line["x"].iloc[-1] - line["x"].iloc[0])
    assert slope == pytest.approx(-0.03, abs=0.005)
    assert found.topic.topic == "systems"
    assert {"both_high", "expected"} == set(found.topic.table["quantity"])


def test_rows_without_a_predictor_are_left_out_and_counted(tmp_path):
    def partly(rng, frame):
        return pd.Series(threat(rng, frame)).mask(frame.index < 7)

    made = MadeAnswers(systems(tmp_path), lambda row: 4.0, 20, numbers={"threat": partly})
    found = made.compared(full=False)[0]
    assert found.n == 20 * 8 - 7
    assert "7 answers are left out, since threat is missing." in found.cautions


def test_random_slopes_are_left_out_with_a_caution(tmp_path):
    sloped = systems(
        tmp_path,
        ("{formula: compassion ~ group, contrasts: [ours - theirs]}",
         "{formula: compassion ~ group + threat, contrasts: [ours - theirs, {threat: slope}], primary: ours - theirs}"),
    )  # fmt: skip
    made = MadeAnswers(sloped, lambda row: 4.0, 20, numbers={"threat": threat})
    cautions = [each for each in made.compared(full=False)[0].cautions if "slopes" in each]
    caution = next(each for each in cautions if "(threat | participant)" in each)
    assert "more certain than they are" in caution


def test_a_computed_column_takes_the_place_of_a_predictor(tmp_path):
    """The curve reads ``cost_expected``, 1 or 0; the factor behind the column is known to the curves."""
    hypothesis = (
        "{outcome: compassion, claim: motivated_shutdown, over: {cost_expected: asked}, "
        "rivals: [flat, log_fade], " + SMALLEST + "}"
    )
    changes = (
        ("{group: [ours, theirs], severity: [mild, severe]}",
         "{victims: [1, 8], request: [none, sure], severity: [mild, severe]}"),
        ("rotate: group", "rotate: [victims, request]"),
        ("One of {group}", "{victims} for {request}"),
        ("{formula: compassion ~ group, contrasts: [ours - theirs]}",
         "{formula: compassion ~ victims * request, contrasts: [{victims: 8 - 1, request: sure - none}]}"),
        ("sample:", "columns: {asked: request = sure}\nsample:"),
    )  # fmt: skip
    by_cost = study(tmp_path, hypothesis, *changes)

    def mean(row):
        return 4 + np.log(float(row["victims"])) * (0.3 - 0.8 * (row["request"] == "sure"))

    made = MadeAnswers(
        by_cost, mean, 60,
        numbers={"asked": lambda rng, frame: (frame["request"] == "sure").astype(float)},
    )  # fmt: skip
    comparisons = made.compared()
    found = comparisons[0]
    assert found.answer == "motivated_shutdown", found.verdict
    assert found.predictors == ("victims", "asked")
    claimed = found.lines[(found.lines["curve"] == "M8") & (found.lines["kind"] == "fitted")]
    assert claimed["others"].unique().tolist() == ["no request expected", "request expected"]
    assert [each.within for each in comparisons] == ["", "severity: mild", "severity: severe"]


def test_a_claim_that_cannot_be_a_curve_is_a_comparison_that_failed(tmp_path):
    wrong = study(tmp_path, "{outcome: compassion, claim: favouritism, rivals: [impartial]}")
    found = MadeAnswers(wrong, lambda row: 4.0, 20, numbers={"threat": threat}).compared()
    (failed,) = found
    assert failed.answer == ""
    assert "'group' has the level ours" in failed.failed


def test_a_slope_that_is_claimed_is_that_of_the_planned_model(tmp_path):
    sloped = study(
        tmp_path,
        "{outcome: compassion, claim: {threat: slope}, " + SMALLEST + "}",
        (
            "{formula: compassion ~ group, contrasts: [ours - theirs]}",
            "{formula: compassion ~ group + threat, contrasts: [ours - theirs]}",
        ),
    )
    made = MadeAnswers(sloped, lambda row: 4 + 0.02 * row["threat"], 40, numbers={"threat": threat})
    row = {
        "model": "compassion", "contrast": "{threat: slope}", "failed": "", "estimate": 0.02,
        "se": 0.002, "df": 200.0, "p": 0.0001, "p_holm": 0.0001, "sesoi": 0.005,
        "role": "secondary",
    }  # fmt: skip
    found = made.compared(pd.DataFrame([row]), full=False)[0]
    (test,) = found.verdict.contrasts
    assert (found.answer, test.difference.by) == ("different", "compassion")
    line = found.lines[found.lines["kind"] == "fitted"]
    assert np.polyfit(line["x"], line["y"], 1)[0] == pytest.approx(0.02, abs=0.004)
    unplanned = made.compared(full=False)[0]
    assert unplanned.answer == "undetermined"
    (test,) = unplanned.verdict.contrasts
    assert "No planned model of the outcome has the contrast" in test.difference.failed


def test_notes_name_the_columns_of_the_study(tmp_path):
    """The factor ``cost_expected`` gives way to the curve's column of this name, but notes call it as the study does."""
    hypothesis = (
        "{outcome: compassion, claim: motivated_shutdown, over: {cost_expected: asked}, "
        "rivals: [flat, log_fade], " + SMALLEST + "}"
    )
    changes = (
        ("{group: [ours, theirs], severity: [mild, severe]}",
         "{victims: [1, 8], cost_expected: [none, sure], severity: [mild, severe]}"),
        ("rotate: group", "rotate: [victims, cost_expected]"),
        ("One of {group}", "{victims} for {cost_expected}"),
        ("{formula: compassion ~ group, contrasts: [ours - theirs]}",
         "{formula: compassion ~ cost_expected, contrasts: [sure - none]}"),
        ("sample:", "columns: {asked: cost_expected = sure}\nsample:"),
    )  # fmt: skip
    made = MadeAnswers(
        study(tmp_path, hypothesis, *changes), lambda row: 4.0, 20,
        numbers={"asked": lambda rng, frame: (frame["cost_expected"] == "sure").astype(float)},
    )  # fmt: skip
    found = made.compared(full=False)[0]
    notes = " ".join((*found.cautions, *found.left_out, found.failed))
    assert ":cost_expected" in notes
    assert "of_the_study" not in notes
