"""Numbers and words as the page prints them, and what the verdict says in plain words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.report.verdict_words import headline, plain_words
from analysis.report.wording import cell, term
from experiments.numbers import bayes_factor, estimate, interval, p_value, percent, weight


@pytest.mark.parametrize(
    ("value", "said"),
    [
        *((0.0, "0.000"), (-0.0004, "−0.0004"), (12.345, "12.35"), (345.67, "345.7")),
        *((123456.7, "123,457"), (-np.inf, "−∞"), (np.nan, "–"), (2.1e-11, "2.1 × 10⁻¹¹")),
        (3.6e10, "3.6 × 10¹⁰"),
    ],
)
def test_numbers(value, said):
    assert estimate(value) == said


def test_a_rounded_zero_has_no_minus():
    assert estimate(-0.001, 2) == "0.00"
    assert estimate(1.7e-16, 0) == "0"


def test_other_numbers():
    assert [p_value(p) for p in (0.0004, 0.05, 0.9999, np.nan)] == ["< .001", ".050", "1.000", "–"]
    assert interval(np.nan, 1.0) == "–"
    assert bayes_factor(0.5) == "0.500"
    assert (percent(0.5), percent(np.nan), weight(0.005)) == ("50.0%", "–", "< .01")


def test_terms_and_cells():
    assert term("victim[statistical]") == "victim: statistics"
    assert term("group[out]:x") == "group: out-group:x"
    assert cell("victim = joint, team = lark") == "victim: both, team: lark"


def told(results, **changes):
    result = results.modes[0]
    changed = replace(result, contest=replace(result.contest, **changes))
    return headline(changed), " ".join(plain_words(results, changed))


def test_survivor_undetermined_and_no_verdict(results):
    top, words = told(results, survivor="decay_to_floor")
    assert top == "Decay to floor survives"
    assert "is not contradicted by the means" in words
    top, words = told(results, survivor="", reasons=("its BIC weight is below 0.90",))
    assert top == "Undetermined"
    assert "its BIC weight is below 0.90" in words
    assert "Planned were 400 participants per cell" in words
    top, words = told(results, survivor="", failed="Nobody answered.")
    assert top == "No verdict"
    assert "Nobody answered." in words


def test_fate_of_the_claim(results):
    table = pd.DataFrame(
        {
            "curve": ["M5e essay_floor_10", "flat", "M4e essay_floor_48", "flat"],
            "check": ["M5e", "M5e", "M4e", "M4e"],
            "p": [0.4, 0.3, 0.2, 0.3],
            "scale": [1.0, np.nan, -1.0, np.nan],
        }
    )
    _, words = told(results, specified=table)
    assert "then a floor of .10” is compatible with the means (p\u00a0=\u00a0.400)" in words
    assert "kept for any number above one” fits the means only upside down" in words
    assert "A flat line is compatible with them as well (p\u00a0=\u00a0.300)" in words
    assert "cannot tell it from the claim" in words
    _, words = told(results, specified=table.assign(p=[0.01, 0.3, 0.2, 0.3]))
    assert "A flat line is compatible with them (p\u00a0=\u00a0.300)." in words
    assert "from the claim" not in words


def test_simulated_verdicts_speak_of_no_human_being(results, collected):
    assert "nothing about human beings" in " ".join(plain_words(results, results.modes[0]))
    assert "human" not in " ".join(plain_words(collected, collected.modes[0]))
