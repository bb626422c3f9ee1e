"""Curves profiled inside Tobit, ordered beta, ordinal and hurdle likelihoods."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.curves import fit_curve
from analysis.engine import fit_mixed
from analysis.errors import AnalysisError
from analysis.hypotheses import get
from analysis.likelihoods.bernoulli import BernoulliLogit
from analysis.likelihoods.beta import fit_beta
from analysis.likelihoods.for_curves import added_engines, rows_engine
from analysis.likelihoods.gamma import GammaAmount
from analysis.likelihoods.ordered_beta import OrderedBeta, fit_ordered_beta
from analysis.likelihoods.ordinal import CumulativeLogit, fit_ordinal
from analysis.likelihoods.tobit import TwoLimitTobit

LEVELS = np.array([1, 2, 4, 8, 100])


@pytest.fixture(scope="module")
def gifts() -> pd.DataFrame:
    """Donations that fade exponentially with the number of victims, rate 0.6."""
    rng = np.random.default_rng(1)
    n = np.tile(LEVELS, 240)
    wish = 0.8 + 3 * np.exp(-0.6 * (n - 1)) + rng.normal(0, 1.2, len(n))
    data = pd.DataFrame({"participant": np.arange(len(n)), "n": n, "gift": np.clip(wish, 0, 5)})
    share = np.clip(data["gift"] / 5, 0, 1)
    return data.assign(
        share=share, step=np.digitize(wish, [0.5, 1.5, 3.0]).astype(float), gave=(wish > 1) * 1.0
    )


def test_columns_give_the_same_fit_as_a_formula(gifts):
    engine, told = rows_engine(gifts, "share", OrderedBeta())
    direct = fit_ordered_beta(gifts, "share ~ log(n)")
    found = engine(np.column_stack([np.ones(len(gifts)), np.log(gifts["n"])]))
    assert found.loglik == pytest.approx(direct.loglik, abs=1e-8)
    np.testing.assert_allclose(found.beta, direct.beta, rtol=1e-5)
    np.testing.assert_allclose(np.sqrt(np.diag(found.vcov)), direct.terms["se"], rtol=1e-5)
    assert found.n_parameters == direct.n_parameters
    assert "every row counts as independent" in told[0]


def test_thresholds_hold_the_level(gifts):
    """Intercept plus slope, and cell indicators, under the ordinal model."""
    model = CumulativeLogit((0.0, 1.0, 2.0, 3.0))
    engine, _ = rows_engine(gifts, "step", model)
    direct = fit_ordinal(gifts, "step ~ log(n)")
    x = np.log(gifts["n"].to_numpy())
    found = engine(np.column_stack([np.ones(len(x)), x]))
    assert found.loglik == pytest.approx(direct.loglik, abs=1e-8)
    assert found.n_parameters == direct.n_parameters
    assert found.beta[1] == pytest.approx(direct.beta[0], rel=1e-5)
    assert found.beta[0] == pytest.approx(-direct.shape["estimate"].mean(), rel=1e-5)
    cells = engine((gifts["n"].to_numpy()[:, None] == LEVELS).astype(float))
    by_cell = fit_ordinal(gifts, "step ~ C(n)")
    assert cells.loglik == pytest.approx(by_cell.loglik, abs=1e-8)
    np.testing.assert_allclose(cells.beta[1:] - cells.beta[0], by_cell.beta, rtol=1e-5)
    assert np.linalg.matrix_rank(cells.vcov) == 5


def test_thresholds_refuse_a_curve_without_level(gifts):
    engine, _ = rows_engine(gifts, "step", CumulativeLogit((0.0, 1.0, 2.0, 3.0)))
    with pytest.raises(AnalysisError, match="thresholds in place of an intercept"):
        engine(np.log(gifts["n"].to_numpy())[:, None])


def test_two_parts_add_up(gifts):
    rows = (gifts["gave"] == 1).to_numpy()
    positive = gifts[rows]
    first, _ = rows_engine(gifts, "gave", BernoulliLogit())
    second, _ = rows_engine(positive, "gift", GammaAmount())
    columns = np.column_stack([np.ones(len(gifts)), np.log(gifts["n"])])
    both = added_engines(first, second, len(gifts), rows)(columns)
    gave = fit_mixed(gifts, "gave ~ log(n)", "binomial")
    assert both.loglik == pytest.approx(first(columns).loglik + second(columns[rows]).loglik)
    assert first(columns).loglik == pytest.approx(gave.loglik, abs=1e-6)
    np.testing.assert_allclose(both.beta, gave.beta, rtol=1e-5)
    assert both.n_parameters == 5


def test_exponential_fade_is_recovered_inside_the_tobit(gifts):
    data = gifts.rename(columns={"n": "victims"})
    engine, _ = rows_engine(data, "gift", TwoLimitTobit(0, 5))
    found = fit_curve(data, "gift", get("M5"), engine=engine)
    rate = found.parameters.set_index("name").loc["lambda"]
    assert rate["ci_low"] < 0.6 < rate["ci_high"]
    assert found.intercept == pytest.approx(0.8, abs=0.2)
    flat = fit_curve(data, "gift", get("M0"), engine=engine)
    assert found.loglik > flat.loglik + 50


def test_ordinal_curve_fits(gifts):
    data = gifts.rename(columns={"n": "victims"})
    engine, _ = rows_engine(data, "step", CumulativeLogit((0.0, 1.0, 2.0, 3.0)))
    found = fit_curve(data, "step", get("M5"), engine=engine)
    assert found.converged
    assert 0.2 < found.shape["lambda"] < 1.5


def test_share_strictly_inside_needs_no_ends(gifts):
    inside = gifts[(gifts["share"] > 0) & (gifts["share"] < 1)]
    assert fit_beta(inside, "share ~ log(n)").converged
