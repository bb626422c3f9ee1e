"""Equality with fresh, tightly converged lmer fits and lmerTest's tests (reference/)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.balanced import BatchFit, design_of, fit_batch, statistics_of, strata

HERE = Path(__file__).parent / "reference"
REFERENCE = json.loads((HERE / "fits.json").read_text())["fits"]
ROWS = pd.read_csv(HERE / "studies.csv.gz")
NO_SLOPE = ("square_no_slope", "between")


def ours(reference: dict[str, Any]) -> BatchFit:
    rows = ROWS[ROWS["design"] == reference["design"]]
    columns = [name for name in ("x1", "x2", "x3") if rows[name].notna().all()]
    design = design_of(rows, columns, () if reference["design"] in NO_SLOPE else ("x1",))
    return fit_batch(statistics_of(strata(design), rows[reference["y"]].to_numpy()))


@pytest.mark.parametrize("reference", REFERENCE, ids=lambda r: f"{r['design']}-{r['y']}")
def test_equals_fresh_lmer(reference: dict[str, Any]) -> None:
    fit = ours(reference)
    assert fit.converged[0]
    assert bool(fit.singular[0]) == reference["singular"]
    assert fit.criterion[0] == pytest.approx(reference["criterion"], abs=1e-9)
    assert fit.estimate[0] == pytest.approx(reference["estimate"], abs=1e-8)
    assert fit.se[0] == pytest.approx(reference["se"], rel=1e-6)
    assert fit.theta[0] == pytest.approx(reference["theta"], abs=1e-6)
    assert fit.residual_variance[0] ** 0.5 == pytest.approx(reference["sigma"], rel=1e-6)
    assert fit.p[0] == pytest.approx(reference["p"], abs=2e-6)
    # lmerTest differentiates numerically with steps of 1e-4 times the parameter. Where one is
    # tiny but not zero that is rounding noise: its df are then good to 3 digits only.
    tiny = any(0 < abs(theta) < 1e-3 and theta != 0 for theta in reference["theta"])
    assert fit.df[0] == pytest.approx(reference["df"], rel=2e-3 if tiny else 1e-5)


def test_reference_holds_singular_and_regular_fits() -> None:
    singular = [fit["singular"] for fit in REFERENCE]
    assert sum(singular) >= 5
    assert len(singular) - sum(singular) >= 10
    assert np.unique([fit["design"] for fit in REFERENCE]).size == 8
