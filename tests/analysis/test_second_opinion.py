"""The second opinion: the same model by statsmodels, or why there is none."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.engine import fit_mixed, second_opinion

MODEL = "rating ~ photo + (1 | person) + (1 | vignette)"


def test_second_opinion_on_one_grouping(ratings):
    formula = "rating ~ order + (1 + order | person)"
    other = second_opinion(ratings, formula)
    assert other.same_model
    assert other.largest_difference(fit_mixed(ratings, formula)) < 1e-3


def test_second_opinion_with_stimuli_as_fixed(ratings):
    formula = "rating ~ order + (1 | person) + (1 | vignette)"
    other = second_opinion(ratings, formula)
    assert "vignette as fixed effects" in other.sentence
    assert not other.same_model
    assert other.largest_difference(fit_mixed(ratings, formula)) < 0.2


def test_second_opinion_says_when_it_has_none(ratings):
    other = second_opinion(ratings, MODEL)
    assert not other.possible
    assert "predictors do not vary within one vignette" in other.sentence


def test_second_opinion_on_a_logistic_mixed_model(ratings):
    data = ratings.assign(gave=(ratings["rating"] > 4.3).astype(int))
    formula = "gave ~ photo + order + (1 | person) + (1 | vignette)"
    other = second_opinion(data, formula, "binomial")
    fit = fit_mixed(data, formula, "binomial")
    assert other.largest_difference(fit) < 1e-4
    assert other.loglik == pytest.approx(fit.loglik, abs=1e-6)


@pytest.mark.parametrize("family", ["gaussian", "binomial", "gamma"])
def test_second_opinion_without_random_effects(ratings, family):
    data = ratings.assign(gave=(ratings["rating"] > 4.3) * 1.0, amount=np.exp(ratings["rating"]))
    response = {"gaussian": "rating", "binomial": "gave", "gamma": "amount"}[family]
    formula = f"{response} ~ photo * order"
    other = second_opinion(data, formula, family)
    assert other.largest_difference(fit_mixed(data, formula, family)) < 1e-4
