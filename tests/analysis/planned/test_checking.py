"""Plans that cannot be analysed are reported before the first participant, with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.planned.checking import faults_of_plan
from experiments.files.reading import read
from experiments.places import shipped_folder
from experiments.study import load


def faults(tmp_path: Path, study: str, old: str, new: str) -> str:
    """Return the faults of a protocol in which one thing is changed."""
    text = (shipped_folder("protocols") / f"{study}.yaml").read_text("utf-8")
    assert old in text
    file = tmp_path / "study.yaml"
    file.write_text(text.replace(old, new), "utf-8")
    return "\n".join(map(str, faults_of_plan(load(file), read(file))))


@pytest.mark.parametrize(
    "file", sorted(shipped_folder("protocols").glob("*.yaml")), ids=lambda f: f.stem
)
def test_plans_that_ship_can_be_carried_out(file: Path) -> None:
    assert faults_of_plan(load(file), read(file)) == []


@pytest.mark.parametrize(
    ("study", "old", "new", "message"),
    [
        ("identified_victim", "any_child", "any_chidl", "Did you mean I3 (any_child)"),
        ("identified_victim", "any_child", "flat", "a curve over 'victims', which is not a factor"),
        ("identified_victim", "joint", "both", "are 'identified', 'statistical', 'joint'"),
        (
            "compassion_collapse",
            "    hypothesis: essay_floor_10\n",
            "    hypothesis: essay_floor_10\n    parameters: {lamda: 1}\n",
            "M5e essay_floor_10 has no parameter 'lamda'",
        ),
    ],
)
def test_a_curve_that_cannot_be_computed_is_a_fault(
    tmp_path: Path, study: str, old: str, new: str, message: str
) -> None:
    assert message in faults(tmp_path, study, old, new)
