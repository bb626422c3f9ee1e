"""The second engine: the same model by statsmodels (or our own Laplace), or the reason why there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.errors import AnalysisError

MODEL = "rating ~ photo + (1 | person) + (1 | vignette)"


def apart(first: models.Fit, second: models.Fit, but: tuple[str, ...] = ()) -> float:
    """Largest difference of a shared estimate, in standard errors of the first."""
    mine, other = (pd.Series(f.beta, index=list(f.names)) for f in (first, second))
    shared = [n for n in first.names if n in second.names and n not in but]
    return float(((mine - other)[shared].abs() / pd.Series(first.se, first.names)[shared]).max())


def test_one_grouping(ratings):
    formula = "rating ~ order + (1 + order | person)"
    first, second = models.fit(ratings, formula), models.fit(ratings, formula, engine="statsmodels")
    assert second.engine.startswith("statsmodels")
    assert second.formula == first.formula
    assert apart(first, second) < 1e-3
    assert second.n_parameters == first.n_parameters
    np.testing.assert_allclose(second.random_sd["sd"], first.random_sd["sd"], rtol=1e-2)


def test_stimuli_as_fixed_effects(ratings):
    formula = "rating ~ order + (1 | person) + (1 | vignette)"
    first, second = models.fit(ratings, formula), models.fit(ratings, formula, engine="statsmodels")
    assert "vignette as fixed effects" in second.messages[0]
    assert second.formula.text == formula
    assert str(second.formula) == "rating ~ order + C(vignette) + (1 | person)"
    assert apart(first, second, ("Intercept",)) < 0.2


def test_it_reports_what_it_cannot_fit(ratings):
    with pytest.raises(AnalysisError, match="predictors do not vary within one vignette"):
        models.fit(ratings, MODEL, engine="statsmodels")
    gave = ratings.assign(gave=(ratings["rating"] > 4.3) * 1.0)
    with pytest.raises(AnalysisError, match="engine='likelihood'"):
        models.fit(gave, "gave ~ order + (1 | person)", "binomial", engine="statsmodels")


def test_a_logistic_mixed_model_by_our_own_likelihood(ratings):
    data = ratings.assign(gave=(ratings["rating"] > 4.3).astype(int))
    formula = "gave ~ photo + order + (1 | person) + (1 | vignette)"
    first = models.fit(data, formula, "binomial")
    second = models.fit(data, formula, "binomial", engine="likelihood")
    assert apart(first, second) < 1e-4
    assert second.loglik == pytest.approx(first.loglik, abs=1e-6)


@pytest.mark.parametrize("family", ["gaussian", "binomial", "gamma"])
def test_without_random_effects(ratings, family):
    data = ratings.assign(gave=(ratings["rating"] > 4.3) * 1.0, amount=np.exp(ratings["rating"]))
    response = {"gaussian": "rating", "binomial": "gave", "gamma": "amount"}[family]
    formula = f"{response} ~ photo * order"
    first = models.fit(data, formula, family, engine="glmm")
    second = models.fit(data, formula, family, engine="statsmodels")
    assert apart(first, second) < 1e-4


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"family": "cauchy"}, "no family 'cauchy'"),
        ({"engine": "lme4"}, "no engine 'lme4'"),
        ({"family": "tobit"}, "needs the lowest and the highest"),
        ({"engine": "linear", "family": "poisson"}, "does not fit the family 'poisson'"),
        ({"cluster": "town"}, "no column 'town' to cluster by"),
        ({"formula": MODEL, "cluster": "person"}, "Choose one"),
        ({"engine": "glmm", "cluster": "person"}, "has no clustered standard errors"),
    ],
)
def test_requests_that_make_no_sense(ratings, call, words):
    with pytest.raises(AnalysisError, match=words):
        models.fit(ratings, **{"formula": "rating ~ order", **call})
