"""Conditions: each session has the condition of its rows, and factors have the order of the study's levels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.conditions import with_conditions, written_level
from analysis.data.load import load
from analysis.errors import AnalysisError
from analysis.simulate import simulate
from experiments.places import shipped_folder
from experiments.study import Study, open_study


@pytest.fixture(scope="module")
def letters() -> Study:
    return open_study(shipped_folder("protocols") / "identified_victim.yaml")


def test_sessions_have_the_condition_of_their_slot(letters: Study, tmp_path: Path) -> None:
    simulate(letters, tmp_path / "s", 30, None, 2, mode="real", dropout=0.4)
    loaded = load(tmp_path / "s")
    data = with_conditions(loaded, letters)
    slots = letters.slots("real")
    assert data.sessions["victim"].tolist() == [
        slots[slot - 1].cells["victim"] for slot in data.sessions["slot"]
    ]
    assert data.sessions["cell"].astype(str).tolist() == [
        f"victim = {level}" for level in data.sessions["victim"]
    ]
    assert "cell" not in loaded.sessions
    levels = letters.levels["victim"]
    for table in (data.trials, data.participants):
        assert table["victim"].cat.ordered
        assert tuple(table["victim"].cat.categories) == levels
    assert loaded.trials["victim"].tolist() == data.trials["victim"].tolist()


def test_the_condition_is_known_without_the_secret_of_the_allocation(
    letters: Study, tmp_path: Path
) -> None:
    """A package never has the secret, and rows have the condition."""
    drawn = letters.allocated("another list")
    simulate(drawn, tmp_path / "s", 30, None, 2, mode="real", dropout=0.4)
    loaded = load(tmp_path / "s")
    data = with_conditions(loaded, letters)
    expected = [drawn.slots("real")[slot - 1].cells["victim"] for slot in data.sessions["slot"]]
    assert data.sessions["victim"].tolist() == expected
    assert expected != [letters.slots("real")[s - 1].cells["victim"] for s in data.sessions["slot"]]
    gone = replace(loaded, rows=loaded.rows[loaded.rows["participant"] != "simreal000001"])
    with_list, without = with_conditions(gone, drawn), with_conditions(gone, letters)
    assert with_list.sessions["victim"].tolist() == expected
    assert without.sessions["victim"].tolist()[1:] == expected[1:]
    assert pd.isna(without.sessions["cell"].iloc[0])


def test_levels_that_are_numbers_are_written_as_in_the_study(study: Study, tmp_path: Path) -> None:
    simulate(study, tmp_path / "s", 10, None, 2)
    loaded = load(tmp_path / "s")
    data = with_conditions(loaded, study)
    assert loaded.rows["victims"].dtype == "Int64"
    assert set(data.rows["victims"].dropna()) == {"1", "2", "8", "100"}
    assert data.trials["victims"].cat.categories.tolist() == ["1", "2", "8", "100"]
    assert data.trials["victims"].astype(int).tolist() == loaded.trials["victims"].tolist()
    assert data.sessions["cell"].astype(str).unique().tolist() == ["all"]
    assert [written_level(number, ("007", "1.50", "08")) for number in (7, "1.50", 8)] == [
        "007",
        "1.50",
        "08",
    ]


def test_counterbalanced_factors_are_columns_and_define_no_conditions(tmp_path: Path) -> None:
    groups = open_study(shipped_folder("protocols") / "parochial_vignettes.yaml")
    simulate(groups, tmp_path / "s", 6, None, 2, mode="dots")
    data = with_conditions(load(tmp_path / "s"), groups)
    assert set(data.sessions["team"]) == {"lark", "wren"}
    assert data.sessions["cell"].astype(str).unique().tolist() == ["all"]


def test_a_slot_of_no_list_is_refused(letters: Study, tmp_path: Path) -> None:
    simulate(letters, tmp_path / "s", 3, None, 2)
    data = load(tmp_path / "s")
    data.sessions.loc[0, "slot"] = 99_999
    # Simulations can have more participants than the list has slots.
    assert with_conditions(data, letters).sessions["cell"].notna().all()
    data = replace(data, simulated=False)
    with pytest.raises(
        AnalysisError, match=r"place 99999 in the allocation list of the mode .* which ends at"
    ):
        with_conditions(data, letters)
