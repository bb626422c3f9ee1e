"""compassion hypotheses: the list, the drawing with its sources, error messages."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from analysis.curves.catalogue import catalogue, get
from analysis.errors import AnalysisError
from compassion.commands.main import app


def run(*arguments):
    return CliRunner().invoke(app, ["hypotheses", *map(str, arguments)])


def test_all_are_listed():
    output = run().output
    rows = [line.split("│")[1].strip() for line in output.splitlines() if line.startswith("│")]
    assert [h.id for h in catalogue()] == [cell for cell in rows if cell]


def test_show_draws_and_prints_every_number_with_its_source(tmp_path):
    result = run("show", "p4", "--to", tmp_path / "p4.svg")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "p4.svg").read_text().lstrip().startswith("<?xml")
    hypothesis = get("P4")
    facts = [hypothesis.claim, hypothesis.equation, hypothesis.citation, hypothesis.evidence]
    for words in (*facts, *(p.caption for p in hypothesis.parameters)):
        assert words in result.output
    assert "to be checked against the paper" in result.output


@pytest.mark.parametrize(
    ("file", "message"), [("x.foo", "ends in .png"), ("nowhere/x.png", "cannot be written")]
)
def test_files_that_cannot_be_drawn_to(tmp_path, file, message):
    result = run("show", "M5", "--to", tmp_path / file)
    assert isinstance(result.exception, AnalysisError)
    assert message in str(result.exception)
