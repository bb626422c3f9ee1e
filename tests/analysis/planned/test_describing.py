"""Labels of levels, ranges of measures, and tables of cells, values, spikes and checks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.curves.claims import level_words
from analysis.planned.describing import (
    ALL,
    Cells,
    cell_table,
    in_numbers,
    measure_info,
    spike_table,
    value_table,
)
from analysis.planned.results import MeasureInfo
from experiments.places import shipped_folder
from experiments.study import Study, open_study
from tests.small_study import TEXT, write

GROUP = {"ours": "our own", "theirs": "the others"}
BOTH = Cells({"group": GROUP, "cost": {"asked": "asked", "none": "not asked"}})


@pytest.fixture(scope="module")
def letters() -> Study:
    return open_study(shipped_folder("protocols") / "identified_victim.yaml")


@pytest.fixture
def answers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "participant": ["p1", "p1", "p2", "p3"],
            "group": pd.Categorical(["ours", "ours", "ours", "theirs"], list(GROUP)),
            "cost": ["asked", "asked", "asked", "none"],
            "gift": [0.0, 10.0, 10.0, 5.0],
        }
    )


def words(study: Study, factor: str, level: str) -> str:
    return level_words(level, study.names.factors[factor].levels.get(level))


def test_levels_have_their_words_if_these_are_plain_text(tmp_path: Path, letters: Study) -> None:
    assert words(letters, "victim", "joint") == "the child and the statistics"
    words_of = "group: {ours: people like you, theirs: '{severity} others'}"
    study = write(
        tmp_path, TEXT.replace("group: [ours, theirs]", words_of).replace("One of {group}: ", "")
    )
    assert words(study, "group", "ours") == "people like you"
    assert words(study, "group", "theirs") == "theirs"
    collapse = open_study(shipped_folder("protocols") / "compassion_collapse.yaml")
    assert words(collapse, "victims", "800000") == "800,000"
    assert words(study, "severity", "very_mild") == "very mild"


def test_a_measure_has_the_range_and_unit_of_its_mode(letters: Study) -> None:
    donation = measure_info(letters, "real", "donation")
    assert (donation.low, donation.high, donation.step) == (0.0, 5.0, 1.0)
    assert donation.gift
    assert donation.outcome
    feelings = measure_info(letters, "real", "feelings5")
    assert not feelings.gift
    assert not feelings.outcome
    assert feelings.title == letters.opened.scales["feelings5"].title


def test_something_without_a_known_range_has_a_title_only(letters: Study) -> None:
    info = measure_info(letters, "real", "something.else_entirely")
    assert info.title == "something: else entirely"
    assert np.isnan(info.low)


def test_all_cells_of_two_factors_are_described(answers: pd.DataFrame) -> None:
    table = cell_table(answers, "gift", BOTH)
    assert table["level"].tolist() == [
        "our own, asked", "our own, not asked", "the others, asked", "the others, not asked",
    ]  # fmt: skip
    assert table["n"].tolist() == [3, 0, 0, 1]
    assert table["participants"].tolist() == [2, 0, 0, 1]
    # The mean of the participants' means.
    assert table["mean"].iloc[0] == 7.5
    assert np.isnan(table["mean"].iloc[1])
    assert table["first"].tolist() == ["our own"] * 2 + ["the others"] * 2
    assert table["others"].tolist() == ["asked", "not asked"] * 2


def test_rows_are_described_by_the_factors_that_they_know(answers: pd.DataFrame) -> None:
    known = BOTH.known_in(answers.drop(columns="cost"))
    assert list(known.factors) == ["group"]
    partly = answers.assign(cost=["asked", None, None, None])
    assert list(BOTH.known_in(partly).factors) == ["group"]
    none = BOTH.known_in(answers[["participant", "gift"]])
    table = cell_table(answers, "gift", none)
    assert table["level"].tolist() == [ALL]
    assert table["n"].tolist() == [4]


def test_values_are_counted_by_cell(answers: pd.DataFrame) -> None:
    table = value_table(answers, "gift", BOTH.known_in(answers.drop(columns="cost")))
    own = table[table["level"] == "our own"]
    assert own.set_index("value")["count"].to_dict() == {0.0: 1, 10.0: 2}


def test_spikes_of_an_allocation_are_those_of_each_cell(answers: pd.DataFrame) -> None:
    info = MeasureInfo("gift", "gift", low=0.0, high=10.0, gift=True)
    table = spike_table(answers, info, BOTH.known_in(answers.drop(columns="cost")))
    own = table.set_index("level").loc["our own"]
    assert own["all"] == pytest.approx(2 / 3)
    assert table.set_index("level").loc["the others", "half"] == 1.0


def test_words_become_numbers_in_the_order_of_the_options() -> None:
    two = pd.DataFrame({"x": pd.Categorical(["no", "yes"], ["yes", "no"], ordered=True)})
    assert in_numbers(two, "x")["x"].tolist() == [0.0, 1.0]
    three = pd.DataFrame({"x": pd.Categorical(["high", "low"], ["low", "mid", "high"])})
    assert in_numbers(three, "x")["x"].tolist() == [3.0, 1.0]
