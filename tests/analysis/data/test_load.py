"""Loading: the same rows from every format, nothing mixed, damaged lines named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from analysis.data.load import load, trials
from analysis.errors import AnalysisError
from analysis.simulate import Assumptions, population, sessions, simulate
from experiments.package import DataError, write_package
from experiments.places import shipped_folder
from experiments.schema import NAMES
from experiments.study import Study, open_study


@pytest.fixture(scope="module")
def folder(study: Study, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("data") / "within"
    simulate(study, path, 25, None, 4)
    return path


def test_rows_are_those_that_were_simulated(study: Study, folder: Path) -> None:
    data = load(folder)
    rows = [row for one in sessions(population(study, None, 4), 25) for row in one.rows]
    assert list(data.rows.columns) == [*NAMES, "victims"]
    assert data.simulated
    assert data.factors == ("victims",)
    for name in NAMES:
        if name != "cells":
            expected = [row[name] for row in rows]
            found = [None if pd.isna(value) else value for value in data.rows[name]]
            assert found == expected, name
    assert data.rows["victims"].dropna().isin([1, 2, 8, 100]).all()


def test_packages_and_their_csv_hold_the_same(folder: Path, tmp_path: Path) -> None:
    data = load(folder)
    (package,) = write_package([folder], tmp_path / "package")
    loaded = load(package)
    pd.testing.assert_frame_equal(loaded.rows, data.rows)
    pd.testing.assert_frame_equal(loaded.sessions, data.sessions)
    for path in package.rglob("*.parquet"):
        path.unlink()
    text = load(package)
    pd.testing.assert_frame_equal(text.rows, data.rows)
    pd.testing.assert_frame_equal(text.sessions, data.sessions)
    with pytest.raises(DataError, match="is in two folders"):
        load([folder, package])


def test_several_collections_are_put_together(study: Study, folder: Path, tmp_path: Path) -> None:
    simulate(
        study, tmp_path / "between", 10, None, 4, mode="between", assumed=Assumptions(declines=0)
    )
    more = tmp_path / "between"
    for path in (more / "sessions").iterdir():
        text = path.read_text(encoding="utf-8").replace("sim0", "simB")
        path.write_text(text, encoding="utf-8")
    data = load([folder, more])
    assert data.modes == ("between", "within")
    assert len(data.sessions) == 35
    with pytest.raises(AnalysisError, match="never pooled"):
        trials(data, "appeals.donation")
    assert set(trials(data.in_mode("between"), "appeals.donation")["mode"]) == {"between"}
    with pytest.raises(AnalysisError, match="no session of the mode 'x'"):
        data.in_mode("x")


def test_other_contents_of_the_protocol_are_reported(folder: Path) -> None:
    data = load(folder)
    data.sessions.loc[0, "protocol_hash"] = "other"
    with pytest.raises(AnalysisError, match=r"hash other\): 1 session;"):
        data.one_protocol()


def test_simulated_rows_under_a_cover_of_real_ones_are_found(folder: Path, tmp_path: Path) -> None:
    (package,) = write_package([folder], tmp_path / "package")
    about = package / "derivatives" / "tidy" / "about.json"
    about.write_text(about.read_text().replace('"simulated": true', '"simulated": false'))
    with pytest.raises(DataError, match="some of its rows are simulated"):
        load(package)


def test_damaged_lines_are_named_and_all_others_kept(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    path = sorted((copy / "sessions").iterdir())[2]
    lines = path.read_bytes().split(b"\n")
    lines[5] = lines[5].replace(b'"visit":1', b'"visit":"one"')
    lines[9] = lines[9][: len(lines[9]) // 2]
    path.write_bytes(b"\n".join(lines))
    data = load(copy)
    assert [(one.file, one.line) for one in data.damage] == [(str(path), 6), (str(path), 10)]
    assert "'visit' should be integer, found 'one'" in str(data.damage[0])
    assert len(data.rows) == len(load(folder).rows) - 2
    path.write_bytes(b"\n".join(lines[1:]))
    (whole,) = load(copy).damage
    assert str(whole).startswith(f"{path}:1: has no session line")
    assert "the whole file was ignored" in str(whole)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path / "nothing", "does not exist"),
        (lambda path: path, "neither a collection nor a data package"),
    ],
)
def test_what_is_not_data_is_reported(make, message, tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=message):
        load(make(tmp_path))


def test_a_folder_of_collections_names_them(folder: Path, tmp_path: Path) -> None:
    inside = tmp_path / "severity" / "1.0.0" / "simulated"
    shutil.copytree(folder, inside)
    with pytest.raises(AnalysisError, match="contains collections, and is none itself") as caught:
        load(tmp_path)
    assert caught.value.remedy == f"Give the folder of one of them: {inside}."


def test_trials_are_wide_and_typed(study: Study, folder: Path) -> None:
    data = load(folder)
    table = trials(data, "appeals.donation", "appeals.compassion")
    assert len(table) == len(table.drop_duplicates(["participant", "item"]))
    assert table["victims"].dtype == "int64"
    assert table["appeals_donation"].dtype == "float64"
    assert table["step"].unique().tolist() == ["appeals"]
    rows = data.rows
    one = table.dropna().iloc[7]
    own = rows[(rows["participant"] == one["participant"]) & (rows["stimulus"] == one["item"])]
    own = own.set_index("measure")["number"]
    assert own["appeals.donation"] == one["appeals_donation"]
    assert own["appeals.compassion"] == one["appeals_compassion"]
    with pytest.raises(AnalysisError, match="'gift' was not asked"):
        trials(data, "gift")
    asked = trials(data, "demographics.gender", phase="demographics")
    assert set(asked["demographics_gender"]) <= {"woman", "man", "other"}


def test_of_a_screen_shown_again_the_last_answer_counts(folder: Path) -> None:
    data = load(folder)
    again = data.rows[data.rows["measure"] == "appeals.donation"].iloc[[0]].copy()
    again[["visit", "sequence", "number"]] = [2, 999, 4.5]
    rows = pd.concat([data.rows, again], ignore_index=True)
    table = trials(replace(data, rows=rows), "appeals.donation")
    same = (table["participant"] == again["participant"].iloc[0]) & (
        table["item"] == again["stimulus"].iloc[0]
    )
    assert table.loc[same, "appeals_donation"].tolist() == [4.5]


def test_trials_of_two_loops_are_rows_of_their_own(tmp_path: Path) -> None:
    """Both loops have a first trial, which is not the same trial."""
    groups = open_study(shipped_folder("protocols") / "parochial_vignettes.yaml")
    simulate(groups, tmp_path / "s", 3, None, 2, mode="dots", assumed=Assumptions(declines=0))
    table = load(tmp_path / "s").trials
    assert table.groupby(["participant", "step"]).size().unique().tolist() == [3, 15]
    in_vignettes = table["step"] == "vignettes"
    assert table.loc[in_vignettes, "dictator_share"].isna().all()
    assert table.loc[~in_vignettes, "vignettes_compassion"].isna().all()
    assert "practice" not in set(load(tmp_path / "s").participants.columns)


def test_a_torn_parquet_file_is_reported(folder: Path, tmp_path: Path) -> None:
    (package,) = write_package([folder], tmp_path / "package")
    path = package / "derivatives" / "tidy" / "rows.parquet"
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(DataError, match=r"If you remove it, rows\.csv is read instead"):
        load(package)


def test_factors_may_not_be_called_like_columns() -> None:
    from experiments.package.arrow import table_of

    row = {**dict.fromkeys(NAMES), "cells": {"value": 1}}
    with pytest.raises(DataError, match="Rename it"):
        table_of([row])


def test_levels_that_are_words_somewhere_are_words_everywhere() -> None:
    from experiments.package.arrow import concatenate, table_of

    def table(level: object) -> pa.Table:
        return table_of([{**dict.fromkeys(NAMES), "cells": {"group": level}}])

    assert concatenate([table(1), table("in")])["group"].to_pylist() == ["1", "in"]


def test_a_loaded_study_has_wide_trials_and_participants(folder: Path, tmp_path: Path) -> None:
    data = load(folder)
    table = data.trials
    asked = data.rows[(data.rows["phase"] == "trials") & (data.rows["status"] == "answered")]
    assert {name.replace(".", "_") for name in asked["measure"]} <= set(table.columns)
    names = ["participant", "trial", "appeals_donation"]
    pd.testing.assert_frame_equal(
        table[names].dropna(ignore_index=True), trials(data, "appeals.donation")[names]
    )
    rows = asked[asked["measure"] == "appeals.donation"]
    assert table["appeals_donation_time"].sum() == pytest.approx(rows["response_time"].sum())
    assert table["simulated"].all()
    assert data.participants["simulated"].all()
    assert len(data.participants) == len(data.sessions)
    assert set(data.participants["demographics_gender"].dropna()) <= {"woman", "man", "other"}
    ages = data.rows[(data.rows["measure"] == "consent.age") & data.rows["number"].notna()]
    assert data.participants["consent_age"].dropna().sum() == ages["number"].sum()


def test_of_a_question_asked_again_a_participant_has_the_last_answer(folder: Path) -> None:
    data = load(folder)
    again = data.rows[data.rows["measure"] == "consent.age"].iloc[[0]].copy()
    again[["visit", "sequence", "number", "value"]] = [2, 999, 77.0, "77"]
    rows = pd.concat([again, data.rows], ignore_index=True)
    people = replace(data, rows=rows).participants.set_index("participant")
    assert people.loc[again["participant"].iloc[0], "consent_age"] == 77
