"""Which verdict a study of the planned size would reach: of curves, and by contrasts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from planned import components, difference
from small_study import changed as study

from analysis.curves.claims import predictions
from analysis.errors import AnalysisError
from analysis.power.check import Loss
from analysis.power.contrast_recovery import contrast_rows
from analysis.power.curve_cells import curve_cells
from analysis.power.expected import expected
from analysis.power.model_recovery import recovery_tables, verdicts_in
from analysis.power.planned_tests import planned_tests
from analysis.power.plans import Plan, plans_of
from analysis.power.settings import PowerSettings
from experiments.study import Study

CLAIM = "hypothesis: {outcome: compassion, claim: ours > theirs}\n"
NEVER = Loss(1, 1, 1, 1)


def claim(text: str) -> tuple[str, str]:
    """Another hypothesis."""
    return CLAIM, f"hypothesis: {{outcome: compassion, {text}}}\n"


SMALLEST = "smallest_effect: {d: 0.4, because: small}"


def plans(found: Study) -> list[Plan]:
    """The plans of its models, with many simulated studies."""
    settings = PowerSettings(studies=4000).of(found)
    parts = {"compassion": components(0.5, 0.03, 0.06, 0.01, 0.4)}
    tests, _ = planned_tests(found, "main")
    made, notes = plans_of(found, settings, tests, parts, NEVER)
    assert not notes
    return made


def watch(what: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.mark.parametrize("text", ["claim: ours > theirs", "claim: ours - theirs"])
def test_a_claimed_difference_is_found_as_often_as_its_test_has_power(
    tmp_path: Path, text: str
) -> None:
    found = study(tmp_path, claim(f"{text}, {SMALLEST}"))
    (plan,) = plans(found)
    tables, notes = recovery_tables(found, [plan], watch)
    assert not notes
    true, none = tables["recovery"].to_dict("records")
    assert verdicts_in(tables["recovery"]) == [
        "different",
        "opposite",
        "equivalent",
        "undetermined",
    ]
    assert (true["part"], true["true_family"], true["size"]) == ("claim", "different", "d = 0.4")
    at = expected(plan.world, 60)
    power = float(at.power(0, 0.4, 0.05))
    # A difference that is shown to be below .4 counts as equivalent even if it differs from zero.
    assert true["different"] + true["equivalent"] == pytest.approx(power, abs=0.03)
    assert none["equivalent"] == pytest.approx(float(at.equivalence(0, 0.0, 0.4, 0.05)), abs=0.03)
    for row in (true, none):
        shares = [row[name] for name in ("different", "opposite", "equivalent", "undetermined")]
        assert sum(shares) == pytest.approx(1)


def test_an_interaction_is_found_less_often_than_a_difference(tmp_path: Path) -> None:
    found = study(tmp_path, claim("claim: {group: ours - theirs, severity: severe - mild}"))
    tables, _ = recovery_tables(found, plans(found), watch)
    (interaction, _) = tables["recovery"].to_dict("records")
    (tmp_path / "other").mkdir()
    other = study(tmp_path / "other")
    tables, _ = recovery_tables(other, plans(other), watch)
    (main, none) = tables["recovery"].to_dict("records")
    assert interaction["different"] < main["different"]
    # Without a smallest effect nothing is shown to be equivalent.
    assert none["equivalent"] == 0


def test_that_levels_are_equal_is_shown_by_equivalence(tmp_path: Path) -> None:
    found = study(tmp_path, claim(f"claim: ours = theirs, {SMALLEST}"), _primary())
    tables, _ = recovery_tables(found, plans(found), watch)
    true, differ = tables["recovery"].to_dict("records")
    assert (true["true_family"], differ["true_family"]) == ("equivalent", "different")
    assert true["equivalent"] > 0.5 > differ["equivalent"]


def _primary() -> tuple[str, str]:
    model = "{formula: compassion ~ group * severity, contrasts: [ours - theirs], primary: ours - theirs}"
    return "analysis: compassion ~ group * severity\n", f"analysis: {model}\n"


def test_without_a_hypothesis_there_is_no_recovery(tmp_path: Path) -> None:
    found = study(tmp_path, (CLAIM, ""), _primary())
    assert recovery_tables(found, plans(found), watch) == ({}, [])


def test_curves_read_the_factors_of_the_model(tmp_path: Path) -> None:
    found = study(tmp_path)
    (plan,) = plans(found)
    cells = curve_cells(found, "main", plan.world.lists, predictions(found))
    assert list(cells.design) == ["group"]
    assert cells.design["group"].tolist() == ["ours", "theirs"]
    # Each cell is the mean of the two conditions of severity.
    np.testing.assert_allclose(cells.mix.sum(axis=1), 1)
    assert (cells.mix > 0).sum(axis=1).tolist() == [2, 2]


def test_a_claim_that_the_model_does_not_hold_is_a_note(tmp_path: Path) -> None:
    found = study(tmp_path)
    (plan,) = plans(found)
    lists = replace(plan.world.lists, factors=("severity",))
    with pytest.raises(AnalysisError, match="depends on 'group'"):
        curve_cells(found, "main", lists, predictions(found))
    other = difference("nothing", "ours", "theirs")
    with pytest.raises(AnalysisError, match="does not hold"):
        contrast_rows(plan, replace(predictions(found)[0], written=other, contrast=other))


def test_studies_are_the_same_in_each_run(tmp_path: Path) -> None:
    found = study(tmp_path)
    (plan,) = plans(found)
    (claim,) = predictions(found)
    assert contrast_rows(plan, claim) == contrast_rows(plan, claim)
