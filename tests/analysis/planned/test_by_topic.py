"""Questions that the topic of a claim adds to the comparison of curves, and their sentences in the report."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from analysis.models import parse_formula
from analysis.planned.by_topic import analyse_topic
from analysis.planned.compared import TopicTest
from analysis.planned.results import MeasureInfo
from analysis.report.filters import templates

ABOUT = MeasureInfo("felt", "felt", low=0.0, high=10.0, outcome=True)
RANDOM = parse_formula("y ~ 1 + (1|participant)").random


def answers(curve, x, people=60, seed=1):
    """Each participant answers once at every value of ``x``."""
    rng = np.random.default_rng(seed)
    participant, place = np.divmod(np.arange(people * len(x)), len(x))
    level = rng.normal(0, 0.5, people)[participant]
    felt = curve(np.asarray(x)[place]) + level + rng.normal(0, 0.7, len(place))
    return pd.DataFrame({"participant": participant, "x": np.asarray(x)[place], "felt": felt})


def run(topic, rows):
    return analyse_topic(topic, rows, "felt", "x", RANDOM, ABOUT)


def value(found, quantity, column="estimate"):
    return float(found.table.set_index("quantity").loc[quantity, column])


def rendered(found):
    return str(templates().get_template("report/topic.html.j2").module.further(found))


EMPATHY = np.linspace(0, 10, 11)


def test_a_window_is_found_with_its_peak():
    found = run("window", answers(lambda x: 6 - 0.15 * (x - 6) ** 2, EMPATHY))
    assert found.finding == "window"
    assert value(found, "slope_below") > 0 > value(found, "slope_above")
    assert value(found, "slope_below", "ci_low") > 0 > value(found, "slope_above", "ci_high")
    assert value(found, "peak", "ci_low") < 6 < value(found, "peak", "ci_high")
    assert "first rises and then falls: both slopes" in rendered(found)


def test_a_saturating_curve_is_no_window_although_a_quadratic_fits():
    found = run("window", answers(lambda x: 3 * np.log(x + 0.3), EMPATHY))
    assert found.finding == "neither"
    assert value(found, "curvature", "p") < 0.001
    assert "no evidence for a window" in rendered(found)


def test_a_limit_is_found_and_a_steady_trend_is_none():
    exposures = np.arange(1.0, 31.0)
    turn = run("depletion", answers(lambda t: 3 + 0.15 * np.maximum(0, t - 18), exposures, 40))
    assert turn.finding == "up"
    assert value(turn, "change_at", "ci_low") < 18 < value(turn, "change_at", "ci_high")
    assert value(turn, "slope_after") == pytest.approx(0.15, abs=0.03)
    assert "The slope increases" in rendered(turn)
    steady = run("depletion", answers(lambda t: 6 - 0.1 * t, exposures, 40, seed=3))
    assert steady.finding == "no_change"
    assert "undetermined" in rendered(steady)


def test_states_that_exclude_each_other_leave_the_corner_empty():
    threat = np.linspace(0, 1, 11)
    apart = run("systems", answers(lambda t: np.where(t > 0.5, 1.0, 8.0), threat))
    assert apart.finding == "empty"
    assert value(apart, "both_high", "ci_high") < value(apart, "expected")
    rows = answers(lambda t: 6 + 0 * t, threat)
    together, both = run("systems", rows), (rows["x"] > 0.5) & (rows["felt"] > 5)
    assert together.finding == "not_empty"
    assert value(together, "both_high") == both.mean()
    exact = binomtest(int(both.sum()), len(rows)).proportion_ci(method="exact")
    assert value(together, "both_high", "ci_low") == pytest.approx(exact.low)
    assert value(together, "both_high", "ci_high") == pytest.approx(exact.high)
    independent = (rows["x"] > 0.5).mean() * (rows["felt"] > 5).mean()
    assert value(together, "expected") == pytest.approx(independent)
    assert "is not shown" in rendered(together)


def test_a_failed_analysis_has_its_reason_and_other_topics_have_none():
    rows = answers(lambda x: x, [1.0, 2.0, 3.0])
    found = run("window", rows)
    assert "3 distinct values; an inverted U can only be tested with at least 5" in found.failed
    assert found.failed in html.unescape(rendered(found))
    assert "Simonsohn" not in rendered(found)
    assert run("victims", rows) is None
    assert "have no midpoint" in run("systems", rows.assign(x=1.0)).failed


@pytest.mark.parametrize(
    "code",
    ["window", "inverted_u", "u", "neither", "up", "down", "no_change", "empty", "not_empty"],
)
def test_every_finding_has_a_sentence(code):
    sentence = templates().get_template("report/topic.html.j2").module.sentence
    assert len(str(sentence(TopicTest("window", code)))) > 20
