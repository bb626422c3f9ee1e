"""Plans that cannot be analysed are reported before the first participant, with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.planned.checking import faults_of_plan, open_checked
from experiments.files.faults import InvalidFileError
from experiments.places import shipped_folder
from experiments.study import open_study
from tests.small_study import TEXT, write

SHIPPED = shipped_folder("protocols")
CLAIM = "hypothesis: {outcome: compassion, claim: ours > theirs}"


def faults(tmp_path: Path, old: str, new: str) -> str:
    """Return the faults of the smallest study in which one thing is changed."""
    assert old in TEXT
    return "\n".join(map(str, faults_of_plan(write(tmp_path, TEXT.replace(old, new)))))


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda f: f.stem)
def test_plans_that_ship_can_be_carried_out(file: Path) -> None:
    if file.stem != "lab":
        assert faults_of_plan(open_study(file)) == []


@pytest.mark.parametrize(
    ("claims", "key", "message"),
    [
        ("claim: impartail", "hypothesis.claim", "there is no curve 'impartail'"),
        ("claim: impartail", "hypothesis.claim", "Did you mean"),
        (
            "claim: ours > theirs, rivals: [flatt]",
            "hypothesis.rivals[0]",
            "there is no curve 'flatt'",
        ),
        ("claim: ours > theirs, also: [log_fade]", "hypothesis.also[0]", "reads 'victims'"),
        (
            "claim: ours > theirs, over: {crosses: severity}",
            "hypothesis.over",
            "none of the curves reads a column 'crosses'",
        ),
    ],
)
def test_a_curve_that_cannot_be_computed_is_a_fault(
    tmp_path: Path, claims: str, key: str, message: str
) -> None:
    primary = "analysis: {formula: compassion ~ group * severity, primary: ours - theirs}"
    text = TEXT.replace("analysis: compassion ~ group * severity", primary)
    text = text.replace(CLAIM, f"hypothesis: {{outcome: compassion, {claims}}}")
    found = "\n".join(map(str, faults_of_plan(write(tmp_path, text))))
    assert "severity.yaml:15:" in found
    assert f": {key}: " in found
    assert message in found


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    claims = "hypothesis: {outcome: compassion, claim: ours > theirs, rivals: [flatt, log_fade]}"
    found = faults(tmp_path, CLAIM, claims)
    assert "flatt" in found
    assert "log_fade" in found
    with pytest.raises(InvalidFileError, match="flatt"):
        open_checked(tmp_path / "severity.yaml")


def test_a_plan_without_faults_is_opened(tmp_path: Path) -> None:
    write(tmp_path)
    assert open_checked(tmp_path / "severity.yaml").study == "severity"
