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
    changed = replace(comparison, saturated=True)
    modes = (replace(results.modes[0], comparisons=(changed,)),)
    html = page(replace(results, modes=modes))
    assert f"The best curve, {comparison.verdict.best}, has as many free parameters" in html


@pytest.mark.parametrize(
    ("posterior", "at_limit", "message"),
    [
        (0.0, True, "less than 0.500 times as likely as its complement"),
        (
            1.0,
            True,
            "more than 0.500 times as likely as its complement, more than 0.200 times as likely as equal means, and"
            " 24 times as likely as means in no particular order, the most that is possible for 4 means",
        ),
        (0.4, False, "order 0.500"),
    ],
)
def test_an_order_that_no_draw_keeps_has_a_bound(
    template, comparison, posterior, at_limit, message
):
    factors = {"bf_complement": 0.5, "bf_equal": 0.2}
    order = comparison.order.assign(posterior=posterior, at_limit=at_limit, **factors)
    assert message in str(template.order(replace(comparison, order=order)))


def test_the_order_is_the_one_that_was_tested(template, comparison):
    curve = (
        "The prediction can also be read as an order of means: 1 > 2 > 8 > 100 = 10,000 = 800,000."
    )
    assert curve in str(template.order(comparison))
    claimed = replace(comparison, predictor="letter", ordered="kind > neutral > critical")
    assert "The claim is an order of means: kind > neutral > critical." in str(
        template.order(claimed, True)
    )


def test_flatness_counts_the_differences_that_may_matter(template, comparison):
    verdicts = ["equivalent", "different but small", "undetermined", "different"]
    pairs = pd.DataFrame(
        {"label": list("abcd"), "estimate": [0.1, 0.2, 0.3, -0.9], "verdict": verdicts}
    )
    found = replace(comparison, differences=pairs, sesoi=0.5)
    assert str(template.flatness(found)) == (
        "2 of 4 differences between conditions are not shown to be smaller than 0.500 (largest: d, −0.900)."
    )
    flat = replace(found, differences=pairs.head(2))
    assert str(template.flatness(flat)).startswith("All 2 differences")


@pytest.mark.parametrize(
    ("better", "message"),
    [("", "Here neither family predicts better"), ("step", "Step predicts new participants")],
)
def test_prediction_of_new_participants(template, comparison, better, message):
    table = comparison.prediction.assign(better=better)
    assert message in str(template.prediction(replace(comparison, prediction=table)))
