"""Curves at fixed variances: by cell they have the coefficients and the misfit of generalised least squares over rows."""

from __future__ import annotations

import numpy as np
import pytest
from invented import crossed

from analysis import models
from analysis.curves.fitting import fixed_variances
from analysis.curves.fitting.fixed_variances import FixedVariances
from analysis.models.preparing import prepare


@pytest.mark.parametrize("most", [0, 1500])
def test_a_curve_by_cell_is_generalised_least_squares_over_rows(monkeypatch, most):
    monkeypatch.setattr(fixed_variances, "MOST_CELLS", most)
    rng = np.random.default_rng(1)
    data = crossed(rng, 24, 6).assign(age=rng.normal(size=144))
    formula = "y ~ age + (1 | participant) + (1 | item)"
    fitted, model = (
        models.fit(data, formula, reml=False),
        prepare(data, models.parse_formula(formula)),
    )
    levels, index = np.unique(data["victims"], return_inverse=True)
    columns = np.column_stack([np.ones(len(levels)), np.log(levels)])
    age = data[["age"]].to_numpy()
    found = FixedVariances(model, fitted, index, age).least(columns)
    variances = {part.group: part.sds[0] ** 2 for part in fitted.components}
    covariance = fitted.dispersion * np.eye(len(data))
    for group, variance in variances.items():
        own = data[group].to_numpy()
        covariance += variance * (own[:, None] == own[None, :])
    rows = np.column_stack([columns[index], age])
    weighted = np.linalg.solve(covariance, rows)
    beta = np.linalg.solve(rows.T @ weighted, weighted.T @ data["y"])
    left = data["y"] - rows @ beta
    assert found.beta == pytest.approx(beta)
    assert found.cost == pytest.approx(left @ np.linalg.solve(covariance, left))
