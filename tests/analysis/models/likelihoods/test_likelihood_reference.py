"""Every likelihood against R: glmmTMB, survival, ordinal, TMB (tests/reference)."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from analysis import models

FIXED = "group + log(n_victims)"
CROSSED = f"{FIXED} + (1 | participant) + (1 | vignette)"


def agree(fit: models.Fit, r: dict, estimates: float = 1e-6, errors: float = 1e-6) -> None:
    """The last k of R's coefficients are ours (R lists thresholds first)."""
    assert fit.converged
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-6)
    k = len(fit.names)
    beta = np.array(list(r["estimate"].values()))[-k:]
    np.testing.assert_allclose(fit.beta, beta, rtol=estimates)
    se = np.array(list(r["se"].values()))[len(r["estimate"]) - k : len(r["estimate"])]
    np.testing.assert_allclose(fit.terms["se"], se, rtol=errors)


def test_tobit_equals_survreg(r_values, crossed):
    fit = models.fit(crossed, f"tobit ~ {FIXED}", "tobit", limits=(0, 5))
    agree(fit, r_values["tobit"])
    assert fit.shape["estimate"][0] == pytest.approx(r_values["tobit"]["sigma"], rel=1e-6)
    assert "rows are treated as independent" in fit.messages[0]


def test_crossed_tobit_equals_tmb(r_values, crossed):
    """The same model written in C++ for TMB (tests/reference/tobit.cpp)."""
    r = r_values["tobit_crossed"]
    fit = models.fit(crossed, f"tobit ~ {CROSSED}", "tobit", limits=(0, 5))
    agree(fit, r)
    assert fit.shape["estimate"][0] == pytest.approx(r["sigma"], rel=1e-6)
    np.testing.assert_allclose(fit.random_sd["sd"], list(r["sd"].values()), rtol=1e-6)


def test_ordered_beta_equals_glmmtmb(r_values, crossed):
    agree(models.fit(crossed, f"share ~ {FIXED}", "ordered_beta"), r_values["ordered_beta"])


def test_crossed_ordered_beta_equals_glmmtmb(r_values, crossed):
    r = r_values["ordered_beta_crossed"]
    fit = models.fit(
        crossed.assign(gift=20 * crossed["share"]),
        f"gift ~ {CROSSED}",
        "ordered_beta",
        limits=(0, 20),
    )
    agree(fit, r)
    np.testing.assert_allclose(fit.random_sd["sd"], list(r["sd"].values()), rtol=1e-6)
    np.testing.assert_allclose(fit.shape["estimate"], [*r["psi"], np.exp(r["betad"])], rtol=1e-6)
    assert fit.groups == {"participant": 40, "vignette": 12}
    assert "crossed random intercepts" in fit.messages[0]


def test_crossed_beta_equals_glmmtmb(r_values, crossed):
    inside = crossed[(crossed["share"] > 0) & (crossed["share"] < 1)]
    agree(models.fit(inside, f"share ~ {CROSSED}", "beta"), r_values["beta_crossed"])


def test_ordinal_equals_clm_and_statsmodels(r_values, crossed):
    fit = models.fit(crossed, f"dollars ~ {FIXED}", "ordinal")
    agree(fit, r_values["ordinal"])
    thresholds = list(r_values["ordinal"]["estimate"].values())[:4]
    np.testing.assert_allclose(fit.shape["estimate"], thresholds, rtol=1e-6)
    other = OrderedModel(crossed["dollars"], fit.design.matrix, distr="logit")
    assert other.fit(method="bfgs", disp=False).llf == pytest.approx(fit.loglik, abs=1e-5)


def test_crossed_ordinal_equals_clmm(r_values, crossed):
    # clmm computes its gradient by finite differences: its estimates and SEs have these errors, and its
    # log-likelihood is 3e-9 below ours.
    r = r_values["ordinal_crossed"]
    fit = models.fit(crossed, f"dollars ~ {CROSSED}", "ordinal")
    agree(fit, r, estimates=5e-5, errors=5e-3)
    assert fit.loglik >= r["loglik"]
    np.testing.assert_allclose(fit.random_sd["sd"], list(r["sd"].values()), rtol=1e-5)


def test_ordinal_with_a_third_grouping_at_zero_equals_clmm(r_values, crossed):
    r = r_values["ordinal_conditions"]
    fit = models.fit(crossed, f"dollars ~ {CROSSED} + (1 | participant:group)", "ordinal")
    agree(fit, r, estimates=5e-5, errors=5e-3)
    assert fit.singular
    assert fit.random_sd.set_index("group")["sd"]["participant:group"] < 1e-3
    assert any("participant:group" in m for m in fit.messages)


def test_hurdle_with_stimuli_in_both_parts_adds_up_to_zigamma(r_values, crossed):
    r = r_values["hurdle_crossed"]
    fit = models.fit_two_part(crossed, f"amount ~ {CROSSED}")
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-6)
    np.testing.assert_allclose(
        fit.whether.beta, -np.array(list(r["zero"]["estimate"].values())), 1e-6
    )
    np.testing.assert_allclose(fit.amount.beta, list(r["amount"]["estimate"].values()), rtol=2e-6)
    np.testing.assert_allclose(fit.amount.terms["se"], list(r["amount"]["se"].values()), rtol=2e-6)
    np.testing.assert_allclose(
        fit.amount.random_sd["sd"], list(r["amount"]["sd"].values()), rtol=1e-5
    )


def test_hurdle_adds_up_to_zigamma(r_values, crossed):
    r = r_values["hurdle_tmb"]
    fit = models.fit_two_part(
        crossed,
        f"amount ~ {CROSSED}",
        amount_formula=f"amount ~ {FIXED} + (1 | participant)",
    )
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-6)
    np.testing.assert_allclose(
        fit.whether.beta, -np.array(list(r["zero"]["estimate"].values())), 1e-6
    )
    np.testing.assert_allclose(fit.amount.beta, list(r["amount"]["estimate"].values()), rtol=1e-6)
    np.testing.assert_allclose(fit.amount.terms["se"], list(r["amount"]["se"].values()), rtol=1e-6)
    assert fit.amount.n_used == int((crossed["amount"] > 0).sum())
