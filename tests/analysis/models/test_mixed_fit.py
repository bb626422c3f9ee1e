"""Conditions that vary over persons and stimuli, on the boundary and inside, against lmerTest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from proving import hold, times

from analysis import models
from analysis.models.engines.mixed import run_glmm
from analysis.models.formula import parse_formula
from analysis.models.pairwise import pairwise
from analysis.models.preparing import prepare

CONDITIONS = (
    "group + log(n_victims) + (1 | participant) + (1 | participant:group)"
    " + (1 | vignette) + (1 | vignette:group)"
)


def numbers(reference: dict) -> np.ndarray:
    return np.array(list(reference.values()), dtype=float)


@pytest.mark.parametrize("response", ["rating", "dollars", "amount"])
def test_conditions_over_persons_and_stimuli_equal_lmertest(r_values, crossed, response):
    """Two variances at zero (rating), one (dollars), none (amount): even then the df are lmerTest's."""
    r, fit = r_values[f"conditions_{response}"], models.fit(crossed, f"{response} ~ {CONDITIONS}")
    assert fit.singular == r["singular"] == (response != "amount")
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-6)
    np.testing.assert_allclose(fit.beta, numbers(r["estimate"]), rtol=1e-6)
    np.testing.assert_allclose(fit.terms["se"], numbers(r["se"]), rtol=1e-6)
    np.testing.assert_allclose(fit.terms["df"], numbers(r["df"]), rtol=1e-4)
    np.testing.assert_allclose(fit.terms["p"], numbers(r["p"]), rtol=1e-4)
    ours = fit.random_sd.set_index("group")["sd"]
    theirs = {name.split()[0].lower(): sd for name, sd in r["sd"].items()}
    np.testing.assert_allclose(
        [ours[name] for name in theirs], list(theirs.values()), rtol=1e-5, atol=1e-4
    )
    pairs, others = pairwise(fit, "group").estimates, pd.DataFrame(r["pairs"])
    np.testing.assert_allclose(pairs["estimate"], others["estimate"], rtol=1e-6)
    np.testing.assert_allclose(pairs["df"], others["df"], rtol=1e-4)
    np.testing.assert_allclose(pairs["p_adjusted"], others["p.value"], rtol=1e-4)


def test_degrees_of_freedom_on_the_boundary_are_more_than_kenward_rogers(r_values, crossed):
    """The claims of the note on singular fits; inside the boundary both agree."""
    at_zero, inside = r_values["conditions_rating"], r_values["conditions_amount"]
    assert at_zero["df"]["groupout"] > 5 * at_zero["kenward_roger_df"]["groupout"]
    assert inside["df"]["groupout"] == pytest.approx(
        inside["kenward_roger_df"]["groupout"], rel=0.1
    )
    message = models.fit(crossed, f"rating ~ {CONDITIONS}").messages[0]
    assert (
        "no variance between participant:group levels, no variance between vignette:group"
        in message
    )
    assert "larger than with it" in message


@times(guard=100, proof=4000)
def test_error_rate_of_singular_fits(n):
    """96 people, 8 letters x 3 conditions, no variance of letter x condition: mostly singular, and
    true null hypotheses are rejected no more often than .05 (see the module's docstring)."""
    rng = np.random.default_rng(1)
    i = np.arange(96)
    data = pd.DataFrame({"y": rng.normal(size=96), "arm": i % 3, "letter": i // 3 % 8})
    model = prepare(data, parse_formula("y ~ C(arm) + (1 | letter) + (1 | letter:arm)"))
    p, singular = [], 0
    for _ in range(n):
        y = rng.normal(size=96) + rng.normal(0, 0.3, 8)[data["letter"]]
        fit = run_glmm(replace(model, y=y), reml=True)
        singular += fit.singular
        p.append(fit.terms["p"][1])
    hold(singular, n, 0.5, 1.0)
    hold(int(np.sum(np.array(p) < 0.05)), n, 0.0, 0.05)


def test_a_singular_logistic_model_has_no_note_on_degrees_of_freedom():
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"y": rng.integers(0, 2, 400), "x": rng.normal(size=400)})
    data["p"] = np.arange(400) % 40
    fit = models.fit(data, "y ~ x + (1 | p)", "binomial")
    assert fit.singular
    message = next(m for m in fit.messages if m.startswith("Singular"))
    assert message.endswith("no variance between p levels. The estimates remain valid.")


def test_a_slope_without_variance_and_a_perfect_correlation_are_distinguished():
    rng = np.random.default_rng(5)
    p, x = np.arange(600) // 20, np.tile(np.arange(20) / 10 - 0.95, 30)
    level = rng.normal(size=30)[p]
    data = pd.DataFrame({"y": level * (1 + 0.3 * x) + 4 * rng.normal(size=600), "x": x, "p": p})
    fit = models.fit(data, "y ~ x + (1 + x | p)")
    assert fit.random_cor["correlation"][0] == pytest.approx(1)
    assert "a correlation of 1 or -1 between intercept and slope of p levels" in fit.messages[0]
    assert "no variance" not in fit.messages[0]
    within = data["y"] - data.groupby("p")["y"].transform("mean")
    fit = models.fit(data.assign(y=within), "y ~ x + (1 + x | p)")
    assert fit.random_sd["sd"][1] > 0.3
    assert fit.messages[0].startswith("Singular fit: the data show no variance between p levels. ")
