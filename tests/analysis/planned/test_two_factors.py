"""Curves over two factors: a verdict, and a line for each level of the second factor."""

from __future__ import annotations

import numpy as np
import pytest
from made_answers import MadeAnswers

from experiments.places import shipped_folder
from experiments.study import open_study


@pytest.fixture(scope="module")
def ours_by_number():
    """``parochial_collapse``: the fade with the number of victims is claimed for the in-group alone."""
    return open_study(shipped_folder("protocols") / "parochial_collapse.yaml")


def fade_in_group(cell):
    return (
        50
        + 12 * (cell["group"] == "in")
        - 4 * (cell["group"] == "in") * np.log(int(cell["victims"]))
    )


def favour_in_group(cell):
    return 50 + 12 * (cell["group"] == "in")


def made(study, mean, people=80):
    return MadeAnswers(study, mean, people, sd=8.0, only=("group", "victims"))


def test_a_fade_of_one_group_is_told_from_one_of_both(ours_by_number):
    found = made(ours_by_number, fade_in_group).compared(full=False)[0]
    assert found.answer == "in_group_fade"
    assert found.predictors == ("victims", "group")
    assert {"flat", "falling_log", "favouritism"} == set(found.verdict.excluded)
    assert found.verdict.code is None
    # The other reading of the claim, the same fade in both groups, is rejected by the cell means.
    checks = found.specified.set_index(["check", "curve"])["p"]
    assert checks["P8e", "P8e additive_fade"] < 0.001


def test_a_constant_difference_between_groups_is_favouritism(ours_by_number):
    found = made(ours_by_number, favour_in_group).compared(full=False)[0]
    assert found.answer == "favouritism"


def test_two_curves_without_any_difference_share_no_weight(ours_by_number):
    """``flat`` and ``impartial`` are the same curve here: compared twice, neither could reach a weight of .90."""
    found = made(ours_by_number, lambda cell: 50.0, 900).compared(full=False)[0]
    assert found.verdict.leader == "flat"
    assert found.families["weight_bic"].iloc[0] > 0.9
    assert "impartial is the same curve as flat" in found.left_out[0]


def test_there_is_a_line_for_each_level_of_the_second_factor(ours_by_number):
    found = made(ours_by_number, fade_in_group).compared(full=False)[0]
    claimed = found.lines[(found.lines["curve"] == "P8") & (found.lines["kind"] == "fitted")]
    assert claimed["others"].unique().tolist() == ["your own group", "the other group"]
    one, eight = (claimed[claimed["x"] == n].set_index("others")["y"] for n in (1.0, 8.0))
    assert one["your own group"] - eight["your own group"] == pytest.approx(4 * np.log(8), abs=2.5)
    assert one["the other group"] == pytest.approx(eight["the other group"])
    # A curve that does not know the groups is one line.
    of_number = found.lines[found.lines["curve"] == "M2"]
    assert of_number["others"].unique().tolist() == [""]
    cells = found.cells.set_index(["others", "label"])["mean"]
    assert cells["your own group", "one person"] == pytest.approx(62, abs=2.5)
    assert cells.index.tolist() == [
        ("your own group", "one person"),
        ("your own group", "eight people"),
        ("the other group", "one person"),
        ("the other group", "eight people"),
    ]


def test_a_counterbalanced_factor_is_no_part_of_the_comparisons(ours_by_number):
    everything = MadeAnswers(ours_by_number, fade_in_group, 16, sd=8.0)
    assert [each.within for each in everything.compared()] == [""]
