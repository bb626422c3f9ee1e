"""What the data of a comparison can show, and what is refused in words."""

import numpy as np
import pandas as pd
import pytest
from invented import LEVELS, between, crossed, fit_curve

from analysis.curves.catalogue import get
from analysis.curves.fitting import curve_engine, prepare
from analysis.errors import AnalysisError


def test_cell_means_are_the_means():
    d = between(np.random.default_rng(15), 120)
    problem = prepare(d, "y", [get("M5")])
    cells, engine = problem.cells, problem.engine
    assert cells.means == pytest.approx(d.groupby("victims").y.mean().to_numpy())
    assert cells.table["n"].tolist() == [20] * 6
    assert len(engine.notes) == 2
    assert "single row" in engine.notes[0]
    assert "no column 'item'" in engine.notes[1]


def test_one_participant_is_fitted_with_a_note():
    d = crossed(np.random.default_rng(16), 1, 30)
    d["victims"] = np.resize(LEVELS, 30)
    fit = fit_curve(d, "y", get("M2"))
    assert any("only one participant" in note for note in fit.notes)


def test_one_stimulus_per_cell_is_noted():
    d = crossed(np.random.default_rng(17), 120, 2)
    d["item"] = d.victims.astype(str)
    problem = prepare(d, "y", [get("M5")])
    assert problem.single_stimulus_cells
    assert any("only one stimulus was shown" in note for note in problem.notes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.nan}, "missing or infinite in 60 of 60"),
        ({"y": np.inf}, "missing or infinite"),
        ({"y": 3.0}, "cannot be estimated from a constant"),
        ({"y": "a lot"}, r"'y' has 'a lot' in row 0 \(from 0\), which is not a number"),
        ({"victims": "many"}, "'victims' has 'many' in row 0"),
        ({"victims": [[8]] * 60}, "'victims' contains something that is not a number"),
        ({"victims": 0}, "lowest possible value is 1"),
        ({"victims": np.nan}, "'victims' contains 60 missing"),
    ],
)
def test_bad_values_are_explained(change, message):
    d = between(np.random.default_rng(18), 60).assign(**change)
    with pytest.raises(AnalysisError, match=message):
        fit_curve(d, "y", get("M5"))


def test_bad_tables_are_explained():
    d = between(np.random.default_rng(19), 60)
    with pytest.raises(AnalysisError, match="no column 'gift'"):
        fit_curve(d, "gift", get("M5"))
    with pytest.raises(AnalysisError, match="needs the column 'victims'"):
        fit_curve(d.drop(columns="victims"), "y", get("M5"))
    with pytest.raises(AnalysisError, match="no rows"):
        fit_curve(d.head(0), "y", get("M5"))
    with pytest.raises(AnalysisError, match="2 rows"):
        fit_curve(d.head(2), "y", get("M5"))
    with pytest.raises(AnalysisError, match="reproduce every value of 'y' exactly"):
        fit_curve(d.assign(y=get("M5").predict(d)), "y", get("M5"))
    with pytest.raises(AnalysisError, match="age"):
        fit_curve(d, "y", get("M5"), covariates=["age"])
    with pytest.raises(AnalysisError, match="No curve"):
        prepare(d, "y", [])


@pytest.mark.parametrize("family", ["gaussian", "ordinal"])
def test_random_slopes_are_refused_with_an_alternative(family):
    d = crossed(np.random.default_rng(22), 12, 10).assign(x=lambda f: np.arange(len(f)) % 5.0)
    d["y"] = np.round(d["y"]).clip(-2, 2)
    with pytest.raises(
        AnalysisError, match=r"random intercepts only.*\(1 \| participant:condition\)"
    ):
        curve_engine(d, "y", "(1 + x | participant)", family=family)


def test_one_level_leaves_the_effect_open():
    d = between(np.random.default_rng(20), 60, levels=[8])
    fit = fit_curve(d, "y", get("M4"))
    assert fit.k == 2
    assert np.isnan(fit.coefficients).all()
    assert any("does not vary" in note for note in fit.notes)
    assert not fit.parameters["identified"].any()


def test_more_cells_than_one_can_have_means_for():
    rng = np.random.default_rng(21)
    d = pd.DataFrame({"empathy": rng.uniform(0, 1, 300)}).assign(y=lambda f: f.empathy + 1.0)
    d["y"] += rng.normal(0, 0.1, 300)
    assert prepare(d, "y", [get("W0")], random="").cells is None
