"""Uncorrelated slopes, slopes alone, Kenward-Roger's tests and the variance of a contrast's own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import models
from analysis.errors import AnalysisError
from analysis.models import contrast
from analysis.models.covariances.kenward_roger import KenwardRoger
from analysis.models.covariances.reml import maximise
from analysis.models.covariances.structure import Structure
from analysis.models.engines.mixed import run_glmm
from analysis.models.formula import RandomTerm, parse_formula
from analysis.models.own_variance import with_own_variance
from analysis.models.preparing import prepare
from analysis.models.reducing import fit_reduced

REFERENCE = Path(__file__).parents[2] / "reference"


@pytest.fixture(scope="module")
def r() -> dict:
    return json.loads((REFERENCE / "r_covariances.json").read_text())


@pytest.fixture(scope="module")
def crossed() -> pd.DataFrame:
    data = pd.read_csv(REFERENCE / "crossed.csv")
    return data.assign(log_n=np.log(data["n_victims"]), two=(data["group"] == "out") * 1.0)


@pytest.fixture(scope="module")
def few(crossed) -> pd.DataFrame:
    """The rows of the first six vignettes."""
    return crossed[crossed["vignette"] <= "v05"].reset_index(drop=True)


@pytest.mark.parametrize(
    ("case", "random"),
    [
        ("uncorrelated", "(1 + log_n || participant) + (1 | vignette)"),
        ("uncorrelated", "(1 | participant) + (0 + log_n | participant) + (1 | vignette)"),
        ("without_intercept", "(log_n - 1 | participant) + (1 | vignette)"),
        ("by_level", "(1 | participant) + (0 + two | participant)"),
        ("levels", "(0 + group | participant)"),
    ],
)
def test_fits_equal_lme4s(crossed, r, case, random):
    found = models.fit(crossed, f"rating ~ group + log_n + {random}")
    expected = {
        key: list(value.values()) for key, value in r[case].items() if isinstance(value, dict)
    }
    assert found.converged
    assert found.loglik == pytest.approx(r[case]["loglik"], abs=1e-8)
    assert found.aic == pytest.approx(r[case]["aic"], abs=1e-8)
    assert found.beta == pytest.approx(expected["estimate"], rel=1e-7)
    assert found.se == pytest.approx(expected["se"], rel=1e-6)
    assert found.df == pytest.approx(expected["df"], rel=1e-5)
    assert found.random_sd["sd"].tolist() == pytest.approx(expected["sd"], rel=1e-6, abs=1e-6)


def test_the_covariance_engine_and_glmm_agree(crossed):
    formula = parse_formula("rating ~ group * log_n + (1 + log_n | participant) + (1 | vignette)")
    model = prepare(crossed, formula)
    found = maximise(Structure(model.groups, model.design.matrix), model.y)
    engine = run_glmm(model, reml=True)
    assert found.converged
    assert found.at.loglik == pytest.approx(engine.loglik, abs=1e-7)
    assert np.sqrt(np.diag(found.at.vcov)) == pytest.approx(engine.se, rel=1e-5)
    likelihood = maximise(Structure(model.groups, model.design.matrix), model.y, reml=False)
    assert likelihood.at.loglik == pytest.approx(run_glmm(model, reml=False).loglik, abs=1e-7)


def test_derivatives_of_the_restricted_likelihood(few):
    model = prepare(
        few, parse_formula("rating ~ group + (1 + log_n || participant) + (1 | vignette)")
    )
    structure = Structure(model.groups, model.design.matrix)
    values = np.array([1.2, 0.7, 0.1, 0.3])

    def at(changed):
        return models.covariances.estimates.At(structure, model.y, changed)

    for k in range(4):
        step = np.eye(4)[k] * 1e-5
        change = (at(values + step).loglik - at(values - step).loglik) / 2e-5
        assert at(values).score[k] == pytest.approx(change, rel=1e-5)
        bend = (at(values + step).score - at(values - step).score) / 2e-5
        assert -at(values).observed[k] == pytest.approx(bend, rel=1e-4)


@pytest.mark.parametrize(
    ("case", "formula"),
    [
        ("crossed", "rating ~ group + log_n + (1 | participant) + (1 | vignette)"),
        ("uneven", "rating ~ group + log_n + (1 | participant) + (1 | vignette)"),
    ],
)
def test_few_stimuli_have_kenward_rogers_tests(few, r, case, formula):
    rows = few.drop(few.index[2::7]) if case == "uneven" else few
    found = models.fit(rows, formula)
    expected = r[case]
    assert found.se == pytest.approx(list(expected["se"].values()), rel=1e-6)
    assert found.df == pytest.approx(list(expected["df"].values()), rel=1e-5)
    assert found.terms["p"].tolist() == pytest.approx(list(expected["p"].values()), rel=1e-5)
    joint = found.joint(np.eye(4)[1:3])
    assert joint == pytest.approx(
        (expected["f"], expected["df1"], expected["df2"], expected["joint_p"]), rel=1e-5
    )
    assert contrast(found, np.eye(4)[1]).estimates["df"][0] == pytest.approx(found.df[1])
    assert any("Kenward-Roger" in text and "6 vignette levels" in text for text in found.messages)


@pytest.mark.parametrize(
    ("case", "formula"),
    [
        (
            "amount",
            "amount ~ group + log_n + (1 | participant) + (1 | participant:group) + (1 | vignette)"
            " + (1 | vignette:group)",
        ),
        ("slope", "rating ~ group + log_n + (1 + log_n | participant) + (1 | vignette)"),
    ],
)
def test_kenward_rogers_tests_equal_pbkrtests(crossed, r, case, formula):
    model = prepare(crossed, parse_formula(formula))
    found = maximise(Structure(model.groups, model.design.matrix), model.y)
    tests, expected = KenwardRoger(found.at), r[case]
    assert np.sqrt(np.diag(tests.vcov)) == pytest.approx(list(expected["se"].values()), rel=1e-6)
    df = [tests.df(row) for row in np.eye(4)]
    assert df == pytest.approx(list(expected["df"].values()), rel=1e-5)
    joint = tests.joint(np.eye(4)[1:3])
    assert joint == pytest.approx(
        (expected["f"], expected["df1"], expected["df2"], expected["joint_p"]), rel=1e-5
    )


def test_twelve_stimuli_have_satterthwaites_tests(crossed):
    found = models.fit(crossed, "rating ~ group + (1 | participant) + (1 | vignette)")
    assert not any("Kenward-Roger standard" in text for text in found.messages)


def test_a_balanced_design_has_the_tests_of_an_analysis_of_variance():
    rng = np.random.default_rng(4)
    item, cond = np.repeat(np.arange(6), 8), np.tile(np.repeat(["a", "b"], 4), 6)
    y = (
        rng.normal(size=48)
        + rng.normal(0, 2, 6)[item]
        + rng.normal(0, 1, 12)[2 * item + (cond == "b")]
    )
    data = pd.DataFrame({"item": item.astype(str), "cond": cond, "y": y})
    found = models.fit(data, "y ~ cond + (1 | item) + (1 | item:cond)")
    means = data.pivot_table(index="item", columns="cond", values="y")
    paired = stats.ttest_rel(means["b"], means["a"])
    assert found.df[1] == pytest.approx(5, rel=1e-6)
    assert found.terms["statistic"][1] == pytest.approx(paired.statistic, rel=1e-6)
    assert found.terms["p"][1] == pytest.approx(paired.pvalue, rel=1e-6)


@pytest.fixture(scope="module")
def shares() -> pd.DataFrame:
    """30 participants in three conditions, with answers that vary unequally and end at zero."""
    rng = np.random.default_rng(11)
    sds = np.array([1, 1.5, 2.5])
    y = np.maximum(0, 1.5 + (rng.normal(size=(30, 1)) + rng.normal(size=(30, 3))) * sds)
    return pd.DataFrame(
        {
            "participant": np.repeat(np.arange(30), 3).astype(str),
            "cond": np.tile(["a", "b", "c"], 30),
            "y": y.ravel(),
        }
    )


@pytest.mark.parametrize("weights", [(0, 1, 0), (0, -1, 1), (0, 0.5, 0.5)])
def test_a_contrasts_own_variance_makes_the_paired_t_test(shares, weights):
    fit = models.fit(shares, "y ~ cond + (1 | participant)")
    found = with_own_variance(fit, np.array(weights, dtype=float))
    wide = shares["y"].to_numpy().reshape(30, 3)
    expected = stats.ttest_1samp(wide @ [-weights[1] - weights[2], *weights[1:]], 0)
    row = contrast(found, weights).estimates.iloc[0]
    assert row["estimate"] == pytest.approx(wide.mean(axis=0) @ [-sum(weights[1:]), *weights[1:]])
    assert row["statistic"] == pytest.approx(expected.statistic, rel=1e-6)
    assert row["df"] == pytest.approx(29, rel=1e-6)
    assert row["p"] == pytest.approx(expected.pvalue, rel=1e-5)
    assert "no sphericity" in found.messages[-1]


def test_a_contrasts_own_variance_with_missing_answers(shares):
    fit = models.fit(shares.drop(index=[1, 5, 20, 33]), "y ~ cond + (1 | participant)")
    found = with_own_variance(fit, np.array([0, 1.0, 0]))
    assert found.converged
    assert 22 < found.df_of(np.array([0, 1.0, 0])) < 32


def test_two_conditions_need_no_variance_of_a_contrasts_own(shares):
    two = shares[shares["cond"] != "c"].reset_index(drop=True)
    fit = models.fit(two, "y ~ cond + (1 | participant)")
    assert with_own_variance(fit, np.array([0, 1.0])) is fit


def test_a_contrast_between_participants_is_welchs_test_of_their_means(shares):
    data = shares.assign(arm=np.where(shares["participant"].astype(int) % 3, "x", "z"))
    fit = models.fit(data, "y ~ cond + arm + (1 | participant)")
    weights = np.array([0, 0, 0, 1.0])
    row = contrast(with_own_variance(fit, weights), weights).estimates.iloc[0]
    means = data.groupby(["participant", "arm"])["y"].mean().unstack("arm")
    expected = stats.ttest_ind(means["z"].dropna(), means["x"].dropna(), equal_var=False)
    assert row["statistic"] == pytest.approx(expected.statistic, rel=1e-6)
    assert row["df"] == pytest.approx(expected.df, rel=1e-6)


def test_terms_that_describe_the_same_variance_are_refused(shares):
    data = shares.assign(one=(shares["participant"].astype(int) < 15) * 1.0)
    data["other"] = 1 - data["one"]
    with pytest.raises(AnalysisError, match="the same variance in several ways"):
        models.fit(
            data,
            "y ~ cond + (1 | participant) + (0 + one | participant) + (0 + other | participant)",
        )


def test_the_variance_of_participants_by_group(shares):
    data = shares.assign(one=(shares["participant"].astype(int) < 15) * 1.0)
    data["other"] = 1 - data["one"]
    data.loc[data["one"] == 1, "y"] *= 3
    found = models.fit(data, "y ~ cond * one + (0 + one | participant) + (0 + other | participant)")
    sds = found.random_sd["sd"]
    assert sds[0] > 1.5 * sds[1]


def test_uncorrelated_slopes_of_other_families_are_refused(crossed):
    with pytest.raises(AnalysisError, match="linear mixed models only"):
        models.fit(crossed, "gave ~ log_n + (1 + log_n || participant)", "binomial")


def test_uncorrelated_slopes_leave_one_at_a_time(crossed):
    formula = parse_formula(
        "rating ~ group + log_n + (1 + two + log_n || participant) + (1 | vignette)"
    )
    assert formula.random[0] == RandomTerm("1 + two + log_n", "participant", independent=True)
    found, notes = fit_reduced(crossed, formula, lambda each: models.fit(crossed, each))
    assert [str(term) for term in found.formula.random] == [
        "(log_n || participant)",
        "(1 | vignette)",
    ]
    assert "The slope of two in (1 + two + log_n || participant) is left out" in notes[0]
    assert "(log_n || participant) + (1 | vignette) remain." in notes[0]
