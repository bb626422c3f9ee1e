"""Numbers as reports, figures and messages write them."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.numbers import bayes_factor, count, estimate, interval, p_value, percent, weight


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0.0, "0.000"), (-0.0004, "−0.0004"), (12.345, "12.35"), (345.67, "345.7")),
        *((123456.7, "123,457"), (-np.inf, "−∞"), (np.nan, "–"), (2.1e-11, "2.1 × 10⁻¹¹")),
        (3.6e10, "3.6 × 10¹⁰"),
    ],
)
def test_numbers(value, text):
    assert estimate(value) == text


def test_a_rounded_zero_has_no_minus():
    assert estimate(-0.001, 2) == "0.00"
    assert estimate(1.7e-16, 0) == "0"


def test_other_numbers():
    assert [p_value(p) for p in (0.0004, 0.05, 0.9999, np.nan)] == ["< .001", ".050", "> .999", "–"]
    assert interval(np.nan, 1.0) == "–"
    assert bayes_factor(0.5) == "0.500"
    assert (percent(0.5), percent(np.nan), weight(0.005)) == ("50.0%", "–", "< .01")


def test_a_whole_number_that_is_missing_is_a_dash():
    assert (count(None), count(np.nan), count(3.0)) == ("–", "–", "3")
