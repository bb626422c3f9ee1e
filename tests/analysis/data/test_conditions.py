"""Conditions: each session has the condition of its slot, and text factors have the protocol's order of levels."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.data.conditions import with_conditions
from analysis.data.load import load
from analysis.errors import AnalysisError
from analysis.simulate import simulate
from experiments.places import shipped_folder
from experiments.study import open_study


def test_sessions_have_the_condition_of_their_slot(tmp_path: Path) -> None:
    study = open_study(shipped_folder("protocols") / "identified_victim.yaml")
    simulate(study, tmp_path / "s", 30, None, 2, mode="real", dropout=0.4)
    loaded = load(tmp_path / "s")
    data = with_conditions(loaded, study)
    slots = study.slots("real")
    assert data.sessions["victim"].tolist() == [
        slots[slot - 1].cells["victim"] for slot in data.sessions["slot"]
    ]
    assert data.sessions["cell"].astype(str).tolist() == [
        f"victim = {level}" for level in data.sessions["victim"]
    ]
    assert "cell" not in loaded.sessions
    levels = study.protocol.factors["victim"].levels
    for table in (data.trials, data.participants):
        assert table["victim"].cat.ordered
        assert tuple(table["victim"].cat.categories) == levels
    assert loaded.trials["victim"].tolist() == data.trials["victim"].tolist()


def test_quantities_stay_numbers(tmp_path: Path) -> None:
    study = open_study(shipped_folder("protocols") / "compassion_collapse.yaml")
    simulate(study, tmp_path / "s", 10, None, 2)
    data = with_conditions(load(tmp_path / "s"), study)
    assert data.trials["victims"].dtype == "int64"
    assert data.trials["victims"].isin(study.protocol.factors["victims"].levels).all()


def test_a_slot_of_no_list_is_refused(tmp_path: Path) -> None:
    study = open_study(shipped_folder("protocols") / "identified_victim.yaml")
    simulate(study, tmp_path / "s", 3, None, 2)
    data = load(tmp_path / "s")
    data.sessions.loc[0, "slot"] = 99_999
    with pytest.raises(AnalysisError, match=r"slot 99999 of the mode .* whose list ends at"):
        with_conditions(data, study)
