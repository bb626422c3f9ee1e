"""The empty corner of two states."""

import numpy as np
import pytest
from scipy.stats import binomtest

from analysis.compare.corner import corner
from analysis.errors import AnalysisError


def test_independent_states_fill_the_corner():
    rng = np.random.default_rng(1)
    found = corner(rng.uniform(size=4000), rng.uniform(size=4000))
    assert found.low < 0.25 < found.high
    assert found.expected == pytest.approx(0.25, abs=0.02)
    exact = binomtest(found.both, found.n).proportion_ci(method="exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))


def test_exclusive_states_leave_it_empty():
    rng = np.random.default_rng(2)
    threat = rng.uniform(size=300)
    found = corner(threat, 0.49 * (1 - (threat > 0.5)))
    assert found.both == 0
    assert found.low == 0
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 300))


def test_ratings_of_different_people_are_refused():
    with pytest.raises(AnalysisError, match="found 3 and 2"):
        corner(np.zeros(3), np.zeros(2))
    with pytest.raises(AnalysisError, match="finite"):
        corner(np.array([np.nan]), np.array([1.0]))
