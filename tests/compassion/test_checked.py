"""A study that is run or exported is checked deeply first, once for each content."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_study

from analysis.planned import checking
from compassion.checked import open_for_participants
from experiments.files.faults import InvalidFileError
from experiments.study import Study

FAULTY = small_study.TEXT.replace("participants: 60", "participants: 2, block: 1").replace(
    "factors:\n", "factors:\n  between: {cause: [own, chance, other]}\n"
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("compassion.checked.cache_folder", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache"


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the files that were checked deeply."""
    seen: list[Path] = []
    real = checking.check_deeply

    def checked(study: Study) -> None:
        seen.append(study.path)
        real(study)

    monkeypatch.setattr(checking, "check_deeply", checked)
    return seen


def test_a_content_without_faults_is_checked_once(
    tmp_path: Path, cache: Path, checks: list[Path]
) -> None:
    study = small_study.write(tmp_path)
    assert open_for_participants(study.path).hash == study.hash
    assert open_for_participants(study.path).hash == study.hash
    assert checks == [study.path]
    changed = small_study.write(
        tmp_path, small_study.TEXT.replace("Groups differed", "They differed")
    )
    assert open_for_participants(changed.path).hash != study.hash
    assert len(checks) == 2


def test_faults_are_named_each_time(tmp_path: Path, cache: Path, checks: list[Path]) -> None:
    study = small_study.write(tmp_path, FAULTY)
    for _ in range(2):
        with pytest.raises(InvalidFileError, match="2 participants cannot fill 3 cells"):
            open_for_participants(study.path)
    assert len(checks) == 2


def test_a_folder_that_cannot_be_written_only_costs_time(
    tmp_path: Path, cache: Path, checks: list[Path]
) -> None:
    cache.write_text("a file")
    study = small_study.write(tmp_path)
    for _ in range(2):
        assert open_for_participants(study.path).hash == study.hash
    assert len(checks) == 2
