"""Fits of drawn rows against glmm and against exact t-tests, regular and singular."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.balanced import (
    CrossedDesign,
    Truth,
    between_people,
    draw_rows,
    draw_statistics,
    fit_batch,
    fit_each,
    latin_square,
    statistics_of,
    strata,
)
from analysis.errors import AnalysisError


def test_equals_glmm(design: CrossedDesign, truth: Truth) -> None:
    y = draw_rows(design, truth, 4, np.random.default_rng(8))
    fast, slow = fit_batch(statistics_of(strata(design), y)), fit_each(design, y)
    assert fast.converged.all()
    assert (fast.singular == slow.singular).all()
    # glmm stops when it is near enough: never below our minimum, and its SEs less sharp.
    assert (fast.criterion < slow.criterion + 1e-8).all()
    assert fast.criterion == pytest.approx(slow.criterion, abs=1e-5)
    assert fast.estimate == pytest.approx(slow.estimate, abs=1e-6)
    assert fast.se == pytest.approx(slow.se, rel=1e-5)
    assert fast.people == pytest.approx(slow.people, abs=1e-4)
    assert fast.p == pytest.approx(slow.p, abs=1e-4)


@pytest.mark.parametrize(
    ("design", "people"),
    [
        (latin_square(24, 6, [0, 1]), [[0.2, 0.2], [0.2, 0.2]]),
        (latin_square(24, 6, [0, 1]), [[0.2, -0.2], [-0.2, 0.2]]),
        (latin_square(40, 8, [-0.5, 0.5]), [[1.0, 0.0], [0.0, 0.0]]),
        (latin_square(8, 4, [0, 1]), [[0.0, 0.0], [0.0, 0.0]]),
    ],
)
def test_singular_studies_are_no_worse_than_glmm(
    design: CrossedDesign, people: list[list[float]]
) -> None:
    y = draw_rows(design, Truth.of([0, 0], people, 0.0, 1.0), 30, np.random.default_rng(9))
    fast, slow = fit_batch(statistics_of(strata(design), y)), fit_each(design, y)
    assert fast.converged.all()
    assert fast.singular.sum() >= 15
    assert (fast.criterion <= slow.criterion + 1e-8).all()
    same = fast.criterion > slow.criterion - 1e-6
    assert same.sum() >= 28
    assert fast.se[same] == pytest.approx(slow.se[same], rel=2e-5)


def test_hardest_boundary_cases_all_settle() -> None:
    """Eight people, four items, no variance between people: most optima lie on the boundary."""
    parts = strata(latin_square(8, 4, [0, 1]))
    truth = Truth.of([0, 0], [[0.02, 0], [0, 0.02]], 0.0, 1.0)
    fits = fit_batch(draw_statistics(parts, truth, 2000, np.random.default_rng(1)))
    assert fits.converged.all()
    assert fits.singular.mean() > 0.8


def test_between_people_is_the_t_test_on_means() -> None:
    """With all items seen by all, the condition's test is Student's on participant means."""
    design = between_people(40, 6, [0, 1])
    y = draw_rows(design, Truth.of([0, 0.3], 0.5, 0.3, 1.0), 5, np.random.default_rng(2))
    fits = fit_batch(statistics_of(strata(design), y))
    means = y.reshape(5, 40, 6).mean(axis=2)
    oracle = stats.ttest_ind(means[:, 1::2], means[:, ::2], axis=1)
    assert fits.estimate[:, 1] / fits.se[:, 1] == pytest.approx(oracle.statistic, rel=1e-8)
    assert fits.df[:, 1] == pytest.approx(38, rel=1e-8)
    assert fits.p[:, 1] == pytest.approx(oracle.pvalue, rel=1e-7)


def test_latin_square_estimate_is_the_difference_score_adjusted_for_list() -> None:
    design = latin_square(60, 8, [-0.5, 0.5])
    truth = Truth.of([0, 0.3], [[1, 0], [0, 0.5]], 0.3, 1.0)
    y = draw_rows(design, truth, 5, np.random.default_rng(3))
    fits = fit_batch(statistics_of(strata(design), y))
    high = (design.columns[:, 0] > 0).reshape(60, 8)
    scores = np.where(high, y.reshape(5, 60, 8), -y.reshape(5, 60, 8)).sum(axis=2) / 4
    lists = scores.reshape(5, 30, 2).transpose(0, 2, 1)
    spread = np.sqrt(lists.var(axis=2, ddof=1).mean(axis=1) / 60)
    assert fits.estimate[:, 1] == pytest.approx(scores.mean(axis=1), abs=1e-12)
    t = fits.estimate[:, 1] / spread
    assert fits.p[:, 1] == pytest.approx(2 * stats.t.sf(abs(t), 58), abs=0.02)


def test_recoding_the_levels_changes_nothing_else() -> None:
    truth = Truth.of([0, 0.3], [[1, 0.2], [0.2, 0.3]], 0.2, 1.0)
    centred = latin_square(30, 8, [-0.5, 0.5])
    y = draw_rows(centred, truth, 20, np.random.default_rng(4))
    one = fit_batch(statistics_of(strata(centred), y))
    other = fit_batch(statistics_of(strata(latin_square(30, 8, [0, 100])), y))
    assert other.estimate[:, 1] * 100 == pytest.approx(one.estimate[:, 1], rel=1e-8)
    assert other.p[:, 1] == pytest.approx(one.p[:, 1], rel=1e-6)


def test_contrasts_equal_glmm() -> None:
    design = latin_square(30, 9, np.array([[0, 1], [0.7, 0], [2, 0]]), slopes=["x1"])
    truth = Truth.of([0, 0.3, 0.2], [[1, 0], [0, 0.2]], 0.2, 1.0)
    y = draw_rows(design, truth, 3, np.random.default_rng(5))
    rows = [[0, 1, -1], [1, 1, 0]]
    fast = fit_batch(statistics_of(strata(design), y), rows)
    slow = fit_each(design, y, contrasts=rows)
    assert fast.names == ("contrast 1", "contrast 2")
    assert fast.estimate == pytest.approx(slow.estimate, abs=1e-7)
    assert fast.df == pytest.approx(slow.df, rel=1e-3)
    assert fast.p == pytest.approx(slow.p, abs=1e-5)
    with pytest.raises(AnalysisError, match="2 weights; the coefficients are"):
        fit_batch(statistics_of(strata(design), y), [[1, 0]])


def test_stopping_leaves_no_error_that_anyone_could_see(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against steps down to the last bit, also where a slope variance nearly vanishes."""
    parts = strata(latin_square(200, 12, [-0.5, 0.5]))
    truth = Truth.of([0, 0.2], [[1, 0], [0, 0]], 0.2, 1.0)
    data = draw_statistics(parts, truth, 1000, np.random.default_rng(1))
    usual = fit_batch(data)
    monkeypatch.setattr("analysis.balanced.newton.ENOUGH", 1e-20)
    last = fit_batch(data)
    assert usual.se == pytest.approx(last.se, rel=1e-9)
    assert usual.theta == pytest.approx(last.theta, abs=1e-7)
