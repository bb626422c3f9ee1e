"""The paragraphs under the verdict on what was compared: every part once, with its numbers."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.report import page
from analysis.report.filters import templates


@pytest.fixture(scope="module")
def template():
    return templates().get_template("report/model_comparison.j2").module


@pytest.fixture
def comparison(results):
    return results.modes[0].comparison


@pytest.mark.usefixtures("same_figures")
def test_all_parts_are_there_in_sentences(results):
    html = page(results)
    start = html.index("predicted curves from")
    text = html[start : html.index("Families of curves", start)]
    for needed in (
        *("three votes", "approximations", "unrestricted cell means", "Another way to compare"),
        *("strictest test", "also be read as an order of means", "not significant may still exist"),
    ):
        assert text.count(needed) == 1, needed
    assert "nan" not in text


@pytest.mark.usefixtures("same_figures")
def test_a_saturated_curve_is_reported(results, comparison):
    changed = replace(comparison, verdict=replace(comparison.verdict, misfit=None), saturated=True)
    modes = (replace(results.modes[0], comparisons=(changed,)),)
    html = page(replace(results, modes=modes))
    assert f"The best curve, {comparison.verdict.best}, has as many free parameters" in html


@pytest.mark.parametrize(
    ("posterior", "at_limit", "message"),
    [(0.0, True, "less than 0.500"), (1.0, True, "more than 0.500"), (0.4, False, "order 0.500")],
)
def test_an_order_that_no_draw_keeps_has_a_bound(
    template, comparison, posterior, at_limit, message
):
    order = comparison.order.assign(posterior=posterior, at_limit=at_limit, bf_complement=0.5)
    assert message in str(template.order(replace(comparison, order=order)))


def test_the_order_is_that_of_the_predictor(template, comparison):
    assert "the more victims" in str(template.order(comparison))
    assert "the in-group receives more" in str(
        template.order(replace(comparison, predictor="group"))
    )
    claimed = replace(comparison, predictor="letter", ordered="kind > neutral > critical")
    assert "The claim is an order of means: kind > neutral > critical." in str(
        template.order(claimed, True)
    )


def test_flatness_counts_the_differences_that_may_matter(template, comparison):
    verdicts = ["equivalent", "different but small", "undetermined", "different"]
    pairs = pd.DataFrame(
        {"label": list("abcd"), "estimate": [0.1, 0.2, 0.3, -0.9], "verdict": verdicts}
    )
    verdict = replace(comparison.verdict, equivalent_to_flat=False)
    found = replace(comparison, differences=pairs, verdict=verdict, sesoi=0.5)
    assert str(template.flatness(found)) == (
        "2 of 4 differences between cells are not shown to be smaller than 0.500 (largest: d, −0.900)."
    )
    flat = replace(found, verdict=replace(verdict, equivalent_to_flat=True))
    assert str(template.flatness(flat)).startswith("All 4 differences")


def test_a_specified_curve_is_nearer_or_farther_than_flat(template, comparison):
    table = pd.DataFrame(
        {
            "curve": ["M5e essay_floor_10", "flat"], "check": "M5e", "g2": 5.0, "df": 5,
            "df_error": [60.0, float("inf")], "p": [0.01, 0.3], "distance": [1.5, 1.0],
        }
    )  # fmt: skip
    text = str(template.specified(replace(comparison, specified=table), {"M5e": "a floor"}))
    assert text.startswith(
        "M5e (a floor), with only scale free, is rejected by the cell means (F(5, 60)"
    )
    assert "further from it than from a flat line (distance 1.500 against 1.000)" in text


@pytest.mark.parametrize(
    ("better", "message"),
    [("", "Here neither family predicts better"), ("step", "Step predicts new participants")],
)
def test_prediction_of_new_participants(template, comparison, better, message):
    table = comparison.prediction.assign(better=better)
    assert message in str(template.prediction(replace(comparison, prediction=table)))
