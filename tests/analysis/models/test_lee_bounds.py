"""Lee bounds: by hand, by symmetry, and against simulated data with a known effect."""

from __future__ import annotations

import numpy as np
import pytest
from proving import hold, times

from analysis.errors import AnalysisError
from analysis.models import lee_bounds


@pytest.mark.parametrize(
    ("treated", "control", "lower", "upper", "trimmed"),
    [
        # 4 of 5 give against 2 of 5: half of the 4 are cut, the two greatest or the two smallest.
        ([0, 1, 2, 3, 4], [0, 0, 0, 2, 3], -1.0, 1.0, 0.5),
        # All give against 3 of 5: 2.4 people are kept, the third of them with weight .4.
        ([1, 2, 3, 4], [0, 0, 1, 2, 3], -0.25, 1.25, 0.4),
        # More give in the control: the control is cut.
        ([0, 0, 0, 2, 3], [0, 1, 2, 3, 4], -1.0, 1.0, 0.5),
        # As many give: nothing is cut, and the bounds are the plain difference.
        ([0, 4, 2], [0, 1, 2], 1.5, 1.5, 0.0),
    ],
)
def test_bounds_by_hand(treated, control, lower, upper, trimmed):
    found = lee_bounds(np.array(treated, float), np.array(control, float), np.random.default_rng(1))
    assert (found.lower, found.upper) == pytest.approx((lower, upper))
    assert found.trimmed == pytest.approx(trimmed)
    assert found.ci_low <= found.lower <= found.upper <= found.ci_high


def test_the_other_way_round_is_the_other_sign():
    rng = np.random.default_rng(2)
    one, two = rng.poisson(1.5, 60).astype(float), rng.poisson(1.0, 50).astype(float)
    there = lee_bounds(one, two, np.random.default_rng(3), n_boot=50)
    back = lee_bounds(two, one, np.random.default_rng(3), n_boot=50)
    assert (there.lower, there.upper) == pytest.approx((-back.upper, -back.lower))
    assert there.naive == pytest.approx(-back.naive)


@times(guard=25, proof=1000)
def test_the_effect_on_those_who_give_anyway_is_inside_and_the_plain_difference_is_not_the_effect(
    n,
):
    rng, inside, naive = np.random.default_rng(4), [], []
    for _ in range(n):
        treated = rng.random(300) < 0.5
        # A third always give, and .5 more if treated; a third give a little, and only if treated.
        kind = rng.integers(3, size=300)
        gift = np.select(
            [kind == 0, (kind == 1) & treated],
            [rng.gamma(9, 1 / 3, 300) + 0.5 * treated, rng.gamma(4, 1 / 4, 300)],
            0.0,
        )
        found = lee_bounds(gift[treated], gift[~treated], rng, n_boot=200)
        inside.append(found.ci_low <= 0.5 <= found.ci_high)
        naive.append(found.naive)
    hold(sum(inside), n, 0.95, 1.0)
    assert np.mean(naive) < 0


def test_an_arm_without_givers_and_damaged_gifts_are_refused():
    rng = np.random.default_rng(5)
    with pytest.raises(AnalysisError, match="Nobody in the control arm gave"):
        lee_bounds(np.ones(3), np.zeros(3), rng)
    with pytest.raises(AnalysisError, match="not finite"):
        lee_bounds(np.array([1.0, np.inf]), np.ones(2), rng)
