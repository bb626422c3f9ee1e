"""Figures draw the numbers of the results, have their stamp, and are marked if the data are simulated."""

from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from analysis.curves.claims import contrast_label
from analysis.figures import FIGURES, Stamp
from analysis.figures.distributions import BINS, distributions
from analysis.figures.forest import forest
from analysis.figures.means import label_of
from analysis.figures.weights import weights
from analysis.planned.results import MeasureInfo
from analysis.report.page import plates, stamp
from analysis.showing.style import svg

SIMULATED = Stamp("study 1.0.0 · mode between", True)
PLAIN = Stamp("study 1.0.0 · mode between", False)


def drawn(result, mark):
    """Name -> figure."""
    return {plate.name: plate.figure for draw in FIGURES for plate in draw(result, mark)}


def figure_of(name, result, mark=PLAIN):
    return drawn(result, mark)[name]


def words(figure):
    return [text.get_text() for text in figure.texts]


def test_simulated_figures_are_marked_large_and_at_the_foot(results):
    for figure in drawn(results.modes[0], SIMULATED).values():
        assert "SIMULATED" in words(figure)
        assert any(word.endswith("· SIMULATED") for word in words(figure))


def test_collected_figures_bear_no_mark_but_the_stamp(results):
    for figure in drawn(results.modes[0], PLAIN).values():
        assert words(figure) == ["study 1.0.0 · mode between"]


def test_the_stamp_names_study_mode_people_hashes_seed_and_code(results):
    made = results.provenance
    text = stamp(results, results.modes[0]).text
    for part in (
        results.study.study,
        results.hash,
        made.fingerprint,
        made.code_version,
        "seed 1",
    ):
        assert part in text
    assert f"n = {results.modes[0].analysed}" in text


def test_bars_are_shares_of_answers(results):
    result = results.modes[0]
    figure = figure_of("distribution_donation", result)
    for level, axes in zip(result.levels, figure.axes, strict=True):
        own = result.values[
            (result.values["measure"] == "donation") & (result.values["level"] == level)
        ]
        heights = [bar.get_height() for bar in axes.patches]
        assert len(heights) == 11
        assert sum(heights) == pytest.approx(1.0)
        nothing = own.loc[own["value"] == 0, "count"].sum() / own["count"].sum()
        assert heights[0] == pytest.approx(nothing)


def test_curves_pass_through_their_lines_on_a_log_axis(results):
    result = results.modes[0]
    left, right = figure_of("curves", result).axes
    assert left.get_xscale() == "log"
    assert [t.get_text() for t in left.get_xticklabels()] == [
        *("1", "2", "8", "100", "10,000", "800,000"),
    ]
    lines = result.comparison.lines
    curves = [line for line in left.get_lines() if len(line.get_xdata()) > 50]
    assert len(curves) == lines.loc[lines["kind"] == "predicted", "curve"].nunique()
    first = lines[(lines["kind"] == "predicted") & (lines["curve"] == "M5e")]
    assert np.allclose(curves[0].get_ydata(), first["y"].astype(float))
    assert len(right.get_legend().get_texts()) == len(result.comparison.families) + 1


def test_forest_shows_every_gaussian_contrast(results):
    result = results.modes[0]
    (axes,) = figure_of("forest", result).axes
    message = [text.get_text() for text in axes.texts]
    own = result.contrasts[result.contrasts["d"].notna()]
    assert len(own) == 6
    for label in own["label"]:
        assert label in message
    assert "too small to matter" in message
    low, high = axes.get_xlim()
    assert low < 0 < high


def test_weights_have_a_bar_for_each_family(results):
    result = results.modes[0]
    (axes,) = figure_of("weights", result).axes
    widths = sorted(bar.get_width() for bar in axes.patches)
    assert widths == pytest.approx(sorted(result.comparison.families["weight_bic"]))


def test_weights_of_each_comparison_have_a_name_and_a_title(results):
    result = results.modes[0]
    others = (
        replace(result.comparison, within="severity: mild"),
        replace(result.comparison, hypothesis="trait", families=result.comparison.families.head(1)),
    )
    several = replace(result, comparisons=(result.comparison, *others))
    first, second = weights(several, PLAIN)
    assert (first.name, second.name) == ("weights", "weights_2")
    assert first.title == "Which family of predictions do the data favour?"
    assert second.title.endswith("(severity: mild)")


def test_two_factors_have_points_for_each_level_of_the_second(two_factors):
    result = two_factors.modes[0]
    axes, key = figure_of("means", result).axes
    # The levels are categories, between which there are no lines.
    assert [line.get_linestyle() for line in axes.get_lines()] == ["None"] * 2
    lines = axes.get_lines()
    cells = result.cells
    for line, (_, own) in zip(lines, cells.groupby("others", sort=False), strict=True):
        assert list(line.get_ydata()) == list(own["mean"])
    assert [text.get_text() for text in key.get_legend().get_texts()] == ["mild", "severe"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["ours", "theirs"]
    # The points of the two lines are side by side, so that none hides another.
    assert not set(lines[0].get_xdata()) & set(lines[1].get_xdata())


def test_levels_that_are_numbers_are_joined(results):
    axes = figure_of("means", results.modes[0]).axes[0]
    joined = [line for line in axes.get_lines() if line.get_linestyle() == "-"]
    assert len(joined) == 1
    assert len(joined[0].get_xdata()) == len(results.modes[0].levels)


@pytest.mark.parametrize(
    ("values", "step", "bars", "ticks"),
    [
        (np.linspace(-1.6, 0.4, 500), 0.0, BINS, ["−1.5", "−1", "−0.5", "0"]),
        (np.arange(6.0), 0.0, 6, ["0", "2", "4"]),
        (np.arange(1, 8.0), 1.0, 7, ["1", "4", "7"]),
    ],
)
def test_bars_of_measures_with_and_without_a_scale(results, values, step, bars, ticks):
    ends = {"low": 1.0, "high": 7.0} if step else {}
    measure = MeasureInfo("log_rt", "log rt", step=step, outcome=True, **ends)
    level = results.modes[0].levels[0]
    table = pd.DataFrame({"measure": "log_rt", "level": level, "value": values, "count": 1})
    cells = pd.DataFrame({"measure": ["log_rt"], "level": [level], "others": [""]})
    result = replace(results.modes[0], measures=(measure,), values=table, cells=cells)
    (plate,) = distributions(result, PLAIN)
    axes = plate.figure.axes[0]
    assert len(axes.patches) == bars
    assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(1)
    assert [text.get_text() for text in axes.get_xticklabels()] == ticks


def test_two_factors_have_a_panel_for_each_cell(two_factors):
    figure = figure_of("distribution_compassion", two_factors.modes[0])
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["ours, mild", "ours, severe", "theirs, mild", "theirs, severe"]


def test_a_forest_without_a_smallest_effect_has_no_band(two_factors):
    (plate,) = forest(two_factors.modes[0], PLAIN)
    (axes,) = plate.figure.axes
    texts = [text.get_text() for text in axes.texts]
    assert "too small to matter" not in texts
    assert "not planned" not in texts
    assert "green band" not in plate.caption


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("ours - theirs", "ours − theirs"),
        ("a - mean(b, c)", "a − mean(b, c)"),
        ("{victims: 8 - 1, cost: asked}", "victims (8 − 1), at cost asked"),
        ("{victims: 8 - 1, cost: asked - none}", "victims (8 − 1) × cost (asked − none)"),
        ("{victims: slope of log}", "slope of log victims"),
        ("{dose: two lines, drug: active}", "two lines over dose, at drug active"),
        ("kind > neutral", "kind > neutral"),
        ("group:severity", "group:severity"),
    ],
)
def test_labels_of_contrasts(written, label):
    assert contrast_label(written) == label


def test_long_names_of_levels_are_on_several_lines():
    assert label_of("one named child") == "one named child"
    assert label_of("a person who belongs to neither group", 14).count("\n") == 2
    assert label_of("800,000", 4) == "800,000"


def test_the_same_figure_is_the_same_svg_whatever_the_process_has_set(results):
    result = results.modes[0]
    one = svg(figure_of("weights", result, SIMULATED))
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "none"}):
        two = svg(figure_of("weights", result, SIMULATED))
    assert one == two
    assert "<text" not in one


def test_a_level_without_answers_is_labelled_and_empty(results):
    result = results.modes[0]
    gone = replace(
        result,
        values=result.values[result.values["level"] != "8"],
        cells=result.cells.assign(n=result.cells["n"].where(result.cells["level"] != "8", 0)),
    )
    axes = figure_of("distribution_donation", gone).axes[2]
    assert [t.get_text() for t in axes.texts] == ["no answers"]
    assert any(
        "no\nanswers" in t.get_text() for a in figure_of("means", gone).axes for t in a.texts
    )


def test_plates_leave_out_what_cannot_be_drawn(results):
    result = results.modes[0]
    bare = replace(
        result,
        measures=(),
        comparisons=(
            replace(
                result.comparison,
                lines=result.comparison.lines.head(0),
                families=result.comparison.families.head(0),
            ),
        ),
        contrasts=result.contrasts.head(0),
    )
    bare = replace(bare, specifications=result.specifications.head(0))
    assert plates(results, bare) == []
    assert plates(results, replace(bare, comparisons=())) == []
    made = plates(results, result)
    names = [plate.name for plate in made]
    assert len(names) == len(set(names)) == len(result.measures) - 1 + len(FIGURES)
    assert [plate.name for plate in made if plate.further] == [
        f"distribution_{measure.name}" for measure in result.measures if not measure.outcome
    ]


def test_every_plate_has_a_title_and_a_caption_in_sentences(results):
    for plate in plates(results, results.modes[0]):
        assert plate.title
        assert plate.caption.endswith((".", ")."))
