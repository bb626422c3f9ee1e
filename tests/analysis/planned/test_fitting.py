"""Every likelihood that a study can plan, with the random terms that the data can identify."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.curves.claims import contrast_label
from analysis.models import lee_bounds
from analysis.planned.bounds import bounds_of
from analysis.planned.contrasts import contrast_rows
from analysis.planned.fitted import ModelResults
from analysis.planned.fitting import PlannedFit, fit_planned, model_means
from analysis.planned.plan import Planned
from analysis.planned.results import MeasureInfo
from analysis.planned.second_engine import fit_second_engine
from analysis.report.filters import templates
from experiments.protocol.sections import SmallestEffect
from tests.analysis.planned.written import factor
from tests.analysis.planned.written import planned as written

GIFT = MeasureInfo("gift", "gift", "USD", "$", 0.0, 10.0, gift=True, outcome=True)
ARM = {"arm": factor("one", "two")}
SMALLEST = SmallestEffect(d=0.2, because="A convention.")


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """40 people x 6 stories in two arms; people and stories differ; gifts from 0 to 10."""
    rng = np.random.default_rng(11)
    person = np.repeat(np.arange(40), 6)
    story = (np.tile(np.arange(6), 40) + person) % 12
    arm = np.where(person % 2 == 0, "one", "two")
    latent = 2 + 3 * (arm == "one") + rng.normal(0, 1, 40)[person] + rng.normal(0, 1, 12)[story]
    gift = np.clip(np.round(latent + rng.normal(0, 2, 240)), 0, 10)
    return pd.DataFrame(
        {"participant": person.astype(str), "item": story.astype(str), "arm": arm, "gift": gift}
    )


def planned(
    right: str, family: str = "gaussian", contrasts: Sequence[str] = ("one - two",)
) -> Planned:
    return written(f"gift ~ {right}", contrasts, family, factors=ARM)[0]


def fit(plan: Planned, frame: pd.DataFrame, measure: MeasureInfo = GIFT) -> PlannedFit:
    _, predictors = written("gift ~ arm", factors={"arm": factor("one", "two", "three")})
    return fit_planned(plan, frame, predictors, measure)


LABELS = SimpleNamespace(label=contrast_label)
"""The results of a mode, as far as labels need them."""


def template():
    return templates().get_template("report/models.html.j2").module


def notes(fitted: ModelResults) -> str:
    return str(template().notes(fitted, LABELS))


@pytest.mark.parametrize(
    ("family", "part"),
    [("gaussian", ""), ("tobit", ""), ("ordinal", ""), ("two_part", "whether")],
)
def test_families_see_the_effect(answers, family, part):
    model = planned("arm + (1 | participant) + (1 | item)", family)
    planned_fit = fit(model, answers)
    fitted = planned_fit.results()
    assert fitted.formula == "gift ~ arm + (1 | participant) + (1 | item)"
    assert fitted.converged
    rows = contrast_rows(planned_fit, SMALLEST, {})
    own = next(row for row in rows if row["part"] == part)
    assert own["estimate"] > 0
    assert own["p"] < 0.01
    assert ("tost_p" in own) == (family == "gaussian")


def test_tobit_and_ordinal_are_the_likelihoods_own(answers):
    formula = "arm + (1 | participant) + (1 | item)"
    tobit = fit(planned(formula, "tobit"), answers)
    direct = models.fit(
        answers, "gift ~ arm + (1 | participant) + (1 | item)", "tobit", limits=(0.0, 10.0)
    )
    assert tobit.results().terms["estimate"].tolist() == pytest.approx(
        direct.terms["estimate"].tolist()
    )
    assert "sigma" in tobit.results().shape["parameter"].tolist()
    ordinal = fit(planned(formula, "ordinal"), answers)
    direct = models.fit(answers, "gift ~ arm + (1 | participant) + (1 | item)", "ordinal")
    assert ordinal.results().terms["se"].tolist() == pytest.approx(direct.terms["se"].tolist())


def test_ordered_beta_of_a_scale_that_begins_at_one(answers):
    shifted = answers.assign(gift=1 + answers["gift"])
    about = MeasureInfo("gift", "gift", low=1.0, high=11.0, outcome=True)
    planned_fit = fit(planned("arm + (1 | participant)", "ordered_beta"), shifted, about)
    same = fit(planned("arm + (1 | participant)", "ordered_beta"), answers)
    assert planned_fit.results().terms["estimate"].tolist() == pytest.approx(
        same.results().terms["estimate"].tolist()
    )
    (opinion,), _ = fit_second_engine(planned_fit)
    assert str(template().opinion(opinion)).startswith(
        "Not fitted by a second engine: no other engine"
    )


def test_yes_or_no(answers):
    gave = answers.assign(gift=(answers["gift"] > 4).astype(float))
    planned_fit = fit(planned("arm + (1 | participant)", "binomial"), gave)
    assert planned_fit.results().terms.loc[1, "estimate"] < 0
    (opinion,), _ = fit_second_engine(planned_fit)
    assert opinion.agrees
    words = str(template().opinion(opinion))
    assert "The two engines agree" in words
    assert "e-" not in words.split("largest difference")[1]
    assert "The two engines DISAGREE" in str(template().opinion(replace(opinion, difference=0.7)))
    assert (
        str(template().method(planned_fit.results()))
        == "Logistic mixed model, Laplace approximation"
    )


def test_one_row_each_is_a_linear_model_with_unequal_variances(answers):
    once = answers.drop_duplicates("participant").reset_index(drop=True)
    planned_fit = fit(planned("arm + (1 | participant)"), once)
    direct = models.fit(once, "gift ~ arm")
    assert planned_fit.results().terms["se"].tolist() == pytest.approx(direct.terms["se"].tolist())
    assert "each participant has a single row" in notes(planned_fit.results())
    assert "with HC2 standard errors and Satter" in str(template().method(planned_fit.results()))
    assert planned_fit.results().formula == "gift ~ arm"


def test_repeated_measures_without_a_random_effect_get_clustered_errors(answers):
    planned_fit = fit(planned("arm"), answers)
    direct = models.fit(answers, "gift ~ arm", cluster="participant")
    assert planned_fit.results().terms["se"].tolist() == pytest.approx(direct.terms["se"].tolist())
    assert "clustered by participant" in str(template().method(planned_fit.results()))


def test_a_likelihood_with_independent_answers_has_a_note(answers):
    gave = answers.assign(gift=(answers["gift"] > 4).astype(float))
    fitted = fit(planned("arm", "binomial"), gave).results()
    assert "the model has no term for participants" in notes(fitted)
    assert str(template().method(fitted)) == "Logistic regression model"


def test_a_cell_of_one_answer_has_equal_variances(answers):
    once = answers.drop_duplicates("participant").reset_index(drop=True)
    once.loc[0, "arm"] = "three"
    fitted = fit(planned("arm"), once).results()
    assert fitted.errors == "classical"
    assert "A cell has only one observation" in notes(fitted)
    assert "Equal variances were assumed instead." in notes(fitted)


def test_a_story_that_cannot_be_distinguished_from_its_arm_is_left_out_with_a_note(answers):
    alone = answers.assign(item=np.where(answers["arm"] == "one", "a", "b"))
    planned_fit = fit(planned("arm + (1 | participant) + (1 | item)"), alone)
    assert "item" not in planned_fit.results().formula
    assert "item" in notes(planned_fit.results())


def test_slopes_are_left_out_where_a_likelihood_has_none(answers):
    model = planned("arm + (arm | item) + (1 | participant)", "tobit")
    planned_fit = fit(model, answers)
    assert "(1 | item)" in planned_fit.results().formula
    assert "random intercepts only" in notes(planned_fit.results())
    steps = np.random.default_rng(4).normal(0, 3, 12)[answers["item"].astype(int)]
    steep = answers.assign(gift=answers["gift"] + steps * (answers["arm"] == "two"))
    gaussian = fit(planned("arm + (arm | item) + (1 | participant)"), steep)
    assert "(arm | item)" in gaussian.results().formula
    assert len(gaussian.results().random) == 4


def test_no_second_opinion_that_would_take_minutes(answers):
    """2,200 people by 16 appeals of 6 numbers took more than five minutes."""
    many = pd.concat(
        [answers.assign(participant=f"{k}_" + answers["participant"]) for k in range(6)],
        ignore_index=True,
    )
    many = many.assign(topic=[f"{i % 60}" for i in range(len(many))])
    formula = "arm + (1 | participant) + (1 | item) + (1 | topic)"
    planned_fit = fit(planned(formula, "two_part"), many)
    second_fits, table = fit_second_engine(planned_fit)
    assert ["would take minutes" in opinion.failed for opinion in second_fits] == [True, True]
    assert "240 of participant" in second_fits[0].failed
    assert table.empty


def gifts(within: bool = False) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "participant": [f"p{i // 2 if within else i:02d}" for i in range(80)],
            "item": "s",
            "arm": ["one", "two"] * 40,
            "gift": np.random.default_rng(3).poisson(1.2, 80).astype(float),
        }
    )


def test_bounds_of_the_contrast_that_another_model_plans():
    frame, model = gifts(), planned("arm", "two_part", ())
    planned_fit = fit(model, frame)
    (row,) = bounds_of(planned_fit, [model, planned("arm")], 7).to_dict("records")
    one, two = (frame.loc[frame["arm"] == arm, "gift"].to_numpy() for arm in ("one", "two"))
    expected = lee_bounds(one, two, np.random.default_rng([7, 0]))
    assert row["contrast"] == "one - two"
    assert (row["lower"], row["ci_high"]) == (expected.lower, expected.ci_high)
    words = str(template().bounds(row, LABELS))
    assert re.search(
        r"lies between \u2212?\d.* and \u2212?\d.*zero is (in|out)side this interval\.$", words
    )
    outside = str(template().bounds({**row, "ci_low": 0.5, "ci_high": 1.0}, LABELS))
    assert outside.endswith("zero is outside this interval.")


def test_within_participant_conditions_have_no_lee_bounds():
    planned_fit = fit(planned("arm", "two_part"), gifts(within=True))
    (row,) = bounds_of(planned_fit, [], 7).to_dict("records")
    assert "cannot be computed. Participants saw both conditions" in str(
        template().bounds(row, LABELS)
    )


def test_answers_without_a_predictor_are_left_out_with_a_note(answers):
    frame = answers.assign(arm=answers["arm"].where(answers.index >= 12))
    fitted = fit(planned("arm + (1 | participant)"), frame).results()
    assert fitted.n == 228
    assert "12 of 240 rows are left out because a value is missing (arm: 12)" in notes(fitted)


def test_answers_in_words_are_numbers_in_the_order_of_the_options(answers):
    words = pd.Categorical(np.where(answers["gift"] > 4, "yes", "no"), ["yes", "no"], ordered=True)
    in_words = fit(planned("arm + (1 | participant)", "binomial"), answers.assign(gift=words))
    gave = answers.assign(gift=(answers["gift"] > 4).astype(float))
    as_numbers = fit(planned("arm + (1 | participant)", "binomial"), gave)
    assert in_words.results().terms["estimate"].tolist() == pytest.approx(
        as_numbers.results().terms["estimate"].tolist()
    )


def test_means_of_cells_are_on_the_scale_of_the_answers(answers):
    gave = answers.assign(gift=(answers["gift"] > 4).astype(float))
    table = model_means(fit(planned("arm", "binomial"), gave))
    assert table["level"].tolist() == ["one", "two"]
    expected = gave.groupby("arm")["gift"].mean()
    assert table["estimate"].tolist() == pytest.approx(expected.tolist(), abs=1e-6)
    assert table["se"].isna().all()


def test_a_term_at_zero_leaves_and_the_plan_is_kept(answers):
    rng = np.random.default_rng(2)
    frame = answers.assign(gift=answers["gift"] + rng.normal(0, 0.1, 240), topic=np.arange(240) % 7)
    frame["topic"] = frame["topic"].astype(str)
    fitted = fit(planned("arm + (1 | participant) + (1 | item) + (1 | topic)"), frame).results()
    assert fitted.planned.endswith("+ (1 | participant) + (1 | item) + (1 | topic)")
    assert fitted.formula == "gift ~ arm + (1 | participant) + (1 | item)"
    assert "(1 | topic) is left out: its variance is estimated at zero" in notes(fitted)
    assert not fitted.singular
