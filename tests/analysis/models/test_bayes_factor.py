"""Bayes factors of contrasts: against integrals and closed forms, and in studies without an effect."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pingouin import bayesfactor_ttest
from scipy import integrate, stats

from analysis.errors import AnalysisError
from analysis.models import fit
from analysis.models.bayes_factor import PRIOR_SD, bayes_factor


@pytest.mark.parametrize("df", [3.0, 12.5, 200.0])
@pytest.mark.parametrize("estimate", [0.0, 0.3, -1.2, 4.0])
def test_it_equals_the_integral_over_the_variance_of_answers(estimate, df):
    se, prior_sd = 0.4, 0.9

    def likely(sd: float) -> float:
        # The density of the estimate, averaged over how many times as precise answers are as they seem.
        def at(precision: float) -> float:
            own = stats.norm.pdf(estimate, 0, sd / np.sqrt(precision))
            return float(own * stats.chi2.pdf(precision * df, df) * df)

        return float(integrate.quad(at, 0, 8, epsabs=0, limit=500)[0])

    expected = likely(np.hypot(se, prior_sd)) / likely(se)
    assert bayes_factor(estimate, se, df, prior_sd) == pytest.approx(expected, rel=1e-4)


R_VALUES = [
    (20.0, 1.0, 3.0, 2.0, 10.5431141),
    (50.0, 1.0, 5.0, 10.0, 59387.2474),
    (0.0, 1.0, 1.0, 0.7, 0.819231921),
    (1.0, 1.0, 1.0, 0.7, 0.980446234),
    (30.0, 1.0, 1.0, 0.7, 1.21999208),
    (300.0, 1.0, 1.0, 5.0, 5.09760353),
    (2.0, 1.0, 2.0, 0.1, 1.00497096),
    (8.0, 1.0, 2.0, 30.0, 5.99339961),
    (100.0, 0.1, 2.0, 1.0, 100.969708),
    (5.0, 1.0, 3.0, 0.7, 1.64185649),
    (-12.0, 1.0, 4.0, 1.0, 3.74201316),
    (3.0, 0.5, 4.5, 0.707, 6.81912521),
    (2.0, 1.0, 6.0, 0.5, 1.1975333),
    (6.0, 1.0, 8.0, 2.0, 53.4263981),
    (15.0, 1.0, 10.0, 0.3, 1.5066142),
    (0.4, 0.1, 200.0, 0.707, 273.485805),
    (0.1, 0.05, 25.0, 1.0, 0.34208137),
    (1.5, 0.2, 15.0, 0.2, 39.2582636),
    (10.0, 1.0, 30.0, 12.0, 433572595.0),
    (0.01, 0.02, 1000.0, 0.707, 0.032042599),
]
"""Estimate, standard error, df, SD of the prior, and the factor by R 4.2.2, integrate() over the logarithm of the variance
of answers: few degrees of freedom, large t, narrow and wide priors."""


@pytest.mark.parametrize(("estimate", "se", "df", "prior_sd", "right"), R_VALUES)
def test_it_is_that_of_r_at_few_degrees_of_freedom_and_large_t(estimate, se, df, prior_sd, right):
    assert bayes_factor(estimate, se, df, prior_sd) == pytest.approx(right, rel=1e-7)
    assert bayes_factor(-estimate, se, df, prior_sd) == pytest.approx(right, rel=1e-7)


@pytest.mark.parametrize(("df", "se"), [(3, 0.4), (7, 0.25), (22, 0.4), (100, 0.2)])
def test_a_larger_effect_is_stronger_evidence(df, se):
    """With a prior of fixed width in units of the outcome, t(7) = 8 gave 119, t(7) = 16 gave 5.9, t(7) = 80 gave 1.05."""
    factors = [bayes_factor(d, se, df, PRIOR_SD) for d in (0, 0.5, 1, 2, 4, 8, 20)]
    assert factors == sorted(factors)
    assert factors[-1] > 5


def test_with_a_normal_distribution_it_has_a_closed_form():
    z, ratio = 2.5, 1 + (0.7 / 0.2) ** 2
    expected = np.exp(z**2 / 2 * (1 - 1 / ratio)) / np.sqrt(ratio)
    assert bayes_factor(0.5, 0.2, np.inf, 0.7) == pytest.approx(expected, rel=1e-12)


def test_more_data_without_an_effect_favour_none():
    factors = [bayes_factor(0.0, se, 100, PRIOR_SD) for se in (1.0, 0.1, 0.01)]
    assert factors == sorted(factors, reverse=True)
    assert factors[0] > 0.5
    assert factors[-1] < 0.05


def test_a_huge_effect_is_a_number():
    assert np.isfinite(bayes_factor(1e6, 0.1, np.inf, 1.0))


def test_studies_without_an_effect_rarely_favour_one_even_with_few_stimuli():
    """Factors of participants' means exceed 10 in 10 to 25 % of such studies."""
    rng = np.random.default_rng(7)
    participants, items, studies, strong, of_means = 40, 8, 120, 0, 0
    for _ in range(studies):
        data = pd.DataFrame(
            {
                "participant": np.repeat([f"p{n}" for n in range(participants)], items),
                "item": np.tile([f"i{n}" for n in range(items)], participants),
            }
        )
        level = (np.arange(len(data)) + np.arange(len(data)) // items) % 2
        effects = rng.normal(0, 0.6, items)
        codes = np.tile(np.arange(items), participants)
        own = np.repeat(rng.normal(0, 0.6, participants), items)
        data["y"] = own + level * effects[codes] + rng.normal(size=len(data))
        data["arm"] = np.where(level, "b", "a")
        # Items of their own for each level vary in the difference as items crossed with it do.
        made = fit(data, "y ~ arm + (1 | participant) + (1 | item) + (1 | item:arm)")
        row = made.terms.iloc[1]
        sd = data.groupby("arm")["y"].std().mean()
        strong += bayes_factor(row["estimate"], row["se"], row["df"], PRIOR_SD * sd) > 10
        means = data.pivot_table(index="participant", columns="arm", values="y")
        t = stats.ttest_rel(means["b"], means["a"]).statistic
        of_means += float(bayesfactor_ttest(t, participants, paired=True)) > 10
    assert strong <= 3
    assert of_means > 10


def test_a_standard_error_of_zero_is_refused():
    with pytest.raises(AnalysisError, match="standard error must be a positive number"):
        bayes_factor(1.0, 0.0, 10, 1.0)
