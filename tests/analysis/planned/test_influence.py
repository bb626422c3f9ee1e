"""Primary contrasts without each participant and each stimulus."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.planned.contrasts import contrast_rows
from analysis.planned.fitting import PlannedFit, fit_planned
from analysis.planned.influence import influence
from analysis.planned.results import MeasureInfo
from tests.analysis.planned.written import factor, planned

GIFT = MeasureInfo("gift", "gift", "USD", "$", 0.0, 10.0, gift=True, outcome=True)
ARM = {"arm": factor("one", "two")}


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """40 participants x 6 of 12 stories in two arms; participant 17 gives 30 more than all others."""
    rng = np.random.default_rng(11)
    person = np.repeat(np.arange(40), 6)
    story = (np.tile(np.arange(6), 40) + person) % 12
    arm = np.where(person % 2 == 0, "one", "two")
    gift = 2 + (arm == "one") + rng.normal(0, 1, 40)[person] + rng.normal(0, 1, 12)[story]
    gift = gift + rng.normal(0, 2, 240) + 30 * (person == 17)
    return pd.DataFrame(
        {"participant": person.astype(str), "item": story.astype(str), "arm": arm, "gift": gift}
    )


def fitted(frame: pd.DataFrame, right: str, family: str = "gaussian") -> PlannedFit:
    plan, predictors = planned(f"gift ~ {right}", ["one - two"], family, factors=ARM)
    return fit_planned(replace(plan, primary=("one - two",)), frame, predictors, GIFT)


def test_the_most_influential_participant_is_named_and_left_out(answers):
    right = "arm + (1 | participant) + (1 | item)"
    summary, each = influence(fitted(answers, right))
    of_participants, of_items = summary.to_dict("records")
    assert (of_participants["unit"], of_participants["units"]) == ("participant", 40)
    assert (of_items["unit"], of_items["units"]) == ("item", 12)
    assert of_participants["most"] == "17"
    assert of_participants["low"] < of_participants["estimate"] < of_participants["high"]
    again = fitted(answers[answers["participant"] != "17"], right)
    own = contrast_rows(again, None, {})[0]
    assert of_participants["estimate_without"] == pytest.approx(own["estimate"])
    assert of_participants["p_without"] == pytest.approx(own["p"])
    assert len(each) == 40 + 12
    assert each["rows"].tolist()[:40] == [6] * 40


def test_a_contrast_of_a_level_without_answers_is_passed_over(answers):
    """It failed the whole model: no contrast of other levels was estimated."""
    plan, predictors = planned(
        "gift ~ arm", ["one - two", "one - wait"], factors={"arm": factor("one", "two", "wait")}
    )
    plan = replace(plan, primary=("one - two", "one - wait"))
    one_each = answers.drop_duplicates("participant")
    summary, each = influence(fit_planned(plan, one_each, predictors, GIFT))
    assert set(summary["contrast"]) == set(each["contrast"]) == {"one - two"}


def test_a_model_without_random_terms(answers):
    one_each = answers.drop_duplicates("participant")
    summary, _ = influence(fitted(one_each, "arm"))
    assert summary.loc[0, "most"] == "17"


def test_other_families_and_secondary_tests_have_none(answers):
    coins = answers.assign(gift=np.clip(answers["gift"].round(), 0, 10))
    assert [len(table) for table in influence(fitted(coins, "arm", "tobit"))] == [0, 0]
    plan, predictors = planned("gift ~ arm + (1 | participant)", ["one - two"], factors=ARM)
    secondary = fit_planned(replace(plan, primary=()), answers, predictors, GIFT)
    assert [len(table) for table in influence(secondary)] == [0, 0]


def test_a_fit_that_is_impossible_without_the_unit_says_why():
    frame = pd.DataFrame(
        {
            "participant": list("abcdef"),
            "arm": ["one"] * 4 + ["two"] * 2,
            "gift": [1.0, 2.0, 4.0, 3.0, 9.0, 5.0],
        }
    )
    summary, each = influence(fitted(frame, "arm"))
    assert len(each) == 6
    assert summary.loc[0, "most"] in set("ef")
    assert bool(summary.loc[0, "failed"]) != bool(np.isfinite(summary.loc[0, "p_without"]))


def test_the_range_is_of_the_model_that_the_test_is_of():
    """Three conditions within participants, without sphericity: the contrast has a variance of its own."""
    rng = np.random.default_rng(12)
    person, place = np.repeat(np.arange(24), 9), np.tile(np.arange(9), 24)
    arm = np.array(["one", "two", "three"])[place % 3]
    slope = rng.normal(0, 4, 24)[person] * (arm == "three") + rng.normal(0, 1, 24)[person]
    frame = pd.DataFrame(
        {
            "participant": person.astype(str),
            "arm": arm,
            "gift": 5 + slope + rng.normal(0, 1, 216) + 6 * ((person == 3) & (arm == "one")),
        }
    )
    frame = frame[rng.random(216) > 0.25].reset_index(drop=True)
    factors = {"arm": factor("one", "two", "three")}
    plan, predictors = planned(
        "gift ~ arm + (1 | participant) + (1 | participant:arm)", ["one - two"], factors=factors
    )
    whole = fit_planned(replace(plan, primary=("one - two",)), frame, predictors, GIFT)
    (row,) = influence(whole)[0].to_dict("records")
    own = contrast_rows(whole, None, {})[0]
    assert own["variance"] == "own"
    assert row["estimate"] == pytest.approx(own["estimate"], rel=1e-6)
    assert row["low"] <= row["estimate"] <= row["high"]
    without = row["low"] if row["low"] < row["estimate"] - 0.1 else row["high"]
    assert row["most"] == "3"
    assert row["estimate_without"] == pytest.approx(without, abs=0.05)
