"""A study from its name to its report, as a notebook does it; wrong arguments raise an error with a message."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

import compassion
from analysis.data.load import Data
from analysis.errors import AnalysisError
from analysis.simulate import Simulation
from experiments.study import Study

N = 40


@pytest.fixture(scope="module")
def study() -> Study:
    return compassion.open_study("identified_victim")


@pytest.fixture(scope="module")
def made(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    folder = tmp_path_factory.mktemp("data") / "simulated"
    return compassion.simulate(study, folder, N, "identified_victim_dollars", mode="real", seed=4)


@pytest.fixture(scope="module")
def data(made: Simulation) -> Data:
    return compassion.load(made)


def test_a_study_is_found_by_its_name_or_by_its_file(study: Study) -> None:
    assert compassion.open_study(study.path).hash == study.hash
    with pytest.raises(FileNotFoundError, match="tried"):
        compassion.open_study("no_such_study")


def test_trials_are_wide_with_factors_in_the_protocol_s_order(data: Data, study: Study) -> None:
    trials = data.trials
    assert {"participant", "victim", "item", "appeal_donation"} <= set(trials.columns)
    assert not trials.duplicated(["participant", "session", "step", "trial"]).any()
    assert tuple(trials["victim"].cat.categories) == study.levels["victim"]
    assert trials["victim"].cat.ordered
    rows = data.rows
    asked = rows[(rows["measure"] == "appeal.donation") & (rows["status"] == "answered")]
    assert trials["appeal_donation"].count() == len(asked)


def test_participants_and_sessions_have_one_row_for_each_session(data: Data) -> None:
    assert len(data.participants) == len(data.sessions) == N
    assert {"consent_age", "demographics_gender", "victim"} <= set(data.participants.columns)
    summary = data.summary()
    assert "SIMULATED: nobody gave these answers." in summary
    assert f"{N} sessions: " in summary
    assert data.table().equals(data.trials)


def test_exclusions_have_their_audit_and_scores_their_reliability(data: Data) -> None:
    kept = compassion.exclude(data)
    assert len(kept.data.sessions) == N - len(
        kept.audit[kept.audit["applies"] != "sensitivity only"]["participant"].unique()
    )
    assert "Sessions left after each rule" in kept.summary()
    assert kept.table()["rule"].tolist() == kept.counts["rule"].tolist()
    scores = compassion.score(kept.data)
    assert len(scores.table()) == len(kept.data.sessions)
    assert "feelings5" in scores.summary()
    for shown in (data, kept, scores):
        axes = Figure().subplots()
        assert shown.plot(axes) is axes
        assert shown._repr_html_().startswith("<div>")


def test_trials_go_into_a_model_as_they_are(data: Data) -> None:
    model = compassion.fit("appeal_donation ~ victim", compassion.exclude(data).data.trials)
    assert model.names == ("Intercept", "victim[statistical]", "victim[joint]")


def test_the_report_is_that_of_the_plan(data: Data, tmp_path: Path) -> None:
    page = compassion.report(data, tmp_path / "report")
    assert page.html.is_file()
    assert page.pdf is None
    assert "SIMULATED" in page.summary()
    assert "identified - statistical" in page.table()["contrast"].tolist()
    assert page.plot(Figure().subplots()).get_xlabel().endswith("SIMULATED")


def test_power_shows_its_sentences_and_its_table(study: Study, tmp_path: Path) -> None:
    found = compassion.power(
        study, n=[100], effect=[0, 0.5], test=["gift: identified - statistical"],
        cache=tmp_path,
    )  # fmt: skip
    assert "SIMULATED studies, no data." in found.summary()
    table = found.table()
    at = table[(table["per_cell"] == 100) & (table["d"] == 0.5)]
    assert 0.5 < at["power"].item() < 1
    assert "power for the smallest effect" in found.plot(Figure().subplots()).get_ylabel()


def test_result_files_of_a_host_are_read_without_a_collection(
    made: Simulation, study: Study, data: Data, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.jsonl"
    rows = data.rows[data.rows["participant"] == data.rows["participant"].iloc[0]]
    plain = rows.drop(columns=list(data.factors)).astype(object)
    plain = plain.where(plain.notna(), None)
    lines = plain.to_dict("records")
    for line in lines:
        line["cells"] = (
            json.loads(line["cells"]) if isinstance(line["cells"], str) else line["cells"]
        )
    saved.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    found = compassion.load(saved, study, host="file")
    assert found.sources == (str(saved),)
    pd.testing.assert_series_equal(
        found.trials["appeal_donation"], data.trials["appeal_donation"][: len(found.trials)]
    )
    with pytest.raises(AnalysisError, match="do not contain the protocol"):
        compassion.load(saved, host="file")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: compassion.load("nowhere"), "nowhere does not exist"),
        (lambda: compassion.exclude("data"), "takes the data of a study; found str"),
        (lambda: compassion.score(pd.DataFrame()), "data = load(folder), then score(data)"),
        (lambda: compassion.report("data", "report"), "data = load(folder), then report(data, folder)"),
        (lambda: compassion.power("study"), "study = open_study('study.yaml'), then power(study)"),
        (lambda: compassion.simulate("study", "x", 3), "takes a study; found str"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_sentence(call: Callable[[], object], sentence: str) -> None:
    with pytest.raises(AnalysisError) as error:
        call()
    assert sentence in str(error.value)
