"""``fit``, ``means`` and ``contrast`` on a user's own frame: R's values, counted missing values, and error messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import compassion
from analysis.errors import AnalysisError
from analysis.models import fit as fit_model

REFERENCE = Path(__file__).parents[1] / "reference"


def small() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arm": list("aabbcc"),
            "gift": [1.0, 2.0, 4.0, 6.0, 5.0, 5.5],
            "site": ["x"] * 6,
            "word": list("pqrstu"),
            "text": list("121212"),
        }
    )


def test_the_fit_is_that_of_the_analysis_with_gaps_counted() -> None:
    data = pd.read_csv(REFERENCE / "crossed.csv")
    formula = "rating ~ group * log(n_victims) + (1 | participant) + (1 | vignette)"
    holed = data.astype({"rating": "Float64"})
    holed.loc[3, "rating"] = pd.NA
    holed.loc[[5, 6], "group"] = None
    found = compassion.fit(formula, holed)
    assert found.messages[0] == (
        "3 of 480 rows are left out because a value is missing (rating: 1, group: 2)."
    )
    same = fit_model(data.drop(index=[3, 5, 6]), formula)
    np.testing.assert_allclose(found.beta, same.beta, rtol=1e-8)
    assert found.n_used == 477


def test_filtered_levels_are_gone_and_the_order_of_categories_stays() -> None:
    data = small()
    data["arm"] = pd.Categorical(data["arm"], ["c", "b", "a"])
    found = compassion.fit("gift ~ arm", data[data["arm"] != "c"], errors="classical")
    assert found.names == ("Intercept", "arm[a]")


def test_clusters_keep_the_rows_that_are_fitted() -> None:
    rng = np.random.default_rng(5)
    data = pd.DataFrame({"who": np.repeat(range(30), 2), "x": rng.normal(size=60)})
    data["y"] = data["x"] + rng.normal(size=60)
    whole = compassion.fit("y ~ x", data, cluster="who")
    data.loc[60] = [0, np.nan, 1.0]
    found = compassion.fit("y ~ x", data, cluster="who")
    np.testing.assert_allclose(found.se, whole.se)


def test_a_factor_of_numbers_that_are_text_is_noted() -> None:
    note = (
        "'text' contains text and is treated as a factor; its values look like numbers. Convert it with"
        " pandas.to_numeric if they are."
    )
    assert note in compassion.fit("gift ~ text", small(), errors="classical").messages
    on_purpose = compassion.fit("gift ~ C(text) + arm", small(), errors="classical")
    assert not any("contains text" in message for message in on_purpose.messages)


def test_simulated_rows_are_named() -> None:
    message = "The data are SIMULATED: nobody gave these answers."
    model = compassion.fit("gift ~ arm", small().assign(simulated=True), errors="classical")
    assert message in model.messages
    assert message in model.summary()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda data: compassion.fit(data, "gift ~ arm"), "Write fit(formula, data)"),
        (lambda data: compassion.fit("gift ~ arn", data), "Did you mean 'arm'?"),
        (lambda data: compassion.fit("gift ~ arm + site", data), "site has the same value in every row"),
        (lambda data: compassion.fit("gift ~ arm", data[:2]), "arm has the same value in every row"),
        (lambda data: compassion.fit("gift ~ arm", data.to_dict()), "must be a pandas data frame; found dict"),
        (lambda data: compassion.fit("word ~ arm", data), "'word' is not a number"),
        (lambda data: compassion.fit("text ~ arm", data), "or convert it with pandas.to_numeric"),
        (
            lambda data: compassion.fit("gift ~ log(text)", data),
            "'text' contains text ('1'). Convert it with pandas.to_numeric.",
        ),
        (
            lambda data: compassion.fit("gift ~ log(n)", data.assign(n=pd.Categorical([1, 2, 4] * 2))),
            "'n' is a column of categories, and log(n) needs numbers. Convert it with astype(float).",
        ),
        (lambda data: compassion.fit("gift ~ I(word / 2)", data), "'word' has 'p' in row 0"),
        (
            lambda data: compassion.fit("gift ~ arm", data.assign(gift=[1, 2, None, None, None, None])),
            "arm has the same value in every row that is complete (4 of 6 rows are left out)",
        ),
        (lambda data: compassion.fit("gift ~ log(zero)", data.assign(zero=0)), "use log1p(x), drop these rows, or"),
        (lambda data: compassion.fit("gift ~ arm", data, "normal"), "Choose one of gaussian"),
        (lambda data: compassion.fit("gift ~ arm", data.assign(gift=None)), "None of the 6 rows is complete"),
        (lambda data: compassion.fit("gift arm", data), "needs a response, a '~' and predictors"),
        (
            lambda data: compassion.fit("gift ~ arm", pd.concat([data, data[["arm"]]], axis=1)),
            "several columns called 'arm'",
        ),
        (lambda data: compassion.fit("gift ~ arm + (1 | who)", data), "names 'who', which is not in the data"),
        (lambda data: compassion.contrast(data, "arm"), "The first argument of contrast must be a fitted model; found DataFrame"),
        (lambda data: compassion.means(data, "arm"), "The first argument of means must be a fitted model"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_sentence(call: Callable[[pd.DataFrame], object], sentence: str) -> None:
    with pytest.raises(AnalysisError) as error:
        call(small())
    assert sentence in str(error.value)


def test_means_and_contrasts_belong_together() -> None:
    model = compassion.fit("gift ~ arm", small(), errors="classical")
    means = compassion.means(model, "arm").table().set_index("arm")["estimate"]
    pairs = compassion.contrast(model, "arm", adjust="tukey").table().set_index("contrast")
    assert pairs.loc["a - c", "estimate"] == pytest.approx(means["a"] - means["c"])
    assert "by Tukey's method" in compassion.contrast(model, "arm", adjust="tukey").summary()


def test_a_typing_error_in_a_contrast_gets_a_suggestion() -> None:
    model = compassion.fit(
        "gift ~ arm + n", small().assign(n=[1, 2, 4, 3, 6, 9]), errors="classical"
    )
    for call in (
        lambda: compassion.contrast(model, "amr"),
        lambda: compassion.contrast(model, "arm", by="amr"),
        lambda: compassion.contrast(model, "arm", at={"amr": 3}),
        lambda: compassion.means(model, "amr"),
    ):
        with pytest.raises(AnalysisError, match="Did you mean 'arm'\\?"):
            call()


def test_means_say_which_values_are_held_or_averaged_over() -> None:
    model = compassion.fit(
        "gift ~ arm + n", small().assign(n=[1, 2, 4, 3, 6, 9]), errors="classical"
    )
    held = compassion.means(model, "arm", at={"n": 2})
    assert "Other predictors: n held at 2." in held.summary()
    averaged = compassion.means(model, "arm", at={"n": [2, 8]})
    assert "Other predictors: averaged over n = 2, 8 with equal weights." in averaged.summary()
    np.testing.assert_allclose(
        averaged.table()["estimate"],
        compassion.means(model, "arm", at={"n": 5}).table()["estimate"],
    )
    assert "averaged over arm" in compassion.means(model, "n", at={"n": [2, 8]}).summary()


def test_differences_and_means_in_the_units_of_the_answers() -> None:
    rng = np.random.default_rng(6)
    data = pd.DataFrame({"arm": np.tile(list("ab"), 200), "site": np.repeat(["x", "y"], 200)})
    data["gift"] = np.clip(2 + (data["arm"] == "b") + rng.normal(0, 2, 400), 0, 5)
    found = compassion.fit("gift ~ arm * site", data, "tobit", limits=(0, 5))
    means = compassion.means(found, "arm", response="averaged").table()
    raw = data.groupby(["arm", "site"])["gift"].mean().groupby("arm").mean()
    np.testing.assert_allclose(means["response"], raw, atol=0.05)
    assert (means["response"] - means["estimate"]).abs().max() > 0.02
    row = compassion.contrast(found, "arm", response="zero").estimates.iloc[0]
    assert row["estimate"] == pytest.approx(-np.diff(means["response"])[0], abs=1e-9)
    assert "units of the response" in compassion.contrast(found, "arm", response="zero").summary()
    within = compassion.contrast(found, "arm", by="site", response="zero").estimates
    assert within["estimate"].mean() == pytest.approx(row["estimate"], abs=1e-9)
    assert "expected responses" in compassion.means(found, "arm", response="averaged").summary()


def test_a_condition_at_a_limit_has_a_test_without_a_standard_error() -> None:
    data = small().assign(gave=[0.0, 1, 1, 0, 1, 1])
    with pytest.raises(AnalysisError, match="arm = c: 2 of 2 yes"):
        compassion.fit("gave ~ arm", data, "binomial")
    found = compassion.contrast(compassion.fit_at_limit("gave ~ arm", data, "binomial"), "arm")
    assert found.table()["test"].tolist() == ["Wald", "likelihood ratio", "likelihood ratio"]
    assert found.table()["estimate"].tolist()[1:] == [-np.inf, -np.inf]
    chi2 = -2 * (4 * np.log(0.5) - 2 * np.log(0.5) - 3 * np.log(0.75) - np.log(0.25))
    assert found.estimates["statistic"][1] ** 2 == pytest.approx(abs(chi2), abs=1e-5)
