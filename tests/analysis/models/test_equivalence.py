"""TOST: agreement with pingouin, with the 90 % interval, and the four verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pingouin
import pytest

from analysis import models
from analysis.errors import AnalysisError
from analysis.models.comparisons import compare_groups
from analysis.models.equivalence import equivalence


@pytest.mark.parametrize(
    ("estimate", "se", "verdict"),
    [
        (0.02, 0.05, "equivalent"),
        (0.11, 0.04, "different but small"),
        (0.30, 0.10, "different"),
        (0.10, 0.15, "undetermined"),
    ],
)
def test_four_verdicts(estimate, se, verdict):
    found = equivalence(estimate, se, 400, 0.2)
    assert found.verdict == verdict
    assert (found.p < 0.05) == (found.ci_low > -0.2 and found.ci_high < 0.2)


def test_groups_equal_pingouin():
    rng = np.random.default_rng(1)
    x, y = rng.normal(0, 1, 80), rng.normal(0.1, 2, 60)
    welch = compare_groups(x, y, ("x", "y"))
    found = equivalence(welch.difference, welch.se, welch.df, 0.7)
    assert found.p == pytest.approx(
        pingouin.tost(x, y, bound=0.7, correction=True)["pval"].iloc[0], rel=1e-6
    )
    assert found.sesoi == 0.7


def test_planned_sample_size_reaches_80_percent_power():
    """429 per group give 80 % power for bounds of .20 SD [C, fact sheet 4.5]."""
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(1000):
        x, y = rng.normal(size=(2, 429))
        se = np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 429)
        hits += equivalence(x.mean() - y.mean(), se, 856, 0.2).p < 0.05
    assert 0.76 < hits / 1000 < 0.84


def test_contrast_of_a_model():
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"y": rng.normal(size=600), "arm": np.tile(["a", "b"], 300)})
    fit = models.fit(data, "y ~ arm", errors="classical")
    row = models.contrast(fit, {"arm[b]": 1}).estimates.iloc[0]
    found = equivalence(row["estimate"], row["se"], row["df"], 0.4)
    assert found.df == 598
    assert found.verdict == "equivalent"


def test_errors():
    with pytest.raises(AnalysisError, match="must be above zero; found 0"):
        equivalence(0.1, 0.1, 10, 0)
    with pytest.raises(AnalysisError, match="no usable standard error"):
        equivalence(0.1, np.nan, 10, 0.2)
