"""The change point: recovery, coverage, no false alarm without a change, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from proving import hold, times

from analysis.errors import AnalysisError
from analysis.models.changepoint import fit_changepoint

MODEL = "distress ~ trial + (1 | participant)"


def make(tau: float, after: float, people: int = 40, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    participant, trial = np.divmod(np.arange(people * 30), 30)
    mean = 3 - 0.02 * trial + after * np.maximum(0, trial - tau)
    distress = mean + rng.normal(0, 0.8, people)[participant] + rng.normal(0, 1, people * 30)
    return pd.DataFrame({"participant": participant, "trial": trial, "distress": distress})


def test_daily_limit_is_recovered():
    found = fit_changepoint(make(tau=18, after=0.15), MODEL, "trial")
    assert found.ci_low < 18 < found.ci_high
    assert abs(found.tau - 18) < 2.5
    assert found.slope_after_low < 0.15 < found.slope_after_high
    assert found.p_change < 1e-6
    assert found.delta_aic > 20
    assert np.isfinite([found.ci_low, found.ci_high]).all()


def test_profile_interval_is_where_the_profile_drops():
    found = fit_changepoint(make(tau=15, after=0.1), MODEL, "trial")
    inside = found.profile["tau"].between(found.ci_low, found.ci_high)
    drop = found.loglik - found.profile["loglik"]
    assert (drop[inside] < 1.9208).all()
    assert (drop[~inside] > 1.9205).all()


@times(guard=8, proof=500)
def test_coverage_and_false_alarms(n):
    """Samples with a change and without: about 95 % covered, about 5 % false alarms."""
    covered = alarms = 0
    for seed in range(n):
        with_change = fit_changepoint(make(15, 0.12, 20, seed), MODEL, "trial", n_grid=10)
        covered += with_change.ci_low <= 15 <= with_change.ci_high
        none = fit_changepoint(make(15, 0.0, 20, seed), MODEL, "trial", n_grid=10)
        alarms += none.p_change < 0.05
    hold(covered, n, 0.95)
    hold(alarms, n, 0.05)


def test_without_a_change_the_place_is_undetermined():
    found = fit_changepoint(make(tau=15, after=0, people=15, seed=4), MODEL, "trial")
    assert found.p_change > 0.05
    assert np.isinf([found.ci_low, found.ci_high]).any()


def test_few_trials_are_refused():
    data = make(15, 0.1)
    with pytest.raises(AnalysisError, match="5 distinct values; a change point needs at least 6"):
        fit_changepoint(data[data["trial"] < 5], MODEL, "trial")


def test_unknown_time_is_named():
    with pytest.raises(AnalysisError, match="'block' is not a column of numbers"):
        fit_changepoint(make(15, 0.1), MODEL, "block")
