"""The mixed-model engine against lme4, lmerTest and glmmTMB (tests/reference)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.models import contrast

REFERENCE = Path(__file__).parents[2] / "reference"
SLOPE = "rating ~ group * log(n_victims) + (1 + log(n_victims) | participant) + (1 | vignette)"
GAVE = "gave ~ group + log(n_victims) + (1 | participant) + (1 | vignette)"


@pytest.fixture(scope="module")
def between() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "between.csv")


def numbers(reference: dict) -> np.ndarray:
    return np.array(list(reference.values()), dtype=float)


@pytest.mark.parametrize(("key", "reml"), [("lmm_slope", True), ("lmm_ml", False)])
def test_crossed_slope_model_equals_lmer(r_values, crossed, key, reml):
    r, fit = r_values[key], models.fit(crossed, SLOPE, reml=reml)
    assert fit.converged
    assert not fit.singular
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-6)
    assert fit.aic == pytest.approx(r["aic"], abs=1e-5)
    assert fit.bic == pytest.approx(r["bic"], abs=1e-5)
    assert fit.names[:4] == ("Intercept", "group[none]", "group[out]", "log(n_victims)")
    np.testing.assert_allclose(fit.beta, numbers(r["estimate"]), rtol=1e-6)
    np.testing.assert_allclose(fit.terms["se"], numbers(r["se"]), rtol=1e-6)
    np.testing.assert_allclose(fit.terms["df"], numbers(r["df"]), rtol=1e-4)
    np.testing.assert_allclose(fit.terms["p"], numbers(r["p"]), rtol=1e-4)
    np.testing.assert_allclose(fit.random_sd["sd"], numbers(r["sd"]), rtol=1e-6)
    assert fit.groups == {"participant": 40, "vignette": 12}


def test_joint_test_equals_lmertest(r_values, crossed):
    fit = models.fit(crossed, SLOPE)
    both = contrast(fit, np.eye(6)[1:3])
    r = r_values["lmm_slope_joint"]
    assert both.statistic == pytest.approx(r["f"], rel=1e-6)
    assert both.df_error == pytest.approx(r["df2"], rel=1e-4)
    assert both.p == pytest.approx(r["p"], rel=1e-4)


def test_random_intercepts_equal_lmer(r_values, crossed):
    r = r_values["lmm_intercepts"]
    fit = models.fit(
        crossed, "rating ~ group + log(n_victims) + (1 | participant) + (1 | vignette)"
    )
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-6)
    np.testing.assert_allclose(fit.beta, numbers(r["estimate"]), rtol=1e-6)
    np.testing.assert_allclose(fit.terms["df"], numbers(r["df"]), rtol=1e-4)


def test_logistic_mixed_model_equals_glmmtmb(r_values, crossed):
    r, fit = r_values["binomial_tmb"], models.fit(crossed, GAVE, "binomial")
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-6)
    np.testing.assert_allclose(fit.beta, numbers(r["estimate"]), rtol=1e-6)
    np.testing.assert_allclose(fit.terms["se"], numbers(r["se"]), rtol=1e-6)
    np.testing.assert_allclose(fit.random_sd["sd"], numbers(r["sd"]), rtol=1e-6)


@pytest.mark.parametrize(
    ("key", "family", "formula"),
    [
        (
            "binomial_conditions",
            "binomial",
            "gave ~ group + log(n_victims) + (1 | participant) + (1 | participant:group)"
            " + (1 | vignette)",
        ),
        (
            "gamma_conditions",
            "gamma",
            "amount ~ group + log(n_victims) + (1 | participant) + (1 | participant:group)",
        ),
    ],
)
def test_conditions_over_persons_equal_glmmtmb(r_values, crossed, key, family, formula):
    """glmm stops at a gain of log-likelihood, up to 1e-5 of an SE short of the very top."""
    r = r_values[key]
    rows = crossed if family == "binomial" else crossed[crossed["amount"] > 0]
    fit = models.fit(rows, formula, family)
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-6)
    off = (fit.beta - numbers(r["estimate"])) / numbers(r["se"])
    np.testing.assert_allclose(off, 0, atol=1e-5)
    np.testing.assert_allclose(fit.terms["se"], numbers(r["se"]), rtol=1e-6)
    ours = fit.random_sd.set_index("group")["sd"]
    np.testing.assert_allclose([ours[name] for name in r["sd"]], numbers(r["sd"]), rtol=1e-5)


def test_gamma_mixed_model_equals_glmmtmb(r_values, crossed):
    r = r_values["gamma_tmb"]
    fit = models.fit(
        crossed[crossed["amount"] > 0],
        "amount ~ group + log(n_victims) + (1 | participant)",
        "gamma",
    )
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-6)
    np.testing.assert_allclose(fit.beta, numbers(r["estimate"]), rtol=1e-6)
    np.testing.assert_allclose(fit.terms["se"], numbers(r["se"]), rtol=1e-6)


@pytest.mark.parametrize("robust", ["HC0", "HC1", "HC2", "HC3", "classical"])
def test_linear_model_equals_lm_and_sandwich(r_values, between, robust):
    r = r_values["ols" if robust == "classical" else robust]
    fit = models.fit(between, "donation ~ victim * lesson", errors=robust)
    np.testing.assert_allclose(fit.beta, numbers(r["estimate"]), rtol=1e-9)
    np.testing.assert_allclose(fit.terms["se"], numbers(r["se"]), rtol=1e-9)
    np.testing.assert_allclose(fit.terms["p"], numbers(r["p"]), rtol=1e-8)
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-8)


def test_logistic_regression_equals_glm(r_values, between):
    r = r_values["logit"]
    data = between.assign(gave=(between["donation"] > 0).astype(int))
    fit = models.fit(data, "gave ~ victim * lesson", "binomial")
    np.testing.assert_allclose(fit.beta, numbers(r["estimate"]), rtol=1e-6, atol=1e-10)
    np.testing.assert_allclose(fit.terms["se"], numbers(r["se"]), rtol=1e-6)
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-6)
