"""Every planned model is fitted once to simulated participants before there are data."""

from __future__ import annotations

from dataclasses import replace

import pytest
import small_study

from analysis.models.messages import EstimationError
from analysis.planned import rehearsal
from analysis.planned.checking import check_deeply
from analysis.planned.rehearsal import rehearse
from experiments.files.faults import InvalidFileError
from experiments.places import find
from experiments.study import open_study

PLAN = "analysis: compassion ~ group * severity"
SAMPLE = "sample: {participants: 60}"


def changed(folder, *changes):
    text = small_study.TEXT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return small_study.write(folder, text)


def with_column(folder, column):
    return changed(
        folder,
        (PLAN, "analysis:\n  main: compassion ~ group * severity\n  other: odd ~ group"),
        (SAMPLE, f"columns: {{odd: {column}}}\n{SAMPLE}"),
    )


@pytest.fixture
def fitted(monkeypatch):
    """Return the models that are fitted: outcome, family, participants."""
    seen = []
    real = rehearsal.fit_planned

    def fit(planned, frame, predictors, measure):
        seen.append((planned.name, planned.family, frame["participant"].nunique()))
        return real(planned, frame, predictors, measure)

    monkeypatch.setattr(rehearsal, "fit_planned", fit)
    return seen


def test_every_model_of_a_shipped_study_is_fitted_once(fitted):
    study = open_study(find("identified_victim.yaml", "protocols"))
    assert rehearse(study) == ([], [])
    # In its three modes the models are the same.
    assert [name for name, *_ in fitted] == [
        "gift",
        "gift in two parts",
        "feelings: feelings5",
        "feelings: perceived_impact3",
    ]
    assert {people for *_, people in fitted} == {24}


def test_a_model_is_fitted_again_in_a_mode_with_another_design(fitted):
    assert rehearse(open_study(find("compassion_collapse.yaml", "protocols"))) == ([], [])
    names = [name for name, *_ in fitted]
    assert len(names) == 10
    assert len(set(names)) == 5


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("compassion / (compassion - compassion)", "'odd' divides by 'compassion - compassion'"),
        ("log(compassion - compassion)", "'odd' takes the logarithm of 'compassion - compassion'"),
    ],
)
def test_a_column_that_cannot_be_computed_is_a_mistake_of_its_model(tmp_path, column, message):
    study = with_column(tmp_path, column)
    with pytest.raises(InvalidFileError) as error:
        check_deeply(study)
    (fault,) = error.value.faults
    assert message in fault.found
    assert fault.found.startswith("the model of 'odd' cannot be fitted to 60 simulated")
    assert str(fault).startswith(f"{study.path}:18:3: analysis.other: ")
    assert (
        fault.remedy == "Compute it so that this cannot be, or leave these rows out with 'where'."
    )


def test_a_family_that_the_answers_cannot_have_is_a_mistake(tmp_path):
    study = changed(
        tmp_path,
        (PLAN, "analysis: {formula: compassion ~ group * severity, family: binomial}"),
    )
    (fault,), notes = rehearse(study)
    assert "A yes/no answer must be 0 or 1; 'compassion' runs from 1 to 7" in fault.found
    assert notes == []


def test_what_depends_on_the_answers_is_a_note(tmp_path):
    study = with_column(tmp_path, "compassion - compassion")
    (note,) = check_deeply(study)
    assert "Every value of 'odd' is 0" in note.found
    assert note.line == 18


def test_only_models_that_fail_with_few_participants_are_tried_with_all(tmp_path, fitted):
    rehearse(with_column(tmp_path, "compassion - compassion"))
    assert [(name, people) for name, _, people in fitted] == [
        ("main", 24),
        ("other", 24),
        ("other", 60),
    ]


def test_small_samples_are_fitted_as_planned(tmp_path, fitted):
    assert rehearse(changed(tmp_path, (SAMPLE, "sample: {participants: 8}"))) == ([], [])
    assert [people for *_, people in fitted] == [8]
    faults, (note,) = rehearse(changed(tmp_path, (SAMPLE, "sample: {participants: 4}")))
    assert faults == []
    assert "cannot be fitted to 4 simulated participants: The data have only 4" in note.found


def test_a_part_that_cannot_be_fitted_is_a_note(monkeypatch):
    """The amount of a two-part model, where nobody gives in a condition of these simulated participants."""
    why = EstimationError("no_amounts", cells=["victim = joint (0 of 8)"])
    real = rehearsal.fit_planned

    def fit(planned, frame, predictors, measure):
        found = real(planned, frame, predictors, measure)
        return replace(found, absent={"how much": why}) if planned.family == "two_part" else found

    monkeypatch.setattr(rehearsal, "fit_planned", fit)
    faults, notes = rehearse(open_study(find("identified_victim.yaml", "protocols")))
    assert faults == []
    assert ["Nobody gave anything at victim = joint (0 of 8)" in str(each) for each in notes] == [
        True
    ]
