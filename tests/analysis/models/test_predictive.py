"""Leave-one-participant-out: against dense conditioning, and the rule for differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import models
from analysis.errors import AnalysisError
from analysis.models.predictive import Elpd, compare_elpd, gaussian_elpd

MODEL = "y ~ x + (1 + x | p) + (1 | v)"


def make(effect: float, seed: int = 1, people: int = 25) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    p, v = np.divmod(np.arange(people * 8), 8)
    x = rng.normal(size=people * 8)
    u, s, w = rng.normal(0, 1, people), rng.normal(0, 0.5, people), rng.normal(0, 0.6, 8)
    y = 2 + (effect + s[p]) * x + u[p] + w[v] + rng.normal(0, 1, people * 8)
    return pd.DataFrame({"y": y, "x": x, "p": p, "v": v})


@pytest.mark.parametrize("slopes", ["|", "||"])
def test_closed_form_equals_generalised_least_squares(slopes):
    """Person 3 given all others, by the textbook formulas with the full covariance matrix."""
    data = make(0.5)
    model = MODEL.replace("x | p", f"x {slopes} p")
    fit = models.fit(data, model)
    # Person 3 shares its fold with 15, so variances are estimated from all others.
    found = gaussian_elpd(fit, "p", data, folds=12)
    others = models.fit(data[~data["p"].isin([3, 15])], model)
    sd = others.random_sd["sd"].to_numpy()
    rho = others.random_cor["correlation"][0] if slopes == "|" else 0.0
    slope = np.array([[sd[0] ** 2, rho * sd[0] * sd[1]], [rho * sd[0] * sd[1], sd[1] ** 2]])
    z = np.column_stack([np.ones(len(data)), data["x"]])
    p, v, y = (data[c].to_numpy() for c in ("p", "v", "y"))
    cov = (p[:, None] == p) * (z @ slope @ z.T) + (v[:, None] == v) * sd[2] ** 2
    cov = cov + np.eye(len(data)) * sd[3] ** 2
    out, rest = p == 3, p != 3
    inverse = np.linalg.inv(cov[np.ix_(rest, rest)])
    uncertain = np.linalg.inv(z[rest].T @ inverse @ z[rest])
    beta = uncertain @ z[rest].T @ inverse @ y[rest]
    gain = cov[np.ix_(out, rest)] @ inverse
    left = z[out] - gain @ z[rest]
    mean = z[out] @ beta + gain @ (y[rest] - z[rest] @ beta)
    spread = cov[np.ix_(out, out)] - gain @ cov[np.ix_(rest, out)] + left @ uncertain @ left.T
    dense = stats.multivariate_normal(mean, (spread + spread.T) / 2).logpdf(y[out])
    assert found.pointwise[3] == pytest.approx(dense, abs=1e-8)


def test_linear_model_equals_refitting_without_each_person():
    rng = np.random.default_rng(2)
    data = pd.DataFrame({"x": rng.normal(size=40), "id": np.arange(40)})
    data["y"] = 1 + data["x"] + rng.normal(size=40)
    fit = models.fit(data, "y ~ x")
    found = gaussian_elpd(fit, "id", data, folds=20)
    sigma = models.fit(data.drop([7, 27]), "y ~ x").dispersion ** 0.5
    rest = data.drop(7)
    x = np.column_stack([np.ones(39), rest["x"]])
    beta = np.linalg.lstsq(x, rest["y"], rcond=None)[0]
    new = np.array([1, data["x"][7]])
    sd = sigma * np.sqrt(1 + new @ np.linalg.inv(x.T @ x) @ new)
    assert found.pointwise[7] == pytest.approx(stats.norm.logpdf(data["y"][7], new @ beta, sd))


def test_a_real_effect_predicts_better_and_a_null_one_is_undetermined():
    def compared(effect: float) -> str:
        data = make(effect, people=60)
        whole = gaussian_elpd(models.fit(data, "y ~ x + (1 | p) + (1 | v)"), "p", data)
        without = gaussian_elpd(models.fit(data, "y ~ 1 + (1 | p) + (1 | v)"), "p", data)
        return compare_elpd(whole, without, ("slope", "no slope")).better

    assert compared(1.0) == "slope"
    assert compared(0.0) == ""


@pytest.mark.parametrize(
    ("pointwise", "better"),
    [
        ([0.1] * 30, ""),  # below 4
        ([3.0, -2.5] * 20, ""),  # below two standard errors
        ([0.4, 0.5] * 20, "a"),
        ([-0.4, -0.5] * 20, "b"),
    ],
)
def test_rule_for_differences(pointwise, better):
    values = pd.Series(pointwise)
    found = compare_elpd(Elpd(values, 40), Elpd(values * 0, 40), ("a", "b"))
    assert found.better == better
    assert found.difference == pytest.approx(values.sum())


def test_errors():
    data = make(0.5)
    fit = models.fit(data, MODEL)
    with pytest.raises(AnalysisError, match="no column 'person'"):
        gaussian_elpd(fit, "person", data)
    other = gaussian_elpd(fit, "p", data)
    fewer = data[data["p"] < 20]
    with pytest.raises(AnalysisError, match="different participants"):
        compare_elpd(
            other, gaussian_elpd(models.fit(fewer, MODEL), "p", fewer, folds=5), ("a", "b")
        )
    binary = data.assign(y=(data["y"] > 2) * 1)
    with pytest.raises(AnalysisError, match="this one is binomial"):
        gaussian_elpd(models.fit(binary, "y ~ x + (1 | p)", "binomial"), "p", binary)
    with pytest.raises(AnalysisError, match="25 participants are too few for 20 folds"):
        gaussian_elpd(fit, "p", data, folds=20)
