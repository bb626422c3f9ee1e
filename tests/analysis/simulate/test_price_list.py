"""Price lists: simulated choices have one turning point, which follows the claim, in a list and one at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.data.conditions import with_conditions
from analysis.data.load import load
from analysis.data.measured import Measured
from analysis.simulate import Assumptions, simulate
from experiments.package.codebook import codebook
from experiments.study import Study, open_study

TEXT = """\
study: prices
title: Prices
minutes: 5
factors: {between: {group: [us, them]}, within: {distance: [1, 20]}}
flow:
  - each: distance
    ask:
      forgone: {price_list: "For you, or $75 for number {distance}?", amounts: [5, 15, 25, 35, 45, 55, 65, 75, 85], in_turn: IN_TURN}
hypothesis: {outcome: forgone, claim: us > them}
analysis: forgone ~ group
sample: {participants: 40}
"""
POINTS = {5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 85.0}


def opened(folder: Path, in_turn: str) -> Study:
    path = folder / "prices.yaml"
    path.write_text(TEXT.replace("IN_TURN", in_turn), encoding="utf-8")
    return open_study(path)


@pytest.mark.parametrize(("in_turn", "asked"), [("no", {9}), ("yes", {3, 4})])
def test_the_turning_point_follows_the_claim(tmp_path: Path, in_turn: str, asked: set[int]) -> None:
    study = open_study(opened(tmp_path, in_turn).path)
    reading = Assumptions(careless=0.0, skipping=0.0, skipped=0.0)
    simulate(study, tmp_path / "data", 120, seed=2, effect=1.0, assumed=reading, dropout=0)
    data = with_conditions(load(tmp_path / "data"), study)
    choices = data.rows[data.rows["measure"].str.contains("forgone.at_", regex=False)]
    assert set(choices.groupby(["participant", "trial"]).size()) <= asked
    measured, measure = Measured(data, study), study.names.measure
    table = measured.of(measure("forgone"))
    assert len(table) == 240
    assert set(table["value"]) <= POINTS
    means = table.groupby("group")["value"].mean()
    # The curve may take an effect of one SD between answers; participants vary besides.
    assert (means["us"] - means["them"]) / table["value"].std() > 0.5
    assert set(measured.of(measure("consistent"))["value"]) == {1.0}


def test_careless_choices_are_inconsistent(tmp_path: Path) -> None:
    study = opened(tmp_path, "no")
    simulate(study, tmp_path / "data", 60, assumed=Assumptions(careless=1.0), dropout=0)
    data = with_conditions(load(tmp_path / "data"), study)
    table = Measured(data, study).of(study.names.measure("consistent"))
    assert 0 < (table["value"] == 0.0).sum() < len(table)


def test_the_codebook_says_how_the_turning_point_is_computed(tmp_path: Path) -> None:
    book = codebook(opened(tmp_path, "no"))
    choice = book["measures"]["distance.forgone.at_75"]
    assert (choice["Item"], choice["Minimum"], choice["Maximum"]) == ("75", 0, 1)
    point = book["computed"]["distance.forgone"]
    assert (point["Minimum"], point["Maximum"]) == (5, 85)
    assert point["Computed"].startswith("turning point of the choices")
    assert book["computed"]["distance.forgone.consistent"]["Maximum"] == 1
