"""Designs that the tests of the balanced engine share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.balanced import CrossedDesign, Truth, between_people, latin_square


def partly_crossed() -> CrossedDesign:
    """Even participants see items 0-5, odd ones 6-11, each half in two lists."""
    square = latin_square(20, 6, [-0.5, 0.5])
    item = square.item + 6 * (square.participant % 2)
    level = (square.participant // 2 + square.item) % 2 - 0.5
    return replace(square, item=item, columns=level[:, None])


def every_level_of_every_item() -> CrossedDesign:
    """Each participant sees each item at both levels, rows in random order."""
    person, item, level = (a.ravel() for a in np.indices((10, 5, 2)))
    order = np.random.default_rng(0).permutation(len(person))
    columns = (level - 0.5)[order][:, None]
    return CrossedDesign(person[order], item[order], columns, ("x",), ("x",))


def within_and_between() -> CrossedDesign:
    """A level within and a group between people, with their interaction."""
    square = latin_square(16, 6, [-0.5, 0.5])
    group = (square.participant // 2) % 2 - 0.5
    within = square.columns[:, 0]
    columns = np.column_stack([within, group, within * group])
    return replace(square, columns=columns, names=("x", "g", "xg"), slopes=("x",))


CURVE = np.array([[0.0, 1.0], [0.7, 0.0], [2.1, 0.0]])

DESIGNS = {
    "square": latin_square(14, 6, [-0.5, 0.5]),
    "square, 0 and 1": latin_square(14, 6, [0, 1]),
    "square, no slope": latin_square(14, 6, [-0.5, 0.5], slopes=()),
    "between": between_people(14, 6, [-0.5, 0.5]),
    "uneven lists": latin_square(15, 7, [0, 1]),
    "three levels": latin_square(15, 6, CURVE),
    "three levels, one slope": latin_square(15, 6, CURVE, slopes=["x1"]),
    "partly crossed": partly_crossed(),
    "every level of every item": every_level_of_every_item(),
    "within and between": within_and_between(),
}


@pytest.fixture(params=DESIGNS)
def design(request: pytest.FixtureRequest) -> CrossedDesign:
    """Each of the designs in turn."""
    return DESIGNS[request.param]


@pytest.fixture
def truth(design: CrossedDesign) -> Truth:
    """Effects and variances that fit the design."""
    return truth_of(design)


def truth_of(design: CrossedDesign) -> Truth:
    """Moderate effects, an intercept variance of 1 and slope variances of 0.3."""
    fixed, varying = 1 + len(design.names), 1 + len(design.slopes)
    people = np.full((varying, varying), 0.1) + np.diag([0.9] + [0.2] * (varying - 1))
    return Truth.of(0.3 * np.arange(fixed), people, 0.2, 1.0)
