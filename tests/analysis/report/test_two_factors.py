"""Reports of two factors: verdicts by contrast, levels, interactions, whole terms; and of a study without a hypothesis."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.curves.claims import factor_to_name
from analysis.report import in_brief, page
from analysis.report.filters import templates
from experiments.protocol.names import Factor

NO_SMALLEST = "No smallest effect of interest is named, so equivalence was not tested."


@pytest.fixture(scope="module")
def html(two_factors):
    return page(two_factors)


@pytest.fixture(scope="module")
def html_without(no_hypothesis):
    return page(no_hypothesis)


def box(made: str) -> str:
    """The verdict box, without tags."""
    return re.sub(r"<[^>]+>", " ", made[made.index('class="verdict') : made.index("<nav")])


def rows_of(made: str, caption: str) -> list[list[str]]:
    """The cells of the table with a caption."""
    table = made[made.index(f"<figcaption>{caption}</figcaption>") :].split("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", row)]
        for row in re.findall(r"<tr>.*?</tr>", table.split("<tbody>")[1], flags=re.S)
    ]


def test_the_verdict_is_that_of_the_claimed_contrast(two_factors, html):
    comparison = two_factors.modes[0].comparison
    (row,) = comparison.verdict.contrasts
    test, top = row.difference, "There is a difference, in the direction of the claim"
    assert comparison.verdict.code == "different"
    assert f'<p class="headline">{top}</p>' in html
    assert (
        f"The claim is that group (ours − theirs) is above zero. It is {test.estimate:.2f}"
        in box(html)
    )
    assert in_brief(two_factors.modes[0]).startswith(
        f"{top}. The claim is that group (ours − theirs) is above"
    )
    # The contrast of the verdict is not reported a second time as the primary one.
    assert "primary contrast" not in box(html)
    row = two_factors.modes[0].contrasts.query("role == 'primary'").iloc[0]
    assert row["estimate"] == pytest.approx(test.estimate)


def test_the_verdict_within_each_level_is_named(two_factors, html):
    assert [one.within for one in two_factors.modes[0].comparisons] == [
        *("", "severity: mild", "severity: severe"),
    ]
    for level in ("severity: mild", "severity: severe"):
        assert level in box(html)
        assert f'<h3 class="comparison">{level.capitalize()}</h3>' in html


def test_without_a_smallest_effect_the_report_says_so_once(html):
    assert html.count(NO_SMALLEST) == 1
    assert "too small to matter" not in box(html)
    assert "TOST" not in html


def test_what_the_study_does_not_say_has_no_heading(html, html_without):
    for made in (html, html_without):
        assert "Evidence so far" not in made
        assert "Published findings" not in made
        assert "Rival predictions" not in made
        assert ">None<" not in made
        assert ">nan<" not in made
        for target in re.findall(r'href="#([^"]+)"', made):
            assert f'id="{target}"' in made


def test_four_means_and_the_terms_as_a_whole(two_factors, html):
    means = rows_of(html, "Means and standard deviations")
    assert [row[0] for row in means] == [
        "ours, mild",
        "ours, severe",
        "theirs, mild",
        "theirs, severe",
    ]
    cells = two_factors.modes[0].cells
    assert [row[3] for row in means] == [f"{mean:.2f}" for mean in cells["mean"]]
    terms = rows_of(html, "Terms tested as a whole")
    assert [row[0] for row in terms] == ["severity", "group × severity"]
    table = two_factors.modes[0].contrasts.query("kind == 'term'")
    assert [row[1] for row in terms] == [f"{value:.2f}" for value in table["statistic"]]


def test_a_study_without_a_hypothesis_reports_its_primary_test(no_hypothesis, html_without):
    interaction = "group (ours − theirs) × severity (mild − severe)"
    row = no_hypothesis.modes[0].contrasts.query("role == 'primary'").iloc[0]
    assert no_hypothesis.modes[0].comparison is None
    said = box(html_without)
    assert "Primary test" in said
    assert f"The primary contrast {interaction} is " in said
    assert "The study states no hypothesis, so no predictions are compared." in said
    assert "model-comparison" not in html_without
    assert (
        in_brief(no_hypothesis.modes[0])
        .split(". ")[1]
        .startswith(f"The primary contrast {interaction} is ")
    )
    contrasts = {cells[0]: cells for cells in rows_of(html_without, "Estimates and tests")}
    assert set(contrasts) == {interaction, "group (ours − theirs), at severity mild"}
    assert contrasts[interaction][6] == "–"
    assert float(contrasts[interaction][1].replace("−", "-")) == pytest.approx(
        row["estimate"], abs=0.001
    )
    assert "<dt>a × b</dt>" in html_without


def test_excluded_trials_are_counted(no_hypothesis, html_without):
    before, (rule, excluded, left) = rows_of(html_without, "Trials excluded")
    counted = no_hypothesis.modes[0].trials.iloc[1]
    assert before == ["All trials", "", str(int(excluded) + int(left))]
    assert rule == "Compassion &gt; 2 SD"
    assert (int(excluded), int(left)) == (counted["excluded"], counted["left"])
    assert "compassion is more than 2 SDs from the participant&#39;s mean" in html_without


def test_numbers_that_are_held_and_two_lines_have_sentences(two_factors):
    models = templates().get_template("report/models.html.j2").module
    for how, words in (
        ("cells", "averages over the values that n has in the cells"),
        ("both", "averages over n = 0 and n = 1"),
        ("mean", "at the mean of n (2.500)"),
    ):
        assert words in str(models.held({"number": "n", "how": how, "value": 2.5}))
    topic = templates().get_template("report/topic.html.j2").module
    lines = pd.DataFrame(
        {"contrast": "{dose: two lines}", "finding": "inverted_u", "quantity": ["slope_below"],
         "estimate": [0.5], "ci_low": [0.1], "ci_high": [0.9], "p": [0.01]}
    )  # fmt: skip
    mode = two_factors.modes[0]
    said = str(topic.two_lines(replace(mode.models[0], two_lines=lines), mode))
    assert "two lines over dose: The outcome first rises and then falls" in said
    assert "Slope below the break point" in said


def test_the_factor_of_a_contrast_is_named_the_same_way_everywhere(two_factors):
    mode = two_factors.modes[0]
    about = {"contrast": ["ours - theirs"], "failed": [""]}
    numbers = {key: [1.0] for key in ("estimate", "se", "ci_low", "ci_high", "lower", "upper")}
    of_unit = {"unit": ["item"], "units": [8], "low": [1.0], "high": [2.0], "most": ["a"]}
    again = {f"{name}_without": [1.0] for name in ("estimate", "p", "ci_low", "ci_high")}
    model = replace(
        mode.models[0],
        bounds=pd.DataFrame(about | numbers),
        influence=pd.DataFrame(about | numbers | of_unit | again),
        responses=pd.DataFrame(
            about | numbers | {"part": [""], "unit": ["response"], "note": [""]}
        ),
    )
    made = page(replace(two_factors, modes=(replace(mode, models=(model,)),)))
    text = re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", made, flags=re.S))
    for words in (
        "Lee bounds of the amount, group (ours − theirs):",
        "group (ours − theirs) without any one stimulus",
        "The claim is that group (ours − theirs) is",
    ):
        assert words in text
    assert text.count("ours − theirs") == text.count("group (ours − theirs)") > 8
    assert "group (ours − theirs) is" in in_brief(mode)
    assert set(mode.contrasts["label"]) == {"group (ours − theirs)", "severity", "group × severity"}


@pytest.mark.parametrize(
    ("levels", "others", "named"),
    [
        (("ours", "theirs"), [], ""),
        (("1", "10"), [], "group"),
        (("ours", "theirs"), ["within"], "group"),
        (("ours", "theirs"), ["between"], "group"),
        (("ours", "theirs"), ["counterbalanced"], ""),
    ],
)
def test_a_factor_is_named_among_several_and_where_levels_are_numbers(levels, others, named):
    own = {name: Factor(name, varies, {}, ()) for name, varies in zip("abc", others, strict=False)}
    names = SimpleNamespace(factors={"group": Factor("group", "within", {}, ()), **own})
    assert factor_to_name("group", levels, names) == named


def test_slopes_in_sds_name_their_unit(two_factors):
    label = templates().get_template("report/models.html.j2").module.label
    row = {"label": "slope of dose", "part": "", "per": 12.0}
    assert str(label(row)) == "slope of dose (in SDs: for a difference of 12.00)"
    assert str(label({**row, "per": float("nan")})) == "slope of dose"


@pytest.mark.usefixtures("same_figures")
def test_hypotheses_are_named_if_there_are_several(results):
    mode = results.modes[0]
    (curve,) = results.study.hypothesis.values()
    other = replace(mode.comparison, hypothesis="second", verdict=None, failed="Nobody answered.")
    first = replace(mode.comparison, hypothesis="first")
    study = results.study.model_copy(update={"hypothesis": {"first": curve, "second": curve}})
    made = page(replace(results, study=study, modes=(replace(mode, comparisons=(first, other)),)))
    assert "<dt>second</dt><dd>No verdict</dd>" in made
    for heading in ("First", "Second"):
        assert f'<h3 class="comparison">{heading}</h3>' in made
        assert f"<strong>{heading}:</strong> outcome donation" in made


def test_modes_without_a_primary_test_and_without_data_say_so(no_hypothesis):
    mode = no_hypothesis.modes[0]
    secondary = replace(
        mode,
        mode="other",
        contrasts=mode.contrasts.assign(role="secondary"),
        models=tuple(replace(each, role="secondary") for each in mode.models),
    )
    assert in_brief(secondary) == "No primary test in this mode."
    modes = {**no_hypothesis.study.modes, "other": no_hypothesis.study.modes["main"]}
    study = no_hypothesis.study.model_copy(update={"modes": modes})
    made = page(replace(no_hypothesis, study=study, modes=(mode, secondary)))
    assert "All tests of this mode are secondary." in made
    assert "All tests of this mode are secondary and are corrected together by Holm" in made
    failed = replace(mode, contrasts=mode.contrasts.assign(failed="Nobody is left.", p=np.nan))
    made = page(replace(no_hypothesis, modes=(failed,)))
    assert '<p class="headline">No result</p>' in made
    assert "could not be estimated: Nobody is left." in box(made)
