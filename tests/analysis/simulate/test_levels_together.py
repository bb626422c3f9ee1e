"""Levels together on one page: simulated answers follow the claim at each level, and the data keep the levels apart."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.data.conditions import with_conditions
from analysis.data.load import Data, load
from analysis.data.with_columns import with_columns
from analysis.simulate import Assumptions, simulate
from experiments.study import Study, open_study

TEXT = """\
study: joint
title: One and eight on one page
minutes: 5
factors: {within: {victims: {1: one child, 8: eight children}}}
flow:
  - name: appeal
    each: cases.csv
    take: 2
    together: victims
    flow:
      - page: "{victims}: {text}"
        ask: {gift: {slider: "How much for {victims}?", from: Nothing, to: All}}
      - ask:
          felt: {rating: "Felt for {victims}", from: Little, to: Much, items: {sad: sad, moved: moved}}
          pools: {allocation: "Divide for {victims}.", of: 10, boxes: {keep: Keep, give: Give, burn: Burn}}
columns: {warm: gift + felt.sad, eights: mean(gift where victims = 8)}
hypothesis: {outcome: gift, claim: 8 > 1, smallest_effect: {d: 0.8, because: a test}}
analysis: gift ~ victims
sample: {participants: 160}
"""
PAGE = ["participant", "trial"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder: Path = tmp_path_factory.mktemp("study")
    cases = "".join(f"c{n},Case {n}.\n" for n in range(1, 7))
    (folder / "cases.csv").write_text(f"item,text\n{cases}", encoding="utf-8")
    (folder / "joint.yaml").write_text(TEXT, encoding="utf-8")
    return open_study(folder / "joint.yaml")


@pytest.fixture(scope="module")
def data(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Data:
    folder = tmp_path_factory.mktemp("data") / "s"
    assumed = Assumptions(careless=0, declines=0, skipping=0, skipped=0)
    simulate(study, folder, 160, assumed=assumed, dropout=0)
    return with_columns(with_conditions(load(folder), study), study)


def test_each_level_has_a_row_with_its_position(data: Data) -> None:
    gifts = data.rows[data.rows["measure"] == "appeal.gift"]
    assert len(gifts) == 160 * 2 * 2
    assert (gifts.groupby(PAGE)["victims"].nunique() == 2).all()
    assert (gifts.groupby(PAGE)["position"].apply(set) == {1, 2}).all()
    # 99.99% interval of a binomial with 320 draws at 1/2
    assert 125 <= (gifts[gifts["victims"].astype(str) == "8"]["position"] == 1).sum() <= 195


def test_answers_follow_the_claim_and_are_those_of_one_person(data: Data) -> None:
    wide = data.trials.pivot(index=PAGE, columns="victims", values="appeal_gift")
    wide.columns = wide.columns.astype(str)
    sd = data.trials["appeal_gift"].std()
    assert 0.4 < (wide["8"] - wide["1"]).mean() / sd < 1.2
    assert 0.2 < wide.corr().loc["1", "8"] < 0.95
    assert data.trials["appeal_felt_sad"].corr(data.trials["appeal_gift"]) > 0.1


def test_parts_that_are_answered_together_add_up_at_each_level(data: Data) -> None:
    boxes = data.trials[[f"appeal_pools_{name}" for name in ("keep", "give", "burn")]]
    assert len(boxes) == 160 * 2 * 2
    assert set(boxes.sum(axis=1)) == {10.0}


def test_what_is_computed_keeps_the_levels_apart(data: Data) -> None:
    trials = data.trials
    both = trials[["appeal_felt_sad", "appeal_felt_moved"]]
    assert trials["appeal_felt"].to_numpy() == pytest.approx(both.mean(axis=1).to_numpy())
    sums = trials["appeal_gift"] + trials["appeal_felt_sad"]
    assert trials["warm"].to_numpy() == pytest.approx(sums.to_numpy())
    own = trials[trials["victims"].astype(str) == "8"].groupby("participant")["appeal_gift"].mean()
    found = data.participants.set_index("participant")["eights"]
    pd.testing.assert_series_equal(found, own, check_names=False)
