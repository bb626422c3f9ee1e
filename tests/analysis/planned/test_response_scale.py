"""Contrasts in units of the answers, and contrasts with a condition whose answers are all at a limit."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.planned.claimed import primary_verdict
from analysis.planned.contrasts import contrast_rows, contrast_table
from analysis.planned.fitting import PlannedFit, fit_planned
from analysis.planned.response_scale import amount_contrasts, response_contrasts
from analysis.planned.results import MeasureInfo
from analysis.report.filters import templates
from tests.analysis.planned.written import factor, planned

GIFT = MeasureInfo("gift", "gift", "USD", "$", 0.0, 10.0, gift=True, outcome=True)
ARMS = {"arm": factor("one", "two", "three")}
CONTRASTS = ["one - two", "one - three", "two - three"]


def gifts(each: int = 40) -> pd.DataFrame:
    """One gift of each participant; a third give nothing, and few give all."""
    rng = np.random.default_rng(4)
    arm = np.repeat(["one", "two", "three"], each)
    latent = 2 + 3 * (arm == "one") + 1.5 * (arm == "two") + rng.normal(0, 3, 3 * each)
    gift = np.clip(np.round(latent, 1), 0, 10)
    people = [f"p{k:03d}" for k in range(3 * each)]
    return pd.DataFrame({"participant": people, "item": "s", "arm": arm, "gift": gift})


def fitted(frame: pd.DataFrame, family: str, right: str = "arm", **more: object) -> PlannedFit:
    plan, predictors = planned(f"gift ~ {right}", CONTRASTS, family, factors=ARMS, **more)
    return fit_planned(plan, frame, predictors, GIFT)


def table(found: PlannedFit) -> pd.DataFrame:
    rows = contrast_rows(found, None, {})
    return contrast_table(rows, "one").set_index(["part", "contrast"])


def differences(values: pd.Series) -> list[float]:
    means = values.groupby(level=0).mean()
    return [means["one"] - means[each] for each in ("two", "three")] + [
        means["two"] - means["three"]
    ]


def test_a_logistic_model_in_probabilities():
    frame = gifts().assign(gift=lambda rows: (rows["gift"] > 2).astype(float))
    found = response_contrasts(fitted(frame, "binomial"))
    assert found["contrast"].tolist() == CONTRASTS
    assert set(found["unit"]) == {"probability"}
    expected = differences(frame.set_index("arm")["gift"])
    assert found["estimate"].tolist() == pytest.approx(expected, abs=1e-6)
    shares = frame.groupby("arm")["gift"].mean()
    variance = (shares * (1 - shares) / 40)[["one", "two"]].sum()
    assert found["se"].iloc[0] == pytest.approx(np.sqrt(variance), rel=1e-3)


def test_a_two_part_model_in_money_and_each_of_its_parts():
    frame = gifts()
    found = response_contrasts(fitted(frame, "two_part")).set_index(["part", "contrast"])
    by_arm = frame.set_index("arm")["gift"]
    for part, values in (("", by_arm), ("whether", by_arm > 0), ("how much", by_arm[by_arm > 0])):
        estimates = found.loc[part].loc[CONTRASTS, "estimate"].tolist()
        assert estimates == pytest.approx(differences(values.astype(float)), abs=1e-4)
    assert found.loc[("whether", "one - two"), "unit"] == "probability"
    assert (found["failed"] == "").all()


@pytest.mark.parametrize(
    ("family", "near"), [("tobit", 0.35), ("ordered_beta", 0.7), ("ordinal", 0.35)]
)
def test_other_families_in_units_of_the_answers(family, near):
    frame = gifts().assign(gift=lambda rows: rows["gift"].round())
    found = response_contrasts(fitted(frame, family))
    expected = differences(frame.set_index("arm")["gift"])
    assert found["estimate"].tolist() == pytest.approx(expected, abs=near)
    assert (found["ci_low"] < found["estimate"]).all()
    assert set(found["unit"]) == {"response"}


def test_gaussian_contrasts_are_on_the_scale_of_the_answers_already():
    assert response_contrasts(fitted(gifts(), "gaussian")).empty


@pytest.mark.parametrize("family", ["gaussian", "binomial", "two_part", "tobit"])
def test_other_selections_have_the_same_numbers_of_the_primary_contrasts_alone(family):
    frame = gifts().assign(gift=lambda rows: rows["gift"].round())
    if family == "binomial":
        frame["gift"] = (frame["gift"] > 2).astype(float)
    found = fitted(frame, family)
    (primary,) = [each for each in found.planned.contrasts if each.name == "one - two"]
    own = amount_contrasts(found, [primary])
    assert amount_contrasts(found, []).empty
    if family in ("gaussian", "binomial"):
        assert own.empty
        return
    whole = response_contrasts(found)
    same = whole[(whole["contrast"] == "one - two") & (whole["part"] == "")]
    pd.testing.assert_frame_equal(own, same.reset_index(drop=True), rtol=1e-9)


def test_a_slope_of_a_number_has_no_difference_of_its_own():
    frame = gifts().assign(
        gift=lambda rows: (rows["gift"] > 2).astype(float),
        arm=lambda rows: rows["arm"].map({"one": "1", "two": "2", "three": "3"}),
    )
    numbers = {"arm": factor("1", "2", "3", numbers=True)}
    plan, predictors = planned("gift ~ arm", [{"arm": "slope"}], "binomial", factors=numbers)
    found = response_contrasts(fit_planned(plan, frame, predictors, GIFT))
    # A line through the means of a factor's levels is a contrast of them.
    means = frame.groupby("arm")["gift"].mean()
    assert found["estimate"].tolist() == pytest.approx([(means["3"] - means["1"]) / 2], abs=1e-6)


def at_a_limit() -> pd.DataFrame:
    frame = gifts().assign(gift=lambda rows: (rows["gift"] > 2).astype(float))
    frame.loc[frame["arm"] == "two", "gift"] = 0.0
    return frame


def test_a_condition_at_a_limit_has_a_likelihood_ratio_test():
    frame = at_a_limit()
    found = fitted(frame, "binomial")
    own = table(found).loc[""]
    assert own["test"].tolist() == ["likelihood ratio", "", "likelihood ratio"]
    assert own["estimate"].isna().tolist() == [True, False, True]
    assert own["statistic"].gt(0).tolist()[::2] == [True, False]
    assert own["se"].isna().tolist() == [True, False, True]
    counts = frame.groupby("arm")["gift"].agg(["sum", "count"])

    def loglik(given, n):
        share = given / n
        return 0.0 if share in (0, 1) else given * np.log(share) + (n - given) * np.log(1 - share)

    one, two = counts.loc["one"], counts.loc["two"]
    ratio = 2 * (loglik(*one) + loglik(*two) - loglik(*(one + two)))
    assert own.loc["one - two", "statistic"] == pytest.approx(np.sqrt(ratio), rel=1e-4)
    assert own.loc["one - two", "p"] == pytest.approx(stats.chi2.sf(ratio, 1), rel=1e-3)
    assert (own["failed"] == "").all()
    words = templates().get_template("report/models.html.j2").module
    assert "the test is a likelihood-ratio test (its signed root is shown): one − two" in str(
        words.of_some(own.reset_index())
    )
    responses = response_contrasts(found).set_index("contrast")
    assert responses.loc["one - two", "estimate"] == pytest.approx(counts["sum"]["one"] / 40)
    assert np.isnan(responses.loc["one - two", "se"])


@pytest.mark.parametrize("family", ["binomial", "tobit", "ordered_beta", "ordinal", "two_part"])
def test_a_condition_at_a_limit_is_said_without_an_infinite_number(family):
    frame = gifts().assign(gift=lambda rows: rows["gift"].round())
    if family == "binomial":
        frame["gift"] = (frame["gift"] > 2).astype(float)
    frame.loc[frame["arm"] == "two", "gift"] = 0.0
    found = contrast_table(contrast_rows(fitted(frame, family), None, {}), "any")
    numbers = found.drop(columns="df").select_dtypes("number")
    assert not np.isinf(numbers.to_numpy(dtype=float)).any()
    assert "inf" not in found.drop(columns="df").to_csv().replace("info", "")
    verdict = primary_verdict(found.assign(role="primary"), "any")
    words = templates().get_template("curves/compare/verdict.j2").module
    said = str(words.contrasts(verdict))
    for wrong in ("inf", "nan", "∞", "–"):
        assert wrong not in said
    limited = [
        test for test in verdict.tests if test.decided != "failed" and test.ci_low != test.ci_low
    ]
    assert limited
    for test in limited:
        (own,) = re.findall(rf"The primary contrast {re.escape(test.label)} (.*?\))\.", said)
        direction = "above" if test.statistic > 0 else "below"
        assert own.startswith(
            "has no finite estimate, since all answers of a condition are at a limit; by a likelihood-ratio test, it"
            f" is {direction} zero (χ²(1) = "
        )
        assert "after Holm's correction" in own
    page = str(templates().get_template("report/models.html.j2").module.contrasts(found, None))
    assert '∞</td><td class="n">∞' not in page
    assert "[" not in page.split("one − two")[1].split("</tr>")[0]


def test_a_term_with_a_condition_at_a_limit_is_tested_as_a_whole():
    plan, predictors = planned("gift ~ arm", [], "binomial", factors=ARMS, terms=[("arm",)])
    found = fit_planned(plan, at_a_limit(), predictors, GIFT)
    (row,) = contrast_rows(found, None, {})
    assert (row["df_num"], row["df"]) == (2, np.inf)
    assert row["p"] < 0.001


def test_without_a_test_the_contrast_keeps_its_place_in_the_family():
    frame = pd.concat([at_a_limit(), at_a_limit()], ignore_index=True)
    frame["gift"] *= 10
    frame.loc[::7, "gift"] *= 0.4
    own = table(fitted(frame, "tobit")).loc[""]
    failed = own["failed"].to_dict()
    assert failed["one - three"] == ""
    assert "would treat the rows of a participant as independent" in failed["one - two"]
    assert own["p"].isna().tolist() == [True, False, True]
    # Two of three count with p = 1, so that the third is multiplied by three.
    assert own.loc["one - three", "p_holm"] == pytest.approx(3 * own.loc["one - three", "p"])


def test_a_part_without_answers_in_a_condition_says_so():
    frame = gifts()
    frame.loc[frame["arm"] == "two", "gift"] = 0.0
    own = table(fitted(frame, "two_part"))
    assert own.loc[("whether", "one - two"), "test"] == "likelihood ratio"
    assert own.loc[("how much", "one - two"), "failed"] == "Nobody gave anything at arm = two."
    assert own.loc[("how much", "one - three"), "failed"] == ""
