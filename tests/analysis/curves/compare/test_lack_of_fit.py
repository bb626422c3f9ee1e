"""Whether the best curve is good enough: against statsmodels, against its own tangent, and its level."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from proving import hold, times
from scipy.stats import f

from analysis.curves.catalogue import get
from analysis.curves.compare.lack_of_fit import misfit, tangent
from analysis.curves.fitting import fit_in, prepare

LEVELS = np.array([1.0, 2.0, 8.0, 100.0, 10_000.0, 800_000.0])


def study(seed: int, people: int, name: str, d: float = 1.5, **params: float) -> pd.DataFrame:
    """One answer a person; its SD grows with the number of victims."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"participant": np.arange(people), "victims": np.resize(LEVELS, people)})
    mean = 2 + d * get(name).predict(frame, params)
    sd = 1 + 0.1 * np.log10(frame["victims"])
    return frame.assign(y=mean + sd * rng.normal(size=people))


def test_a_curve_without_a_shape_is_tested_as_in_statsmodels() -> None:
    data = study(1, 300, "M5", F=0.2)
    problem = prepare(data, "y", [get("M2")])
    found = misfit(problem, fit_in(problem, get("M2")))
    assert found is not None
    # The same hypothesis on the means of the cells: no quadratic and higher part in log N.
    means = smf.ols("y ~ 0 + C(victims)", data).fit(cov_type="HC2", use_t=True)
    line = np.column_stack([np.ones(6), np.log(LEVELS)])
    rows = np.linalg.svd(line.T)[2][2:]
    expected = means.f_test(rows)
    assert found.df == 4
    # statsmodels has the residual degrees of freedom; those of HC2 errors are at most as many.
    assert 5 < found.df_error <= means.df_resid
    assert found.g2 / found.df == pytest.approx(float(expected.fvalue), rel=1e-6)
    assert found.p == pytest.approx(f.sf(float(expected.fvalue), 4, found.df_error), rel=1e-6)


def test_the_tangent_is_what_a_small_change_of_the_curve_does() -> None:
    problem = prepare(study(2, 600, "M5", F=0.2), "y", [get("M5")])
    fit = fit_in(problem, get("M5"))
    assert problem.cells is not None
    plane = tangent(fit, problem.cells)
    assert plane.shape == (6, 3)
    basis = get("M5").basis
    (name, value), *_ = fit.shape.items()
    for step in (1e-3, -1e-3):
        moved = basis(problem.cells.design, {**fit.shape, name: value * (1 + step)})
        change = (moved - basis(problem.cells.design, fit.shape)) @ fit.coefficients
        left = change - plane @ np.linalg.lstsq(plane, change, rcond=None)[0]
        assert np.linalg.norm(left) < 2e-3 * np.linalg.norm(change)


@times(guard=20, proof=1000)
def test_the_true_curve_is_seldom_rejected_and_a_straight_line_is(n: int) -> None:
    p = {"M5": [], "M1": []}
    for seed in range(n):
        problem = prepare(study(seed, 240, "M5", F=0.2), "y", [get("M5"), get("M1")])
        for name, found in p.items():
            test = misfit(problem, fit_in(problem, get(name), None))
            assert test is not None
            found.append(test.p)
    hold(int(np.sum(np.array(p["M5"]) < 0.05)), n, 0.0, 0.05)
    hold(int(np.sum(np.array(p["M1"]) < 0.05)), n, 0.9, 1.0)


def test_there_is_nothing_to_test_where_a_curve_has_as_many_constants_as_cells() -> None:
    data = study(3, 300, "M5")
    three = data[data["victims"].isin(LEVELS[:3])]
    problem = prepare(three, "y", [get("M5")])
    assert misfit(problem, fit_in(problem, get("M5"))) is None
