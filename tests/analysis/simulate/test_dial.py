"""Simulated participants and dials: the mean or the peak follows the claim, and the trace is what they come from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import small_study

from analysis.errors import AnalysisError
from analysis.simulate import Assumptions, population, sessions
from experiments.measures.trace import samples, summary
from experiments.study import Study

TEXT = """\
study: dialled
title: A dial
factors: {between: {group: [us, them]}}
flow:
  - name: viewing
    page: Ann is ill.
    time: 20 s
    ask: {felt: {dial: How much compassion?, from: None, to: Much}}
hypothesis: {outcome: OUTCOME, claim: us > them}
analysis: OUTCOME ~ group
sample: {participants: 40}
"""


def opened(folder: Path, outcome: str) -> Study:
    """Open the study with an outcome."""
    return small_study.write(folder, TEXT.replace("OUTCOME", outcome))


@pytest.mark.parametrize("outcome", ["felt.mean", "felt.peak"])
def test_the_outcome_follows_the_claim_and_comes_from_the_trace(
    tmp_path: Path, outcome: str
) -> None:
    assumed = Assumptions(careless=0, skipping=0.2)
    people = population(opened(tmp_path, outcome), seed=3, effect=1.0, dropout=0, assumed=assumed)
    rows = pd.DataFrame([row for one in sessions(people, 300) for row in one.rows])
    rows = rows[rows["measure"].str.startswith("viewing.felt")]
    skipped = rows[rows["status"] == "skipped"].groupby("participant").size()
    assert set(skipped) == {4}
    asked = rows[rows["status"] == "answered"]
    traces = asked[asked["measure"] == "viewing.felt"].set_index("participant")["value"]
    numbers = asked.pivot(index="participant", columns="measure", values="number")
    for participant, trace in traces.items():
        found = numbers.loc[
            participant, [f"viewing.felt.{part}" for part in ("mean", "peak", "slope")]
        ]
        assert tuple(found) == summary(samples(trace)[1])
    group = asked.groupby("participant")["cells"].first().map(lambda cells: cells["group"])
    own = numbers[f"viewing.{outcome}"].groupby(group)
    difference = (own.mean()["us"] - own.mean()["them"]) / own.std().mean()
    assert difference == pytest.approx(1.0, abs=0.3)


def test_nobody_follows_a_slope(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="follow the mean or the peak of a dial"):
        population(opened(tmp_path, "felt.slope"), seed=3)


def test_who_does_not_read_leaves_the_dial_where_it_is(tmp_path: Path) -> None:
    careless = Assumptions(careless=1.0, skipping=0, skipped=0)
    people = population(opened(tmp_path, "felt.mean"), seed=3, dropout=0, assumed=careless)
    rows = [row for one in sessions(people, 20) for row in one.rows]
    traces = [row["value"] for row in rows if row["measure"] == "viewing.felt" and row["value"]]
    assert traces
    assert all(len(set(samples(trace)[1])) == 1 for trace in traces)
