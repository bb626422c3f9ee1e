"""Drawn statistics and statistics of drawn rows have one distribution."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.balanced import (
    CrossedDesign,
    Truth,
    draw_rows,
    draw_statistics,
    fit_batch,
    latin_square,
    statistics_of,
    strata,
)
from analysis.errors import AnalysisError


def test_expectations_are_the_covariances(design: CrossedDesign, truth: Truth) -> None:
    parts = strata(design)
    rng = np.random.default_rng(7)
    drawn = draw_statistics(parts, truth, 4000, rng)
    reduced = statistics_of(parts, draw_rows(design, truth, 1000, rng))
    for data, studies in ((drawn, 4000), (reduced, 1000)):
        for stratum, scatter in zip(parts.free, data.scatter, strict=True):
            sigma = np.einsum("j,jab->ab", truth.components, stratum.kernels)
            error = (scatter.mean(axis=-1) - stratum.df * sigma) / scatter.std(axis=-1)
            assert np.abs(error * np.sqrt(studies)).max() < 4.5
        error = (data.mean.mean(axis=1) - parts.mean_design @ truth.beta) / data.mean.std(axis=1)
        assert np.abs(error * np.sqrt(studies)).max() < 4.5


def test_p_values_of_both_ways_are_alike() -> None:
    design = latin_square(30, 8, [-0.5, 0.5])
    truth = Truth.of([0, 0.3], [[1, 0.1], [0.1, 0.2]], 0.2, 1.0)
    parts, rng = strata(design), np.random.default_rng(3)
    drawn = fit_batch(draw_statistics(parts, truth, 2000, rng))
    rows = fit_batch(statistics_of(parts, draw_rows(design, truth, 2000, rng)))
    for k in range(2):
        assert stats.ks_2samp(drawn.p[:, k], rows.p[:, k]).pvalue > 0.001
        assert stats.ks_2samp(drawn.df[:, k], rows.df[:, k]).pvalue > 0.001


def test_bad_responses_are_refused() -> None:
    parts = strata(latin_square(10, 4, [0, 1]))
    with pytest.raises(AnalysisError, match="40 rows, the responses 39"):
        statistics_of(parts, np.zeros(39))
    with pytest.raises(AnalysisError, match="1 responses are missing"):
        statistics_of(parts, np.r_[np.zeros(39), np.nan])


def test_a_truth_for_another_design_is_refused() -> None:
    parts = strata(latin_square(10, 4, [0, 1]))
    with pytest.raises(AnalysisError, match="2 fixed effects"):
        draw_statistics(parts, Truth.of([0, 1, 2], np.eye(2), 0, 1), 5, np.random.default_rng(1))
    with pytest.raises(AnalysisError, match="no covariance"):
        Truth.of([0, 1], [[1, 2], [2, 1]], 0, 1)
