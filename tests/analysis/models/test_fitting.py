"""Errors and messages of the mixed-model adapter, and codings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.errors import AnalysisError
from analysis.models import parse_formula
from analysis.models.engines.mixed import run_glmm
from analysis.models.preparing import prepare

MODEL = "rating ~ photo + (1 | person) + (1 | vignette)"


def refused(data: pd.DataFrame, formula: str, family: str = "gaussian") -> str:
    with pytest.raises(AnalysisError) as caught:
        models.fit(data, formula, family, engine="glmm")
    assert not str(caught.value).startswith("The engine")
    return str(caught.value)


def test_the_pinned_engine(ratings):
    assert models.fit(ratings, "rating ~ order + (1 | person)").engine == "glmm 0.6.2"


def test_centred_coding_is_half_and_keeps_main_effects(ratings):
    ratings["photo"] = np.where(np.arange(360) % 3 == 0, "yes", "no")
    fit = models.fit(ratings, "rating ~ C(photo, Centred) * order + (1 | person)")
    assert fit.names == ("Intercept", "photo[yes - no]", "order", "photo[yes - no]:order")
    assert set(np.unique(fit.design.matrix[:, 1])) == {-0.5, 0.5}
    other = models.fit(ratings, 'rating ~ C(photo, Centred("yes")) * order + (1 | person)')
    assert other.names[1] == "photo[no - yes]"
    assert other.beta[1] == pytest.approx(-fit.beta[1])
    assert other.beta[2] == pytest.approx(fit.beta[2])


def test_centred_coding_of_three_levels_has_the_grand_mean_as_intercept():
    data = pd.DataFrame({"g": list("abc") * 20, "y": np.tile([1.0, 2, 6], 20)})
    data["y"] += np.tile([-0.1, 0.1], 30)
    fit = models.fit(data, "y ~ C(g, Centred)")
    np.testing.assert_allclose(fit.beta, [3, 1, 5], atol=0.1)


def test_transformations_and_random_slopes(ratings):
    positive = ratings.assign(n=np.tile([1, 2, 8, 100], 90))
    fit = models.fit(positive, "rating ~ log(n) + scale(order) + (1 + log(n) | person)")
    assert fit.names == ("Intercept", "log(n)", "scale(order)")
    assert fit.random_sd["term"].tolist() == ["Intercept", "log(n)", ""]
    assert len(fit.random_cor) == 1


def test_singular_fit_has_a_message(ratings):
    flat = ratings.assign(
        rating=ratings["rating"] - ratings.groupby("vignette")["rating"].transform("mean")
    )
    fit = models.fit(flat, "rating ~ order + (1 | person) + (1 | vignette)")
    assert fit.singular
    assert any("no variance between vignette levels" in m for m in fit.messages)


def test_partial_crossing_is_reported(ratings):
    rng = np.random.default_rng(2)
    some = ratings[rng.random(360) < 0.4]
    fit = models.fit(some, "rating ~ order + (1 | person) + (1 | vignette)")
    message = next(m for m in fit.messages if "Partially crossed" in m)
    assert f"{len(some)} of 360 combinations" in message


def test_few_levels_carry_a_caution(ratings):
    some = ratings[ratings["vignette"] < 6]
    fit = models.fit(some, "rating ~ order + (1 | person) + (1 | vignette)")
    assert any("Only 6 vignette levels" in m for m in fit.messages)


def test_one_participant(ratings):
    message = refused(ratings[ratings["person"] == 3], "rating ~ order + (1 | person)")
    assert "only one person" in message
    assert "What can be estimated: effects within this one person" in message


def test_three_participants(ratings):
    message = refused(ratings[ratings["person"] < 3], "rating ~ order + (1 | person)")
    assert "only 3 person levels" in message
    assert "at least 5" in message


def test_one_stimulus_per_condition(ratings):
    message = refused(ratings[ratings["vignette"] < 2], MODEL)
    assert "photo = no, yes was shown with only one vignette" in message
    assert "several of them per level" in message


def test_one_condition_with_a_single_stimulus(ratings):
    message = refused(ratings[ratings["vignette"].isin([1, 0, 2, 4, 6, 8])], MODEL)
    assert "photo = yes was shown with only one vignette" in message


def test_empty_cell(ratings):
    ratings["group"] = np.where(ratings["person"] < 15, "in", "out")
    gap = ratings[~((ratings["group"] == "out") & (ratings["photo"] == "yes"))]
    message = refused(gap, "rating ~ photo * group + (1 | person)")
    assert "no data in the cell photo = yes, group = out" in message
    assert models.fit(gap, "rating ~ photo + group + (1 | person)").converged


def test_redundant_predictor(ratings):
    message = refused(
        ratings.assign(twice=2 * ratings["order"]), "rating ~ order + twice + (1 | person)"
    )
    assert "carry the same information: order, twice" in message


def test_missing_and_infinite_values(ratings):
    ratings.loc[[4, 9], "order"] = [np.nan, np.inf]
    message = refused(ratings, "rating ~ order + (1 | person)")
    assert "'order' is missing or infinite in 2 of 360 rows (row 4, 9, from 0)" in message


def test_missing_group(ratings):
    ratings["person"] = ratings["person"].astype(float)
    ratings.loc[0, "person"] = np.nan
    assert "'person' is missing" in refused(ratings, MODEL)


def test_logarithm_of_zero(ratings):
    message = refused(ratings.assign(n=np.tile([0, 1, 8], 120)), "rating ~ log(n) + (1 | person)")
    assert "'log(n)' is not a finite number in 120 of 360 rows" in message


def test_constant_response(ratings):
    message = refused(ratings.assign(rating=4.0), MODEL)
    assert "Every value of 'rating' is 4" in message


@pytest.mark.parametrize("random", ["", " + (1 | person)"])
def test_answers_without_variance_within_conditions(ratings, random):
    ratings["side"] = np.where((ratings["person"] + ratings["vignette"]) % 2, "left", "right")
    exact = ratings.assign(rating=np.where(ratings["side"] == "left", 2.0, 5.0))
    assert "reproduce every value of 'rating' exactly" in refused(exact, f"rating ~ side{random}")


def test_zero_amounts_point_to_the_hurdle_model(ratings):
    assert "Use the hurdle model" in refused(ratings.assign(rating=0.0), MODEL, "gamma")


def test_percentages_are_not_yes_or_no(ratings):
    assert "must be 0 or 1; 'rating' runs from" in refused(ratings, MODEL, "binomial")


def test_one_row_per_person(ratings):
    message = refused(ratings.groupby("person").head(1), "rating ~ order + (1 | person)")
    assert "each person has a single row" in message
    assert "linear model without this term" in message


def test_one_person_in_each_condition(ratings):
    """Six people, each in a condition of their own: participant and condition cannot be separated."""
    few = ratings[ratings["person"] < 6].assign(condition=lambda d: d["person"])
    message = refused(few, "rating ~ C(condition) + (1 | person)")
    assert "only 6 person levels for 6 fixed effects that vary only between them" in message
    assert "at least 10 are needed" in message
    more = ratings.assign(condition=ratings["person"] % 6)
    assert models.fit(more, "rating ~ C(condition) + (1 | person)").converged
    with pytest.raises(AnalysisError, match="6 person levels for 6 fixed"):
        models.fit(few, "rating ~ C(condition)", cluster="person")


def test_a_random_effect_that_is_there_already(ratings):
    """Each person is in one arm, so person:arm is person, and their variances cannot be separated."""
    ratings["arm"] = np.where(ratings["person"] < 15, "a", "b")
    message = refused(ratings, "rating ~ arm + (1 | person) + (1 | person:arm)")
    assert "In these data, each person:arm level corresponds to exactly one person level" in message
    assert "Leave out (1 | person:arm)" in message


def test_partial_crossing_is_reported_for_columns_and_not_of_their_products(ratings):
    ratings["arm"] = np.where((ratings["person"] + ratings["vignette"]) % 2, "a", "b")
    some = ratings.sample(frac=0.7, random_state=1)
    fit = models.fit(some, "rating ~ arm + (1 | person) + (1 | vignette) + (1 | vignette:arm)")
    assert sum("Partially crossed" in m for m in fit.messages) == 1


def test_slope_that_does_not_vary_within_the_group(ratings):
    ratings["age"] = ratings["person"] * 1.5
    message = refused(ratings, "rating ~ age + (1 + age | person)")
    assert "'age' never varies within one person" in message


def test_slope_without_fixed_effect(ratings):
    message = refused(ratings, "rating ~ photo + (1 + order | person)")
    assert "'order'" in message
    assert "a random slope needs the corresponding fixed effect" in message


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("rating photo", "needs a response, a '~'"),
        ("rating ~ phot + (1 | person)", "Did you mean 'photo'?"),
        ("rating ~ order + (1 | person/vignette)", "nested by '/'"),
        ("rating ~ order + (0 | person)", "nothing varies over person"),
        ("rating ~ (order + (1 | person)", "Unbalanced parentheses"),
        ("rating ~ eval('1') + (1 | person)", "not allowed in a formula"),
        ("rating ~ order.__class__ + (1 | person)", "not allowed in a formula"),
        ("rating ~ order +* photo", "cannot be read"),
        ("photo ~ order + (1 | person)", "is not a number"),
    ],
)
def test_formulas_that_cannot_be_read(ratings, formula, words):
    assert words in refused(ratings, formula)


def test_no_rows(ratings):
    assert "no rows to analyse" in refused(ratings.iloc[:0], MODEL)


def test_other_columns_of_a_prepared_model_equal_a_fresh_fit(ratings):
    model = prepare(ratings, parse_formula(MODEL))
    columns = np.column_stack([ratings["order"], model.design.matrix])
    found = run_glmm(model.over(columns), reml=False, satterthwaite=False)
    fresh = models.fit(
        ratings, "rating ~ order + photo + (1 | person) + (1 | vignette)", reml=False
    )
    assert found.loglik == pytest.approx(fresh.loglik, abs=1e-8)
    np.testing.assert_allclose(
        found.beta,
        fresh.beta[[1, 0, 2]] if fresh.names[1] == "order" else fresh.beta[[2, 0, 1]],
        rtol=1e-6,
    )


def test_linear_errors(ratings):
    with pytest.raises(AnalysisError, match="has random terms"):
        models.fit(ratings, MODEL, engine="linear")
    with pytest.raises(AnalysisError, match="no standard errors of the kind 'HC9'"):
        models.fit(ratings, "rating ~ photo", errors="HC9")
    with pytest.raises(AnalysisError, match="the residual variance cannot be estimated"):
        models.fit(ratings.iloc[:2], "rating ~ photo")
    lone = ratings.iloc[:20].assign(group=["a"] * 19 + ["b"])
    with pytest.raises(AnalysisError, match="only one observation"):
        models.fit(lone, "rating ~ group")


def test_clustered_standard_errors_equal_statsmodels(ratings):
    import statsmodels.api as sm

    fit = models.fit(ratings, "rating ~ order", cluster="person")
    other = sm.OLS(ratings["rating"], sm.add_constant(ratings["order"])).fit(
        cov_type="cluster", cov_kwds={"groups": ratings["person"]}, use_t=True
    )
    np.testing.assert_allclose(fit.terms["se"], other.bse, rtol=1e-9)
    np.testing.assert_allclose(fit.terms["p"], other.pvalues, rtol=1e-9)
    assert "clustered by person (30 clusters)" in fit.messages[0]
