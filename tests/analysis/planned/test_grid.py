"""Contrasts, simple effects, interactions, slopes and terms are those that are computed by hand from the cell means."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.anova import anova_lm

from analysis.errors import AnalysisError
from analysis.models import contrast as contrast_of
from analysis.planned.fitting import PlannedFit, fit_planned
from analysis.planned.predictors import NumberOf
from analysis.planned.results import MeasureInfo
from tests.analysis.planned.written import contrast, factor, planned

PITY = MeasureInfo("pity", "pity", low=1.0, high=7.0, outcome=True)
FACTORS = {
    "group": factor("ours", "theirs"),
    "severity": factor("mild", "bad", "severe"),
    "victims": factor("1", "2", "8", numbers=True),
}


@pytest.fixture(scope="module")
def unequal() -> pd.DataFrame:
    """One answer of each participant, in 2 x 3 cells of unequal size with an interaction; a covariate."""
    rng = np.random.default_rng(7)
    rows = []
    for group, severity, n, mean in (
        ("ours", "mild", 12, 3.0), ("ours", "bad", 20, 4.0), ("ours", "severe", 31, 6.0),
        ("theirs", "mild", 25, 3.5), ("theirs", "bad", 9, 2.0), ("theirs", "severe", 17, 3.0),
    ):  # fmt: skip
        for _ in range(n):
            trait = rng.normal(4, 1)
            pity = mean + 0.5 * trait + rng.normal(0, 1)
            rows.append((f"p{len(rows):03d}", group, severity, trait, pity))
    names = ["participant", "group", "severity", "trait", "pity"]
    return pd.DataFrame(rows, columns=names).assign(told=lambda t: (t.index % 3 == 0) * 1.0)


def fitted(frame: pd.DataFrame, formula: str, **more: object) -> PlannedFit:
    used = {name: own for name, own in FACTORS.items() if name in formula}
    plan, predictors = planned(formula, factors=used, **more)
    return fit_planned(plan, frame, predictors, PITY)


def estimated(found: PlannedFit, text: object) -> float:
    weights = found.grids[""].weights(contrast(text, FACTORS))
    return float(contrast_of(found.parts[""], weights).estimates["estimate"].iloc[0])


@pytest.fixture(scope="module")
def means(unequal: pd.DataFrame) -> pd.Series:
    return unequal.groupby(["group", "severity"])["pity"].mean()


def test_levels_are_compared_with_equal_weights_over_the_other_factor(unequal, means):
    found = fitted(unequal, "pity ~ group * severity")
    by_hand = means["ours"].mean() - means["theirs"].mean()
    assert estimated(found, "ours - theirs") == pytest.approx(by_hand)
    pooled = unequal.groupby("group")["pity"].mean()
    assert by_hand != pytest.approx(pooled["ours"] - pooled["theirs"], abs=0.05)


def test_a_level_against_the_mean_of_others(unequal, means):
    found = fitted(unequal, "pity ~ group * severity")
    of = means.groupby("severity").mean()
    expected = of["severe"] - (of["mild"] + of["bad"]) / 2
    assert estimated(found, "severe - mean(mild, bad)") == pytest.approx(expected)


def test_a_simple_effect_is_that_of_its_cell(unequal, means):
    found = fitted(unequal, "pity ~ group * severity")
    expected = means["ours", "severe"] - means["theirs", "severe"]
    assert estimated(found, {"group": "ours - theirs", "severity": "severe"}) == pytest.approx(
        expected
    )
    # Without the interaction in the formula, it is the same at every level.
    additive = fitted(unequal, "pity ~ group + severity")
    same = [
        estimated(additive, {"group": "ours - theirs", "severity": level})
        for level in ("mild", "severe")
    ]
    assert same[0] == pytest.approx(same[1])


def test_an_interaction_is_the_difference_of_differences(unequal, means):
    found = fitted(unequal, "pity ~ group * severity")
    expected = (means["ours", "severe"] - means["theirs", "severe"]) - (
        means["ours", "mild"] - means["theirs", "mild"]
    )
    given = {"group": "ours - theirs", "severity": "severe - mild"}
    assert estimated(found, given) == pytest.approx(expected)


def test_a_line_over_a_factor_of_numbers_is_the_slope_through_its_means():
    rng = np.random.default_rng(3)
    levels = np.repeat(["1", "2", "8"], [10, 30, 20])
    frame = pd.DataFrame(
        {
            "participant": [f"p{k}" for k in range(60)],
            "victims": levels,
            "pity": rng.normal(levels.astype(float) ** 0.5, 1),
        }
    )
    found = fitted(frame, "pity ~ victims")
    means = frame.groupby("victims")["pity"].mean().loc[["1", "2", "8"]].to_numpy()
    for kind, x in (("slope", [1.0, 2.0, 8.0]), ("slope of log", np.log([1.0, 2.0, 8.0]))):
        expected = np.polyfit(x, means, 1)[0]
        assert estimated(found, {"victims": kind}) == pytest.approx(expected)


def test_levels_keep_the_order_of_the_study(unequal):
    found = fitted(unequal, "pity ~ severity")
    assert found.parts[""].names == ("Intercept", "severity[bad]", "severity[severe]")


def test_a_level_without_answers_is_named(unequal):
    found = fitted(unequal[unequal["severity"] != "bad"], "pity ~ group + severity")
    assert np.isfinite(estimated(found, "severe - mild"))
    with pytest.raises(AnalysisError, match="There are no answers at severity = bad"):
        estimated(found, "severe - bad")


def test_terms_are_tested_as_in_an_analysis_of_variance_of_type_three(unequal):
    found = fitted(unequal, "pity ~ group * severity + trait", numbers={"trait": NumberOf("trait")})
    reference = smf.ols("pity ~ C(group, Sum) * C(severity, Sum) + trait", unequal).fit(
        cov_type="HC2", use_t=True
    )
    table = anova_lm(reference, typ=3, robust="hc2")
    wanted = {
        ("group",): "C(group, Sum)",
        ("severity",): "C(severity, Sum)",
        ("group", "severity"): "C(group, Sum):C(severity, Sum)",
        ("trait",): "trait",
    }
    for term, name in wanted.items():
        joint = found.parts[""].joint(found.grids[""].term(term))
        assert joint.df == table.loc[name, "df"]
        assert joint.statistic == pytest.approx(table.loc[name, "F"], rel=1e-6)
        # statsmodels has the residual degrees of freedom; those of HC2 errors are at most as many.
        assert joint.df_error <= reference.df_resid
        assert joint.p == pytest.approx(stats.f.sf(joint.statistic, joint.df, joint.df_error))


def test_covariates_are_held_at_their_mean(unequal, means):
    numbers = {"trait": NumberOf("trait", answered=True)}
    found = fitted(unequal, "pity ~ group * trait", numbers=numbers)
    reference = smf.ols("pity ~ group * trait", unequal).fit()
    mean = unequal["trait"].mean()
    at = pd.DataFrame({"group": ["ours", "theirs"], "trait": [mean, mean]})
    ours, theirs = reference.predict(at)
    assert estimated(found, "ours - theirs") == pytest.approx(ours - theirs)
    assert found.grids[""].held == (("trait", "mean", pytest.approx(mean)),)


def test_numbers_that_are_one_or_zero_are_taken_at_both_equally(unequal):
    numbers = {"told": NumberOf("told", yes_no=True)}
    found = fitted(unequal, "pity ~ group * told", numbers=numbers)
    own = unequal.groupby(["group", "told"])["pity"].mean()
    expected = own["ours"].mean() - own["theirs"].mean()
    assert estimated(found, "ours - theirs") == pytest.approx(expected)
    held = found.grids[""].held[0]
    assert (held.number, held.how) == ("told", "both")
    assert np.isnan(held.value)


def test_numbers_that_are_made_of_factors_are_taken_over_the_cells_equally():
    rng = np.random.default_rng(4)
    victims = np.repeat(["1", "2", "8"], [10, 30, 60])
    frame = pd.DataFrame(
        {
            "participant": [f"p{k}" for k in range(100)],
            "victims": victims,
            "group": np.tile(["ours", "theirs"], 50),
            "n": np.log(victims.astype(float)),
        }
    )
    frame["pity"] = (1 + (frame["group"] == "ours")) * frame["n"] + rng.normal(0, 1, 100)
    plan, predictors = planned(
        "pity ~ group * n",
        factors={"group": FACTORS["group"]},
        numbers={"n": NumberOf("n", made_of=("victims",))},
    )
    found = fit_planned(plan, frame, predictors, PITY)
    reference = smf.ols("pity ~ group * n", frame).fit()
    at = pd.DataFrame({"group": ["ours"] * 3 + ["theirs"] * 3, "n": np.log([1, 2, 8] * 2)})
    values = reference.predict(at).to_numpy()
    assert estimated(found, "ours - theirs") == pytest.approx(values[:3].mean() - values[3:].mean())
    assert found.grids[""].held[0].how == "cells"
    # The slope within a group, and the difference of the slopes.
    slopes = reference.params["n"], reference.params["n"] + reference.params["group[T.theirs]:n"]
    assert estimated(found, {"group": "theirs", "n": "slope"}) == pytest.approx(slopes[1])
    given = {"group": "ours - theirs", "n": "slope"}
    assert estimated(found, given) == pytest.approx(slopes[0] - slopes[1])
    assert estimated(found, {"n": "slope"}) == pytest.approx(np.mean(slopes))
