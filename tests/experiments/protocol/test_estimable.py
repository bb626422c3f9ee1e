"""Which effects rows can tell apart, and which contrasts they give; checked against ranks worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from experiments.protocol.estimable import Design
from experiments.protocol.planned_contrast import PlannedContrast

FACTORS = {"a": ["a1", "a2", "a3"], "b": ["b1", "b2"]}
FULL = list(product(*FACTORS.values())) * 2
ADDITIVE = (("a",), ("b",))
CROSSED = (*ADDITIVE, ("a", "b"))


def design(effects, cells=FULL, **numbers) -> Design:
    columns = dict(zip(FACTORS, map(list, zip(*cells, strict=True)), strict=True))
    return Design(effects, FACTORS, columns, numbers)


def compares(name: str, plus: str, minus: str, **fixed: str) -> PlannedContrast:
    weights = {name: {plus: Fraction(1), minus: Fraction(-1)}}
    weights |= {other: {level: Fraction(1)} for other, level in fixed.items()}
    return PlannedContrast("contrast", weights, {})


@pytest.mark.parametrize(
    "effects",
    [ADDITIVE, CROSSED, (("a", "b"),), (("a",), ("a", "b")), (("a",), ("n",), ("a", "n"))],
)
def test_a_full_factorial_tells_all_effects_apart(effects):
    assert design(effects, n=[float(k % 5) for k in range(len(FULL))]).confounded() is None


def test_an_empty_cell_confounds_the_interaction_alone():
    cells = [cell for cell in FULL if cell != ("a3", "b2")]
    assert design(ADDITIVE, cells).confounded() is None
    assert design(CROSSED, cells).confounded() == ("a", "b")


def test_factors_that_vary_together_are_confounded():
    cells = [("a1", "b1"), ("a2", "b2"), ("a3", "b2")] * 3
    assert design(ADDITIVE, cells).confounded() == ("b",)


def test_a_number_that_is_a_sum_of_others_is_confounded():
    one = [float(k * k % 7) for k in range(len(FULL))]
    other = [float(k * 3 % 5) for k in range(len(FULL))]
    effects = (("a",), ("one",), ("other",), ("both",))
    both = [2 * x - 1000 * y for x, y in zip(one, other, strict=True)]
    assert design(effects, one=one, other=other, both=both).confounded() == ("both",)
    assert design(effects[:3], one=one, other=other).confounded() is None
    constant = [3.0] * len(FULL)
    assert design((("a",), ("one",)), one=constant).confounded() == ("one",)


def test_contrasts_in_a_design_with_an_empty_cell():
    cells = [cell for cell in FULL if cell != ("a3", "b2")]
    additive, crossed = design(ADDITIVE, cells), design(CROSSED, cells)
    # Without an interaction the difference at b1 is that at b2.
    assert additive.estimates(compares("a", "a1", "a3"))
    assert additive.estimates(compares("a", "a1", "a3", b="b2"))
    assert crossed.estimates(compares("a", "a1", "a2"))
    assert crossed.estimates(compares("a", "a1", "a3", b="b1"))
    assert not crossed.estimates(compares("a", "a1", "a3"))
    assert not crossed.estimates(compares("a", "a1", "a3", b="b2"))
    assert crossed.missing(compares("a", "a1", "a3", b="b2")) == {"a": "a3", "b": "b2"}
    assert crossed.missing(compares("a", "a1", "a2", b="b2")) is None


def test_a_difference_of_differences_needs_the_interaction():
    both = {
        "a": {"a1": Fraction(1), "a2": Fraction(-1)},
        "b": {"b1": Fraction(1), "b2": Fraction(-1)},
    }
    contrast = PlannedContrast("contrast", both, {})
    assert design(CROSSED).holds(contrast)
    assert design(CROSSED).estimates(contrast)
    assert not design(ADDITIVE).holds(contrast)


def test_slopes_of_numbers_and_of_factors_of_numbers():
    numbers = {"n": [float(k * k % 7) for k in range(len(FULL))]}
    slope = PlannedContrast("slope", {}, {"n": "slope"})
    assert design((("a",), ("n",)), **numbers).estimates(slope)
    assert not design((("a",), ("b",)), **numbers).holds(slope)
    by_level = PlannedContrast(
        "slope", {"b": {"b1": Fraction(1), "b2": Fraction(-1)}}, {"n": "slope"}
    )
    assert not design((("b",), ("n",)), **numbers).holds(by_level)
    assert design((("b",), ("n",), ("b", "n")), **numbers).estimates(by_level)
    doses = {"dose": ["1", "10", "100"]}
    cells = {"dose": ["1", "10", "100"] * 2}
    for line in ("slope", "slope of log"):
        assert Design((("dose",),), doses, cells, {}).estimates(
            PlannedContrast("s", {}, {"dose": line})
        )
    low = {"dose": ["1", "10"] * 3}
    assert not Design((("dose",),), doses, low, {}).estimates(
        PlannedContrast("s", {}, {"dose": "slope"})
    )
