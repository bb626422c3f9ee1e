"""Every level against every other: against emmeans with each of its corrections, and the errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.models import Fit, fit, marginal_means
from analysis.models.pairwise import pairwise

REFERENCE = Path(__file__).parents[2] / "reference"


@pytest.fixture(scope="module")
def r_pairs() -> dict[str, Any]:
    return json.loads((REFERENCE / "r_pairs.json").read_text())


@pytest.fixture(scope="module")
def model() -> Fit:
    data = pd.read_csv(REFERENCE / "crossed.csv")
    data["many"] = np.where(data["n_victims"] > 8, "many", "few")
    return fit(data, "rating ~ group * many + (1 | participant) + (1 | vignette)")


def same(ours: pd.DataFrame, r: list[dict[str, Any]], p: str) -> None:
    theirs = pd.DataFrame(r)
    np.testing.assert_allclose(ours["estimate"], theirs["estimate"], rtol=1e-6)
    np.testing.assert_allclose(ours["se"], theirs["SE"], rtol=1e-6)
    np.testing.assert_allclose(ours["df"], theirs["df"], rtol=1e-4)
    np.testing.assert_allclose(ours[p], theirs["p.value"], rtol=1e-4, atol=1e-12)


@pytest.mark.parametrize("adjust", ["holm", "tukey", "bonferroni", "none"])
def test_corrections_equal_emmeans(model: Fit, r_pairs: dict[str, Any], adjust: Any) -> None:
    found = pairwise(model, "group", adjust=adjust)
    assert found.table()["contrast"].tolist() == [row["contrast"] for row in r_pairs[adjust]]
    same(found.table(), r_pairs[adjust], "p" if adjust == "none" else "p_adjusted")


def test_simple_effects_are_corrected_within_each_level(
    model: Fit, r_pairs: dict[str, Any]
) -> None:
    found = pairwise(model, "group", by=["many"])
    r = pd.DataFrame(r_pairs["by"])
    assert found.table()["many"].tolist() == r["many"].tolist()
    same(found.table(), r_pairs["by"], "p_adjusted")


def test_weights_of_one_s_own_equal_emmeans(model: Fit, r_pairs: dict[str, Any]) -> None:
    own = {"in v. others": {"in": 1, "none": -0.5, "out": -0.5}}
    same(pairwise(model, "group", weights=own).table(), r_pairs["weights"], "p")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"factor": "grup"}, "Factors of the model: group, many"),
        ({"factor": "group", "adjust": "sidak"}, "Choose one of holm, tukey, bonferroni, none"),
        ({"factor": "group", "weights": {"x": {"in": 1, "ours": -1}}}, "Levels: in, none, out"),
        ({"factor": "group", "weights": {"x": {"in": 1, "out": -0.5}}}, "add up to 0.5"),
        (
            {"factor": "group", "adjust": "tukey", "weights": {"x": {"in": 1, "out": -1}}},
            "all pairs",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(
    model: Fit, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(AnalysisError, match=sentence):
        pairwise(model, **asked)


def test_levels_keep_their_order_and_a_number_is_no_factor() -> None:
    data = pd.DataFrame({"dose": pd.Categorical(list("hhllnn"), list("nlh")), "n": range(6)})
    data["felt"] = [5.0, 6.0, 3.0, 4.5, 1.0, 2.0]
    found = fit(data, "felt ~ dose", errors="classical")
    assert pairwise(found, "dose").table()["contrast"].tolist() == ["n - l", "n - h", "l - h"]
    with pytest.raises(AnalysisError, match=r"Write C\(n\)"):
        pairwise(fit(data, "felt ~ n", errors="classical"), "n")


def test_odds_ratios_are_beside_log_odds() -> None:
    data = pd.DataFrame({"arm": list("aaaabbbb"), "gave": [0, 0, 0, 1, 0, 1, 1, 1]})
    table = pairwise(fit(data, "gave ~ arm", "binomial"), "arm").table()
    assert table["odds ratio"].tolist() == pytest.approx([1 / 9], rel=1e-4)


def test_a_number_that_is_0_or_1_is_averaged_over_both_as_in_emmeans():
    """R 4.2.2, emmeans 1.8.4: pairs(emmeans(lm(y ~ A * z), ~ A))."""
    answers = [1.0, 2, 4, 3, 7, 9, 2, 3, 1, 2, 3, 4]
    data = pd.DataFrame({"A": list("aaaaaabbbbbb"), "z": [0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1]})
    made = fit(data.assign(y=answers), "y ~ A * z", errors="classical")
    found = pairwise(made, "A")
    row = found.estimates.iloc[0]
    assert (row["estimate"], row["se"], row["df"]) == pytest.approx((2.75, 0.6978389, 8), abs=1e-6)
    assert "averaged over z = 0, 1 with equal weights" in found.notes[0]
    means = marginal_means(made, ["A"]).estimates
    assert means["se"].tolist() == pytest.approx([0.5077524, 0.4787136], abs=1e-6)
    at_mean = pairwise(made, "A", at={"z": 5 / 12}).estimates.iloc[0]
    assert (at_mean["estimate"], at_mean["se"]) == pytest.approx((2.375, 0.6869211), abs=1e-6)
    other = fit(data.assign(y=answers, z=data["z"] + np.arange(12) / 7), "y ~ A + z")
    assert "z held at its mean" in pairwise(other, "A").notes[0]
