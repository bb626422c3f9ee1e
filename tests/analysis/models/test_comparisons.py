"""Two means: against R's Welch test, and the errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.models.comparisons import compare_groups, compare_paired, compare_with

REFERENCE = Path(__file__).parents[2] / "reference"


def test_welch_equals_r():
    r = json.loads((REFERENCE / "r_values.json").read_text())["welch"]
    data = pd.read_csv(REFERENCE / "between.csv")
    arms = dict(list(data.groupby("victim")["donation"]))
    found = compare_groups(arms["identified"], arms["statistical"], ("identified", "statistical"))
    assert found.statistic == pytest.approx(r["t"], rel=1e-9)
    assert found.df == pytest.approx(r["df"], rel=1e-9)
    assert found.p == pytest.approx(r["p"], rel=1e-9)
    assert (found.ci_low, found.ci_high) == pytest.approx((r["low"], r["high"]), rel=1e-9)


def test_published_effect_size_of_small_2007_study_1():
    """d = .48 from M = 2.12 (SD 2.13) and M = 1.21 (SD 1.67) [V, C]."""
    z = np.array([-1.0, 1.0]) / np.sqrt(2)
    many = np.tile(z, 400) * np.sqrt(799 / 400)
    found = compare_groups(2.12 + 2.13 * many, 1.21 + 1.67 * many, ("identified", "statistical"))
    assert found.effect == pytest.approx(0.48, abs=0.005)
    assert found.effect_low < found.effect < found.effect_high


def test_paired_is_one_sample_of_differences():
    rng = np.random.default_rng(1)
    x, y = rng.normal(1, 1, 50), rng.normal(0.5, 1, 50)
    paired, single = compare_paired(x, y, ("x", "y")), compare_with(x - y, 0, "x minus y")
    assert paired.p == single.p
    assert paired.kind == "paired"
    assert paired.effect == pytest.approx((x - y).mean() / (x - y).std(ddof=1))


@pytest.mark.parametrize(
    ("n", "sds", "effect"),
    [
        ((4, 100), (3.0, 1.0), 0.0),
        ((4, 100), (3.0, 1.0), 1.0),
        ((4, 100), (1.0, 3.0), 1.0),
        ((20, 40), (2.0, 1.0), 0.5),
        ((10, 10), (1.0, 1.0), 2.0),
    ],
)
def test_the_interval_of_d_has_its_coverage_where_variances_are_unequal(n, sds, effect):
    """With a pooled SD's own interval it was .55 in the first case."""
    rng = np.random.default_rng(4)
    squares = [(k - 1) * sd**2 for k, sd in zip(n, sds, strict=True)]
    pooled = np.sqrt(sum(squares) / (sum(n) - 2))
    studies, inside, agree = 2000, 0, 0
    for _ in range(studies):
        x, y = rng.normal(effect * pooled, sds[0], n[0]), rng.normal(0, sds[1], n[1])
        found = compare_groups(x, y, ("x", "y"))
        inside += found.effect_low <= effect <= found.effect_high
        agree += (found.effect_low <= 0 <= found.effect_high) == (found.p > 0.05)
    assert inside / studies == pytest.approx(0.95, abs=0.02)
    assert agree == studies


def test_d_has_no_interval_where_its_sd_is_not_known_well_enough():
    found = compare_groups([1.0, 2.0], [4.0, 6.0], ("x", "y"))
    assert np.isfinite(found.effect)
    assert np.isnan([found.effect_low, found.effect_high]).all()


@pytest.mark.parametrize(
    ("t", "df", "low", "high"),
    [
        (0.5, 1, -1.636653, 2.458242),
        (2.3, 9, 0.02934361, 4.473275),
        (-3, 19, -5.144977, -0.7911769),
        (8, 39, 5.330606, 10.61142),
        (25, 99, 20.99121, 28.97399),
    ],
)
def test_the_interval_of_dz_inverts_the_noncentral_t_distribution(t, df, low, high):
    """R 4.2.2: uniroot(function(nc) pt(t, df, nc) - .975, ...)."""
    z = np.linspace(-1, 1, df + 1)
    z = (z - z.mean()) / z.std(ddof=1)
    found = compare_with(z + t / np.sqrt(df + 1), 0, "x")
    assert found.statistic == pytest.approx(t)
    assert (found.sd, found.denominator) == (pytest.approx(1), "SD")
    limits = np.array([found.effect_low, found.effect_high]) * np.sqrt(df + 1)
    assert limits.tolist() == pytest.approx([low, high], abs=1e-4)


def test_a_large_effect_has_limits_and_an_absurd_one_has_none():
    values = np.random.default_rng(2).normal(size=300)
    found = compare_with(30 + values, 0, "x")
    assert 0 < found.effect_low < found.effect < found.effect_high
    absurd = compare_with(1e6 + values, 0, "x")
    assert np.isnan([absurd.effect_low, absurd.effect_high]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: compare_groups([1.0], [1, 2.0], ("x", "y")),
            "x has 1 value; a standard deviation needs two",
        ),
        (lambda: compare_groups(["a", 2], [1, 2], ("x", "y")), r"'x' contains text .*first: 'a'"),
        (lambda: compare_groups([1, np.nan], [1, 2.0], ("x", "y")), "x has 1 missing or infinite"),
        (
            lambda: compare_groups([3, 3.0], [4, 4.0], ("x", "y")),
            "Neither x nor y has any variance",
        ),
        (lambda: compare_with([3, 3.0], 0, "x"), "All 2 values of x are 3"),
        (lambda: compare_paired([1, 2.0], [1, 2, 3.0], ("x", "y")), "pairs need equal numbers"),
    ],
)
def test_errors(call, message):
    with pytest.raises(AnalysisError, match=message):
        call()
