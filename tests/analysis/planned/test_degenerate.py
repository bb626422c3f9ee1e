"""Degenerate data: each part reports what cannot be estimated, the others are analysed, and nothing crashes."""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest

from analysis.planned import analyse_data
from analysis.report import page
from experiments.session.journal import Damage

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _quiet():
    """No numerical warning reaches the user."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        yield


def failed(result, name):
    return next(model.failed for model in result.models if model.name == name)


def test_nobody_gave_anything(letters, degenerate):
    data, study = letters
    results = analyse_data(degenerate["value"](data, "appeal.donation", 0.0), study)
    result = results.modes[0]
    assert "Every value of 'donation' is 0" in failed(result, "gift")
    assert "Nobody gave anything" in failed(result, "gift in two parts")
    assert result.comparison.failed
    assert not result.comparison.best_supported
    assert not failed(result, "feelings: feelings5")
    failures = result.contrasts.groupby("model", sort=False)["failed"].agg(
        lambda own: (own != "").sum()
    )
    assert failures["gift"] == 3
    assert failures["gift in two parts"] == 2
    assert failures["feelings: feelings5"] == 0
    assert result.spikes["nothing"].tolist() == [1.0, 1.0, 1.0]
    assert "Nobody gave anything" in page(results)


def test_constant_ratings(groups, degenerate):
    data, study = groups
    result = analyse_data(degenerate["value"](data, "vignettes.distress", 50.0), study).modes[0]
    assert "Every value of 'distress' is 50" in failed(result, "others: distress")
    assert not failed(result, "compassion")
    assert result.comparison.failed == ""


@pytest.mark.parametrize("n", [2, 5])
def test_a_handful_of_people(numbers, degenerate, n):
    data, study = numbers
    results = analyse_data(degenerate["first"](data, n), study)
    result = results.modes[0]
    assert result.comparison.best_supported == ""
    if n < 5:
        assert (
            "too few to test the claim" in result.comparison.failed
            or "are the same" in result.comparison.failed
        )
    assert "No verdict" in page(results) or "Undetermined" in page(results)


def test_one_person_in_a_within_design_is_no_verdict(groups, degenerate):
    data, study = groups
    result = analyse_data(degenerate["first"](data, 1), study).modes[0]
    assert "1 participant is too few to test the claim" in result.comparison.failed
    assert all(model.failed for model in result.models)
    assert "The data have only one participant: at least 5 are needed" in failed(
        result, "compassion"
    )


def test_a_cell_without_data(letters, degenerate):
    data, study = letters
    results = analyse_data(degenerate["without"](data, "victim", "joint"), study)
    result = results.modes[0]
    why = result.contrasts.set_index(["model", "contrast"])["failed"]
    assert "no answers at victim = joint" in why["gift", "identified - joint"]
    assert why["gift", "identified - statistical"] == ""
    assert (
        result.cells.set_index(["measure", "level"]).loc[
            ("donation", "the child and the statistics"), "n"
        ]
        == 0
    )
    assert "two_cells" in result.comparison.verdict.reasons
    assert "no answers at victim = joint" in page(results)


def test_everybody_excluded(letters):
    data, study = letters
    rows = data.rows.copy()
    rows.loc[rows["measure"].isin(["attention.attention", "comprehension.money"]), "correct"] = (
        False
    )
    results = analyse_data(replace(data, rows=rows), study)
    result = results.modes[0]
    assert result.analysed == 0
    assert result.notes == ("All sessions are excluded, so no participants are left to analyse.",)
    assert result.verdicts["participants"].tolist()[0] == 0
    assert result.verdicts["participants"].tolist()[1] > 50
    assert "no participants are left to analyse" in page(results)


def test_no_session_yet(letters):
    data, study = letters
    results = analyse_data(data.only(data.sessions.head(0)), study)
    assert results.modes[0].sessions == 0
    assert "There are no sessions in the data yet" in page(results)
    assert all(isinstance(table, object) for table in results.tables().values())


def test_damaged_lines_are_in_the_report(letters, degenerate):
    """Unreadable lines are missing from every number, so the report begins with them."""
    data, study = letters
    faulty = "this row is faulty: 'number' should be number, found 'five'"
    damaged = replace(
        degenerate["first"](data, 3),
        damage=tuple(Damage("s.jsonl", k, faulty) for k in range(1, 13)),
    )
    for some in (damaged, damaged.only(damaged.sessions.head(0))):
        results = analyse_data(some, study)
        notes = [note for note in results.modes[0].notes if "faulty" in note or "damaged" in note]
        assert notes[0].startswith("s.jsonl:1: this row is faulty")
        assert notes[-1] == "2 more damaged lines were left out."
        assert len(notes) == 11
    assert "s.jsonl:1: this row is faulty" in page(results)


@pytest.mark.parametrize("value", [-1.0, float("inf")])
def test_answers_that_nobody_can_have_given(letters, degenerate, value):
    data, study = letters
    results = analyse_data(degenerate["value"](data, "appeal.donation", value), study)
    result = results.modes[0]
    assert "are not between 0 and 5, which the protocol allows (sim" in failed(result, "gift")
    assert "Nothing was left out" in result.comparison.failed
    assert not failed(result, "feelings: feelings5")


def test_only_people_who_left(numbers):
    data, study = numbers
    gone = data.only(data.sessions[data.sessions["outcome"] != "complete"])
    results = analyse_data(gone, study)
    assert results.modes[0].complete == 0
    assert page(results)
