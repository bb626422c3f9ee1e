"""Published numbers, reproduced from the real data of others.

The data are not part of this repository. Tests look for them in the folder named by
``COMPASSION_SHARED``, else in ``../shared`` beside the checkout, and are skipped without it.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import models
from analysis.models import contrast, donation_spikes, marginal_means, rates
from analysis.models.comparisons import compare_groups, compare_with

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("COMPASSION_SHARED", ROOT.parent / "shared")) / "data"


def read(path: str) -> pd.DataFrame:
    if not (DATA / path).is_file():
        pytest.skip(f"not in the repository: data of others, {DATA / path} (COMPASSION_SHARED)")
    return pd.read_csv(DATA / path)


# Bergh & Reinstein (2021), Study 6, Table S6: effects coded -0.5 / +0.5, three decimals [V] ----


@pytest.fixture(scope="module")
def study6() -> pd.DataFrame:
    data = read("bergh_reinstein_2021_s6/study6.csv")
    return data.assign(image=data["image"] - 0.5, info=data["effectiveness_info"] - 0.5)


def as_printed(fit) -> list[tuple[float, float]]:
    rounded = fit.terms[["estimate", "se"]].round(3).to_numpy()[1:]
    return [tuple(row) for row in rounded]


def test_bergh_reinstein_s6_donating(study6):
    fit = models.fit(study6, "donated ~ image * info", "binomial")
    assert fit.n_used == 378
    assert as_printed(fit) == [(-0.001, 0.206), (0.021, 0.206), (0.212, 0.412)]


def test_bergh_reinstein_s6_amount_of_givers(study6):
    givers = study6[study6["donation_gbp"] > 0]
    fit = models.fit(givers, "donation_gbp ~ image * info", errors="classical")
    assert fit.n_used == 197
    assert as_printed(fit) == [(-2.253, 1.984), (-1.565, 1.984), (3.726, 3.968)]


def test_bergh_reinstein_s6_by_named_contrasts(study6):
    """The same from words and Centred coding, and both parts at once from the hurdle model."""
    words = study6.assign(
        photo=np.where(study6["image"] > 0, "photo", "none"),
        facts=np.where(study6["info"] > 0, "told", "none"),
    )
    formula = "donation_gbp ~ C(photo, Centred) * C(facts, Centred)"
    both = models.fit_two_part(words, formula)
    assert as_printed(both.whether) == [(-0.001, 0.206), (0.021, 0.206), (0.212, 0.412)]
    assert both.amount.n_used == 197
    assert both.whether.groups == both.amount.groups == {}


def test_bergh_reinstein_s6_attentive_anova(study6):
    """Table 1, N = 319: F = 1.28, 0.79 (0.80 in these data), 1.77."""
    attentive = study6[study6["attentive"] == 1]
    fit = models.fit(attentive, "donation_gbp ~ image * info", errors="classical")
    f = [contrast(fit, np.eye(4)[j]).statistic for j in (1, 2, 3)]
    assert fit.n_used == 319
    np.testing.assert_allclose(np.round(f, 2), [1.28, 0.80, 1.77])


def test_bergh_reinstein_s6_spikes(study6):
    table = donation_spikes(study6, "donation_gbp", 50)
    assert table["nothing"][0] == pytest.approx(0.48, abs=0.005)
    cells = donation_spikes(study6, "donation_gbp", 50, ["image", "info"])
    assert cells["mean"].round(2).tolist() == [11.02, 8.83, 8.39, 9.07]
    assert cells["n"].tolist() == [94, 94, 95, 95]


# PSA 008 pilot 2: in-group minus out-group, dictator games -----------------------------------


@pytest.mark.parametrize(
    ("group", "mean", "sd", "t", "dz"),
    [
        ("min", 0.9125, 3.218, 5.67, 0.28),
        ("fam", 1.645, 4.322, None, 0.38),
        ("nat", 0.035, 3.047, 0.23, 0.01),
    ],
)
def test_psa008_first_party_bias(group, mean, sd, t, dz):
    long = read("psa008_pilot2_2022/pilot2_long.csv")
    points = long[long["group_type"] == group].pivot_table(
        index="id", columns="member", values="given_points"
    )
    found = compare_with(points["in"] - points["out"], 0.0, "in minus out")
    assert found.n == (400,)
    assert found.difference == pytest.approx(mean, abs=5e-5)
    assert found.sds[0] == pytest.approx(sd, abs=5e-4)
    assert found.effect == pytest.approx(dz, abs=0.005)
    if t is not None:
        assert found.statistic == pytest.approx(t, abs=0.005)


@pytest.mark.parametrize(
    ("group", "bias", "dz"), [("min", 1.8125, 0.55), ("fam", 2.7375, 0.53), ("nat", 0.805, 0.25)]
)
def test_psa008_third_party_bias(group, bias, dz):
    """The codebook's 3.625, 5.475, 1.61 are in minus out, twice the distance from equal shares."""
    long = read("psa008_pilot2_2022/pilot2_long.csv")
    in_group = long[(long["group_type"] == group) & (long["member"] == "in")]
    found = compare_with(in_group["third_party_to_ingroup"] - 10, 0.0, "share above half")
    assert found.difference == pytest.approx(bias, abs=5e-5)
    assert found.effect == pytest.approx(dz, abs=0.005)


def test_psa008_attitude_bias():
    long = read("psa008_pilot2_2022/pilot2_long.csv")
    attitudes = long[long["group_type"] == "min"].pivot_table(
        index="id", columns="member", values="attitude"
    )
    found = compare_with(attitudes["in"] - attitudes["out"], 0.0, "attitude")
    assert found.difference == pytest.approx(0.6306, abs=5e-5)
    assert found.sds[0] == pytest.approx(0.9626, abs=5e-5)
    assert found.statistic == pytest.approx(13.10, abs=0.005)


def test_psa008_mixed_model():
    """lmer given_points ~ member * group_type + (1 | id) [C]."""
    long = read("psa008_pilot2_2022/pilot2_long.csv")
    fit = models.fit(
        long,
        'given_points ~ C(member, Treatment("out")) * C(group_type, Treatment("min")) + (1 | id)',
    )
    terms = fit.terms.set_index("term")
    printed = {
        "member[in]": (0.9125, 0.184),
        "member[in]:group_type[fam]": (0.7325, 0.261),
        "member[in]:group_type[nat]": (-0.8775, 0.261),
    }
    for name, (estimate, se) in printed.items():
        assert terms.loc[name, "estimate"] == pytest.approx(estimate, abs=5e-5)
        assert terms.loc[name, "se"] == pytest.approx(se, abs=5e-4)
    np.testing.assert_allclose(fit.random_sd["sd"].round(3), [3.559, 2.607])
    means = marginal_means(fit, ["group_type", "member"]).estimates
    given = means.set_index(["group_type", "member"])["estimate"]
    printed_means = {"min": (6.74, 5.83), "fam": (6.93, 5.29), "nat": (6.29, 6.26)}
    for group, (inside, outside) in printed_means.items():
        assert given[group, "in"] == pytest.approx(inside, abs=0.0051)
        assert given[group, "out"] == pytest.approx(outside, abs=0.0051)


# Karlan & List (2007), Table 2A: 50,083 letters -----------------------------------------------


@pytest.fixture(scope="module")
def letters() -> pd.DataFrame:
    return read("karlan_list_2007/letters.csv.gz")


def test_karlan_list_response_rates(letters):
    table = rates(letters, "out_gavedum", ["treatment"])
    assert table["n"].tolist() == [16687, 33396]
    assert table["rate"].round(3).tolist() == [0.018, 0.022]


def test_karlan_list_dollars_per_letter_and_per_gift(letters):
    known = letters.dropna(subset=["out_amountgive"])
    assert len(letters) - len(known) == 2
    arm = known["treatment"] == 1
    amounts = known["out_amountgive"]
    welch = compare_groups(amounts[arm], amounts[~arm], ("match", "control"))
    assert amounts[~arm].mean() == pytest.approx(0.813, abs=5e-4)
    assert amounts[arm].mean() == pytest.approx(0.9652, abs=5e-5)
    assert welch.difference == pytest.approx(0.9652 - 0.8133, abs=1e-4)
    assert amounts[~arm & (amounts > 0)].mean() == pytest.approx(45.54, abs=0.005)
    assert amounts[arm & (amounts > 0)].mean() == pytest.approx(43.91, abs=0.005)


def test_karlan_list_difference_of_rates(letters):
    """.00418 (SE .00135), t = 3.10: all 50,083 letters, one common variance."""
    row = models.fit(letters, "out_gavedum ~ treatment", errors="classical").terms.iloc[1]
    assert row["estimate"] == pytest.approx(0.00418, abs=5e-6)
    assert row["se"] == pytest.approx(0.00135, abs=5e-6)
    assert row["statistic"] == pytest.approx(3.10, abs=0.005)


def test_karlan_list_hurdle_adds_up(letters):
    """Saturated in the arm: the two parts reproduce rate, gift and dollars per letter."""
    known = letters.dropna(subset=["out_amountgive"])
    fit = models.fit_two_part(known, "out_amountgive ~ treatment")
    assert fit.whether.n_used == 50081
    assert fit.amount.n_used == 1032
    expected = fit.expected(pd.DataFrame({"treatment": [0, 1]}))
    assert expected["p_give"].round(5).tolist() == [0.01786, 0.02198]
    assert expected["amount_if_given"].round(2).tolist() == [45.54, 43.91]
    assert expected["expected"].round(4).tolist() == [0.8133, 0.9652]
    odds = np.log(0.02198 / (1 - 0.02198)) - np.log(0.01786 / (1 - 0.01786))
    assert fit.whether.beta[1] == pytest.approx(odds, abs=5e-4)


# Buechel et al. (2018): 372 people x 5 of 417 articles, partially crossed ----------------------


@pytest.fixture(scope="module")
def stories() -> pd.DataFrame:
    return read("buechel_2018_empathic_reactions/ratings.csv")


def test_buechel_correlation(stories):
    assert len(stories) == 1860
    r = stats.pearsonr(stories["empathy"], stories["distress"]).statistic
    assert r == pytest.approx(0.451, abs=5e-4)
    assert stories["empathy"].mean() == pytest.approx(3.700, abs=5e-4)


def test_buechel_partially_crossed(stories):
    fit = models.fit(stories, "distress ~ empathy + (1 | response_id) + (1 | article_id)")
    assert fit.terms["estimate"][1] == pytest.approx(0.3328, abs=5e-5)
    assert fit.terms["se"][1] == pytest.approx(0.0222, abs=5e-5)
    np.testing.assert_allclose(fit.random_sd["sd"].round(3), [1.133, 0.658, 1.099])
    assert fit.groups == {"response_id": 372, "article_id": 417}
    assert any("Partially crossed" in m for m in fit.messages)


def test_buechel_null_model(stories):
    fit = models.fit(stories, "empathy ~ 1 + (1 | response_id) + (1 | article_id)")
    assert fit.beta[0] == pytest.approx(3.701, abs=5e-4)
    np.testing.assert_allclose(fit.random_sd["sd"].round(3), [1.263, 0.652, 1.137])
