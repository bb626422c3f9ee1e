"""The table of planned tests: words of both sides, effect sizes, smallest effects, and families of tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analysis.curves.compare.by_contrast import rows_of_contrasts
from analysis.errors import AnalysisError
from analysis.models.bayes_factor import bayes_factor
from analysis.models.equivalence import equivalence
from analysis.planned.claimed import finding, row_tests
from analysis.planned.contrasts import contrast_rows, contrast_table, failed_rows, two_line_tests
from analysis.planned.effects import Unit, bound_of, within_sd
from analysis.planned.fitting import PlannedFit, fit_planned
from analysis.planned.predictors import FactorOf, NumberOf
from analysis.planned.results import MeasureInfo
from experiments.protocol.sections import SmallestEffect
from tests.analysis.planned.written import factor, planned

PITY = MeasureInfo("pity", "pity", low=0.0, high=100.0, outcome=True)
FACTORS = {
    "group": FactorOf({"ours": "our own", "theirs": "the others", "none": "nobody's"}),
    "cost": factor("asked", "not_asked"),
    "victims": factor("1", "2", "3", "4", "5", "6", numbers=True),
}
SMALLEST = SmallestEffect(d=0.2, because="A convention.")


@pytest.fixture(scope="module")
def ratings() -> pd.DataFrame:
    """90 participants in 3 x 2 cells, each with two ratings and a trait."""
    rng = np.random.default_rng(9)
    group = np.repeat(["ours", "theirs", "none"], 30)
    cost = np.tile(["asked", "not_asked"], 45)
    trait = rng.normal(0, 2, 90)
    person = rng.normal(0, 8, 90)
    mean = 50 + 8 * (group == "ours") + 6 * ((group == "ours") & (cost == "asked")) + 2 * trait
    one = pd.DataFrame({"group": group, "cost": cost, "trait": trait})
    one["participant"] = [f"p{k:02d}" for k in range(90)]
    frames = [one.assign(pity=mean + person + rng.normal(0, 5, 90)) for _ in range(2)]
    return pd.concat(frames, ignore_index=True)


def fitted(
    frame: pd.DataFrame, formula: str, contrasts: list[object], **more: object
) -> PlannedFit:
    used = {name: own for name, own in FACTORS.items() if name in formula}
    plan, predictors = planned(formula, contrasts, factors=used, **more)
    return fit_planned(plan, frame, predictors, PITY)


def rows(found: PlannedFit, smallest: SmallestEffect | None = SMALLEST) -> pd.DataFrame:
    own = contrast_rows(found, smallest, two_line_tests(found))
    return contrast_table(own, found.planned.combined).set_index("contrast")


BOTH = "pity ~ group * cost + (1 | participant)"
SIMPLE = {"group": "ours - theirs", "cost": "asked"}
INTERACTION = {"group": "ours - theirs", "cost": "asked - not_asked"}


def test_the_words_of_both_sides(ratings):
    found = fitted(ratings, BOTH, ["ours - mean(theirs, none)", SIMPLE, INTERACTION])
    table = rows(found)
    several = table.iloc[0]
    assert (several["higher"], several["lower"]) == ("our own", "the others and nobody's")
    simple, both = table.iloc[1], table.iloc[2]
    assert (simple["higher"], simple["lower"], simple["at"]) == ("our own", "the others", "asked")
    assert (both["higher"], both["lower"], both["at"]) == ("", "", "")
    assert table["kind"].tolist() == ["contrast"] * 3


def test_a_contrast_is_in_sds_within_the_cells_of_the_factors_it_names(ratings):
    found = fitted(ratings, BOTH, ["ours - theirs", INTERACTION])
    table = rows(found)
    for (_, row), by in zip(table.iterrows(), (["group"], ["group", "cost"]), strict=True):
        groups = ratings.groupby(by)["pity"]
        squares = ((ratings["pity"] - groups.transform("mean")) ** 2).sum()
        sd = np.sqrt(squares / (len(ratings) - groups.ngroups))
        assert row["sd"] == pytest.approx(sd)
        assert row["d"] == pytest.approx(row["estimate"] / sd)
        assert row["sesoi"] == pytest.approx(0.2 * sd)
        tost = equivalence(row["estimate"], row["se"], row["df"], 0.2 * sd)
        assert row["tost_p"] == pytest.approx(tost.p)
        assert row["tost"] == tost.verdict


def test_bayes_factors_and_the_answers_that_were_used(ratings):
    contrasts = ["ours - theirs", "ours - mean(theirs, none)", SIMPLE, INTERACTION]
    table = rows(fitted(ratings, BOTH, contrasts))
    for _, row in table.iterrows():
        expected = bayes_factor(row["estimate"], row["se"], row["df"], 0.707 * row["sd"])
        assert row["bf10"] == pytest.approx(expected)
    assert table["participants"].tolist() == [60, 90, 30, 60]
    assert table["answers"].tolist() == [120, 180, 60, 120]
    assert table["participants_lower"].tolist()[:3] == [30, 60, 15]
    # People who are in one condition each have a variance in each condition.
    assert (table["variance"] == "own").all()


def test_without_a_smallest_effect_there_is_no_equivalence_test_and_a_code(ratings):
    table = rows(fitted(ratings, BOTH, ["ours - theirs"]), None)
    assert table["tost"].tolist() == ["not planned"]
    assert table[["sesoi", "tost_p", "tost_low", "tost_high"]].isna().all(axis=None)
    assert table["d"].notna().all()


def test_a_smallest_effect_in_units_of_the_outcome_or_as_a_correlation():
    raw = SmallestEffect(raw=3.0, because="Three points.")
    r = SmallestEffect(r=0.1, because="A convention.")
    d = SmallestEffect(d=0.2, because="A convention.")
    assert bound_of(raw, sd=10.0) == 3.0
    assert bound_of(raw, sd=10.0, unit=Unit(5.0, 2.0)) == pytest.approx(0.6)
    assert bound_of(d, sd=10.0, unit=Unit(5.0, 2.0)) == pytest.approx(0.4)
    # r = .10 of two equal groups is d = .201, and a slope of r SDs of the outcome for each SD of the number.
    assert bound_of(r, sd=10.0) / 10 == pytest.approx(2 * 0.1 / np.sqrt(1 - 0.01))
    assert bound_of(r, sd=10.0, unit=Unit(5.0, 2.0)) == pytest.approx(0.5)


def test_the_slope_of_answers_is_for_one_sd_of_them(ratings):
    number = NumberOf("trait", answered=True)
    formula = "pity ~ trait + (1 | participant)"
    found = fitted(ratings, formula, [{"trait": "slope"}], numbers={"trait": number})
    row = rows(found, SmallestEffect(r=0.1, because="A convention.")).iloc[0]
    sd, of_trait = float(ratings["pity"].std()), float(ratings["trait"].std())
    assert row["kind"] == "slope"
    assert row["estimate"] == pytest.approx(found.parts[""].terms["estimate"][1])
    assert row["per"] == pytest.approx(of_trait)
    assert row["d"] == pytest.approx(row["estimate"] * of_trait / sd)
    assert row["sesoi"] == pytest.approx(0.1 * sd / of_trait)
    assert np.isnan(row["bf10"])


def test_the_slope_of_a_factor_is_for_its_whole_range():
    rng = np.random.default_rng(1)
    victims = np.repeat(list("123456"), 20)
    frame = pd.DataFrame({"participant": [f"p{k}" for k in range(120)], "victims": victims})
    frame["pity"] = 60 - 3 * victims.astype(float) + rng.normal(0, 10, 120)
    row = rows(fitted(frame, "pity ~ victims", [{"victims": "slope"}])).iloc[0]
    assert row["per"] == 5
    assert row["d"] == pytest.approx(row["estimate"] * 5 / within_sd(frame, "pity", ["victims"]))


def test_terms_are_tested_as_a_whole_and_are_secondary(ratings):
    terms = [("group",), ("cost",), ("group", "cost")]
    table = rows(fitted(ratings, BOTH, [], terms=terms))
    assert table.index.tolist() == ["group", "cost", "group:cost"]
    assert set(table["kind"]) == {"term"}
    assert table["df_num"].tolist() == [2, 1, 2]
    assert table["estimate"].isna().all()
    expected = stats.f.sf(table["statistic"], table["df_num"], table["df"])
    assert table["p"].tolist() == pytest.approx(expected.tolist())
    assert table["p_holm"].tolist() == pytest.approx(
        multipletests(table["p"], method="holm")[1].tolist()
    )


def test_one_primary_test_is_not_corrected_and_all_others_are_together(ratings):
    names = ["ours - theirs", "ours - none", "theirs - none"]
    table = rows(fitted(ratings, BOTH, names, primary=names[:1]))
    assert table["role"].tolist() == ["primary", "secondary", "secondary"]
    assert table["p_holm"].iloc[0] == table["p"].iloc[0]
    expected = multipletests(table["p"].iloc[1:], method="holm")[1]
    assert table["p_holm"].iloc[1:].tolist() == pytest.approx(expected.tolist())


@pytest.mark.parametrize(("combined", "corrected"), [("any", True), ("all", False)])
def test_any_of_several_primary_tests_are_corrected_and_all_of_them_are_not(
    ratings, combined, corrected
):
    names = ["ours - theirs", "ours - none"]
    found = fitted(ratings, BOTH, names, primary=names, combined=combined)
    table = rows(found)
    assert found.results().role == "primary"
    assert found.results().combined == combined
    expected = multipletests(table["p"], method="holm")[1] if corrected else table["p"]
    assert table["p_holm"].tolist() == pytest.approx(list(expected))


def test_a_test_that_could_not_be_estimated_stays_in_its_family(ratings):
    frame = ratings[ratings["group"] != "none"]
    formula = "pity ~ group + (1 | participant)"
    names = ["ours - theirs", "ours - none"]
    table = rows(fitted(frame, formula, names))
    assert "There are no answers at group = none" in table.loc["ours - none", "failed"]
    alone = table.loc["ours - theirs"]
    assert alone["p_holm"] == pytest.approx(min(1.0, 2 * alone["p"]))
    assert np.isnan(table.loc["ours - none", "p_holm"])


def test_a_model_that_was_not_fitted_keeps_all_its_tests(ratings):
    plan, _ = planned(BOTH, ["ours - theirs"], factors=FACTORS, terms=[("group",)])
    own = replace(plan, primary=("ours - theirs",))
    table = contrast_table(failed_rows(own, "No.", SMALLEST), "one")
    assert table["contrast"].tolist() == ["ours - theirs", "group"]
    assert table["role"].tolist() == ["primary", "secondary"]
    assert table["failed"].tolist() == ["No.", "No."]


def test_cells_without_any_spread_have_no_standard_error(ratings):
    frame = ratings.drop_duplicates("participant").reset_index(drop=True)
    frame.loc[frame["group"] == "ours", "pity"] = 5.0
    frame.loc[frame["group"] == "none", "pity"] = 2.0
    found = fitted(frame, "pity ~ group", ["ours - none", "ours - theirs"], terms=[("group",)])
    table = rows(found)
    failed = table.loc["ours - none", "failed"]
    assert "All answers at group = ours are the same, and so are those at none" in failed
    assert "its standard error cannot be estimated" in failed
    assert table.loc["ours - theirs", "failed"] == ""
    terms = found.results().terms.set_index("term")
    assert terms.loc["group[none]", "estimate"] == pytest.approx(-3.0)
    assert terms.loc[["Intercept", "group[none]"], "p"].isna().all()


def test_with_one_answer_in_a_cell_all_tests_have_the_pooled_variance(ratings):
    frame = ratings.drop_duplicates("participant").reset_index(drop=True)
    names = ["ours - none", "ours - theirs"]
    assert set(rows(fitted(frame, "pity ~ group", names))["variance"]) == {""}
    alone = frame["group"].ne("none") | ~frame["group"].duplicated()
    found = rows(fitted(frame[alone].reset_index(drop=True), "pity ~ group", names))
    assert set(found["variance"]) == {"pooled"}


def test_answers_that_do_not_vary_have_no_sds():
    same = pd.DataFrame({"group": ["ours", "theirs"] * 3, "pity": [1.0, 2.0] * 3})
    with pytest.raises(AnalysisError, match="cannot be expressed in SDs"):
        within_sd(same, "pity", ["group"])


def test_the_equivalence_of_secondary_contrasts_is_decided_after_correction():
    tost = [0.02, 0.03, 0.04, np.nan, np.nan]
    rows = [
        {"model": "m", "role": role, "family": "gaussian", "kind": "contrast", "contrast": name}
        | {"p": 0.5, "tost_p": p, "failed": "" if p == p else "why"}
        for name, role, p in zip("abcde", ["primary"] + ["secondary"] * 4, tost, strict=True)
    ]
    rows[-1] |= {"kind": "term"}
    one = contrast_table(rows, "one")
    # The contrast that failed counts, the term has no such test; the primary contrast is not corrected.
    assert one["tost_p_holm"].tolist()[:3] == pytest.approx([0.02, 0.09, 0.09])
    assert one["tost"].tolist()[:3] == ["equivalent", "undetermined", "undetermined"]
    for row in one.to_dict("records")[:3]:
        tests = row_tests(
            row | {"estimate": 0.01, "se": 0.05, "df": 60.0, "sesoi": 0.1}, "a", "a", corrected=True
        )
        (rows_of,) = rows_of_contrasts(tests)
        assert (rows_of.code == "equivalent") == (row["tost"] == "equivalent")
        assert finding(row) == row["tost"]
    several = [row | {"role": "primary"} for row in rows[:3]]
    assert contrast_table(several, "any")["tost_p_holm"].tolist() == pytest.approx([0.06] * 3)
    assert contrast_table(several, "all")["tost_p_holm"].tolist() == pytest.approx(tost[:3])
