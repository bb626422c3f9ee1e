"""Order-restricted hypotheses by encompassing prior: which order is claimed, and how often it is supported."""

from math import factorial

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.curves.catalogue import get
from analysis.curves.compare import compare, order_test
from analysis.curves.compare.rows import order_row
from analysis.errors import AnalysisError
from analysis.models.bayes_factor import bayes_factor

WIDE = 1e3
"""SD of a prior under which the posterior is the likelihood."""


def test_clear_order_reaches_the_bound():
    means = np.array([6.0, 5, 4, 3, 2, 1])
    rng = np.random.default_rng(1)
    found = order_test(means, np.eye(6) * 1e-4, rng, prior_sd=WIDE, draws=10_000)
    assert found.posterior == 1
    assert found.at_limit
    assert found.bf_unconstrained == pytest.approx(720, rel=1e-3)
    assert found.bf_complement > 1e6
    assert order_row(found).decided == "supported"


def test_two_means_match_the_normal_probability():
    means, vcov = np.array([0.5, 0.0]), np.diag([0.09, 0.16])
    rng = np.random.default_rng(2)
    found = order_test(means, vcov, rng, prior_sd=WIDE, draws=200_000)
    exact = norm.cdf(0.5 / 0.5)
    assert found.posterior == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 200_000))
    assert found.bf_unconstrained == pytest.approx(exact / 0.5, rel=0.01)
    assert found.bf_complement == pytest.approx(exact / (1 - exact), rel=0.03)


@pytest.mark.parametrize("df", [5, 60, np.inf])
def test_the_factor_against_equal_means_is_that_of_the_contrast_in_one_direction(df):
    means, vcov = np.array([0.9, 0.0]), np.diag([0.09, 0.16])
    found = order_test(means, vcov, np.random.default_rng(2), prior_sd=0.7, df=df, draws=200_000)
    two_sided = bayes_factor(0.9, 0.5, df, 0.7)
    assert found.bf_equal == pytest.approx(2 * found.posterior * two_sided, rel=1e-4)
    again = order_test(-means, vcov, np.random.default_rng(3), prior_sd=0.7, df=df, draws=200_000)
    assert (found.bf_equal + again.bf_equal) / 2 == pytest.approx(two_sided, rel=0.02)


@pytest.mark.parametrize("df", [7, 10, 30])
def test_a_larger_difference_in_order_is_stronger_evidence(df):
    """t(10) = 16 in the predicted direction, p < .001, was 0.28 times as likely as equal means: "not shown"."""
    vcov, found = np.eye(2) * 0.07, []
    for difference in (1, 2, 6, 20):
        rng, means = np.random.default_rng(2), np.array([difference, 0.0])
        found.append(order_test(means, vcov, rng, prior_sd=0.7, df=df))
    factors = [test.bf_equal for test in found]
    assert factors == sorted(factors)
    assert order_row(found[-1]).decided == "supported"


def test_factors_against_equal_means_average_to_one_without_a_difference():
    rng = np.random.default_rng(4)
    means = rng.standard_normal((400, 3)) * 0.5
    own = [order_test(m, np.eye(3) * 0.25, rng, prior_sd=0.5, draws=4_000).bf_equal for m in means]
    assert np.mean(own) == pytest.approx(1, abs=4 * np.std(own) / 20)


@pytest.mark.parametrize("cells", [2, 3, 6])
@pytest.mark.parametrize(("per_cell", "df"), [(4, True), (16, True), (100, False)])
def test_at_most_five_percent_of_studies_without_a_difference_support_an_order(cells, per_cell, df):
    rng = np.random.default_rng([cells, per_cell])
    studies, residual = 1000, cells * (per_cell - 1)
    decided = []
    for _ in range(studies):
        means = rng.standard_normal(cells) / np.sqrt(per_cell)
        variance = rng.chisquare(residual) / residual
        found = order_test(
            means,
            np.eye(cells) * variance / per_cell,
            rng,
            prior_sd=0.707 * np.sqrt(variance),
            df=residual if df else np.inf,
            draws=1_000,
        )
        decided.append(order_row(found).decided)
    # The rate is at most .05, and its binomial 99.9 % limit at that rate is .073.
    assert decided.count("supported") / studies < 0.073
    assert decided.count("contradicted") / studies < 0.073


def test_equal_means_are_uninformative():
    rng = np.random.default_rng(3)
    found = order_test(np.zeros(4), np.eye(4), rng, prior_sd=1.0, draws=200_000)
    assert found.posterior == pytest.approx(1 / factorial(4), abs=0.002)
    assert found.bf_complement == pytest.approx(1, abs=0.06)


def test_opposite_order_gives_a_bound():
    rng = np.random.default_rng(4)
    found = order_test(np.arange(6.0), np.eye(6) * 0.01, rng, prior_sd=1.0, draws=1000)
    assert found.posterior == 0
    assert found.bf_complement < 1
    assert found.at_limit
    more = order_test(np.arange(6.0), np.eye(6) * 0.01, rng, prior_sd=1.0)
    assert order_row(more).decided == "contradicted"


def test_same_seed_same_answer():
    args = (np.array([0.4, 0.2, 0.1]), np.eye(3) * 0.05)
    first = order_test(*args, np.random.default_rng(5), prior_sd=0.7)
    assert first == order_test(*args, np.random.default_rng(5), prior_sd=0.7)


def test_too_many_means_are_refused():
    rng = np.random.default_rng(6)
    with pytest.raises(AnalysisError, match="2 to 8 means"):
        order_test(np.zeros(9), np.eye(9), rng, prior_sd=0.7)


def made(column, levels, means):
    rng = np.random.default_rng(7)
    rows = pd.DataFrame({column: np.repeat(np.array(levels, dtype=object), 40)})
    rows["participant"] = [f"p{i:03d}" for i in range(len(rows))]
    rows[column] = rows[column].infer_objects()
    return rows.assign(felt=np.repeat(means, 40) + rng.standard_normal(len(rows)))


def compared(column, levels, means, claim, rival):
    rows, curves = made(column, levels, means), [get(claim), get(rival)]
    found = compare(rows, "felt", curves, np.random.default_rng(8), random="", level=None)
    decided = [test.decided for test in found.verdict.tests if test.what == "order"]
    return (found.order and found.order.groups), decided


def test_the_order_is_the_one_that_the_claim_predicts():
    falling = compared("victims", [1.0, 8.0, 100.0], [2, 1, 0], "M2", "M0")
    assert falling == (("victims", ((1.0,), (8.0,), (100.0,))), ["supported"])
    rising = compared("victims", [1.0, 8.0, 100.0], [0, 1, 2], "M2n", "M0")
    assert rising == (("victims", ((100.0,), (8.0,), (1.0,))), ["supported"])
    step = compared("victims", [1.0, 8.0, 100.0], [2, 0, 0], "M4", "M0")
    assert step == (("victims", ((1.0,), (8.0, 100.0))), ["supported"])
    assert compared("victims", [1.0, 8.0, 100.0], [2, 1, 0], "M0", "M2") == (None, [])


def test_groups_that_a_curve_treats_alike_are_one_mean():
    order, decided = compared("group", ["in", "none", "out"], [1, 0, 0], "P1", "P0")
    assert (order, decided) == (("group", (("in",), ("none", "out"))), ["supported"])


def test_means_whose_differences_have_no_standard_errors_are_in_no_order():
    """Rounding errors of the variance counted as standard errors: an order beside "could not be estimated"."""
    rows = made("victims", [1.0, 8.0, 100.0], [5.0, 2.0, 4.0])
    same = rows["victims"] < 100
    rows.loc[same, "felt"] = np.where(rows.loc[same, "victims"] == 1, 5.0, 2.0)
    curves, order = [get("M2"), get("M0")], ("victims", ((1.0,), (8.0,)))
    found = compare(
        rows, "felt", curves, np.random.default_rng(8), random="", level=None, order=order
    )
    assert found.order is None
