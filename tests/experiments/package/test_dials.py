"""The table of the samples of dials: each sample once, with where and when it was taken; gone after a withdrawal."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.simulate import simulate
from experiments.measures.trace import samples
from experiments.package import write_package
from experiments.package.deleting import delete
from experiments.study import open_study

TEXT = """\
study: dialled
title: A dial
factors: {between: {group: [us, them]}}
flow:
  - practice: yes
    name: try_it
    time: 4 s
    ask: {mood: {dial: How do you feel?, from: Bad, to: Good}}
  - name: viewing
    each: letters.csv
    page: "{text}"
    time: 6 s
    ask: {felt: {dial: How much compassion?, from: None, to: Much}}
hypothesis: {outcome: felt.mean, claim: us > them}
analysis: felt.mean ~ group
sample: {participants: 8}
"""
ITEMS = "item,text\nann,Ann is ill.\nben,Ben is cold.\n"


@pytest.fixture
def collected(tmp_path: Path) -> Path:
    (tmp_path / "dialled.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "letters.csv").write_text(ITEMS, encoding="utf-8")
    simulate(open_study(tmp_path / "dialled.yaml"), tmp_path / "data", 8, None, 1)
    return tmp_path / "data"


def packaged(data: Path, name: str) -> Path:
    (made,) = write_package([data], data.parent / name)
    return made / "derivatives" / "tidy"


def test_the_samples_are_those_of_the_traces(collected: Path) -> None:
    tidy = packaged(collected, "package")
    table = pd.read_csv(tidy / "dials.csv", dtype={"session": str})
    rows = pd.read_parquet(tidy / "rows.parquet")
    traces = rows[rows["measure"].isin(["viewing.felt", "try_it.mood"]) & rows["value"].notna()]
    found = table.groupby(["participant", "session", "sequence"])
    assert len(found) == len(traces) > 20
    for row in traces.itertuples():
        own = found.get_group((row.participant, row.session, row.sequence))
        first, values = samples(row.value)
        assert own["value"].tolist() == values
        assert own["seconds"].tolist() == [(first + place) / 10 for place in range(len(values))]
        step, question = row.measure.split(".")
        assert set(own["step"]) == {step}
        assert set(own["question"]) == {question}
        assert set(own["phase"]) == {"practice" if step == "try_it" else "trials"}
    viewed = table[table["step"] == "viewing"]
    assert set(viewed["item"]) == {"ann", "ben"}
    assert set(viewed["trial"]) == {1, 2}
    means = viewed.groupby(["participant", "sequence"])["value"].mean().round(3)
    rows = rows[(rows["measure"] == "viewing.felt.mean") & rows["number"].notna()]
    assert sorted(means) == pytest.approx(sorted(rows["number"]), abs=0.0006)


def test_the_codebook_describes_the_table_and_the_numbers(collected: Path) -> None:
    tidy = packaged(collected, "package")
    text = (tidy / "codebook.json").read_text("utf-8")
    assert "Infinity" not in text
    book = json.loads(text)
    assert list(book["dials"]) == list(pd.read_csv(tidy / "dials.csv", nrows=1))
    mean, slope = (book["measures"][f"viewing.felt.{part}"] for part in ("mean", "slope"))
    assert (mean["Units"], mean["Minimum"], mean["Maximum"]) == ("points", 0, 100)
    assert slope["Units"] == "points per minute"
    assert "first movement" in mean["Item"]
    assert "dials.csv" in (tidy.parents[1] / "README.md").read_text("utf-8")


def test_who_withdraws_has_no_samples(collected: Path) -> None:
    before = pd.read_csv(packaged(collected, "before") / "dials.csv")
    gone = before["participant"].iloc[0]
    delete(collected, gone)
    after = pd.read_csv(packaged(collected, "after") / "dials.csv")
    assert set(before["participant"]) - set(after["participant"]) == {gone}
    assert len(after) == (before["participant"] != gone).sum()
