"""Every likelihood that a protocol can plan, with the random terms that the data can carry."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.analysing.fitting import fit_planned
from analysis.analysing.opinion import opinion_on
from analysis.analysing.planned_contrasts import contrast_rows
from analysis.analysing.results import Measured
from experiments.building import open_study
from experiments.places import find
from experiments.planned import Contrast, PlannedModel

GIFT = Measured("gift", "gift", "USD", "$", 0.0, 10.0, 1.0, True, True)
CONTRAST = Contrast(name="one against two", factor="arm", higher="one", lower="two")


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """40 people x 6 stories in two arms; people and stories differ; gifts from 0 to 10."""
    rng = np.random.default_rng(11)
    person = np.repeat(np.arange(40), 6)
    story = (np.tile(np.arange(6), 40) + person) % 12
    arm = np.where(person % 2 == 0, "one", "two")
    wish = 2 + 3 * (arm == "one") + rng.normal(0, 1, 40)[person] + rng.normal(0, 1, 12)[story]
    gift = np.clip(np.round(wish + rng.normal(0, 2, 240)), 0, 10)
    return pd.DataFrame(
        {"participant": person.astype(str), "stimulus": story.astype(str), "arm": arm, "gift": gift}
    )


def planned(formula: str, family: str = "gaussian") -> PlannedModel:
    return PlannedModel(
        name="m", measure="gift", formula=formula, family=family, contrasts=(CONTRAST,)
    )


@pytest.mark.parametrize(
    ("family", "part"),
    [("gaussian", ""), ("tobit", ""), ("ordinal", ""), ("two_part", "whether")],
)
def test_families_see_the_effect(answers, family, part):
    model = planned("arm + (1|participant) + (1|stimulus)", family)
    live = fit_planned(model, answers, GIFT)
    assert live.told.fitted == "gift ~ arm + (1 | participant) + (1 | stimulus)"
    assert live.told.converged
    protocol = open_study(find("identified_victim.yaml", "protocols")).protocol
    rows = contrast_rows(model, live, protocol, outcome=True)
    own = next(row for row in rows if row["part"] == part)
    assert own["estimate"] > 0
    assert own["p"] < 0.01
    assert ("tost" in own) == (family == "gaussian")


def test_tobit_and_ordinal_are_the_likelihoods_own(answers):
    formula = "arm + (1|participant) + (1|stimulus)"
    tobit = fit_planned(planned(formula, "tobit"), answers, GIFT)
    direct = models.fit(
        answers, "gift ~ arm + (1 | participant) + (1 | stimulus)", "tobit", limits=(0.0, 10.0)
    )
    assert tobit.told.terms["estimate"].tolist() == pytest.approx(direct.terms["estimate"].tolist())
    assert "sigma" in tobit.told.shape["parameter"].tolist()
    ordinal = fit_planned(planned(formula, "ordinal"), answers, GIFT)
    direct = models.fit(answers, "gift ~ arm + (1 | participant) + (1 | stimulus)", "ordinal")
    assert ordinal.told.terms["se"].tolist() == pytest.approx(direct.terms["se"].tolist())


def test_ordered_beta_of_a_scale_that_begins_at_one(answers):
    shifted = answers.assign(gift=1 + answers["gift"])
    about = Measured("gift", "gift", "", "", 1.0, 11.0, 1.0, False, True)
    live = fit_planned(planned("arm + (1|participant)", "ordered_beta"), shifted, about)
    same = fit_planned(planned("arm + (1|participant)", "ordered_beta"), answers, GIFT)
    assert live.told.terms["estimate"].tolist() == pytest.approx(
        same.told.terms["estimate"].tolist()
    )
    assert "No second opinion" in opinion_on(live)[0]


def test_yes_or_no(answers):
    said = answers.assign(gift=(answers["gift"] > 4).astype(float))
    live = fit_planned(planned("arm + (1|participant)", "binomial"), said, GIFT)
    assert live.told.terms.loc[1, "estimate"] < 0
    assert "The two agree" in opinion_on(live)[0]
    assert "e-" not in opinion_on(live)[0].split("largest difference")[1]


def test_one_row_each_is_a_linear_model_with_hc3(answers):
    once = answers.drop_duplicates("participant").reset_index(drop=True)
    live = fit_planned(planned("arm + (1|participant)"), once, GIFT)
    direct = models.fit(once, "gift ~ arm")
    assert live.told.terms["se"].tolist() == pytest.approx(direct.terms["se"].tolist())
    assert any("each participant has a single row" in note for note in live.told.notes)
    assert live.told.fitted == "gift ~ arm"


def test_unmodelled_people_get_clustered_errors(answers):
    live = fit_planned(planned("arm"), answers, GIFT)
    direct = models.fit(answers, "gift ~ arm", cluster="participant")
    assert live.told.terms["se"].tolist() == pytest.approx(direct.terms["se"].tolist())
    assert "clustered by participant" in live.told.method


def test_a_story_that_stands_for_its_arm_is_left_out_and_told(answers):
    alone = answers.assign(stimulus=np.where(answers["arm"] == "one", "a", "b"))
    live = fit_planned(planned("arm + (1|participant) + (1|stimulus)"), alone, GIFT)
    assert "stimulus" not in live.told.fitted
    assert any("stimulus" in note for note in live.told.notes)


def test_slopes_are_left_out_where_a_likelihood_has_none(answers):
    model = planned("arm + (1 + arm|stimulus) + (1|participant)", "tobit")
    live = fit_planned(model, answers, GIFT)
    assert "(1 | stimulus)" in live.told.fitted
    assert any("random intercepts only" in note for note in live.told.notes)
    gaussian = fit_planned(planned("arm + (1 + arm|stimulus) + (1|participant)"), answers, GIFT)
    assert "(1 + arm | stimulus)" in gaussian.told.fitted
    assert len(gaussian.told.random) == 4


def test_no_second_opinion_that_would_take_minutes(answers):
    """2,200 people by 16 appeals of 6 numbers took more than five minutes."""
    many = pd.concat(
        [answers.assign(participant=f"{k}_" + answers["participant"]) for k in range(6)],
        ignore_index=True,
    )
    many = many.assign(topic=[f"{i % 60}" for i in range(len(many))])
    formula = "arm + (1|participant) + (1|stimulus) + (1|topic)"
    live = fit_planned(planned(formula, "two_part"), many, GIFT)
    said, table = opinion_on(live)
    assert said.count("would take minutes") == 2
    assert "240 of participant" in said
    assert table.empty
