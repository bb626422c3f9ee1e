"""A fully specified curve against the cell means."""

import numpy as np
import pandas as pd
import pytest
from proving import hold, times
from scipy.stats import f as f_distribution

from analysis.curves.catalogue import get
from analysis.curves.compare import check_specified
from analysis.curves.fitting import prepare
from analysis.errors import AnalysisError

LEVELS = np.array([1.0, 2.0, 8.0, 100.0, 10_000.0, 800_000.0])


def study(seed, n, name, sd=0.2, levels=LEVELS, **params):
    rng = np.random.default_rng(seed)
    d = pd.DataFrame({"participant": np.arange(n), "victims": np.resize(levels, n)})
    return d.assign(y=get(name).predict(d, params) + rng.normal(0, sd, n))


def test_the_true_curve_passes_and_its_rivals_fail():
    problem = prepare(study(2, 1200, "M5e", T=0.8), "y", [get("M5")])
    right = check_specified(problem, get("M5e"))
    assert (right.misfit.df, right.misfit_flat.df) == (5, 5)
    assert right.misfit.p > 0.05
    assert right.rmse < 0.03 < right.rmse_flat
    assert right.misfit_flat.g2 - right.misfit.g2 > 200
    assert check_specified(problem, get("M4e")).misfit.p < 1e-6
    assert check_specified(problem, get("M6e")).misfit.p < 1e-6


@times(guard=30, proof=1000)
def test_the_true_curve_is_rejected_as_often_as_promised(n):
    """Studies at level .05."""
    rejected = 0
    for seed in range(n):
        problem = prepare(study(seed, 240, "M5e"), "y", [get("M5")])
        rejected += check_specified(problem, get("M5e")).misfit.p < 0.05
    hold(rejected, n, 0.05)


def test_g2_by_hand():
    """Between-subjects: each cell's own variance (HC2), F on at most people minus cells."""
    d = study(2, 120, "M0")
    problem = prepare(d, "y", [get("M5")])
    check = check_specified(problem, get("M5e"))
    cells = d.groupby("victims").y
    mean, size = cells.mean().to_numpy(), cells.size().to_numpy()
    variance = cells.apply(lambda y: np.sum((y - y.mean()) ** 2)).to_numpy() / (size - 1) / size
    r = get("M5e").predict({"victims": LEVELS})
    scale = np.sum(r * mean / variance) / np.sum(r * r / variance)
    assert check.misfit.g2 == pytest.approx(np.sum((mean - scale * r) ** 2 / variance))
    assert check.misfit.df == 5
    assert 19 < check.misfit.df_error <= 114
    expected = f_distribution.sf(check.misfit.g2 / 5, 5, check.misfit.df_error)
    assert check.misfit.p == pytest.approx(expected)
    distance = mean - (r @ mean) / (r @ r) * r
    assert check.rmse == pytest.approx(np.sqrt(np.mean(distance**2)))


@times(guard=10, proof=400)
def test_letters_that_differ_in_what_their_kind_does_count_as_letters(n):
    """Eight letters of three kinds, no difference on average: 14 degrees of freedom, not 1,197.

    In 400 such studies 3 % reject the true flat line; where letters are only taken to differ in
    level, 57 % do.
    """
    kinds, s = np.array(["identified", "statistical", "joint"]), np.arange(1200) % 24
    d = pd.DataFrame({"participant": np.arange(1200), "victim": kinds[s % 3], "item": s // 3})
    rejected = liberal = 0
    for seed in range(n):
        rng = np.random.default_rng(seed)
        letter, kind = rng.normal(2, 0.25, 8), rng.normal(0, 0.3, (8, 3))
        y = letter[s // 3] + kind[s // 3, s % 3] + rng.normal(0, 1, 1200)
        both = "(1|item) + (1|item:victim)"
        problem = prepare(d.assign(y=y), "y", [get("I1"), get("I2")], random=both)
        check = check_specified(problem, get("I1"))
        assert (check.misfit_flat.df, round(check.misfit_flat.df_error)) in ((2, 14), (2, 21))
        rejected += check.misfit_flat.p < 0.05
        level = prepare(d.assign(y=y), "y", [get("I1"), get("I2")], random="(1|item)")
        liberal += check_specified(level, get("I1")).misfit_flat.p < 0.05
    hold(rejected, n, 0.0, 0.05)
    hold(liberal, n, 0.4, 1.0)


def test_an_intercept_hides_the_floor():
    """With scale and intercept free, floors of .10 and .48 are one prediction for a step."""
    problem = prepare(study(3, 600, "M4", T=0.9, F=0.3), "y", [get("M4")])
    low = check_specified(problem, get("M4").at(F=0.10), "scale and intercept")
    high = check_specified(problem, get("M4").at(F=0.48), "scale and intercept")
    assert low.misfit.g2 == pytest.approx(high.misfit.g2, abs=1e-6)
    assert low.misfit.df == 4
    apart = [check_specified(problem, get("M4").at(F=f)).misfit.g2 for f in (0.10, 0.48)]
    assert abs(apart[0] - apart[1]) > 5


def test_random_intercepts_do_not_absorb_the_curve():
    """Crossed, flat data: the nearest essay curve lies among the means, not at zero."""
    rng = np.random.default_rng(6)
    person = np.repeat(np.arange(120), 4)
    d = pd.DataFrame(
        {
            "participant": person,
            "item": np.resize(np.arange(16), 480),
            "victims": LEVELS[person % 6],
        }
    )
    y = 4 + rng.normal(0, 1, 120)[person] + rng.normal(0, 0.2, 16)[d.item]
    d = d.assign(y=y + rng.normal(0, 0.5, 480))
    check = check_specified(prepare(d, "y", [get("M5")]), get("M5e"))
    assert check.misfit.p < 1e-6
    assert check.predict({"victims": LEVELS}).max() > 4
    assert check.rmse_flat < check.rmse < 4


def test_flat_data_are_nearer_to_flat():
    check = check_specified(prepare(study(4, 600, "M0"), "y", [get("M5")]), get("M5e"))
    assert check.rmse > check.rmse_flat
    assert check.table()["curve"].tolist() == ["M5e essay_floor_10", "flat"]


def test_what_cannot_be_checked_is_refused():
    two = prepare(study(5, 100, "M5", levels=[1, 8]), "y", [get("M5")])
    with pytest.raises(AnalysisError, match="2 cells cannot test"):
        check_specified(two, get("M5e"), free="scale and intercept")
    groups = pd.DataFrame({"group": ["in", "out", "none"] * 20, "y": np.arange(60.0)})
    with pytest.raises(AnalysisError, match="continuous or absent"):
        check_specified(prepare(groups, "y", [get("P1")]), get("M5e"))
    lone = study(6, 120, "M5").assign(item=lambda f: f.victims.astype(str))
    with pytest.raises(AnalysisError, match="contain only one stimulus"):
        check_specified(prepare(lone, "y", [get("M5")]), get("M5e"))


def test_the_line_lies_where_it_is_nearest_to_the_means():
    """Means that share most of their error: the metric of the test would draw the line elsewhere."""
    rng = np.random.default_rng(11)
    # With fewer than ten stimuli, F is scaled as well (Kenward-Roger).
    stimulus = np.repeat(np.arange(12), 30)
    d = pd.DataFrame(
        {
            "participant": np.arange(360),
            "item": stimulus,
            "victims": LEVELS[np.arange(360) % 6],
        }
    )
    shared = rng.normal(0, 2.0, 12)[stimulus]
    d = d.assign(y=4 + 0.3 * get("M4").predict(d) + shared + rng.normal(0, 0.5, 360))
    problem = prepare(d, "y", [get("M5")], random="(1|item)")
    check = check_specified(problem, get("M5e"))
    means, curve = problem.cells.means, get("M5e").predict({"victims": LEVELS})
    nearest = (curve @ means) / (curve @ curve) * curve
    assert check.predict({"victims": LEVELS}) == pytest.approx(nearest)
    assert check.scale == pytest.approx((curve @ means) / (curve @ curve))
    assert check.rmse == pytest.approx(np.sqrt(np.mean((means - nearest) ** 2)))
    assert check.rmse_flat == pytest.approx(means.std())
    means, precision = problem.errors.means, np.linalg.inv(problem.errors.vcov)
    weighted = (curve @ precision @ means) / (curve @ precision @ curve) * curve
    assert check.misfit.g2 == pytest.approx((means - weighted) @ precision @ (means - weighted))
    assert check.rmse < np.sqrt(np.mean((means - weighted) ** 2)) - 0.1
