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
def test_it_equals_the_integral_over_the_prior(estimate, df):
    se, prior_sd = 0.4, 0.9

    def both(effect: float) -> float:
        likelihood = stats.t.pdf((estimate - effect) / se, df) / se
        return float(likelihood * stats.norm.pdf(effect, 0, prior_sd))

    marginal = integrate.quad(both, -20, 20, points=[0, estimate], limit=500)[0]
    expected = marginal / (stats.t.pdf(estimate / se, df) / se)
    assert bayes_factor(estimate, se, df, prior_sd) == pytest.approx(expected, rel=1e-4)


R_VALUES = [
    (20.0, 1.0, 3.0, 2.0, 1.10983044),
    (50.0, 1.0, 5.0, 10.0, 65.0404793),
    (0.0, 1.0, 1.0, 0.7, 0.760628487),
    (1.0, 1.0, 1.0, 0.7, 1.08060097),
    (30.0, 1.0, 1.0, 0.7, 1.00163354),
    (300.0, 1.0, 1.0, 5.0, 1.00083447),
    (2.0, 1.0, 2.0, 0.1, 1.00584871),
    (8.0, 1.0, 2.0, 30.0, 6.85741663),
    (100.0, 0.1, 2.0, 1.0, 1.00060045),
    (5.0, 1.0, 3.0, 0.7, 1.17809734),
    (-12.0, 1.0, 4.0, 1.0, 1.10790887),
    (3.0, 0.5, 4.5, 0.707, 2.74731117),
    (2.0, 1.0, 6.0, 0.5, 1.21782095),
    (6.0, 1.0, 8.0, 2.0, 33.1842317),
    (15.0, 1.0, 10.0, 0.3, 1.02451185),
    (0.4, 0.1, 200.0, 0.707, 273.990466),
    (0.1, 0.05, 25.0, 1.0, 0.345550005),
    (1.5, 0.2, 15.0, 0.2, 5.43336067),
    (40.0, 1.0, 30.0, 12.0, 2.63901297e23),
    (0.01, 0.02, 1000.0, 0.707, 0.0320505882),
]
"""Estimate, standard error, df, SD of the prior, and the factor by R 4.2.2, integrate() between points close to 0 and to
the estimate: few degrees of freedom, large t, narrow and wide priors."""


@pytest.mark.parametrize(("estimate", "se", "df", "prior_sd", "right"), R_VALUES)
def test_it_is_that_of_r_at_few_degrees_of_freedom_and_large_t(estimate, se, df, prior_sd, right):
    assert bayes_factor(estimate, se, df, prior_sd) == pytest.approx(right, rel=1e-4)
    assert bayes_factor(-estimate, se, df, prior_sd) == pytest.approx(right, rel=1e-4)


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
