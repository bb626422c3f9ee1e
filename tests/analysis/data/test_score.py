"""Scores by the scale's key, and reliability against formulas and another program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_study
from proving import hold, times
from statsmodels.multivariate.factor import Factor

from analysis.data.conditions import with_conditions
from analysis.data.load import Data, load
from analysis.data.measured import Measured
from analysis.data.reliability import omega, reliability
from analysis.data.rows import of_sessions
from analysis.data.score import score, scores_of
from analysis.errors import AnalysisError
from analysis.simulate import Assumptions, simulate
from experiments.study import Study


@pytest.fixture(scope="module")
def data(study: Study, tmp_path_factory) -> Data:
    path = tmp_path_factory.mktemp("data") / "s"
    assumed = Assumptions(careless=0, skipping=0.3, declines=0)
    simulate(study, path, 80, None, 4, mode="between", dropout=0, assumed=assumed)
    return with_conditions(load(path), study)


def answers_to(data: Data, scale: str) -> pd.DataFrame:
    """The answers to an instrument: participant -> item -> number."""
    rows = data.rows[data.rows["measure"].str.startswith(f"{scale}.")]
    wide = rows.pivot(index="participant", columns="measure", values="number")
    return wide.rename(columns=lambda name: name.removeprefix(f"{scale}."))


def test_scores_follow_the_key(data: Data, study: Study) -> None:
    found = score(data, study)
    answers = answers_to(data, "ipip_sympathy")
    turned = answers.assign(problems=6 - answers["problems"], needy=6 - answers["needy"])
    enough = turned.notna().sum(axis=1) >= 3
    expected = turned.mean(axis=1).where(enough)
    table = found.scores.set_index("participant")
    assert table["ipip_sympathy"].to_numpy() == pytest.approx(
        expected.loc[table.index].to_numpy(), nan_ok=True
    )
    assert (answers.notna().sum(axis=1) < 4).any()
    assert set(found.reliability["score"]) == {"ipip_sympathy", "feelings5"}
    # Reverse-keyed items agree with the others once they are reversed.
    alpha = found.reliability.set_index("score")["alpha"]
    assert alpha["ipip_sympathy"] > 0.7
    assert alpha["feelings5"] > 0.7


def test_an_answer_out_of_range_is_reported(data: Data, study: Study) -> None:
    rows = data.rows.copy()
    rows.loc[rows["measure"] == "feelings5.moved", "number"] = 9.0
    with pytest.raises(AnalysisError, match=r"feelings5\.moved is 9, outside 1 to 5"):
        score(replace(data, rows=rows), study)


def test_each_session_is_scored_by_itself(data: Data, study: Study) -> None:
    """An impossible answer makes the analyses that include it refuse, and no others."""
    faulty = data.rows[data.rows["measure"] == "feelings5.moved"].iloc[0]
    rows = data.rows.copy()
    rows.loc[faulty.name, "number"] = 9.0
    found = scores_of(Measured(replace(data, rows=rows), study))
    others = data.sessions[data.sessions["participant"] != faulty["participant"]]
    expected = score(data.only(others), study)
    left = found.only(others).checked()
    pd.testing.assert_frame_equal(left.scores, expected.scores)
    pd.testing.assert_frame_equal(left.reliability, expected.reliability)
    with pytest.raises(AnalysisError, match=r"feelings5\.moved is 9, outside 1 to 5"):
        found.only(data.sessions).checked()


def test_a_score_that_none_of_the_sessions_was_asked_for_has_no_column(
    data: Data, study: Study
) -> None:
    others = data.sessions.tail(20)
    gone = data.rows["measure"].str.startswith("feelings5.") & of_sessions(data.rows, others)
    found = scores_of(Measured(replace(data, rows=data.rows[~gone]), study))
    assert "feelings5" in found.scores
    found = found.only(others)
    assert "feelings5" not in found.scores
    assert len(found.scores) == len(others)


def test_an_instrument_is_scored_wherever_it_is_administered(tmp_path: Path, collected) -> None:
    """Twice by its name, of which each has a column with its address."""
    text = small_study.TEXT.replace(
        "  - each:", "  - {name: before, scale: feelings5}\n  - each:", 1
    ).replace("  - use: debriefing", "  - {name: after, scale: feelings5}\n  - use: debriefing")
    study = small_study.write(tmp_path, text)

    def answers(name, screen, ask):
        step, _, item = ask.measure.partition(".")
        levels = {"before": 2, "after": 4}
        return levels[step] + (item == "moved") if step in levels else "at random"

    found = score(collected(study, tmp_path, answers, 3), study)
    assert found.scores["before"].tolist() == [pytest.approx(2.2)] * 3
    assert found.scores["after"].tolist() == [pytest.approx(4.2)] * 3
    assert found.items["after"]["moved"].tolist() == [5.0] * 3


def one_factor(n: int, loadings: np.ndarray, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n, 1))
    noise = rng.normal(size=(n, len(loadings))) * np.sqrt(1 - loadings**2)
    return pd.DataFrame(factor * loadings + noise).rename(columns=str)


def test_omega_of_known_loadings_is_exact() -> None:
    loadings = np.array([0.9, 0.7, 0.5, 0.4])
    covariance = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    found, heywood = omega(covariance[None])
    assert found[0] == pytest.approx(expected, abs=1e-6)
    assert not heywood[0]


def test_omega_agrees_with_maximum_likelihood_where_one_factor_holds() -> None:
    answers = one_factor(3000, np.array([0.8, 0.7, 0.6, 0.5, 0.7]), 1)
    fit = Factor(corr=answers.corr().to_numpy(), n_factor=1, method="ml").fit()
    loadings = fit.loadings[:, 0]
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + fit.uniqueness.sum())
    assert omega(answers.corr().to_numpy()[None])[0][0] == pytest.approx(expected, abs=0.003)


@times(guard=8, proof=500)
def test_intervals_hold_the_true_value(n: int) -> None:
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    true = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    held = 0
    for seed in range(n):
        found = reliability(one_factor(150, loadings, seed))
        held += found.omega_low < true < found.omega_high
        assert found.alpha_low < found.alpha < found.alpha_high
    # A percentile bootstrap of 150 people is a little too narrow: 90 of 100 samples, with these loadings.
    hold(held, n, 0.88, 0.97)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"a": [1, 2, 3, 4]}, "a single item"),
        ({"a": [1, 2], "b": [2, 1], "c": [1, 2]}, "too few"),
        ({"a": [1, 1, 1, 1], "b": [1, 2, 3, 4]}, "same answer to a"),
        ({"a": [1, 2, 3, 5], "b": [2, 2, 3, 4]}, "two items"),
    ],
)
def test_what_cannot_be_estimated_is_reported(answers: dict, message: str) -> None:
    found = reliability(pd.DataFrame(answers))
    assert message in found.note
    assert np.isnan(found.omega)


def test_too_few_answers_are_counted_in_a_message() -> None:
    one = pd.DataFrame([[1.0, 2.0, 3.0]], columns=list("abc"))
    assert reliability(one).note == "1 participant answered all items: too few for 3 items"
