"""Conditions at a limit: no Wald test of an infinite effect, in any family; its likelihood-ratio test."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special, stats

from analysis import models
from analysis.errors import AnalysisError
from analysis.models import contrast, fit_at_limit, marginal_means
from analysis.models.engines.likelihood import RowsLikelihood
from analysis.models.formula import parse_formula
from analysis.models.likelihoods.laplace import marginal_loglik
from analysis.models.likelihoods.rows import row_model
from analysis.models.limiting import remaining
from analysis.models.limits import supremum
from analysis.models.preparing import prepare
from analysis.models.separation import find_separation

FLOOR = Path(__file__).parent / "cases" / "tobit_floor.csv"
LIMITS = {"tobit": (0.0, 5.0), "ordered_beta": (0.0, 5.0)}
AT = [
    ("binomial", 0),
    ("binomial", 1),
    ("tobit", 0),
    ("tobit", 5),
    ("ordered_beta", 0),
    ("ordered_beta", 5),
    ("ordinal", 1),
    ("ordinal", 4),
]
RANDOM = ["", " + (1 | person)"]


def study(family: str, seed: int = 1, people: int = 30) -> pd.DataFrame:
    """Each person answers three times in each of three conditions."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"person": np.repeat(np.arange(people), 9)})
    data["g"] = np.tile(list("aaabbbccc"), people)
    eta = 0.6 * (data["g"] == "b") + 0.8 * rng.normal(size=people)[data["person"]]
    if family == "binomial":
        data["y"] = (rng.random(len(data)) < special.expit(eta)) * 1.0
    elif family == "tobit":
        data["y"] = np.clip(2 + 1.5 * eta + rng.normal(0, 2, len(data)), 0, 5)
    elif family == "ordinal":
        data["y"] = 1.0 + np.digitize(eta + rng.logistic(size=len(data)), [-1, 0.5, 1.5])
    else:
        latent = eta + rng.logistic(size=len(data))
        share = rng.beta(3 * special.expit(eta), 3 * special.expit(-eta)).clip(0.01, 0.99)
        data["y"] = np.where(latent < -1, 0.0, np.where(latent > 2, 5.0, 5 * share))
    return data


def with_limit(family: str, at: float) -> pd.DataFrame:
    data = study(family)
    return data.assign(y=data["y"].mask(data["g"] == "c", float(at)))


@pytest.mark.parametrize("random", RANDOM)
@pytest.mark.parametrize(("family", "at"), AT)
def test_a_cell_at_a_limit(family: str, at: float, random: str):
    data, formula, limits = with_limit(family, at), f"y ~ g{random}", LIMITS.get(family)
    with pytest.raises(AnalysisError, match=r"g\[c\].*separation") as caught:
        models.fit(data, formula, family, limits=limits)
    assert "g = c" in str(caught.value)

    found = fit_at_limit(data, formula, family, limits=limits)
    up = 1 if at > 1 or (family == "binomial" and at == 1) else -1
    place = found.names.index("g[c]")
    assert found.beta[place] == up * np.inf
    assert np.isnan(found.se[place])
    assert found.table()["p"].isna()[place]
    assert any("g = c" in m for m in found.messages)

    tested = contrast(found, {"g[c]": 1}).estimates.iloc[0]
    assert tested["test"] == "likelihood ratio"
    assert tested["estimate"] == up * np.inf
    # The model without the difference has a maximum of its own.
    same = models.fit(
        data.replace({"g": {"c": "a"}}), formula, family, limits=limits, **_own(family)
    )
    chi2 = 2 * (supremum(found.limit.model) - same.loglik)
    assert tested["statistic"] == pytest.approx(up * np.sqrt(chi2), abs=1e-4)
    assert tested["p"] == pytest.approx(stats.chi2.sf(chi2, 1), rel=1e-3)

    # Other contrasts are those of the data without the cell.
    without = models.fit(data[data["g"] != "c"], formula, family, limits=limits)
    one = contrast(found, {"g[b]": 1}).estimates.iloc[0]
    other = contrast(without, {"g[b]": 1}).estimates.iloc[0]
    assert one["test"] == "Wald"
    for name in ("estimate", "se", "p", "ci_low"):
        assert one[name] == pytest.approx(other[name], rel=1e-5)


@pytest.mark.parametrize("random", RANDOM)
@pytest.mark.parametrize(("family", "at"), AT)
def test_the_supremum_is_that_of_coefficients_pushed_far_out(family: str, at: float, random: str):
    data, limits = with_limit(family, at), LIMITS.get(family)
    found = fit_at_limit(data, f"y ~ g{random}", family, limits=limits)
    model = found.limit.model
    rows = row_model(family, model.y, limits)
    likelihood = RowsLikelihood(rows, model)
    far = np.sign(found.beta[-1]) * 200 * np.eye(len(found.beta))[-1]
    left = remaining(model, found.limit.separation)
    top = RowsLikelihood(left.rows, left.model).maximum(left.model.design.matrix)
    k, s = len(left.columns), len(rows.shape_names)
    shape, sds = top.parameters[k : k + s], top.parameters[k + s :]
    eta = model.design.matrix @ (found.limit.beta + far)
    pushed = marginal_loglik(rows, model.y, eta, shape, sds, likelihood.groups)
    assert pushed.value == pytest.approx(supremum(model), abs=1e-6)
    assert found.loglik == pytest.approx(supremum(model), abs=1e-5)


def test_the_floor_of_a_tobit_model():
    """Case 25: the estimate is infinite; chi-square is that of a direct maximisation, by a simplex."""
    data = pd.read_csv(FLOOR)
    found = fit_at_limit(data, "y ~ g", "tobit", limits=(0, 5))
    tested = contrast(found, {"g[b]": 1})
    row = tested.estimates.iloc[0]
    assert row["estimate"] == -np.inf
    assert np.isnan(row["se"])

    def best(y: np.ndarray) -> float:
        def lost(p: np.ndarray) -> float:
            z, sigma = (y - p[0]) / np.exp(p[1]), np.exp(p[1])
            inside = stats.norm.logpdf(z) - np.log(sigma)
            at = np.where(y == 0, stats.norm.logcdf(z), stats.norm.logsf(z))
            return -np.where((y > 0) & (y < 5), inside, at).sum()

        options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 9999}
        return -optimize.minimize(lost, [0.0, 1.0], method="Nelder-Mead", options=options).fun

    y = data["y"].to_numpy(dtype=float)
    chi2 = 2 * (best(y[data["g"] == "a"]) - best(y))
    assert chi2 == pytest.approx(69.690, abs=1e-3)
    assert tested.statistic == pytest.approx(chi2, abs=1e-4)
    assert row["p"] == pytest.approx(6.94e-17, rel=1e-3)
    assert "likelihood ratio" in tested.summary()
    assert "–" in found.summary()


@pytest.mark.parametrize("random", RANDOM)
def test_no_events_in_a_condition_of_counts(random: str):
    rng = np.random.default_rng(3)
    data = study("binomial").assign(y=rng.poisson(1.5, 270) * 1.0)
    data.loc[data["g"] == "c", "y"] = 0.0
    with pytest.raises(AnalysisError, match="separation"):
        models.fit(data, f"y ~ g{random}", "poisson")
    found = fit_at_limit(data, f"y ~ g{random}", "poisson")
    row = contrast(found, {"g[c]": 1}).estimates.iloc[0]
    same = models.fit(data.replace({"g": {"c": "a"}}), f"y ~ g{random}", "poisson")
    chi2 = 2 * (supremum(found.limit.model) - same.loglik)
    assert row["statistic"] == pytest.approx(-np.sqrt(chi2), abs=1e-4)
    assert row["estimate"] == -np.inf


def test_two_cells_at_limits():
    """Of two floors the difference has no value and is not tested as different; a ceiling is above a floor."""
    data = with_limit("tobit", 0)
    floors = data.assign(y=data["y"].mask(data["g"] == "b", 0.0))
    found = fit_at_limit(floors, "y ~ g", "tobit", limits=(0, 5))
    row = contrast(found, {"g[c]": 1, "g[b]": -1}).estimates.iloc[0]
    assert np.isnan(row["estimate"])
    assert row["p"] == pytest.approx(1, abs=1e-3)
    ends = data.assign(y=data["y"].mask(data["g"] == "b", 5.0))
    found = fit_at_limit(ends, "y ~ g", "tobit", limits=(0, 5))
    row = contrast(found, {"g[c]": -1, "g[b]": 1}).estimates.iloc[0]
    assert row["estimate"] == np.inf
    assert row["p"] < 1e-20


def test_a_reference_level_at_the_limit_and_an_interaction():
    data = with_limit("binomial", 0)
    data["h"] = np.where(data["person"] % 2 == 0, "x", "y")
    data["g"] = data["g"].map({"a": "b", "b": "c", "c": "a"})
    found = fit_at_limit(data, "y ~ g * h", "binomial")
    assert found.beta[0] == -np.inf
    means = marginal_means(found, ["g", "h"])
    assert (means.table()["response"][:2] == 0).all()
    # A difference of differences of two cells that are both at the floor has no value.
    assert np.isnan(contrast(found, {"g[b]:h[y]": 1}).estimates["estimate"][0])
    rest = models.fit(data[data["g"] != "a"], "y ~ g * h", "binomial")
    within = contrast(found, {"g[c]": 1, "g[b]": -1}).estimates.iloc[0]
    assert within["estimate"] == pytest.approx(rest.beta[1], rel=1e-6)
    assert within["se"] == pytest.approx(rest.se[1], rel=1e-6)
    one = contrast(found, {"g[c]": 1}).estimates.iloc[0]
    assert (one["estimate"], one["test"]) == (np.inf, "likelihood ratio")


def test_every_answer_at_a_limit():
    data = pd.DataFrame({"g": list("aaaabbbb"), "y": [0.0] * 4 + [1.0] * 4})
    found = fit_at_limit(data, "y ~ g", "binomial")
    assert found.loglik == 0
    row = contrast(found, {"g[b]": 1}).estimates.iloc[0]
    assert row["estimate"] == np.inf
    assert row["statistic"] ** 2 == pytest.approx(2 * 8 * np.log(2), abs=1e-6)


def test_a_number_that_separates():
    data = pd.DataFrame({"x": np.arange(20.0), "y": (np.arange(20) > 11) * 1.0})
    found = fit_at_limit(data, "y ~ x", "binomial")
    row = contrast(found, {"x": 1}).estimates.iloc[0]
    rate = 8 / 20
    null = 20 * (rate * np.log(rate) + (1 - rate) * np.log(1 - rate))
    assert row["statistic"] ** 2 == pytest.approx(-2 * null, abs=1e-6)


def test_categories_that_do_not_overlap():
    """One condition answers 1 or 2, the other 3 or 4: each keeps a threshold of its own."""
    data = pd.DataFrame({"g": ["a"] * 20 + ["b"] * 20, "x": np.tile([0.0, 1.0], 20)})
    data["y"] = [1.0] * 8 + [2.0] * 12 + [3.0] * 15 + [4.0] * 5
    found = fit_at_limit(data, "y ~ g", "ordinal")
    row = contrast(found, [1]).estimates.iloc[0]
    apart = stats.binom.logpmf(8, 20, 0.4) + stats.binom.logpmf(5, 20, 0.25)
    apart -= np.log(special.comb(20, 8)) + np.log(special.comb(20, 5))
    counts = np.array([8, 12, 15, 5])
    together = (counts * np.log(counts / 40)).sum()
    assert row["estimate"] == np.inf
    assert row["statistic"] ** 2 == pytest.approx(2 * (apart - together), abs=1e-5)
    assert found.shape["parameter"].tolist() == ["1|2", "3|4"]
    slope = contrast(fit_at_limit(data, "y ~ g + x", "ordinal"), {"x": 1}).estimates.iloc[0]
    assert slope["test"] == "Wald"
    assert np.isfinite(slope["se"])


def test_the_whole_scale_is_lost_in_a_cell_and_a_cut_point_with_it():
    """Only one condition gives nothing, and always: the first cut point is infinite, too."""
    data = study("ordered_beta")
    data["y"] = data["y"].mask(data["y"] == 0, 1.0).mask(data["g"] == "c", 0.0)
    found = fit_at_limit(data, "y ~ g", "ordered_beta", limits=(0, 5))
    assert found.shape["parameter"].tolist() == ["cut at all", "phi"]
    one = contrast(found, {"g[b]": 1}).estimates.iloc[0]
    assert one["test"] == "Wald"
    assert 0 < one["se"] < 1
    row = contrast(found, {"g[c]": 1}).estimates.iloc[0]
    same = models.fit(data.replace({"g": {"c": "a"}}), "y ~ g", "ordered_beta", limits=(0, 5))
    assert row["statistic"] ** 2 == pytest.approx(2 * (found.loglik - same.loglik), abs=1e-4)


def test_the_constrained_model_may_be_at_a_limit_too():
    data = with_limit("ordinal", 1)
    found = fit_at_limit(data, "y ~ g", "ordinal")
    row = contrast(found, {"g[b]": 1}).estimates.iloc[0]
    ratio = found.limit.ratio(np.array([[1.0, 0.0]]))
    merged = fit_at_limit(data.replace({"g": {"b": "a"}}), "y ~ g", "ordinal")
    assert ratio.statistic == pytest.approx(2 * (found.loglik - merged.loglik), abs=1e-5)
    assert ratio.statistic == pytest.approx(row["statistic"] ** 2, rel=0.05)


def test_all_differences_together():
    data = with_limit("ordinal", 4)
    joint = contrast(fit_at_limit(data, "y ~ g", "ordinal"), np.eye(2))
    found = fit_at_limit(data, "y ~ g", "ordinal")
    counts = data["y"].value_counts().to_numpy()
    null = (counts * np.log(counts / counts.sum())).sum()
    assert joint.df == 2
    assert joint.statistic == pytest.approx(2 * (found.loglik - null), abs=1e-5)


def test_clustered_rows_have_no_likelihood_ratio_test():
    data = with_limit("tobit", 0)
    found = fit_at_limit(data, "y ~ g", "tobit", limits=(0, 5), cluster="person")
    row = contrast(found, {"g[c]": 1}).estimates.iloc[0]
    assert (row["test"], row["estimate"]) == ("none", -np.inf)
    assert np.isnan(row["p"])
    assert "independent" in row["why"]
    other = models.fit(data[data["g"] != "c"], "y ~ g", "tobit", limits=(0, 5), cluster="person")
    one = contrast(found, {"g[b]": 1}).estimates.iloc[0]
    assert one["se"] == pytest.approx(other.se[1], rel=1e-6)
    assert one["df"] == 29


def test_a_condition_in_which_everybody_gives():
    """The first part of a two-part model is at its limit; the amounts are not."""
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"g": np.tile(list("abc"), 50)})
    data["gift"] = rng.gamma(2, 1, 150) * ((data["g"] == "c") | (rng.random(150) < 0.6))

    def fitted(rows: pd.DataFrame, formula: models.Formula, family: str) -> models.Fit:
        return fit_at_limit(rows, formula, family)

    found = models.fit_two_part(data, "gift ~ g", fit_part=fitted)
    assert contrast(found.whether, {"g[c]": 1}).estimates["estimate"][0] == np.inf
    assert contrast(found.amount, {"g[c]": 1}).estimates["se"][0] > 0
    assert any("g = c: 50 of 50 yes" in m for m in found.messages)


def test_random_slopes_have_no_likelihood_ratio_test():
    found = fit_at_limit(with_limit("binomial", 0), "y ~ g + (1 + g | person)", "binomial")
    row = contrast(found, {"g[c]": 1}).estimates.iloc[0]
    assert (row["test"], row["estimate"]) == ("none", -np.inf)
    assert "random slopes" in row["why"]
    assert contrast(found, {"g[b]": 1}).estimates["se"][0] > 0


def test_separation_is_found_among_many_different_rows():
    rng = np.random.default_rng(7)
    data = pd.DataFrame({"x": rng.normal(size=20_000), "g": np.tile(["a", "b"], 10_000)})
    data["y"] = 1.0 + np.digitize(data["x"] + rng.logistic(size=20_000), [-1, 0, 1])
    model = prepare(data, parse_formula("y ~ g + x"), "ordinal")
    assert find_separation(model) is None
    high = data.assign(y=data["y"].mask(data["g"] == "b", 4.0))
    found = find_separation(prepare(high, parse_formula("y ~ g + x"), "ordinal"))
    np.testing.assert_array_equal(found.at_limit, np.flatnonzero(data["g"] == "b"))


def test_without_a_limit_the_fit_is_the_usual_one():
    data = study("tobit")
    found = fit_at_limit(data, "y ~ g", "tobit", limits=(0, 5))
    assert found.limit is None
    assert "test" not in contrast(found, {"g[b]": 1}).estimates


def _own(family: str) -> dict:
    return {"engine": "likelihood"} if family == "binomial" else {}
