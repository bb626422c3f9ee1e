"""The strata carry the whole likelihood: checked against the dense N x N formula."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.balanced import (
    CrossedDesign,
    NotBalancedError,
    Truth,
    design_of,
    draw_rows,
    latin_square,
    statistics_of,
    strata,
)
from analysis.balanced.likelihood import derivatives, fixed_effects
from analysis.errors import AnalysisError


def dense(design: CrossedDesign, truth: Truth, y: np.ndarray) -> tuple[float, np.ndarray]:
    """REML criterion and estimates from the N x N covariance, as the textbook writes them."""
    z, x = design.random, design.fixed
    same_person = design.participant[:, None] == design.participant
    same_item = design.item[:, None] == design.item
    v = same_person * (z @ truth.people @ z.T) + truth.item_variance * same_item
    v = v + truth.residual_variance * np.eye(len(y))
    information = x.T @ np.linalg.solve(v, x)
    beta = np.linalg.solve(information, x.T @ np.linalg.solve(v, y))
    rest = y - x @ beta
    value = np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1]
    return value + rest @ np.linalg.solve(v, rest), beta


def test_criterion_is_the_dense_one(design: CrossedDesign, truth: Truth) -> None:
    y = draw_rows(design, truth, 1, np.random.default_rng(5))
    data = statistics_of(strata(design), y)
    for share in (0.2, 1.0, 3.0):
        at = replace(truth, people=share * truth.people, item_variance=0.5 * share)
        value, beta = dense(design, at, y[0])
        phi = at.components[:, None]
        assert derivatives(data, phi).criterion[0] == pytest.approx(value, abs=1e-9)
        assert fixed_effects(data, phi).beta[:, 0] == pytest.approx(beta, abs=1e-10)


def test_degrees_of_freedom_add_up_to_the_rows(design: CrossedDesign) -> None:
    parts = strata(design)
    total = sum(s.df * s.kernels.shape[1] for s in parts.free) + len(parts.mean_design)
    assert total == len(design.participant)


def test_derivatives_are_those_of_the_criterion(design: CrossedDesign, truth: Truth) -> None:
    data = statistics_of(strata(design), draw_rows(design, truth, 1, np.random.default_rng(6)))
    phi = truth.components[:, None] * 1.1
    at = derivatives(data, phi)
    step = 1e-5
    for j in range(len(phi)):
        move = np.zeros_like(phi)
        move[j] = step
        up, down = derivatives(data, phi + move), derivatives(data, phi - move)
        slope = (up.criterion - down.criterion) / (2 * step)
        assert at.gradient[j] == pytest.approx(slope, rel=1e-5, abs=1e-5)
        bend = (up.gradient - down.gradient) / (2 * step)
        assert at.hessian[:, j] == pytest.approx(bend, rel=1e-5, abs=1e-4)


def test_two_by_two_square_has_the_strata_of_the_docstring() -> None:
    parts = strata(latin_square(200, 12, [-0.5, 0.5]))
    found = {s.name: (s.df, s.kernels.shape[1]) for s in parts.free}
    assert found == {
        "residual": (1990, 1),
        "items": (10, 1),
        "participants": (198, 2),
        "lists and blocks": (1, 2),
    }
    assert parts.mean_design.shape == (2, 2)


def test_rows_in_any_order_give_the_same_statistics() -> None:
    design = latin_square(10, 6, [0, 1, 3])
    y = np.random.default_rng(1).normal(size=60)
    order = np.random.default_rng(2).permutation(60)
    shuffled = replace(
        design,
        participant=design.participant[order],
        item=design.item[order],
        columns=design.columns[order],
    )
    one, other = statistics_of(strata(design), y), statistics_of(strata(shuffled), y[order])
    at = np.array([1.0, 0.1, 0.3, 0.2, 1.0])[:, None]
    assert derivatives(one, at).criterion == pytest.approx(derivatives(other, at).criterion)


def test_missing_rows_are_told_as_the_reason() -> None:
    square = latin_square(200, 12, [-0.5, 0.5])
    keep = np.random.default_rng(1).random(2400) > 0.05
    holes = replace(
        square,
        participant=square.participant[keep],
        item=square.item[keep],
        columns=square.columns[keep],
    )
    with pytest.raises(NotBalancedError, match="missing here and there"):
        strata(holes)


@pytest.mark.parametrize(
    ("design", "message"),
    [
        (latin_square(20, 2, [0, 1]), "residual, items within blocks"),
        (latin_square(2, 8, [0, 1]), "participants within lists"),
        (latin_square(20, 8, np.array([[0, 0], [1, 2]]), slopes=["x1"]), "linearly dependent"),
        (
            replace(latin_square(20, 8, [0, 1]), columns=np.ones((160, 1))),
            "can't be told from their intercept",
        ),
    ],
)
def test_designs_that_leave_a_variance_undetermined(design: CrossedDesign, message: str) -> None:
    with pytest.raises(NotBalancedError, match=message):
        strata(design)


def test_a_table_without_the_column_is_refused() -> None:
    import pandas as pd

    with pytest.raises(AnalysisError, match=r"no column \['victims'\]"):
        design_of(pd.DataFrame({"participant": [1], "item": [2]}), ["victims"])
