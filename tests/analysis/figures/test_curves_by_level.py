"""The figure of curves over two factors has a line for each level of the second."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import small_study
from made_answers import MadeAnswers

from analysis.figures import Stamp
from analysis.figures.curves import curves
from analysis.planned.compared import ModelComparison

STAMP = Stamp("severity 1.0.0", False)
CLAIM = "{group: ours - theirs, severity: severe - mild}"


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    text = small_study.TEXT.replace(
        "claim: ours > theirs", f"claim: {CLAIM}, rivals: [ours > theirs, ours = theirs]"
    )
    study = small_study.write(tmp_path_factory.mktemp("severity"), text)

    def mean(cell):
        return 4 + (cell["group"] == "ours") * (cell["severity"] == "severe")

    return MadeAnswers(study, mean, 60).compared(full=False)[0]


def drawn(*comparisons):
    return curves(SimpleNamespace(comparisons=comparisons, measures=()), STAMP)  # type: ignore[arg-type]


def test_marks_for_each_level_in_its_colour_and_no_line_between_categories(comparison):
    (plate,) = drawn(comparison)
    (axes,) = plate.figure.axes
    own = comparison.lines[comparison.lines["curve"] == CLAIM]
    assert all(
        line.get_linestyle() == "None" for line in axes.get_lines() if line.get_marker() != ""
    )
    lines = [line for line in axes.get_lines() if line.get_marker() == "_"]
    for level, line in zip(("mild", "severe"), lines, strict=True):
        assert np.allclose(line.get_ydata(), own.loc[own["others"] == level, "y"].astype(float))
    assert lines[0].get_color() != lines[1].get_color()
    named = [text.get_text() for text in axes.get_legend().get_texts()]
    assert named[-2:] == ["mild", "severe"]
    assert len(named) == 4
    assert [text.get_text() for text in axes.get_xticklabels()] == ["ours", "theirs"]
    assert "Colours: levels of the other factor" in plate.caption


def test_a_figure_for_each_comparison_that_could_be_made(comparison):
    failed = ModelComparison("compassion", "group", "no answers")
    within = replace(comparison, within="severity: mild")
    second = replace(comparison, hypothesis="second_claim")
    plates = drawn(comparison, within, failed, second)
    assert [plate.name for plate in plates] == ["curves", "curves_2", "curves_4"]
    assert plates[1].title.endswith(": severity: mild")
    assert plates[2].title.endswith(": second claim")
