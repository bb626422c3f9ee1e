"""The whole analysis on a shipped study: tables, sentences, page, and error messages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from analysis.curves.compare import UNDETERMINED
from analysis.errors import AnalysisError
from analysis.planned import analyse, write_results
from analysis.power import (
    Power,
    PowerSettings,
    notes,
    power_of,
    read_power,
    sentences,
    write_power,
)
from analysis.power.check import Loss
from analysis.power.figures import recovery
from analysis.power.inflation import Inflated
from analysis.power.planned_tests import planned_tests
from analysis.power.plans import plans_of
from analysis.power.prior import components_of
from analysis.simulate import Assumptions, simulate
from experiments.errors import UserError
from experiments.places import shipped_folder
from experiments.study import Study, open_study

pytestmark = pytest.mark.slow
TESTS = ("gift", "feelings: feelings5")
GIFT = "gift: identified - statistical"


@pytest.fixture(scope="module")
def found(letters: Study, shared_cache: Path) -> Power:
    settings = PowerSettings(tests=TESTS, sizes=(100,), studies=500, seed=3)
    return power_of(letters, settings, cache=shared_cache)


def test_type_one_error_and_power(found: Power) -> None:
    table = found.tables["power"].set_index(["test", "per_cell", "d"])
    feelings = "feelings: feelings5: identified - statistical"
    # A t test would have .79; here eight letters are a sample, and the effect of their kind varies between them.
    assert table.loc[(feelings, 393, 0.2), "power"] == pytest.approx(0.57, abs=0.03)
    assert table.loc[(feelings, 100, 0.0), "power"] == pytest.approx(0.05, abs=0.035)
    assert table.loc[(feelings, 100, 0.0), "meaning"] == "type I error"
    rising = table.loc[feelings].xs(393, level="per_cell")["power"]
    assert rising.is_monotonic_increasing
    assert (table["power_low"] <= table["power"]).all()
    assert (table["power"] <= table["power_high"]).all()


def test_required_sizes_have_the_power_and_no_smaller_ones_do(found: Power) -> None:
    table = found.tables["required"].dropna(subset=["per_cell"])
    assert len(table) >= 8
    assert (table["power"] >= table["target"]).all()
    about = table[table["asked"] & (table["question"] == "difference")]
    assert (about["power"] - about["target"] < 0.005).all()
    assert (about["invited"] > about["total"]).all()


def test_quality_compares_reported_and_actual_uncertainty(found: Power) -> None:
    own = found.tables["quality"].set_index(["test", "per_cell"])
    letters = own.loc[(GIFT, found.planned)]
    # The variance between eight letters is small, and cannot be estimated below zero: it is too large on average.
    assert letters["type1"] == pytest.approx(0.0464, abs=5e-4)
    assert letters["coverage"] == pytest.approx(1 - letters["type1"], abs=1e-6)
    assert 1.01 < letters["reported_se"] / letters["sd_of_estimates"] < 1.03
    assert letters["df"] == pytest.approx(14, abs=0.1)
    assert letters["method"] == "expected information"


def test_sensitivity_falls_with_size(found: Power) -> None:
    table = found.tables["sensitivity"]
    own = table[(table["test"] == table["test"].iloc[0]) & (table["target"] == 0.8)]
    few, many = own.sort_values("per_cell")["d"]
    assert few > many > 0.15


def test_rows_of_the_confusion_matrix_add_up_to_one(found: Power) -> None:
    table = found.tables["recovery"]
    families = [
        c
        for c in found.tables["recovery_families"].columns
        if c not in ("hypothesis", "size", "true_family", "simulated")
    ]
    assert UNDETERMINED in families
    np.testing.assert_allclose(table[families].sum(axis=1), 1.0)
    np.testing.assert_allclose(found.tables["recovery_families"][families].sum(axis=1), 1.0)
    # The essay's letters are never simulated under a null effect.
    null = table[table["true_curve"] == "letters_indifferent"]
    assert (null["essay_dollars"] < 0.05).all()


def test_a_curve_that_is_left_out_keeps_its_row_in_the_heat_map(found: Power) -> None:
    table = found.tables["recovery"]
    curves = list(dict.fromkeys(table["true_curve"]))
    gone = (table["true_curve"] == curves[1]) & (table["size"] == "as predicted")
    figure = recovery(replace(found, tables={**found.tables, "recovery": table[~gone]}))
    names = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert names == [name.replace("_", " ") for name in curves]
    whole, cut = ([t for t in axis.texts if "left out" in t.get_text()] for axis in figure.axes)
    assert not whole
    assert [text.get_position()[1] for text in cut] == [1]


def test_a_second_run_finds_the_same_and_computes_nothing(
    letters: Study, found: Power, shared_cache: Path
) -> None:
    blocks = {p: p.stat().st_mtime_ns for p in shared_cache.rglob("*.json")}
    again = power_of(
        letters,
        PowerSettings(tests=TESTS, sizes=(100,), studies=500, seed=3),
        cache=shared_cache,
        workers=2,
    )
    assert {p: p.stat().st_mtime_ns for p in shared_cache.rglob("*.json")} == blocks
    for name, table in found.tables.items():
        assert table.equals(again.tables[name]), name


def test_everything_written_is_marked_as_simulated(found: Power, tmp_path: Path) -> None:
    page = write_power(found, tmp_path)
    assert "SIMULATED" in page.read_text(encoding="utf-8")
    for file in (tmp_path / "tables").glob("*.csv"):
        assert "simulated" in file.read_text(encoding="utf-8").splitlines()[0], file
    for file in (tmp_path / "figures").glob("*.svg"):
        assert file.with_suffix(".png").stat().st_size > 10_000
    stored = read_power(tmp_path)
    assert stored["simulated"] is True
    assert stored["sentences"] == sentences(found)
    assert stored["notes"] == notes(found)
    assert "393 participants per cell after exclusions" in stored["sentences"][0]
    assert stored["smallest"][GIFT] == stored["effect"][GIFT] == 0.2
    json.dumps(stored, allow_nan=False)


def test_prior_from_yaml_changes_the_power(letters: Study, tmp_path: Path) -> None:
    file = tmp_path / "prior.yaml"
    parts = {"person": 2.0, "stimulus": 1.0, "residual": 1.0}
    file.write_text(
        yaml.safe_dump(
            {"source": "made up for this test", "tag": "C", "components": {"donation": parts}}
        ),
        encoding="utf-8",
    )
    got = components_of(letters, "real", Assumptions(), file)["donation"]
    assert got.shares == {
        "person": 0.5,
        "person_by_level": 0.0,
        "stimulus": 0.25,
        "stimulus_by_level": 0.0,
        "residual": 0.25,
    }
    assert got.cited == "made up for this test [C]"


def test_the_study_names_a_prior(tmp_path: Path) -> None:
    text = (shipped_folder("protocols") / "identified_victim.yaml").read_text(encoding="utf-8")
    file = tmp_path / "identified_victim.yaml"
    file.write_text(
        text.replace("sample:\n", "sample:\n  prior: published.yaml\n"), encoding="utf-8"
    )
    study = open_study(file)
    asked = PowerSettings(tests=("gift: identified - joint",), sizes=(60,), studies=1)
    with pytest.raises(AnalysisError, match=r"published\.yaml does not exist"):
        power_of(study, asked, cache=tmp_path / "cache")
    parts = {"person": 2.0, "stimulus": 1.0, "stimulus_by_level": 1.0, "residual": 1.0}
    prior = {"source": "made up for this test", "tag": "C", "components": {"donation": parts}}
    (tmp_path / "published.yaml").write_text(yaml.safe_dump(prior), encoding="utf-8")
    known = power_of(study, asked, cache=tmp_path / "cache").components["donation"]
    assert known.stimulus_by_level == 0.2
    assert known.cited == "made up for this test [C]"
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump({**prior, "source": "another"}), encoding="utf-8")
    chosen = replace(asked, prior=other)
    assert "another" in str(power_of(study, chosen, cache=tmp_path / "cache").components)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("components: {donation: {person: 1, stimulus: 1, residual: 1}}", "source"),
        (
            "source: x\ncomponents: {donation: {person: -1, stimulus: 1, residual: 1}}",
            "person: found -1",
        ),
        (
            "source: x\ncomponents: {donation: {person: 1, stimulus: 1}}",
            "the key 'residual' is missing",
        ),
        ("source: x\ncomponents: {nothing: {person: 1, stimulus: 1, residual: 1}}", "nothing"),
        (
            "source: x\ncomponents: {donation: {persons: 1}}",
            "donation.persons: this key is unknown here\\n    Did you mean 'person'",
        ),
        ("source: x", "the key 'components' is missing"),
        (
            "source: x\ncomponents: {donation: {person: yes, stimulus: 1, residual: 1}}",
            "Write a number",
        ),
        (
            "source: x\ncomponents: {donation: {person: 1, stimulus: 1, residual: 0}}",
            r"residual: found 0\n    Write a number above 0\.",
        ),
        (
            "source: x\ncomponents: {donation: {person: .nan, stimulus: 1, residual: 1}}",
            "person: found '.nan', which is not a number",
        ),
        ("[1, 2]", "a list begins without a key"),
        ("", "the file has no keys"),
        ("a: " + "[" * 100_000, r"prior\.yaml:1:\d+: this is nested more than 100 levels deep"),
        ("a: [", r"prior\.yaml:1:\d+: a: the bracket '\[' that opens here is not closed"),
    ],
)
def test_bad_priors_are_refused(letters: Study, tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "prior.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=message):
        components_of(letters, "real", Assumptions(), file)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (PowerSettings(tests=("one against nine",)), "There is no planned test"),
        (PowerSettings(mode="imaginary"), "has no mode"),
        (PowerSettings(sizes=(1,)), "With 1 participant per cell"),
        (PowerSettings(sizes=(-5,)), "With -5 participants per cell"),
        (PowerSettings(effects=(-0.2,)), "not between 0"),
        (PowerSettings(targets=(0.01,)), "target power"),
    ],
)
def test_impossible_settings_are_refused(
    letters: Study, shared_cache: Path, settings: PowerSettings, message: str
) -> None:
    with pytest.raises(AnalysisError, match=message):
        power_of(letters, settings, cache=shared_cache)


def test_prior_from_data_and_from_results(letters: Study, tmp_path: Path) -> None:
    simulate(letters, tmp_path / "data", 120, "letters_indifferent", 3)
    of_data = components_of(letters, "real", Assumptions(), tmp_path / "data")
    assert sum(of_data["donation"].shares.values()) == pytest.approx(1)
    assert "SIMULATED data [C]" in of_data["donation"].source
    # Participants answer once, so differences between them are part of the residual.
    assert of_data["donation"].shares["person"] == 0
    assert of_data["donation"].shares["residual"] > 0.7
    results = analyse(tmp_path / "data", letters.path)
    write_results(results, tmp_path / "report")
    of_results = components_of(letters, "real", Assumptions(), tmp_path / "report")
    # The planned model has terms for items and none for participants, who answer once.
    shares, sd = of_results["donation"].shares, results.modes[0].models[0].random
    variance = dict(zip(sd["group"], sd["sd"] ** 2, strict=True))
    assert shares["person_by_level"] == 0.05
    # A term that is estimated at zero leaves the fit; a later study need not have it at zero.
    fitted = variance.get("item:victim")
    kept = 0.05 + (0.01 if fitted is None else 0.0)
    assert shares["stimulus"] == pytest.approx(
        (1 - kept) * variance.get("item", 0.0) / sum(variance.values())
    )
    which = "participants and items" if fitted is None else "participants"
    assert f"{which} by condition as assumed" in of_results["donation"].source


def test_a_test_that_rejects_too_often_is_a_note(found: Power, letters: Study) -> None:
    parts = components_of(letters, "real", Assumptions())
    tests, _ = planned_tests(letters, "real", ["gift"])
    settings = PowerSettings().of(letters)
    (plan,), _ = plans_of(letters, settings, tests, parts, Loss(300, 270, 270, 270))
    own = Inflated(plan, 0.21, 0.19, 0.23, ("(1 | item:victim)",))
    known = len(notes(found))
    (note,) = notes(replace(found, inflated=(own,)))[known:]
    assert note.startswith(
        "gift: with 393 per cell, the test is significant in 21% [19%, 23%] of studies"
    )
    assert "has no (1 | item:victim) that allows for this" in note
    few = replace(own, lacking=())
    assert "8 items are too few to estimate" in notes(replace(found, inflated=(few,)))[known]


def test_an_interaction_is_explained(severity: Study, shared_cache: Path, tmp_path: Path) -> None:
    settings = PowerSettings(tests=("group:severity",), sizes=(60,), studies=100, targets=(0.5,))
    power = power_of(severity, settings, cache=shared_cache)
    (sentence, recovered, needed) = sentences(power)
    assert sentence.startswith("With 60 participants after exclusions, the test")
    assert needed.startswith("With 60 participants, the verdict would be in favour of the claim in")
    assert "the test of the term “group:severity” on compassion has power" in sentence
    assert "(the difference of differences is 0.20 SD)" in sentence
    assert "equivalen" not in sentence
    assert "simulated studies" in sentence
    assert recovered.startswith("At the planned size, the claim would be found different in")
    assert "The study states no smallest effect of interest" in notes(power)[0]
    page = write_power(power, tmp_path).read_text(encoding="utf-8")
    assert "Cohen's d of two means; difference of differences." in page
    stored = read_power(tmp_path)
    assert stored["smallest"] == {"compassion: group:severity": None}
    assert all(row["equivalence"] is None for row in stored["tables"]["power"])
    # Each test that a mode has counts in Holm's correction, whichever are shown.
    (planned,) = {
        row["power_holm_least"] < row["power"]
        for row in stored["tables"]["power"]
        if row["d"] == 0.5
    }
    assert planned
