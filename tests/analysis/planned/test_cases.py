"""Numbers in models that were wrong once, with R's values (lmerTest, emmeans; ``cases/*/right.R``)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.planned.contrasts import contrast_rows
from analysis.planned.fitting import fit_planned
from analysis.planned.predictors import NumberOf
from analysis.planned.results import MeasureInfo
from experiments.language.contrasts import parse_contrast
from tests.analysis.planned.written import factor, planned

CASES = Path(__file__).parent / "cases"
COMPASSION = MeasureInfo("compassion", "compassion", low=0.0, high=100.0, outcome=True)
NUMBERS = factor("1", "2", "8", "100", "10000", "800000", numbers=True)


def read(case: str) -> pd.DataFrame:
    data = pd.read_csv(CASES / case / "d.csv")
    return data.rename(columns={"stimulus": "item"}).assign(victims=data["victims"].astype(str))


def test_a_difference_that_depends_on_a_number_is_averaged_over_the_numbers_of_the_design():
    frame = read("24_logged_covariate")
    frame["n"] = np.log(frame["victims"].astype(float))
    plan, predictors = planned(
        "compassion ~ frame * n + (1 | participant) + (1 | item)",
        ["urgent - calm"],
        factors={"frame": factor("calm", "urgent"), "victims": NUMBERS},
        numbers={"n": NumberOf("n", made_of=("victims",))},
    )
    found = fit_planned(plan, frame, predictors, COMPASSION)
    (row,) = contrast_rows(found, None, {})
    assert row["estimate"] == pytest.approx(3.42, abs=0.005)
    assert row["se"] == pytest.approx(1.38, abs=0.005)
    # 211 if participants vary equally in both frames.
    assert row["df"] == pytest.approx(208.5, abs=0.5)
    assert row["p"] == pytest.approx(0.0140, abs=5e-5)
    assert [(held.number, held.how) for held in found.grids[""].held] == [("n", "cells")]


def test_a_factor_whose_levels_are_numbers_is_a_factor():
    plan, predictors = planned(
        "compassion ~ victims + (1 | participant) + (1 | item) + (1 | item:victims)",
        ["1 - 8"],
        factors={"victims": NUMBERS},
    )
    found = fit_planned(plan, read("26_number_levels"), predictors, COMPASSION)
    (row,) = contrast_rows(found, None, {})
    assert row["estimate"] == pytest.approx(-37.1, abs=0.05)
    # 2.2, 221 and -16.843 if all six groups of participants vary equally.
    assert row["se"] == pytest.approx(2.106, abs=0.002)
    assert row["df"] == pytest.approx(72.1, abs=0.5)
    assert row["statistic"] == pytest.approx(-17.624, abs=0.005)
    assert str(parse_contrast("1 - 8")) == row["contrast"]
