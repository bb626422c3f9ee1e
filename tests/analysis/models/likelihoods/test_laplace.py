"""Laplace marginal likelihood against brute-force integration and the Gaussian exact case."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from analysis import models
from analysis.curves.fitting import curve_engine
from analysis.models.likelihoods.laplace import Groupings, marginal_loglik
from analysis.models.likelihoods.ordered import CumulativeLogit
from analysis.models.likelihoods.rows import TwoLimitTobit


def test_gaussian_rows_are_exact():
    """With limits far away the Tobit is a linear mixed model, for which Laplace is exact."""
    rng = np.random.default_rng(1)
    p, v = np.divmod(np.arange(300), 10)
    y = rng.normal(size=30)[p] + 0.5 * rng.normal(size=10)[v] + rng.normal(size=300)
    data = pd.DataFrame({"y": y, "x": rng.normal(size=300), "p": p, "v": v})
    formula = "y ~ x + (1 | p) + (1 | v)"
    tobit, gaussian = (
        models.fit(data, formula, "tobit", limits=(-99, 99)),
        models.fit(data, formula, reml=False),
    )
    assert tobit.loglik == pytest.approx(gaussian.loglik, abs=1e-7)
    np.testing.assert_allclose(tobit.beta, gaussian.beta, rtol=1e-6)
    # Ours come from the Hessian of all parameters, lme4's and glmm's are given the variances.
    np.testing.assert_allclose(tobit.terms["se"], gaussian.terms["se"], rtol=5e-3)
    np.testing.assert_allclose(tobit.random_sd["sd"], gaussian.random_sd["sd"][:2], rtol=1e-5)


def test_crossed_tobit_recovers_its_parameters():
    """Half of the answers lie at a limit; slope 0.8, person SD 1, vignette SD 0.6, sigma 1.2."""
    rng = np.random.default_rng(11)
    p, v = np.divmod(np.arange(1600), 16)
    x = rng.normal(size=1600)
    latent = 1 + 0.8 * x + rng.normal(0, 1, 100)[p] + 0.6 * rng.normal(size=16)[v]
    latent = latent + rng.normal(0, 1.2, 1600)
    data = pd.DataFrame({"y": np.clip(latent, 0, 2), "x": x, "p": p, "v": v})
    assert 0.4 < ((data["y"] == 0) | (data["y"] == 2)).mean() < 0.7
    fit = models.fit(data, "y ~ x + (1 | p) + (1 | v)", "tobit", limits=(0, 2))
    assert fit.converged
    assert abs(fit.beta[1] - 0.8) < 2.5 * fit.terms["se"][1]
    assert fit.shape["estimate"][0] == pytest.approx(1.2, abs=0.12)
    sds = fit.random_sd.set_index("group")["sd"]
    assert sds["p"] == pytest.approx(1.0, abs=0.2)
    assert sds["v"] == pytest.approx(0.6, abs=0.3)
    ignoring = models.fit(data, "y ~ x", "tobit", limits=(0, 2))
    assert fit.loglik > ignoring.loglik + 100


def test_one_person_against_the_integral():
    """Twenty ordinal answers of one person: Laplace is within 0.02 of the exact integral."""
    rng = np.random.default_rng(2)
    model = CumulativeLogit((0.0, 1.0, 2.0))
    shape, y = np.array([-0.5, 0.2]), rng.integers(0, 3, 20).astype(float)
    eta = rng.normal(0, 0.3, 20)

    def weighted(u: float) -> float:
        rows = model.derivatives(y, eta + 0.8 * u, shape)[0]
        return float(np.exp(rows.sum() + 20) * stats.norm.pdf(u))

    exact = np.log(integrate.quad(weighted, -8, 8, limit=200)[0]) - 20
    groups = Groupings(("p",), (np.zeros(20, dtype=int),), (1,))
    found = marginal_loglik(model, y, eta, shape, np.array([0.8]), groups)
    assert found.value == pytest.approx(exact, abs=0.02)


def dense(groups: Groupings, sds: np.ndarray, n: int) -> None:
    """The value and the modes are those of one big matrix."""
    rng = np.random.default_rng(3)
    model, shape = TwoLimitTobit(0, 5), np.array([0.1])
    y = np.clip(rng.normal(2, 2, n), 0, 5)
    found = marginal_loglik(model, y, np.full(n, 2.0), shape, sds, groups)
    columns = zip(sds, groups.sizes, groups.codes, strict=True)
    z = np.hstack([s * np.eye(k)[c] for s, k, c in columns])
    u = np.concatenate(found.modes)
    rows, first, second = model.derivatives(y, 2.0 + z @ u, shape)
    np.testing.assert_allclose(z.T @ first, u, atol=1e-8)
    hessian = np.eye(len(u)) + z.T @ (-second[:, None] * z)
    direct = rows.sum() - 0.5 * u @ u - 0.5 * np.linalg.slogdet(hessian)[1]
    assert found.value == pytest.approx(direct, abs=1e-9)


def test_three_groupings_equal_the_dense_hessian():
    rng = np.random.default_rng(3)
    sizes = (20, 7, 4)
    codes = tuple(rng.integers(0, k, 200) for k in sizes)
    groups = Groupings(("a", "b", "c"), codes, sizes)
    assert groups.parent is None
    dense(groups, np.array([0.7, 0.4, 0.9]), 200)


@pytest.mark.parametrize("further", [0, 1, 2])
def test_conditions_within_persons_equal_the_dense_hessian(further):
    """The first grouping is nested in the second, which is eliminated too."""
    rng = np.random.default_rng(4)
    person, condition = rng.integers(0, 15, 300), rng.integers(0, 3, 300)
    codes = (person * 3 + condition, person, rng.integers(0, 6, 300), rng.integers(0, 4, 300))
    names, sizes = ("person:condition", "person", "stimulus", "place"), (45, 15, 6, 4)
    kept = 2 + further
    groups = Groupings(names[:kept], codes[:kept], sizes[:kept])
    np.testing.assert_array_equal(groups.parent, np.repeat(np.arange(15), 3))
    dense(groups, np.array([0.5, 0.8, 0.6, 0.3])[:kept], 300)


def test_profile_interface_prefers_the_true_curve():
    """Columns of an exponential fade at the right rate beat those at wrong rates."""
    rng = np.random.default_rng(4)
    n_victims = np.tile([1, 2, 4, 8, 100], 200)
    latent = 1 + 3 * np.exp(-0.6 * (n_victims - 1)) + rng.normal(0, 1, 1000)
    data = pd.DataFrame({"y": np.clip(latent, 0, 5), "n": n_victims})
    engine = curve_engine(data, "y", "", family="tobit", limits=(0, 5))

    def at(rate: float) -> tuple[float, np.ndarray]:
        curve = np.exp(-rate * (n_victims - 1))
        found = engine(np.column_stack([np.ones(len(data)), curve]))
        return found.loglik, found.beta

    top, beta = at(0.6)
    assert top > at(0.1)[0] + 2
    assert top > at(3.0)[0] + 2
    np.testing.assert_allclose(beta, [1, 3], atol=0.25)
