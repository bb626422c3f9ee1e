"""Degrees of freedom of linear models with unequal variances: Welch's, those from whole matrices, and type I error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats

from analysis.models import contrast, fit
from analysis.models.engines.unequal_variances import joint_test, row_variances, satterthwaite
from analysis.models.equivalence import equivalence


def two_groups(seed: int, sizes: tuple[int, int], sds: tuple[float, float]) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = [rng.normal(5, sd, n) for n, sd in zip(sizes, sds, strict=True)]
    return pd.DataFrame({"g": np.repeat(["a", "b"], sizes), "y": np.concatenate(values)})


@pytest.mark.parametrize("sizes", [(4, 100), (12, 9), (2, 2), (60, 60)])
def test_two_groups_are_compared_by_welch(sizes):
    data = two_groups(1, sizes, (4.0, 1.0))
    own = fit(data, "y ~ g").terms.iloc[1]
    welch = stats.ttest_ind(*(data.loc[data["g"] == g, "y"] for g in "ba"), equal_var=False)
    assert (own["statistic"], own["df"], own["p"]) == pytest.approx(
        (welch.statistic, welch.df, welch.pvalue), rel=1e-9
    )


@pytest.mark.parametrize("cells", [False, True])
def test_degrees_of_freedom_equal_those_from_whole_matrices(cells):
    """Imbens & Kolesar 2016: tr(P V)^2 / tr(P V P V), written out with rows x rows matrices."""
    rng = np.random.default_rng(2)
    own = rng.integers(0, 2, (40, 2)) if cells else rng.normal(size=(40, 2))
    matrix = np.column_stack([np.ones(40), own, own[:, 0] * own[:, 1]])
    variances = row_variances(matrix, rng.normal(size=40))
    assert (np.ptp(variances) > 0) == cells
    inverse = np.linalg.inv(matrix.T @ matrix)
    hat = matrix @ inverse @ matrix.T
    for weights in (*np.eye(4), np.array([0.0, 1.0, -1.0, 0.5])):
        squares = (matrix @ inverse @ weights) ** 2 / (1 - np.diag(hat))
        unexplained = np.eye(40) - hat
        spread = unexplained @ np.diag(squares) @ unexplained @ np.diag(variances)
        expected = np.trace(spread) ** 2 / np.trace(spread @ spread)
        assert satterthwaite(matrix, variances)(weights) == pytest.approx(expected, rel=1e-9)


def test_three_groups_together_are_close_to_welchs_anova():
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"g": np.repeat(list("pqr"), [40, 60, 90])})
    data["y"] = rng.normal(size=190) * data["g"].map({"p": 1.0, "q": 2.0, "r": 3.0})
    joint = contrast(fit(data, "y ~ g"), np.eye(3)[1:])
    welch = pingouin.welch_anova(data, dv="y", between="g").iloc[0]
    assert joint.statistic == pytest.approx(welch["F"], rel=0.03)
    assert joint.df_error == pytest.approx(welch["ddof2"], rel=0.15)


@pytest.mark.parametrize(
    ("sizes", "sds"), [((4, 100), (4, 1)), ((6, 100), (3, 1)), ((100, 100), (2, 1))]
)
def test_a_true_null_is_rejected_at_the_stated_rate(sizes, sds):
    """HC3 with residual degrees of freedom rejects 10 %, 8 % and 5 %."""
    rejected, runs = 0, 1000
    for seed in range(runs):
        rejected += fit(two_groups(seed, sizes, sds), "y ~ g").terms["p"][1] < 0.05
    low, high = stats.binom.ppf([0.0005, 0.9995], runs, 0.05) / runs
    assert low <= rejected / runs <= high + 0.01


def test_equivalence_has_the_same_degrees_of_freedom():
    row = contrast(fit(two_groups(4, (4, 100), (4, 1)), "y ~ g"), {"g[b]": 1}).estimates.iloc[0]
    found = equivalence(row["estimate"], row["se"], row["df"], 50.0)
    assert 2.5 < found.df < 4


def test_answers_that_do_not_vary_within_cells_have_no_test():
    found = joint_test(np.eye(2)[[1]], np.array([0.0, 2.0]), np.zeros((2, 2)), lambda _: np.nan)
    assert np.isnan(found).all()
