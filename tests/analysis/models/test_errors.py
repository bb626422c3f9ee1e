"""Unsuitable data raise an error that states what can and what cannot be estimated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.errors import AnalysisError
from analysis.models import donation_spikes, lee_bounds, rates


@pytest.fixture
def donations() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    gift = np.where(rng.random(120) < 0.4, 0, rng.integers(1, 6, 120)).astype(float)
    return pd.DataFrame({"gift": gift, "arm": np.tile(["a", "b"], 60), "gave": (gift > 0) * 1})


def test_all_zero_donations(donations):
    with pytest.raises(AnalysisError, match=r"Nobody gave anything: all 120 .* below about 0\.025"):
        models.fit_two_part(donations.assign(gift=0.0), "gift ~ arm")


def test_everybody_gave(donations):
    with pytest.raises(AnalysisError, match="there is no hurdle"):
        models.fit_two_part(donations.assign(gift=1 + donations["gift"]), "gift ~ arm")


def test_negative_donation(donations):
    with pytest.raises(AnalysisError, match="60 values of 'gift' are negative"):
        models.fit_two_part(donations.assign(gift=np.tile([-1.0, 1.0], 60)), "gift ~ arm")


def test_separation_names_the_condition_and_its_rate(donations):
    alike = donations.assign(gave=donations["gave"].where(donations["arm"] == "a", 0))
    with pytest.raises(AnalysisError, match=r"arm\[b\].*separation.*arm = b: 0 of 60 yes"):
        models.fit(alike, "gave ~ arm", "binomial")


def test_perfect_prediction_by_a_number(donations):
    with pytest.raises(AnalysisError, match="gift: in at least one condition"):
        models.fit(donations, "gave ~ gift", "binomial")


def test_overlapping_data_are_not_called_separated(donations):
    assert models.fit(donations, "gave ~ arm", "binomial").converged


def test_everybody_answers_yes(donations):
    with pytest.raises(AnalysisError, match="Every answer to 'gave' is 1"):
        models.fit(donations.assign(gave=1), "gave ~ arm", "binomial")


def test_rates_refuse_amounts(donations):
    with pytest.raises(AnalysisError, match="must be 0 or 1; 'gift' runs from 0 to 5"):
        rates(donations, "gift")


def test_amount_part_too_small_is_reported_with_a_remedy():
    data = pd.DataFrame({"gift": [0.0] * 58 + [2.0, 3.0], "p": np.arange(60) // 5, "x": 1.0})
    data["x"] = np.tile([0.0, 1.0], 30)
    with pytest.raises(AnalysisError, match=r"among the 2 gifts .*fewer predictors"):
        models.fit_two_part(data, "gift ~ x + (1 | p)")


def test_tobit_outside_limits(donations):
    with pytest.raises(AnalysisError, match="outside 0 to 3"):
        models.fit(donations, "gift ~ arm", "tobit", limits=(0, 3))


def test_tobit_only_ends(donations):
    with pytest.raises(AnalysisError, match=r"Only 0 of 120 .* between the limits"):
        models.fit(
            donations.assign(gift=5.0 * donations["gave"]), "gift ~ arm", "tobit", limits=(0, 5)
        )


def test_ordered_beta_without_full_gifts(donations):
    with pytest.raises(AnalysisError, match=r"No answer to '.*' is 'all'"):
        models.fit(donations, "gift ~ arm", "ordered_beta", limits=(0, 10))


def test_beta_with_ends(donations):
    with pytest.raises(AnalysisError, match="not strictly between 0 and 1"):
        models.fit(donations.assign(gift=donations["gift"] / 5), "gift ~ arm", "beta")


def test_ordinal_with_too_many_values(donations):
    many = donations.assign(gift=np.arange(120.0))
    with pytest.raises(AnalysisError, match="120 different values"):
        models.fit(many, "gift ~ arm", "ordinal")


def test_constant_ratings(donations):
    with pytest.raises(AnalysisError, match="Every value of 'gift' is 4"):
        models.fit(donations.assign(gift=4), "gift ~ arm", "ordinal")


@pytest.mark.parametrize(
    "fit",
    [
        lambda data: models.fit(data, "gift ~ arm", "ordinal"),
        lambda data: models.fit_two_part(data, "gift ~ arm"),
        lambda data: donation_spikes(data, "gift", 5),
        lambda data: rates(data, "gift"),
        lambda data: lee_bounds(data["gift"], np.ones(3), np.random.default_rng(1)),
    ],
)
def test_text_where_numbers_are_needed(donations, fit):
    words = donations["gift"].astype(object).where(donations.index != 7, "five")
    with pytest.raises(AnalysisError, match=r"contains text .* in 1 of 120 rows \(first: 'five'\)"):
        fit(donations.assign(gift=words))


def test_a_response_of_one_word_is_no_number(donations):
    with pytest.raises(AnalysisError, match="'gift' is not a number"):
        models.fit(donations.assign(gift="five"), "gift ~ arm", "tobit", limits=(0, 5))


def test_slopes_are_refused_with_an_alternative():
    data = pd.DataFrame({"y": np.tile([0, 1, 2, 1.5], 20), "x": np.tile([0, 1], 40)})
    data["p"] = np.arange(80) // 8
    with pytest.raises(AnalysisError, match=r"no random slopes.*cluster='p'"):
        models.fit(data, "y ~ x + (1 + x | p)", "tobit", limits=(0, 3))


def test_clusters_or_random_not_both(donations):
    data = donations.assign(p=np.arange(120) // 4)
    with pytest.raises(AnalysisError, match="Choose one"):
        models.fit(data, "gift ~ arm + (1 | p)", "tobit", limits=(0, 5), cluster="p")


def test_too_few_clusters(donations):
    with pytest.raises(AnalysisError, match="3 clusters are too few"):
        models.fit(
            donations.assign(p=np.arange(120) // 40),
            "gift ~ arm",
            "tobit",
            limits=(0, 5),
            cluster="p",
        )


def test_clustered_errors_grow_with_dependence():
    """Each person's answer copied eight times: naive SEs shrink by sqrt(8), clustered do not."""
    rng = np.random.default_rng(6)
    people = pd.DataFrame({"y": np.clip(rng.normal(2, 2, 100), 0, 5), "p": np.arange(100)})
    people["x"] = np.tile([0, 1], 50)
    copied = pd.concat([people] * 8)
    once = models.fit(people, "y ~ x", "tobit", limits=(0, 5)).terms["se"][1]
    clustered = models.fit(copied, "y ~ x", "tobit", limits=(0, 5), cluster="p")
    assert clustered.terms["se"][1] == pytest.approx(once, rel=0.1)
    assert models.fit(copied, "y ~ x", "tobit", limits=(0, 5)).terms["se"][1] < 0.5 * once
    assert clustered.terms["df"][0] == 99
    assert "clustered by p" in clustered.messages[0]


def test_one_person_in_each_condition_has_no_random_intercept(donations):
    few = donations.assign(p=np.arange(120) // 20, arm=np.arange(120) // 20)
    with pytest.raises(AnalysisError, match="6 p levels for 6 fixed effects"):
        models.fit(few, "gift ~ C(arm) + (1 | p)", "tobit", limits=(0, 5))


def test_spikes_count_nothing_half_all():
    data = pd.DataFrame({"gift": [0, 0, 2.5, 5, 5, 5, 1, 3.0], "arm": list("aaaabbbb")})
    table = donation_spikes(data, "gift", 5, ["arm"])
    assert table["nothing"].tolist() == [0.5, 0]
    assert table["half"].tolist() == [0.25, 0]
    assert table["all"].tolist() == [0.25, 0.5]
    assert table["n_gave"].tolist() == [2, 4]
    with pytest.raises(AnalysisError, match="3 donations lie outside 0 to 4"):
        donation_spikes(data, "gift", 4)
