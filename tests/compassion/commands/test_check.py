"""The commands check and part: faults, the expansion, the deep check; parts listed and copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from compassion.commands.main import app
from experiments.protocol.check import read_study

STUDY = """\
study: small
title: A small study
factors: {within: {group: [ours, theirs]}}
flow:
  - {use: consent, about: people in difficulty}
  - {each: group, ask: {compassion: {rating: How much?, from: None, to: Much}}}
  - {use: debriefing, page: It was about groups.}
hypothesis: {outcome: compassion, claim: ours > theirs}
analysis: compassion ~ group
sample: {participants: 60}
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def run(*words: str):
    return CliRunner().invoke(app, list(words))


def test_check_names_the_study_and_its_hash(study):
    result = run("check", str(study))
    assert result.exit_code == 0
    assert f"hash {read_study(study).expansion.hash}" in result.output


def test_check_lists_the_faults(study):
    study.write_text(STUDY.replace("rating:", "ratign:"), encoding="utf-8")
    result = run("check", str(study))
    assert result.exit_code == 1
    assert "small.yaml:6" in result.output
    assert "Did you mean 'rating'?" in result.output


def test_what_expand_prints_is_the_same_study(study):
    (study.parent / "lab.yaml").write_text("values: {contact: lab@example.org}\n", encoding="utf-8")
    result = run("check", "--expand", str(study))
    assert "#   values: {contact: lab@example.org}" in result.output
    copy = study.with_name("copy.yaml")
    copy.write_text(result.output, encoding="utf-8")
    assert read_study(copy).expansion.hash == read_study(study).expansion.hash


def test_a_part_is_copied_beside_the_study_and_replaces_the_shipped_one(study):
    assert run("part", "copy", "consent").exit_code == 0
    copy = study.parent / "parts" / "consent.yaml"
    copy.write_text(
        copy.read_text(encoding="utf-8").replace("version: 1.0", "version: 1.0.1"), encoding="utf-8"
    )
    assert read_study(study).study.flow[""][0].part == "consent@1.0.1"
    again = run("part", "copy", "consent")
    assert "exists already" in str(again.exception)


def test_an_unknown_part_gets_a_suggestion(study):
    result = run("part", "copy", "consnt")
    assert "Did you mean 'consent'?" in str(result.exception)


def test_parts_are_listed_with_their_parameters(study):
    output = run("part", "list").output
    assert "consent@" in output
    assert "about: what the study is about, in a few words" in output
    assert "(must be given)" in output


def test_check_deep_draws_the_slots(study):
    assert run("check", "--deep", str(study)).exit_code == 0
    study.write_text(
        STUDY.replace("participants: 60", "participants: 2, block: 1").replace(
            "factors: {", "factors: {between: {victims: [few, some, many]}, "
        ),
        encoding="utf-8",
    )
    assert run("check", str(study)).exit_code == 0
    result = run("check", "--deep", str(study))
    assert result.exit_code == 1
    assert "2 participants cannot fill 3 cells" in result.output
