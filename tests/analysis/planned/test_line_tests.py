"""Two lines over a factor of numbers or a number, and slopes of logarithms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.models.two_lines import two_lines
from analysis.planned.contrasts import contrast_rows, contrast_table, two_line_tests
from analysis.planned.fitting import PlannedFit, fit_planned
from analysis.planned.line_tests import in_one_table, notes_of
from analysis.planned.predictors import NumberOf
from analysis.planned.results import MeasureInfo
from tests.analysis.planned.written import factor, planned

CARE = MeasureInfo("care", "care", low=0.0, high=100.0, outcome=True)
FACTORS = {
    "intensity": factor("1", "2", "3", "4", "5", numbers=True),
    "boundary": factor("self", "other"),
}
TWO = {"intensity": "two lines"}


@pytest.fixture(scope="module")
def rising_and_falling() -> pd.DataFrame:
    """300 participants with one rating each: an inverted U over intensity within self, a rise within other."""
    rng = np.random.default_rng(5)
    intensity = np.tile(list("12345"), 60)
    boundary = np.repeat(["self", "other"], 150)
    x = intensity.astype(float)
    mean = np.where(boundary == "self", 60 - 6 * (x - 3) ** 2, 30 + 5 * x)
    return pd.DataFrame(
        {
            "participant": [f"p{k:03d}" for k in range(300)],
            "intensity": intensity,
            "boundary": boundary,
            "shared": x + rng.normal(0, 0.3, 300),
            "care": mean + rng.normal(0, 6, 300),
        }
    )


def fitted(frame: pd.DataFrame, formula: str, contrasts: list[object]) -> PlannedFit:
    used = {name: own for name, own in FACTORS.items() if name in formula}
    numbers = {"shared": NumberOf("shared", answered=True)} if "shared" in formula else {}
    plan, predictors = planned(formula, contrasts, factors=used, numbers=numbers)
    return fit_planned(plan, frame, predictors, CARE)


def rows(found: PlannedFit) -> pd.DataFrame:
    return contrast_table(contrast_rows(found, None, two_line_tests(found)), "one")


def test_two_lines_within_a_level_are_those_of_its_rows(rising_and_falling):
    within_self = {"boundary": "self", **TWO}
    found = fitted(rising_and_falling, "care ~ intensity * boundary", [within_self])
    (test,) = two_line_tests(found).values()
    own = rising_and_falling[rising_and_falling["boundary"] == "self"]
    own = own.assign(x=own["intensity"].astype(float)).reset_index(drop=True)
    direct = two_lines(own, "care", "x")
    table = test.table.set_index("quantity")
    assert test.finding == "window"
    assert table.loc["slope_below", "estimate"] == pytest.approx(direct.low.slope)
    assert table.loc["slope_above", "p"] == pytest.approx(direct.high.p)
    assert 2 < table.loc["peak", "ci_low"] < 3 < table.loc["peak", "ci_high"] < 4
    row = rows(found).iloc[0]
    assert (row["kind"], row["higher"], row["at"]) == ("two lines", "", "self")
    assert row["p"] == pytest.approx(max(direct.low.p, direct.high.p))
    assert np.isnan(row["estimate"])
    stored = in_one_table(two_line_tests(found))
    assert set(stored["contrast"]) == {"{boundary: self, intensity: two lines}"}
    assert set(stored["finding"]) == {"window"}


def test_slopes_of_one_direction_are_no_two_lines(rising_and_falling):
    """A rise that becomes less steep has a significant quadratic term, but no fall."""
    noise = np.random.default_rng(1).normal(0, 1, 300)
    care = 20 * np.log(rising_and_falling["shared"] + 1) + noise
    own = rising_and_falling.assign(care=care)
    row = rows(fitted(own, "care ~ shared", [{"shared": "two lines"}])).iloc[0]
    assert row["p"] == 1.0


def test_two_lines_over_a_number(rising_and_falling):
    own = rising_and_falling[rising_and_falling["boundary"] == "self"].reset_index(drop=True)
    row = rows(fitted(own, "care ~ shared", [{"shared": "two lines"}])).iloc[0]
    assert row["p"] < 0.001


def test_a_planned_random_slope_becomes_slopes_of_the_lines_and_of_the_quadratic():
    """100 participants with ten answers each, whose shared feeling is each time another one."""
    rng = np.random.default_rng(3)
    person = np.repeat(np.arange(100), 10)
    shared = rng.uniform(1, 5, 1000)
    care = 60 - (6 + rng.normal(0, 2, 100)[person]) * (shared - 3) ** 2
    care += (rng.normal(0, 3, 100)[person]) * (shared - 3) + rng.normal(0, 5, 1000)
    frame = pd.DataFrame({"participant": person.astype(str), "shared": shared, "care": care})
    found = fitted(frame, "care ~ shared + (shared | participant)", [{"shared": "two lines"}])
    (test,) = two_line_tests(found).values()
    assert not test.failed
    assert test.finding == "window"
    table = test.table.set_index("quantity")
    assert 2.5 < table.loc["peak", "ci_low"] < 3 < table.loc["peak", "ci_high"] < 3.5
    assert rows(found).iloc[0]["p"] < 0.001
    ((_, note),) = notes_of(found.planned, {"the two lines": test})
    assert note.startswith("the two lines: Random terms: of both lines (own_line + other_line |")
    assert "of the quadratic (shared + squared | participant)" in note


def test_two_lines_are_not_compared_between_levels(rising_and_falling):
    between = {"boundary": "other - self", **TWO}
    found = fitted(rising_and_falling, "care ~ intensity * boundary", [between])
    assert "not compared between them" in rows(found).iloc[0]["failed"]
    assert in_one_table(two_line_tests(found)).empty


def test_the_slope_of_a_logarithm_is_that_of_a_model_with_the_logarithm(rising_and_falling):
    contrasts = [{"shared": "slope of log"}, {"shared": "slope"}]
    table = rows(fitted(rising_and_falling, "care ~ shared + boundary", contrasts))
    direct = models.fit(rising_and_falling, "care ~ log(shared) + boundary")
    assert table["estimate"].iloc[0] == pytest.approx(direct.terms["estimate"].iloc[2])
    assert table["se"].iloc[0] == pytest.approx(direct.terms["se"].iloc[2])
    plain = models.fit(rising_and_falling, "care ~ shared + boundary")
    assert table["estimate"].iloc[1] == pytest.approx(plain.terms["estimate"].iloc[2])


def test_a_number_without_a_logarithm_is_named(rising_and_falling):
    frame = rising_and_falling.assign(shared=rising_and_falling["shared"] - 3)
    row = rows(fitted(frame, "care ~ shared", [{"shared": "slope of log"}])).iloc[0]
    assert "which has no logarithm" in row["failed"]
