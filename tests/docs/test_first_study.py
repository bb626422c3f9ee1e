"""docs/first-study.md can be followed to the letter: its study is the one that is written, and every command works."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from compassion.checked import faults_beside
from experiments.new.study import new_study
from experiments.protocol.lab import load_lab, read_lab
from experiments.protocol.names import LAB_VALUES
from experiments.protocol.values import faults_of_lab
from experiments.study import open_study

CHECKOUT = Path(__file__).parents[2]


def follower() -> ModuleType:
    """Return the script that follows the page."""
    file = CHECKOUT / "scripts" / "first_study.py"
    spec = importlib.util.spec_from_file_location("first_study", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_shows_the_study_that_the_first_command_writes(tmp_path: Path) -> None:
    script = follower()
    assert script.commands()[0] == ["compassion", "new", "severity"]
    written = new_study("severity", tmp_path)[0].read_text("utf-8")
    assert script.files()["severity.yaml"] == written


def test_with_the_lab_s_file_of_the_page_the_study_can_be_run(tmp_path: Path) -> None:
    path = new_study("severity", tmp_path)[0]
    assert len(open_study(path).unfinished) == 3
    (tmp_path / "lab.yaml").write_text(follower().files()["lab.yaml"], "utf-8")
    study = open_study(path)
    assert faults_beside(study) == study.unfinished == []


def test_the_lab_s_file_of_the_page_about_the_lab_is_complete(tmp_path: Path) -> None:
    (text,) = re.findall(
        r"```yaml\n(.*?)```", (CHECKOUT / "docs/lab.md").read_text("utf-8"), re.DOTALL
    )
    (tmp_path / "lab.yaml").write_text(text, "utf-8")
    assert faults_of_lab(read_lab(tmp_path / "lab.yaml")) == []
    for name in ("severity", "rain_relief"):
        values = load_lab(tmp_path).values_for(name)
        assert values.keys() == LAB_VALUES.keys()
        assert not any("#" in text for text in values.values())


def test_the_pictures_of_the_page_are_there() -> None:
    page = follower().PAGE
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("!["):
            assert (page.parent / line.partition("](")[2].rstrip(")")).is_file(), line


@pytest.mark.slow
@pytest.mark.window
@pytest.mark.usefixtures("display")
def test_every_command_of_the_page_works(tmp_path: Path) -> None:
    follower().follow(tmp_path)
    reports = tmp_path / "reports"
    results = json.loads((reports / "severity" / "results.json").read_text("utf-8"))
    assert results["simulated"] is True
    assert (reports / "severity" / "1.0.0" / "prereg" / "prereg.json").is_file()
    assert list((tmp_path / "data" / "severity" / "1.0.0" / "collected" / "sessions").iterdir())
