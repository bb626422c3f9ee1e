"""Contrasts on the scale of the response: known formulas, the delta method by hand, simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats

from analysis import models
from analysis.errors import AnalysisError
from analysis.models import fit_at_limit, response_contrast, response_means
from analysis.models.expected import expected_responses

ARMS = pd.DataFrame({"g": ["a", "b"]})
DIFFERENCE = [-1.0, 1.0]
LIMITS = {"tobit": (0.0, 5.0), "ordered_beta": (0.0, 5.0), "beta": (0.0, 5.0)}
FAMILIES = ["binomial", "gamma", "tobit", "ordered_beta", "beta", "ordinal", "two_part", "poisson"]
SD = 0.8
"""Of participants' random intercepts."""


def answers(family: str, eta: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw answers for linear predictors."""
    n = len(eta)
    if family == "binomial":
        return (rng.random(n) < special.expit(eta)) * 1.0
    if family == "gamma":
        return rng.gamma(2, np.exp(eta) / 2, n)
    if family == "poisson":
        return rng.poisson(np.exp(eta), n) * 1.0
    if family == "tobit":
        return np.clip(2 + eta + rng.normal(0, 2, n), 0, 5)
    if family == "ordinal":
        return 1.0 + np.digitize(eta + rng.logistic(size=n), [-1, 0.5, 1.5])
    if family == "two_part":
        return answers("binomial", eta, rng) * rng.gamma(2, np.exp(0.5 * eta) / 2, n)
    mean = special.expit(eta)
    share = 5 * rng.beta(4 * mean, 4 * (1 - mean)).clip(1e-4, 1 - 1e-4)
    if family == "beta":
        return share
    latent = eta + rng.logistic(size=n)
    return np.where(latent < -1.5, 0.0, np.where(latent > 1.5, 5.0, share))


def study(family: str, n: int, seed: int, people: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"g": np.tile(["a", "b"], n // 2)})
    eta = 0.2 + 0.6 * (data["g"] == "b").to_numpy()
    if people:
        data["person"] = np.arange(n) % (2 * people) // 2
        eta = eta + SD * rng.normal(size=people)[data["person"]]
    return data.assign(y=answers(family, eta, rng))


def fitted(family: str, data: pd.DataFrame, random: str = "") -> models.Fit | models.TwoPart:
    if family == "two_part":
        return models.fit_two_part(data, f"y ~ g{random}")
    return models.fit(data, f"y ~ g{random}", family, limits=LIMITS.get(family))


def test_logistic_differences_by_hand():
    """As emmeans' regrid: the SE of a difference of rates is that of two independent proportions."""
    data = study("binomial", 200, 1)
    row = response_contrast(fitted("binomial", data), ARMS, DIFFERENCE, ["b - a"]).estimates.iloc[0]
    rate = data.groupby("g")["y"].mean()
    assert row["estimate"] == pytest.approx(rate["b"] - rate["a"], abs=1e-7)
    assert row["se"] == pytest.approx(np.sqrt((rate * (1 - rate) / 100).sum()), rel=1e-5)
    assert np.isinf(row["df"])


def test_gamma_differences_by_hand():
    data = study("gamma", 200, 2)
    fit = fitted("gamma", data)
    row = response_contrast(fit, ARMS, DIFFERENCE, ["b - a"]).estimates.iloc[0]
    mean = data.groupby("g")["y"].mean()
    gradient = np.array([mean["b"] - mean["a"], mean["b"]])
    assert row["estimate"] == pytest.approx(mean["b"] - mean["a"], rel=1e-6)
    assert row["se"] == pytest.approx(np.sqrt(gradient @ fit.vcov @ gradient), rel=1e-5)


def test_two_parts_by_hand():
    """E[y] = p mu, with the uncertainty of both."""
    data = study("two_part", 300, 3)
    fit = fitted("two_part", data)
    means = response_means(fit, ARMS, np.eye(2))
    np.testing.assert_allclose(means["response"], data.groupby("g")["y"].mean(), rtol=1e-6)
    old = fit.expected(ARMS)
    np.testing.assert_allclose(means["response"], old["expected"], rtol=1e-9)
    # The older intervals are z intervals; those of a Gamma model have the residual degrees of freedom.
    np.testing.assert_allclose(means["response_low"], old["ci_low"], rtol=3e-3)
    np.testing.assert_allclose(means["response_high"], old["ci_high"], rtol=3e-3)
    row = response_contrast(fit, ARMS, DIFFERENCE, ["b - a"]).estimates.iloc[0]
    # The cells are independent in a saturated model; the dispersion is common to them.
    se = np.sqrt((means["response_se"] ** 2).sum())
    assert row["se"] == pytest.approx(se, rel=1e-5)


def test_tobit_formula():
    data = study("tobit", 200, 4)
    fit = fitted("tobit", data)
    sigma, mu = fit.shape["estimate"][0], fit.beta.sum()
    found = response_means(fit, ARMS, [[0, 1]])["response"][0]
    exact = integrate.quad(
        lambda y: np.clip(y, 0, 5) * stats.norm.pdf(y, mu, sigma), -30, 30, points=[0, 5]
    )
    assert found == pytest.approx(exact[0], abs=1e-6)


def test_the_covariance_of_the_shape_counts():
    """The gradient with respect to sigma is not left out: by hand, from the numbers of the fit."""
    fit = fitted("tobit", study("tobit", 200, 4))
    low, high, h = 0.0, 5.0, 1e-5

    def mean(mu: float, log_sigma: float) -> float:
        sigma = np.exp(log_sigma)
        a, b = (low - mu) / sigma, (high - mu) / sigma
        inside = mu * (stats.norm.cdf(b) - stats.norm.cdf(a))
        return high * stats.norm.sf(b) + inside + sigma * (stats.norm.pdf(a) - stats.norm.pdf(b))

    values, vcov = fit.parameters.values, fit.parameters.vcov
    at = np.eye(3) * h
    gradient = [(mean(*(values + e)[[0, 2]]) - mean(*(values - e)[[0, 2]])) / (2 * h) for e in at]
    se = np.sqrt(gradient @ vcov @ gradient)
    assert response_means(fit, ARMS, [[1, 0]])["response_se"][0] == pytest.approx(se, rel=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_delta_method_equals_simulation(family: str):
    fit = fitted(family, study(family, 400, 5))
    row = response_contrast(fit, ARMS, DIFFERENCE, ["b - a"]).estimates.iloc[0]
    expected = expected_responses(fit, ARMS, "averaged")
    parameters = np.random.default_rng(0).multivariate_normal(
        expected.values, expected.vcov, 4000, method="eigh"
    )
    drawn = np.array([DIFFERENCE @ expected.means(each) for each in parameters])
    # The SD of 4,000 draws has a standard error of about 1.1 %.
    assert row["se"] == pytest.approx(drawn.std(ddof=1), rel=0.05)
    assert row["estimate"] == pytest.approx(drawn.mean(), abs=0.1 * row["se"])
    assert row["ci_low"] == pytest.approx(np.quantile(drawn, 0.025), abs=0.2 * row["se"])


@pytest.mark.parametrize("family", FAMILIES)
def test_means_lie_within_their_bounds(family: str):
    means = response_means(fitted(family, study(family, 60, 6)), ARMS, np.eye(2), level=0.9999)
    assert (means["response_low"] < means["response"]).all()
    assert (means["response"] < means["response_high"]).all()
    lowest = {"ordinal": 1}.get(family, 0)
    assert (means["response_low"] > lowest).all()
    if family not in ("gamma", "two_part", "poisson"):
        highest = {"binomial": 1, "ordinal": 4}.get(family, 5)
        assert (means["response_high"] < highest).all()


@pytest.mark.parametrize("family", ["binomial", "gamma", "tobit", "ordered_beta", "ordinal"])
def test_random_effects_are_averaged_over(family: str):
    """Averages equal those of many drawn participants; a typical participant's are those of an effect of zero."""
    data = study(family, 600, 7, people=60)
    fit = fitted(family, data, " + (1 | person)")
    average = response_means(fit, ARMS, np.eye(2))["response"].to_numpy()
    typical = response_means(fit, ARMS, np.eye(2), effects="zero")["response"].to_numpy()
    sd = fit.random_sd["sd"][0]
    u, share = np.polynomial.hermite_e.hermegauss(40)
    own = expected_responses(fit, ARMS, "zero")
    # A participant's effect moves the intercept up, or in its place the first threshold (and the others) down.
    place, way = (len(fit.names), -1) if family == "ordinal" else (0, 1)
    moved = [own.means(own.values + way * sd * each * np.eye(len(own.values))[place]) for each in u]
    np.testing.assert_allclose(average, share @ np.array(moved) / share.sum(), rtol=1e-3)
    assert not np.allclose(average, typical, rtol=1e-3)
    notes = {
        effects: response_contrast(fit, ARMS, DIFFERENCE, ["d"], effects=effects).notes[0]
        for effects in ("averaged", "zero")
    }
    assert "averaged over participants and items" in notes["averaged"]
    assert "typical participant" in notes["zero"]


def test_other_factors_are_averaged_on_the_scale_of_the_response():
    data = study("binomial", 400, 8).assign(h=np.repeat(["x", "y"], 200))
    data["y"] = data["y"].where(data["h"] == "x", data["y"] * (np.arange(400) % 3 == 0))
    fit = models.fit(data, "y ~ g * h", "binomial")
    grid = pd.DataFrame({"g": list("aabb"), "h": list("xyxy")})
    row = response_contrast(fit, grid, [-0.5, -0.5, 0.5, 0.5], ["b - a"]).estimates.iloc[0]
    cells = data.groupby(["g", "h"])["y"].mean().to_numpy()
    assert row["estimate"] == pytest.approx((cells[2:] - cells[:2]).mean(), abs=1e-6)
    se = np.sqrt((cells * (1 - cells) / 100).sum()) / 2
    assert row["se"] == pytest.approx(se, rel=1e-4)


def test_random_slopes_add_to_the_variance_of_their_condition():
    data = study("binomial", 1200, 9, people=60)
    rng = np.random.default_rng(10)
    eta = (data["g"] == "b") * (0.6 + rng.normal(size=60)[data["person"]])
    data["y"] = answers("binomial", eta.to_numpy(), rng)
    fit = models.fit(data, "y ~ g + (1 + g | person)", "binomial")
    found = response_means(fit, ARMS, np.eye(2))["response"].to_numpy()
    (part,) = fit.components
    z = np.array([1.0, 1.0])
    v = z @ (np.outer(part.sds, part.sds) * part.correlations) @ z
    u = np.random.default_rng(11).normal(0, np.sqrt(v), 400_000)
    assert found[1] == pytest.approx(special.expit(fit.beta.sum() + u).mean(), abs=2e-3)
    note = response_contrast(fit, ARMS, DIFFERENCE, ["d"]).notes[0]
    assert "SDs of random effects taken as known" in note


def test_linear_models_keep_their_degrees_of_freedom():
    data = study("tobit", 40, 12)
    fit = models.fit(data, "y ~ g")
    row = response_contrast(fit, ARMS, DIFFERENCE, ["b - a"]).estimates.iloc[0]
    other = models.contrast(fit, {"g[b]": 1}).estimates.iloc[0]
    assert tuple(row[1:]) == pytest.approx(tuple(other[1:]))


def test_clusters_keep_their_degrees_of_freedom():
    data = study("tobit", 200, 13, people=25)
    fit = models.fit(data, "y ~ g", "tobit", limits=(0, 5), cluster="person")
    row = response_contrast(fit, ARMS, DIFFERENCE, ["b - a"]).estimates.iloc[0]
    assert row["df"] == 24


@pytest.mark.parametrize(
    ("family", "at"), [("tobit", 0), ("binomial", 1), ("ordinal", 4), ("ordered_beta", 5)]
)
def test_a_condition_at_a_limit_has_no_standard_error(family: str, at: float):
    data = study(family, 300, 14).assign(g=np.tile(list("abc"), 100))
    data["y"] = data["y"].mask(data["g"] == "c", float(at))
    fit = fit_at_limit(data, "y ~ g", family, limits=LIMITS.get(family))
    grid = pd.DataFrame({"g": list("abc")})
    found = response_contrast(fit, grid, [[-1, 0, 1], [-1, 1, 0]], ["c - a", "b - a"])
    rows, means = found.estimates, response_means(fit, grid, np.eye(3))
    assert means["response"][2] == pytest.approx(at, abs=1e-9)
    assert rows["estimate"][0] == pytest.approx(at - means["response"][0], abs=1e-9)
    assert rows[["se", "p", "ci_low"]].isna().all(axis=1)[0]
    without = models.fit(data[data["g"] != "c"], "y ~ g", family, limits=LIMITS.get(family))
    other = response_contrast(without, ARMS, DIFFERENCE, ["b - a"]).estimates.iloc[0]
    assert rows["se"][1] == pytest.approx(other["se"], rel=1e-4)
    assert "at a limit" in found.notes[0]


def test_a_link_without_expected_responses():
    data = study("binomial", 100, 15)
    with pytest.raises(AnalysisError, match="Expected responses cannot be computed"):
        response_contrast(
            models.fit(data, "y ~ g", "binomial", link="probit"), ARMS, DIFFERENCE, ["d"]
        )


@pytest.mark.parametrize("family", FAMILIES)
def test_coverage(family: str):
    """Of 60 studies, at least 50 intervals contain the true difference (binomial limits at .95, p < .001)."""
    rng = np.random.default_rng(16)
    truth = np.subtract(
        *(answers(family, np.full(2_000_000, eta), rng).mean() for eta in (0.8, 0.2))
    )
    covered = 0
    for seed in range(60):
        fit = fitted(family, study(family, 120, 1000 + seed))
        row = response_contrast(fit, ARMS, DIFFERENCE, ["b - a"]).estimates.iloc[0]
        covered += row["ci_low"] <= truth <= row["ci_high"]
    assert covered >= stats.binom.ppf(0.001, 60, 0.95)
