"""The expansion is a complete study: reading it gives the same expansion."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.places import shipped_folder
from experiments.protocol.check import read_study

NAMES = sorted(
    path.stem
    for path in shipped_folder("protocols").glob("**/*.yaml")
    if path.parent.name != "parts"
)


def test_there_are_twenty_studies():
    assert len(NAMES) == 20


@pytest.mark.parametrize("name", NAMES)
def test_reading_an_expansion_gives_the_same_expansion(drafts: Path, name: str):
    first = read_study(drafts / f"{name}.yaml").expansion
    copy = drafts / f"{name}.expanded.yaml"
    copy.write_text(first.yaml, encoding="utf-8")
    second = read_study(copy).expansion
    assert (second.tree, second.hash) == (first.tree, first.hash)


@pytest.mark.parametrize("name", NAMES)
def test_the_expansion_has_the_same_measures_and_texts(drafts: Path, name: str):
    study = read_study(drafts / f"{name}.yaml")
    copy = drafts / f"{name}.again.yaml"
    copy.write_text(study.expansion.yaml, encoding="utf-8")
    again = read_study(copy)
    assert list(again.names.measures) == list(study.names.measures)
    assert again.study.analysis == study.study.analysis
    assert again.study.hypothesis == study.study.hypothesis
    assert again.study.exclude == study.study.exclude


def expanded(desk, *changes):
    return desk.open(desk.small(*changes)).expansion


def test_comments_and_layout_are_not_hashed(desk):
    plain = expanded(desk)
    assert "# default" in plain.yaml
    without = "\n".join(line.partition("  # ")[0] for line in plain.yaml.splitlines())
    assert desk.open(without).expansion.hash == plain.hash
    assert (
        desk.open(desk.small().replace("study:", "# A comment.\nstudy:")).expansion.hash
        == plain.hash
    )


@pytest.mark.parametrize(
    "change",
    [
        ("page: Welcome.", "page: Hello."),
        ("points: 7", "points: 5"),
        ("participants: 60", "participants: 61"),
        ("cause: [own, chance]", "cause: [chance, own]"),
        ("ours > theirs", "theirs > ours"),
    ],
)
def test_a_changed_study_has_another_hash(desk, change):
    assert expanded(desk).hash != expanded(desk, change).hash


def test_a_default_that_is_written_does_not_change_the_hash(desk):
    written = ("title:", "language: en\nversion: 1.0.0\ntitle:")
    assert expanded(desk).hash == expanded(desk, written).hash


def test_the_first_mode_is_the_primary_one(desk):
    modes = [("flow:", "modes: {a: {}, b: {}}\nflow:"), ("flow:", "modes: {b: {}, a: {}}\nflow:")]
    assert expanded(desk, modes[0]).hash != expanded(desk, modes[1]).hash


@pytest.mark.parametrize("number", ["0.1", "100000000000000", "0.000001", "1e-7", "12.50"])
def test_numbers_are_written_so_that_they_are_read_again(desk, number):
    asked = f"{{number: How much?, least: 0, most: 900000000000000, correct: {number}}}"
    first = expanded(desk, ("  - page: Thank you.", f"  - ask: {{much: {asked}}}"))
    second = desk.open(first.yaml)
    assert second.expansion.hash == first.hash
    assert second.study.flow[""][-1].ask["much"].correct == float(number)


def test_a_conditions_file_is_in_the_expansion_by_its_hash(desk):
    first = expanded(desk)
    (digits,) = first.tree["files"].values()
    assert len(digits) == 16
    desk.write(
        "people.csv", (desk.folder / "people.csv").read_text().replace("A is ill", "A is sick")
    )
    assert expanded(desk).hash != first.hash
    fault = desk.fault(first.yaml)
    assert fault.key == "files.people.csv"
    assert "is not the one that this study was written out with" in fault.found


def test_sets_and_instruments_are_in_the_expansion_by_their_hash(drafts: Path):
    files = read_study(drafts / "motivated_shutdown.yaml").expansion.tree["files"]
    assert set(files) == {"appeals", "erq", "perceived_impact3"}


def test_an_expansion_says_where_a_part_comes_from(drafts: Path):
    text = read_study(drafts / "blame.yaml").expansion.yaml
    assert "part: consent@1.0  # written out from the part" in text
    assert "- use:" not in text
