"""Order-restricted hypotheses by encompassing prior."""

from math import factorial

import numpy as np
import pytest
from scipy.stats import norm

from analysis.curves.compare import order_test
from analysis.errors import AnalysisError


def test_clear_order_reaches_the_bound():
    means = np.array([6.0, 5, 4, 3, 2, 1])
    found = order_test(means, np.eye(6) * 1e-4, np.random.default_rng(1), draws=10_000)
    assert found.posterior == 1
    assert found.at_limit
    assert found.bf_unconstrained == pytest.approx(720, rel=1e-3)
    assert found.bf_complement > 1e6


def test_two_means_match_the_normal_probability():
    found = order_test(
        np.array([0.5, 0.0]), np.diag([0.09, 0.16]), np.random.default_rng(2), draws=200_000
    )
    exact = norm.cdf(0.5 / 0.5)
    assert found.posterior == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 200_000))
    assert found.bf_unconstrained == pytest.approx(exact / 0.5, rel=0.01)
    assert found.bf_complement == pytest.approx(exact / (1 - exact), rel=0.03)


def test_equal_means_are_uninformative():
    found = order_test(np.zeros(4), np.eye(4), np.random.default_rng(3), draws=200_000)
    assert found.posterior == pytest.approx(1 / factorial(4), abs=0.002)
    assert found.bf_complement == pytest.approx(1, abs=0.06)


def test_opposite_order_gives_a_bound():
    found = order_test(np.arange(6.0), np.eye(6) * 0.01, np.random.default_rng(4), draws=1000)
    assert found.posterior == 0
    assert found.bf_complement < 1
    assert found.at_limit


def test_same_seed_same_answer():
    args = (np.array([0.4, 0.2, 0.1]), np.eye(3) * 0.05)
    first = order_test(*args, np.random.default_rng(5))
    assert first == order_test(*args, np.random.default_rng(5))


def test_too_many_means_are_refused():
    rng = np.random.default_rng(6)
    with pytest.raises(AnalysisError, match="2 to 8 means"):
        order_test(np.zeros(9), np.eye(9), rng)
