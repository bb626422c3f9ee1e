"""A folder with all studies and drafts and stand-ins for what they name, and a small study to change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.files.faults import Fault, InvalidFileError
from experiments.places import shipped_folder
from experiments.protocol.check import read_study
from experiments.protocol.opened import OpenedStudy

HERE = Path(__file__).parent
DRAFTS = shipped_folder("protocols") / "drafts"
SHIPPED = sorted(shipped_folder("protocols").glob("*.yaml"))
NAMES = sorted(path.stem for path in (*SHIPPED, *DRAFTS.glob("*.yaml")))

SMALL = """\
study: severity
title: Severity and group
factors:
  between: {cause: [own, chance]}
  within: {group: [ours, theirs]}
flow:
  - page: Welcome.
  - name: people
    each: people.csv
    rotate: group
    page: "One of {group}: {text}"
    ask:
      compassion: {rating: How much compassion?, points: 7, from: Not at all, to: Very much}
  - page: Thank you.
hypothesis: {outcome: compassion, claim: ours > theirs}
analysis: compassion ~ group
sample: {participants: 60}
"""
PEOPLE = (
    "item,text,severity\na,A is ill,mild\nb,B is ill,mild\nc,C is ill,severe\nd,D is ill,severe\n"
)


@pytest.fixture(scope="session")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the shipped studies, the drafts and the stand-ins."""
    folder = tmp_path_factory.mktemp("drafts")
    shutil.copytree(DRAFTS, folder, dirs_exist_ok=True)
    beside = (path for kind in ("*.po", "*.csv") for path in shipped_folder("protocols").glob(kind))
    for path in (*SHIPPED, *beside):
        shutil.copyfile(path, folder / path.name)
    shutil.copytree(HERE / "standins", folder, dirs_exist_ok=True)
    return folder


class Desk:
    """A folder in which a test writes studies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("people.csv", PEOPLE)

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def open(self, text: str) -> OpenedStudy:
        """Read a study."""
        return read_study(self.write("study.yaml", text))

    def faults(self, text: str) -> list[Fault]:
        """Return the faults of a study."""
        try:
            self.open(text)
        except InvalidFileError as error:
            return list(error.faults)
        return []

    def fault(self, text: str) -> Fault:
        """Return the only fault of a study."""
        faults = self.faults(text)
        assert len(faults) == 1, "\n".join(map(str, faults)) or "no fault"
        return faults[0]

    def small(self, *changes: tuple[str, str]) -> str:
        """Return the small study with parts of its text replaced."""
        text = SMALL
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a folder in which a test writes studies."""
    return Desk(tmp_path)


Change = Callable[[str], str]
