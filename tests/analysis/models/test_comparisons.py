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
