"""Curves profiled inside Tobit, ordered beta and ordinal likelihoods."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from invented import fit_curve

from analysis import models
from analysis.curves.catalogue import get
from analysis.curves.fitting import curve_engine
from analysis.errors import AnalysisError

LEVELS = np.array([1, 2, 4, 8, 100])


@pytest.fixture(scope="module")
def gifts() -> pd.DataFrame:
    """Donations that fade exponentially with the number of victims, rate 0.6."""
    rng = np.random.default_rng(1)
    n = np.tile(LEVELS, 240)
    latent = 0.8 + 3 * np.exp(-0.6 * (n - 1)) + rng.normal(0, 1.2, len(n))
    data = pd.DataFrame({"participant": np.arange(len(n)), "n": n, "gift": np.clip(latent, 0, 5)})
    share = np.clip(data["gift"] / 5, 0, 1)
    return data.assign(share=share, step=np.digitize(latent, [0.5, 1.5, 3.0]).astype(float))


def test_columns_give_the_same_fit_as_a_formula(gifts):
    engine = curve_engine(gifts, "share", "", family="ordered_beta")
    direct = models.fit(gifts, "share ~ log(n)", "ordered_beta")
    found = engine(np.column_stack([np.ones(len(gifts)), np.log(gifts["n"])]))
    assert found.loglik == pytest.approx(direct.loglik, abs=1e-8)
    np.testing.assert_allclose(found.beta, direct.beta, rtol=1e-5)
    np.testing.assert_allclose(np.sqrt(np.diag(found.vcov)), direct.terms["se"], rtol=1e-5)
    assert found.n_parameters == direct.n_parameters
    assert engine.random == ()


def test_thresholds_hold_the_level(gifts):
    """Intercept plus slope, and cell indicators, under the ordinal model."""
    engine = curve_engine(gifts, "step", "", family="ordinal")
    direct = models.fit(gifts, "step ~ log(n)", "ordinal")
    x = np.log(gifts["n"].to_numpy())
    found = engine(np.column_stack([np.ones(len(x)), x]))
    assert found.loglik == pytest.approx(direct.loglik, abs=1e-8)
    assert found.n_parameters == direct.n_parameters
    assert found.beta[1] == pytest.approx(direct.beta[0], rel=1e-5)
    assert found.beta[0] == pytest.approx(-direct.shape["estimate"].mean(), rel=1e-5)
    cells = engine((gifts["n"].to_numpy()[:, None] == LEVELS).astype(float))
    by_cell = models.fit(gifts, "step ~ C(n)", "ordinal")
    assert cells.loglik == pytest.approx(by_cell.loglik, abs=1e-8)
    np.testing.assert_allclose(cells.beta[1:] - cells.beta[0], by_cell.beta, rtol=1e-5)
    assert np.linalg.matrix_rank(cells.vcov) == 5


def test_thresholds_refuse_a_curve_without_level(gifts):
    engine = curve_engine(gifts, "step", "", family="ordinal")
    with pytest.raises(AnalysisError, match="thresholds in place of an intercept"):
        engine(np.log(gifts["n"].to_numpy())[:, None])


def test_exponential_fade_is_recovered_inside_the_tobit(gifts):
    data = gifts.rename(columns={"n": "victims"})
    tobit = {"random": "", "family": "tobit", "limits": (0, 5)}
    found = fit_curve(data, "gift", get("M5"), **tobit)
    rate = found.parameters.set_index("name").loc["lambda"]
    assert rate["ci_low"] < 0.6 < rate["ci_high"]
    assert found.intercept == pytest.approx(0.8, abs=0.2)
    flat = fit_curve(data, "gift", get("M0"), **tobit)
    assert found.loglik > flat.loglik + 50


def test_ordinal_curve_fits(gifts):
    data = gifts.rename(columns={"n": "victims"})
    found = fit_curve(data, "step", get("M5"), random="", family="ordinal")
    assert found.converged
    assert 0.2 < found.shape["lambda"] < 1.5


def test_share_strictly_inside_needs_no_ends(gifts):
    inside = gifts[(gifts["share"] > 0) & (gifts["share"] < 1)]
    assert models.fit(inside, "share ~ log(n)", "beta").converged
