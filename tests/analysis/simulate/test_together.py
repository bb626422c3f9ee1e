"""Simulated participants and questions whose parts are answered together: possible answers, which follow the claim."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import small_study

from analysis.simulate import Assumptions, population, sessions
from experiments.package.codebook import codebook
from experiments.study import Study

TEXT = """\
study: together
title: Parts that are answered together
minutes: 5
factors: {between: {group: [us, them]}}
flow:
  - ask:
      pools: {allocation: Divide., of: 10, boxes: {keep: Keep, own: Our group, against: The other group}}
      values: {ranking: What matters?, options: {fair: Fairness, care: Care, free: Freedom}}
      did: {choices: What did you do?, options: {gave: Gave, helped: Helped, none: None}, most: 2}
hypothesis: {outcome: OUTCOME, claim: us > them}
analysis: OUTCOME ~ group
sample: {participants: 40}
"""


def opened(folder: Path, outcome: str) -> Study:
    """Open the study with an outcome."""
    return small_study.write(folder, TEXT.replace("OUTCOME", outcome))


@pytest.mark.parametrize("outcome", ["pools.against", "values.care", "did.gave", "pools.keep"])
def test_the_parts_fit_together_and_follow_the_claim(tmp_path: Path, outcome: str) -> None:
    people = population(opened(tmp_path, outcome), seed=3, effect=1.0, dropout=0)
    rows = pd.DataFrame([row for one in sessions(people, 240) for row in one.rows])
    asked = rows[rows["status"] == "answered"]
    wide = asked.pivot(index="participant", columns="measure", values="number")
    pools, values, did = (
        wide[[name for name in wide if name.startswith(f"{of}.")]].dropna()
        for of in ("pools", "values", "did")
    )
    assert set(pools.sum(axis=1)) == {10.0}
    assert {tuple(sorted(row)) for row in values.to_numpy()} == {(1.0, 2.0, 3.0)}
    assert set(did.sum(axis=1)) == {1.0, 2.0}
    group = asked.groupby("participant")["cells"].first().map(lambda cells: cells["group"])
    means = wide[outcome].groupby(group).mean()
    # An effect of one SD, less what the other parts take of it.
    assert (means["us"] - means["them"]) / wide[outcome].std() > 0.5
    skipped = rows[rows["status"] == "skipped"].groupby(["participant", "screen"]).size()
    assert set(skipped) <= {3}


def test_participants_who_do_not_read_give_possible_answers(tmp_path: Path) -> None:
    careless = Assumptions(careless=1.0, skipping=0, skipped=0)
    people = population(opened(tmp_path, "did.gave"), seed=3, dropout=0, assumed=careless)
    rows = pd.DataFrame([row for one in sessions(people, 30) for row in one.rows])
    numbers = rows.dropna(subset=["number"]).pivot(
        index="participant", columns="measure", values="number"
    )
    assert set(numbers.filter(like="did.").sum(axis=1)) <= {1.0, 2.0}
    assert set(numbers.filter(like="values.").sum(axis=1)) == {6.0}


NONE = "options: {gave: Gave, helped: Helped}, none: None of these"


@pytest.mark.parametrize("outcome", ["did.gave", "did.none"])
def test_none_of_them_is_chosen_alone_and_can_follow_the_claim(
    tmp_path: Path, outcome: str
) -> None:
    text = TEXT.replace("options: {gave: Gave, helped: Helped, none: None}, most: 2", NONE)
    study = small_study.write(tmp_path, text.replace("OUTCOME", outcome))
    people = population(study, seed=3, effect=1.0, dropout=0)
    rows = pd.DataFrame([row for one in sessions(people, 240) for row in one.rows])
    asked = rows[rows["status"] == "answered"]
    wide = asked.pivot(index="participant", columns="measure", values="number")
    did = wide.filter(like="did.").dropna()
    others = did[["did.gave", "did.helped"]].sum(axis=1)
    assert set(zip(did["did.none"], others, strict=True)) == {(1, 0), (0, 1), (0, 2)}
    group = asked.groupby("participant")["cells"].first().map(lambda cells: cells["group"])
    means = wide[outcome].groupby(group).mean()
    assert (means["us"] - means["them"]) / wide[outcome].std() > 0.5
    measures = codebook(study)["measures"]
    assert measures["did.none"]["Item"] == "None of these"
    assert measures["did.none"]["Levels"]["1"] == "chosen; none of the others was"
    assert measures["did.gave"]["Levels"] == {"1": "chosen", "0": "not chosen"}


def test_the_codebook_has_each_part(tmp_path: Path) -> None:
    book = codebook(opened(tmp_path, "pools.against"))
    measures = book["measures"]
    assert {"pools", "values", "did"}.isdisjoint(measures | book["computed"])
    against, care, gave = (measures[name] for name in ("pools.against", "values.care", "did.gave"))
    assert (against["Item"], against["Minimum"], against["Maximum"]) == ("The other group", 0, 10)
    assert (care["Question"], care["Item"], care["Maximum"]) == ("What matters?", "Care", 3)
    assert (gave["Item"], gave["Minimum"], gave["Maximum"]) == ("Gave", 0, 1)
