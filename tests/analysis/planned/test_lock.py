"""What a preregistration locks, and that every later change of it is named with its section."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import AnalysisError
from analysis.planned.lock import PARTS, Lock, check_prereg, hash_of, locked
from experiments.study import Study
from tests.small_study import TEXT, write

ANALYSIS = "analysis: compassion ~ group * severity\n"
FULL = TEXT.replace(
    "claim: ours > theirs}",
    "claim: ours > theirs, smallest_effect: {d: 0.2, because: A convention.}}",
).replace(
    ANALYSIS,
    "analysis:\n"
    "  main: {formula: compassion ~ group * severity, contrasts: [severe - mild], primary: ours - theirs}\n"
    "exclude: {participants: [duration < 1/3 median]}\n"
    "modes: {first: {}, second: {}}\n",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The lock of the study as it was preregistered."""
    study = write(tmp_path, FULL)
    parts = locked(study)
    lock = Lock(
        study=study.study,
        protocol_version=study.version,
        made="2025-01-01",
        locked=parts,
        hash=hash_of(parts),
    )
    path = tmp_path / "prereg.json"
    path.write_text(lock.model_dump_json(), encoding="utf-8")
    return path


def changed(tmp_path: Path, old: str, new: str) -> Study:
    assert old in FULL
    folder = tmp_path / "changed"
    folder.mkdir(exist_ok=True)
    return write(folder, FULL.replace(old, new))


def test_an_unchanged_study_deviates_in_nothing(tmp_path: Path, file: Path) -> None:
    found = check_prereg(file, write(tmp_path, FULL))
    assert found.deviations == ()
    assert check_prereg(tmp_path, write(tmp_path, FULL)).hash == found.hash


def test_all_parts_are_locked_and_described(tmp_path: Path) -> None:
    parts = locked(write(tmp_path, FULL))
    assert parts.keys() == PARTS.keys()
    (model,) = parts["planned_models"]["first"]
    assert model["formula"].endswith("+ (1 | participant:severity) + (1 | item) + (1 | item:group)")
    assert model["contrasts"] == ["ours - theirs", "severe - mild"]
    assert parts["inference"]["primary"]["contrasts"] == ["ours - theirs"]


@pytest.mark.parametrize(
    ("old", "new", "deviation"),
    [
        (
            "d: 0.2,",
            "d: 0.3,",
            "The hypotheses changed: compassion, smallest_effect, d was 0.2, is now 0.3.",
        ),
        (
            "contrasts: [severe - mild]",
            "contrasts: [mild - severe]",
            "The planned models changed: first, main, contrasts: 'severe - mild' was removed.",
        ),
        (
            "participants: 60",
            "participants: 80",
            "The sample size changed: participants was 60, is now 80.",
        ),
        (
            "exclude: {participants: [duration < 1/3 median]}",
            "exclude: {participants: [duration < 1/4 median]}",
            "The exclusion rules changed: participants: 'duration < 1/4 median' was added.",
        ),
        (
            "{first: {}, second: {}}",
            "{second: {}, first: {}}",
            "The factors, stakes and modes changed: modes is in a different order.",
        ),
        (
            "severity: [mild, severe]",
            "severity: [severe, mild]",
            "The factors, stakes and modes changed: factors, within, severity is in a different order.",
        ),
    ],
)
def test_a_change_is_named_with_its_section(
    tmp_path: Path, file: Path, old: str, new: str, deviation: str
) -> None:
    found = check_prereg(file, changed(tmp_path, old, new)).deviations
    assert deviation in found


def test_a_change_of_random_terms_is_one_of_the_models(tmp_path: Path, file: Path) -> None:
    study = changed(tmp_path, "rotate: group ", "take: 2\n    uneven: yes\n    rotate: group ")
    found = check_prereg(file, study).deviations
    assert any("formula was" in each for each in found)


def test_a_change_of_texts_does_not_affect_the_analysis(tmp_path: Path, file: Path) -> None:
    study = changed(tmp_path, "One of {group}: {text}", "About one of {group}: {text}")
    (found,) = check_prereg(file, study).deviations
    assert "in parts that do not affect the analysis" in found


def test_the_preregistration_of_another_study_is_refused(tmp_path: Path, file: Path) -> None:
    study = changed(tmp_path, "study: severity", "study: other")
    with pytest.raises(AnalysisError, match="is the preregistration of 'severity'"):
        check_prereg(file, study)


def test_a_file_that_was_changed_is_named(tmp_path: Path, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"alpha":0.05', '"alpha":0.1'), encoding="utf-8")
    found = check_prereg(file, write(tmp_path, FULL)).deviations
    assert found[0].startswith("The preregistration file was changed after it was written")
    assert "alpha was 0.1, is now 0.05" in found[1]
