"""The tables of planned models: made once, filtered for each selection of sessions, refused where there are no answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.conditions import with_conditions
from analysis.data.load import Data, load, trials
from analysis.data.trials import Trials
from analysis.errors import AnalysisError
from analysis.simulate import Assumptions, simulate
from experiments.places import shipped_folder
from experiments.protocol.plan import PlannedModel
from experiments.study import Study, open_study

SMALL = Path(__file__).resolve().parents[1] / "small_study" / "small.yaml"


def planning(study: Study, *measures: str) -> Study:
    """The study with planned models of these measures."""
    models = tuple(PlannedModel(name=m, measure=m, formula="victims") for m in measures)
    analysis = study.protocol.analysis.model_copy(update={"models": models})
    return replace(study, protocol=study.protocol.model_copy(update={"analysis": analysis}))


@pytest.fixture(scope="module")
def study() -> Study:
    return planning(open_study(SMALL), "donation", "feelings5", "ipip_sympathy", "warmth")


@pytest.fixture(scope="module")
def data(study: Study, tmp_path_factory) -> Data:
    path = tmp_path_factory.mktemp("data") / "s"
    assumed = Assumptions(careless=0, skipping=0.3, declines=0)
    simulate(study, path, 80, "M5", 4, mode="between", dropout=0, assumed=assumed)
    return with_conditions(load(path), study)


def given(data: Data) -> pd.DataFrame:
    """Rows with a donation."""
    rows = data.rows
    return rows[(rows["measure"] == "donation") & (rows["status"] == "answered")]


def test_what_a_model_explains_is_a_trial_or_a_score(data: Data, study: Study) -> None:
    made = Trials.of(data, study, "between")
    feelings = made.table("feelings5")
    assert {"participant", "victims", "feelings5"} <= set(feelings.columns)
    assert feelings["victims"].dtype == "int64"
    assert feelings["feelings5"].notna().all()
    assert len(made.table("donation")) == len(given(data))
    with pytest.raises(AnalysisError, match="'warmth' was not asked"):
        made.table("warmth")


def test_fewer_sessions_have_the_same_tables_as_if_they_were_all(data: Data, study: Study) -> None:
    some = data.only(data.sessions.iloc[::3])
    filtered, made = Trials.of(data, study, "between").only(some), Trials.of(some, study, "between")
    for measure in ("donation", "feelings5", "ipip_sympathy"):
        pd.testing.assert_frame_equal(filtered.table(measure), made.table(measure))
    pd.testing.assert_frame_equal(filtered.table("donation"), trials(some, "donation"))
    pd.testing.assert_frame_equal(filtered.scores.reliability, made.scores.reliability)


def test_answers_outside_the_range_of_a_measure_are_refused(data: Data, study: Study) -> None:
    """Impossible answers make the analyses of their session refuse, and no others."""
    assert Trials.of(data, study, "between").table("donation")["donation"].max() <= 5
    rows, faulty = data.rows.copy(), given(data).iloc[0]
    rows.loc[faulty.name, "number"] = 5.5
    made = Trials.of(replace(data, rows=rows), study, "between")
    with pytest.raises(
        AnalysisError, match=r"1 of \d+ answers to 'donation' are not between 0 and 5"
    ):
        made.table("donation")
    others = data.only(data.sessions[data.sessions["participant"] != faulty["participant"]])
    pd.testing.assert_frame_equal(
        made.only(others).table("donation"), Trials.of(others, study, "between").table("donation")
    )


def test_a_text_among_numbers_makes_texts_of_the_sessions_with_it_only(
    data: Data, study: Study
) -> None:
    rows, faulty = data.rows.copy(), given(data).iloc[0]
    rows.loc[faulty.name, ["number", "value"]] = [None, "five"]
    made = Trials.of(replace(data, rows=rows), study, "between")
    with pytest.raises(AnalysisError, match=r"1 of \d+ answers .*: five"):
        made.table("donation")
    others = data.only(data.sessions[data.sessions["participant"] != faulty["participant"]])
    assert made.only(others).table("donation")["donation"].dtype == "float64"


def test_a_score_carries_the_stimulus_where_each_person_met_one(tmp_path, data, study) -> None:
    letters = open_study(shipped_folder("protocols") / "identified_victim.yaml")
    simulate(letters, tmp_path / "s", 30, "letters_indifferent", 2)
    found = with_conditions(load(tmp_path / "s"), letters)
    made = Trials.of(found, letters, "letters")
    feelings = made.table("feelings5").set_index("participant")["stimulus"]
    read = made.table("donation").set_index("participant")["stimulus"]
    assert feelings.to_dict() == {person: read[person] for person in feelings.index}
    assert feelings.nunique() > 4
    rows = data.rows.copy()
    own = rows.index[rows["phase"] == "trials"][0]
    rows.loc[own, "stimulus"] = "well"
    made = Trials.of(replace(data, rows=rows), study, "between")
    assert "stimulus" not in made.table("feelings5")
    others = data.sessions[data.sessions["participant"] != rows.loc[own, "participant"]]
    assert "stimulus" in made.only(data.only(others)).table("feelings5")


def test_scales_that_cannot_be_explained_are_refused(data: Data, study: Study) -> None:
    items = data.rows["measure"].str.startswith("feelings5.")
    made = Trials.of(replace(data, rows=data.rows[~items]), study, "between")
    assert made.answered("feelings5").empty
    with pytest.raises(AnalysisError, match="No participant answered the scale 'feelings5'"):
        made.table("feelings5")
    nobody = Trials.of(data.only(data.sessions.head(0)), study, "between")
    assert nobody.answered("donation").empty
    assert nobody.answered("feelings5").empty
    scale = study.scales["feelings5"]
    halves = dict.fromkeys(("first", "second"), next(iter(scale.subscales.values())))
    several = replace(study, scales={"feelings5": scale.model_copy(update={"subscales": halves})})
    with pytest.raises(AnalysisError, match=r"Name one: feelings5\.first, feelings5\.second"):
        Trials.of(data, several, "between").table("feelings5")
