"""Information criteria and weights by family, against hand computation."""

from dataclasses import dataclass

import numpy as np
import pytest

from analysis.curves.catalogue import Hypothesis, get
from analysis.curves.compare import weigh
from analysis.errors import AnalysisError


@dataclass(frozen=True)
class Fit:
    """A curve with a given log-likelihood."""

    hypothesis: Hypothesis
    loglik: float
    k: int
    n: int = 600


def test_criteria_by_hand():
    table = weigh([Fit(get("M0"), -100.0, 2, 50), Fit(get("M5"), -97.0, 4, 50)]).curves
    row = table.set_index("id").loc["M5"]
    assert row["aic"] == pytest.approx(2 * 4 + 194)
    assert row["aicc"] == pytest.approx(202 + 2 * 4 * 5 / (50 - 5))
    assert row["bic"] == pytest.approx(4 * np.log(50) + 194)
    # AIC 204 against 202: the better curve has odds of e.
    assert row["w_aic"] == pytest.approx(np.e / (1 + np.e))
    other = table.set_index("id").loc["M0"]
    assert other["er_aicc"] == pytest.approx(np.exp(other["delta_aicc"] / 2))
    # BIC: 207.82 against 209.65; approximate Bayes factor 2.49 for flat.
    assert row["bf_bic"] == pytest.approx(np.exp((2 * np.log(50) - 6) / 2))


def test_weights_of_curves_and_families_sum_to_one():
    names = ("M0", "M2", "M4", "M5", "M6", "M6b", "M7")
    weights = weigh([Fit(get(i), -100.0 + j, 3) for j, i in enumerate(names)])
    for c in ("aic", "aicc", "bic"):
        assert weights.curves[f"w_{c}"].sum() == pytest.approx(1)
        assert weights.families[f"weight_{c}"].sum() == pytest.approx(1)
    assert weights.families["prior"].to_numpy() == pytest.approx(1 / 5)
    assert weights.leader("bic") == "inverted_u"


def test_similar_curves_in_a_family_do_not_triple_its_weight():
    """Three curves of equal likelihood in one family weigh as much as one of them."""
    alone = weigh([Fit(get("M2"), -100.0, 4), Fit(get("M5"), -99.0, 5)])
    clones = weigh(
        [Fit(get("M2"), -100.0, 4), *(Fit(get(i), -99.0, 5) for i in ("M5", "M6", "M6b"))]
    )
    for c in ("aic", "aicc", "bic"):
        expected = alone.weight("decay_to_floor", c)
        assert clones.weight("decay_to_floor", c) == pytest.approx(expected)
        plain = clones.curves.set_index("id")[f"w_{c}"]
        assert plain[["M5", "M6", "M6b"]].sum() > expected


def test_best_of_a_family_is_its_most_likely_curve():
    weights = weigh([Fit(get("M0"), -110, 2), Fit(get("M4"), -100, 3), Fit(get("M4b"), -98, 4)])
    assert weights.families.set_index("family").loc["step", "best"] == "M4b"


def test_extreme_differences_stay_finite():
    weights = weigh([Fit(get("M0"), -1e6, 2), Fit(get("M5"), -10.0, 4)])
    assert np.isfinite(weights.curves.select_dtypes("number")).all().all()


@pytest.mark.parametrize(
    ("fits", "message"),
    [
        ([Fit(get("M0"), -10, 2, 50), Fit(get("M5"), -9, 4, 51)], "different numbers of rows"),
        ([Fit(get("M5"), -10, 2), Fit(get("M5"), -9, 4)], "more than once: M5"),
        ([Fit(get("M0"), -10, 3, 4), Fit(get("M5"), -9, 4, 4)], "too few"),
    ],
)
def test_unfair_comparisons_are_refused(fits, message):
    with pytest.raises(AnalysisError, match=message):
        weigh(fits)
