"""Contrasts without each participant or stimulus in turn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.errors import AnalysisError
from analysis.models.leaving_out import leave_out


def without(fit: models.Fit, keep: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the coefficients of some rows and their covariance, with the variances of the whole, in full matrices."""
    data = fit.data
    covariance = np.eye(len(data)) * fit.dispersion
    for part in fit.components:
        assert part.terms == ("Intercept",)
        codes = data[part.group.split(":")].astype(str).agg(":".join, axis=1).to_numpy()
        covariance += part.sds[0] ** 2 * (codes[:, None] == codes[None, :])
    x, y = fit.design.matrix[keep], data[fit.formula.response].to_numpy(dtype=float)[keep]
    inverse = np.linalg.inv(covariance[np.ix_(keep, keep)])
    spread = np.linalg.inv(x.T @ inverse @ x)
    return spread @ (x.T @ inverse @ y), spread


@pytest.mark.parametrize("unit", ["participant", "vignette"])
def test_equals_the_fit_to_the_remaining_rows_at_the_same_variances(crossed, unit):
    fit = models.fit(crossed, "rating ~ group + (1 | participant) + (1 | vignette:group)")
    weights = np.array([0.0, 1.0, -0.5])
    found = leave_out(fit, weights, crossed[unit]).set_index("unit")
    assert list(found.index) == sorted(crossed[unit].unique())
    for one in found.index[[0, 3, -1]]:
        keep = np.flatnonzero(crossed[unit] != one)
        beta, spread = without(fit, keep)
        assert found.loc[one, "rows"] == len(crossed) - len(keep)
        assert found.loc[one, "estimate"] == pytest.approx(weights @ beta, abs=1e-8)
        assert found.loc[one, "se"] == pytest.approx(np.sqrt(weights @ spread @ weights), abs=1e-8)


def test_is_close_to_new_fits(crossed):
    formula = "rating ~ group + (1 | participant) + (1 | vignette)"
    fit = models.fit(crossed, formula)
    weights = np.array([0.0, 1.0, 0.0])
    found = leave_out(fit, weights, crossed["vignette"]).set_index("unit")
    one = found["estimate"].sub(fit.beta[1]).abs().idxmax()
    again = models.fit(crossed[crossed["vignette"] != one], formula)
    assert found.loc[one, "estimate"] == pytest.approx(again.beta[1], abs=0.05 * again.se[1])


def test_linear_models_are_exact(crossed):
    one_each = crossed.drop_duplicates("participant")
    fit = models.fit(one_each, "rating ~ group")
    found = leave_out(fit, np.array([0.0, 1.0, 0.0]), one_each["participant"]).set_index("unit")
    for one in found.index[[0, 5, -1]]:
        again = models.fit(one_each[one_each["participant"] != one], "rating ~ group")
        assert found.loc[one, "estimate"] == pytest.approx(again.beta[1], abs=1e-10)


def test_a_unit_that_alone_carries_the_contrast_has_no_estimate():
    data = pd.DataFrame(
        {"who": list("aabbccdd"), "arm": list("xxxxxxyy"), "y": [1.0, 2, 2, 4, 3, 3, 5, 7]}
    )
    fit = models.fit(data, "y ~ arm", errors="classical")
    found = leave_out(fit, np.array([0.0, 1.0]), data["who"]).set_index("unit")
    assert found["estimate"].isna().tolist() == [False, False, False, True]


def test_other_families_are_refused(crossed):
    data = crossed.assign(high=(crossed["rating"] > crossed["rating"].median()) * 1.0)
    fit = models.fit(data, "high ~ group", "binomial")
    with pytest.raises(AnalysisError, match="not of a binomial"):
        leave_out(fit, np.array([0.0, 1.0, 0.0]), data["participant"])
