"""Contrasts and marginal means: against emmeans, and the errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.errors import AnalysisError
from analysis.models import contrast, marginal_means, on_response
from analysis.models.pairwise import pairwise

REFERENCE = Path(__file__).parents[2] / "reference"


@pytest.fixture(scope="module")
def slope() -> models.Fit:
    return models.fit(
        pd.read_csv(REFERENCE / "crossed.csv"),
        "rating ~ group * log(n_victims) + (1 + log(n_victims) | participant) + (1 | vignette)",
    )


def test_means_equal_emmeans(r_values, slope):
    r = pd.DataFrame(r_values["emmeans"])
    means = marginal_means(slope, ["group"], {"n_victims": 8})
    assert means.estimates["group"].tolist() == r["group"].tolist()
    np.testing.assert_allclose(means.estimates["estimate"], r["emmean"], rtol=1e-6)
    np.testing.assert_allclose(means.estimates["se"], r["SE"], rtol=1e-6)
    np.testing.assert_allclose(means.estimates["df"], r["df"], rtol=1e-4)
    np.testing.assert_allclose(means.estimates["ci_low"], r["lower.CL"], rtol=1e-5)


def test_pairs_equal_emmeans_with_holm(r_values, slope):
    r = pd.DataFrame(r_values["emmeans_pairs"])
    pairs = pairwise(slope, "group", at={"n_victims": 8}).estimates
    assert pairs["label"].tolist() == r["contrast"].tolist()
    np.testing.assert_allclose(pairs["estimate"], r["estimate"], rtol=1e-6)
    np.testing.assert_allclose(pairs["se"], r["SE"], rtol=1e-6)
    np.testing.assert_allclose(pairs["df"], r["df"], rtol=1e-4)
    np.testing.assert_allclose(pairs["p_adjusted"], r["p.value"], rtol=1e-4)


def test_means_over_a_grid_equal_emmeans(r_values, slope):
    r = pd.DataFrame(r_values["emmeans_by"]).sort_values(["group", "log_n"])
    means = marginal_means(slope, ["group", "n_victims"], {"n_victims": [1, 100]})
    np.testing.assert_allclose(means.estimates["estimate"], r["emmean"], rtol=1e-6)
    np.testing.assert_allclose(means.estimates["df"], r["df"], rtol=1e-4)


def test_means_with_unequal_variances_equal_emmeans(r_values):
    """HC3, unequal cells, averaged over the lesson with equal weights."""
    fit = models.fit(
        pd.read_csv(REFERENCE / "between.csv"), "donation ~ victim * lesson", errors="HC3"
    )
    means = marginal_means(fit, ["victim"])
    r, pairs = pd.DataFrame(r_values["emmeans_hc3"]), r_values["emmeans_hc3_pairs"][0]
    np.testing.assert_allclose(means.estimates["estimate"], r["emmean"], rtol=1e-9)
    np.testing.assert_allclose(means.estimates["se"], r["SE"], rtol=1e-9)
    np.testing.assert_allclose(means.estimates["ci_low"], r["lower.CL"], rtol=1e-9)
    (own,) = pairwise(fit, "victim").estimates.to_dict("records")
    assert own["estimate"] == pytest.approx(pairs["estimate"], rel=1e-9)
    assert own["se"] == pytest.approx(pairs["SE"], rel=1e-9)
    assert own["p"] == pytest.approx(pairs["p.value"], rel=1e-9)


def test_unlisted_factor_is_averaged_with_equal_weights():
    data = pd.DataFrame({"a": list("xxyyxxyy"), "b": list("ppppqqqq"), "x": 1.0})
    data["y"] = [1.0, 1.2, 3.0, 3.2, 5.0, 5.1, 6.0, 6.3]
    unequal = pd.concat([data, data.iloc[[0, 0, 1]]], ignore_index=True)
    fit = models.fit(unequal, "y ~ a * b", errors="classical")
    means = marginal_means(fit, ["a"])
    cells = unequal.groupby(["a", "b"])["y"].mean().groupby("a").mean()
    np.testing.assert_allclose(means.estimates["estimate"], cells)
    assert means.others == "averaged over b with equal weights"


def test_saturated_logistic_means_are_the_observed_rates():
    data = pd.read_csv(REFERENCE / "crossed.csv")
    fit = models.fit(data, "gave ~ group", "binomial")
    means = on_response(marginal_means(fit, ["group"]).estimates, fit.link)
    rates = data.groupby("group")["gave"].mean()
    np.testing.assert_allclose(means["response"], rates, rtol=1e-6)
    assert (means["response_low"] < rates.to_numpy()).all()
    with pytest.raises(AnalysisError, match="There is no inverse of the link 'cloglog'"):
        on_response(means, "cloglog")


def test_pairs_are_corrected_as_statsmodels_does(slope):
    pairs = pairwise(slope, "group").estimates
    steps = np.sort(pairs["p"].to_numpy()) * [3, 2, 1]
    np.testing.assert_allclose(
        np.sort(pairs["p_adjusted"]), np.minimum(np.maximum.accumulate(steps), 1)
    )


def test_contrast_by_name_equals_the_weights(slope):
    named = contrast(slope, {"group[out]": 1, "group[none]": -1})
    direct = contrast(slope, [0, -1, 1, 0, 0, 0])
    pd.testing.assert_frame_equal(named.estimates, direct.estimates)
    assert named.estimates["label"][0] == "-1 group[none] +1 group[out]"
    assert named.statistic == pytest.approx(named.estimates["statistic"][0] ** 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: contrast(f, {"group[up]": 1}), r"'group\[up\]', which is not a term"),
        (lambda f: contrast(f, [1, 0]), "2 weights for 6 terms"),
        (lambda f: marginal_means(f, ["vignette"]), "'vignette' is not a predictor"),
        (lambda f: marginal_means(f, ["n_victims"]), "'n_victims' is numeric"),
    ],
)
def test_errors_name_what_was_found(slope, call, message):
    with pytest.raises(AnalysisError, match=message):
        call(slope)
