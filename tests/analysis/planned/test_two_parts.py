"""Two-part models in which a condition has no gifts, or no refusals: each part is fitted by itself.

Right values are those of R 4.2.2: anova(glm(gift > 0 ~ arm, binomial), test = "LRT") and glm(gift ~ arm, Gamma("log"),
subset = gift > 0).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.models import fit_parts
from analysis.planned.contrasts import contrast_rows, contrast_table, failed_rows
from analysis.planned.fitting import PlannedFit, fit_planned
from analysis.planned.response_scale import response_contrasts
from analysis.planned.results import MeasureInfo
from analysis.report.filters import templates
from experiments.protocol.sections import SmallestEffect
from tests.analysis.planned.written import factor, planned

GIFT = MeasureInfo("gift", "gift", "USD", "$", 0.0, 10.0, gift=True, outcome=True)
SMALLEST = SmallestEffect(d=0.2, because="A convention.")
AMOUNTS = [1.0, 2, 2, 3, 4, 6, 7, 9]
"""Amounts of the 8 givers of 12, in the arm 'two'; those of 'three' are twice as high, up to 10."""


def gifts(one: str, three: bool = True) -> pd.DataFrame:
    """12 people in each arm; in 'one' nobody, all or some give."""
    given = {"nobody": [0.0] * 12, "all": [5.0, 1] * 6, "some": [0.0] * 6 + [1.0, 2, 3, 3, 5, 6]}
    arms = {"one": given[one], "two": [0.0] * 4 + AMOUNTS}
    if three:
        arms["three"] = [0.0] * 4 + [min(2 * each, 10) for each in AMOUNTS]
    rows = [(arm, each) for arm, own in arms.items() for each in own]
    frame = pd.DataFrame(rows, columns=["arm", "gift"])
    return frame.assign(participant=[f"p{k}" for k in range(len(frame))])


def fitted(frame: pd.DataFrame, formula: str = "gift ~ arm", contrasts: tuple = ()) -> PlannedFit:
    levels = {name: factor(*frame[name].unique()) for name in ("arm", "story") if name in formula}
    tests = contrasts or ("two - one", "three - two")
    plan, predictors = planned(formula, tests, "two_part", factors=levels)
    return fit_planned(plan, frame, predictors, GIFT)


def table(found: PlannedFit) -> pd.DataFrame:
    rows = contrast_rows(found, SMALLEST, {})
    return contrast_table(rows, "one").set_index(["contrast", "part"])


def test_whether_is_tested_where_nobody_gave_in_a_condition():
    found = fitted(gifts("nobody", three=False), contrasts=("two - one",))
    own = table(found)
    whether, amount = own.loc[("two - one", "whether")], own.loc[("two - one", "how much")]
    assert whether["test"] == "likelihood ratio"
    assert whether["statistic"] ** 2 == pytest.approx(15.276342, abs=1e-4)
    assert whether["p"] == pytest.approx(9.287e-05, rel=1e-3)
    why = "Nobody gave anything at arm = one (0 of 12), so there are no amounts to compare."
    assert amount["failed"] == why
    model = found.results()
    assert ("how much", why) in model.notes
    words = str(templates().get_template("report/models.html.j2").module.notes(model))
    assert f"Amount: {why}" in words
    assert "single condition" not in words
    assert response_contrasts(found)["part"].tolist() == ["whether"]


def test_amounts_are_compared_between_the_conditions_that_have_some():
    own = table(fitted(gifts("nobody")))
    assert own.loc[("two - one", "how much"), "failed"] == "Nobody gave anything at arm = one."
    amount = own.loc[("three - two", "how much")]
    assert (amount["estimate"], amount["se"]) == pytest.approx((0.462624, 0.287909), abs=1e-5)
    assert own.loc[("two - one", "whether"), "p"] == pytest.approx(9.287e-05, rel=1e-3)
    assert own.loc[("three - two", "whether"), "estimate"] == pytest.approx(0.0, abs=1e-6)


def test_where_everybody_gave_in_a_condition_the_amounts_are_all_compared():
    own = table(fitted(gifts("all")))
    assert own.loc[("two - one", "whether"), "statistic"] ** 2 == pytest.approx(6.350598, abs=1e-4)
    assert own.loc[("two - one", "how much"), "estimate"] == pytest.approx(0.348307, abs=1e-5)
    assert own["failed"].eq("").all()


def test_where_everybody_gave_in_all_conditions_the_amounts_remain():
    frame = gifts("all", three=False)
    frame = frame[frame["gift"] > 0].reset_index(drop=True)
    found = fitted(frame, contrasts=("two - one",))
    own = table(found)
    assert "Everybody gave" in own.loc[("two - one", "whether"), "failed"]
    assert own.loc[("two - one", "how much"), "estimate"] == pytest.approx(0.348307, abs=1e-5)
    assert response_contrasts(found)["part"].tolist() == ["how much"]


def test_a_cell_of_two_factors_without_gifts_is_named():
    frame = gifts("some", three=False).assign(story=np.tile(["a", "b"], 12))
    frame.loc[(frame["arm"] == "two") & (frame["story"] == "b"), "gift"] = 0.0
    own = table(fitted(frame, "gift ~ arm * story", ("two - one",)))
    assert own.loc[("two - one", "whether"), "failed"] == ""
    assert own.loc[("two - one", "how much"), "failed"] == (
        "Nobody gave anything at arm = two, story = b (0 of 6), so there are no amounts to compare."
    )


@pytest.mark.parametrize("one", ["nobody", "all", "some"])
def test_the_plan_decides_how_many_tests_there_are(one):
    """Two contrasts of a model in two parts are four tests, and a fifth one of another model is corrected for them."""
    frame = gifts(one)
    found = fitted(frame)
    other = contrast_rows(
        fit_planned(
            *planned_gaussian(frame),
            MeasureInfo("gift", "gift", low=0.0, high=10.0),
        ),
        None,
        {},
    )
    corrected = contrast_table([*contrast_rows(found, None, {}), *other], "one")
    assert len(corrected) == 5
    p = corrected["p"].fillna(1.0).to_numpy()
    assert corrected["p_holm"].min() == pytest.approx(5 * p.min())


def planned_gaussian(frame: pd.DataFrame) -> tuple:
    arms = {"arm": factor("one", "two", "three")}
    plan, predictors = planned("gift ~ arm", ("three - one",), factors=arms)
    return plan, frame, predictors


def test_a_model_that_was_not_fitted_has_as_many_tests():
    found = fitted(gifts("some"))
    rows = contrast_rows(found, SMALLEST, {})
    failed = failed_rows(found.planned, "No.", SMALLEST)
    names = ("model", "contrast", "part", "role")
    assert [[row[name] for name in names] for row in failed] == [
        [row[name] for name in names] for row in rows
    ]
    with pytest.raises(Exception, match="Nobody gave anything: all 36"):
        fitted(gifts("some").assign(gift=0.0))


def test_equivalence_is_a_family_of_the_tests_that_the_plan_has():
    """An outcome without a smallest effect has no equivalence test, whether or not it can be estimated."""
    plan = planned_gaussian(gifts("some"))[0]
    rows = [
        {"model": "m", "role": "secondary", "family": "gaussian", "kind": "contrast"}
        | {"contrast": name, "p": 0.5, "tost_p": p, "tost": "", "failed": "" if p == p else "No."}
        for name, p in (("a", 0.02), ("b", np.nan))
    ]
    of_both = contrast_table([*rows, *failed_rows(plan, "No.", SMALLEST)], "one")
    assert of_both["tost_p_holm"].iloc[0] == pytest.approx(0.06)
    without = contrast_table([*rows, *failed_rows(plan, "No.", None)], "one")
    assert without["tost_p_holm"].iloc[0] == pytest.approx(0.04)


def test_each_part_of_numbers_that_are_no_factor_says_why():
    frame = pd.DataFrame({"gift": [0.0, 0, 1, 2, 0, 0], "x": [0.0, 1, 2, 2, 1, 2]})
    whether, amount = fit_parts(frame, "gift ~ x")
    assert "amounts" not in str(whether)
    assert "The amount among the 2 gifts above zero cannot be modelled" in str(amount)
