"""The search for the covariance parameters takes few steps, also where a contrast hardly varies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.models.covariances import reml
from analysis.models.covariances.estimates import At
from analysis.models.own_variance import OwnVariances


@pytest.fixture(scope="module")
def floored() -> pd.DataFrame:
    """Answers of 60 participants at five levels, four times each: at the lowest, they hardly differ."""
    rng = np.random.default_rng(3)
    person, level, _ = (a.ravel() for a in np.indices((60, 5, 4)))
    spread = np.where(level == 0, 0.3, 12.0)
    own = rng.normal(size=60)[person] + 0.7 * rng.normal(size=(60, 5))[person, level]
    y = 8.0 * level + spread * own + rng.normal(size=len(person)) * np.where(level == 0, 1.0, 6.0)
    side = np.where(person % 2, "self", "other")
    return pd.DataFrame({"participant": person.astype(str), "level": level.astype(str), "side": side, "y": y})  # fmt: skip


def test_newtons_steps_find_a_variance_far_below_zero(
    floored: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = "(1 | participant) + (1 | participant:level)"
    fit = models.fit(floored, f"y ~ level * side + {random}")
    tried, searches = [], []

    def counted(*given) -> At:
        tried.append(At(*given))
        return tried[-1]

    maximise = reml.maximise

    def searched(*given, **named) -> reml.Found:
        searches.append(maximise(*given, **named))
        return searches[-1]

    monkeypatch.setattr(reml, "At", counted)
    monkeypatch.setattr("analysis.models.own_variance.maximise", searched)
    # The difference between the sides at the lowest level.
    weights = np.array([float(name == "side[self]") for name in fit.names])
    assert weights.sum() == 1
    own = OwnVariances(fit).of(weights)
    assert own is not fit
    assert all(each.converged for each in searches)
    assert searches[-1].at.values[-1] < -20  # its own variance
    assert len(tried) <= 12 * len(searches)
