"""A file of a later version is refused with a sentence that says what to do; a column that was added since has its default."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from analysis.data.load import load
from analysis.errors import AnalysisError
from analysis.planned.lock import read_prereg
from analysis.planned.storing import read_results
from analysis.power import read_power
from experiments.errors import UserError
from experiments.online.collector import give
from experiments.schema import SCHEMA

LATER = SCHEMA + 1
#: File of the fixtures -> what it is read with.
WITH_SCHEMA: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "collection": ("lab/collection.json", lambda folder: load(folder / "lab")),
    "journal": ("lab/sessions/sub-lab1_ses-1.jsonl", lambda folder: load(folder / "lab")),
    "package": (
        "packages/lab/derivatives/tidy/about.json",
        lambda folder: load(folder / "packages" / "lab"),
    ),
    "imported": ("imported/data/about.json", lambda folder: load(folder / "imported" / "data")),
}
#: Files whose format has a name with a number.
WITH_FORMAT: dict[str, Callable[[Path], Any]] = {
    "results/results.json": lambda folder: read_results(folder / "results"),
    "power/power.json": lambda folder: read_power(folder / "power"),
    "prereg/prereg.json": lambda folder: read_prereg(folder / "prereg"),
}


@pytest.mark.parametrize("kind", WITH_SCHEMA)
def test_a_later_schema_is_refused_with_a_sentence(files, tmp_path, kind):
    place, read = WITH_SCHEMA[kind]
    copy = copied(files, tmp_path, place)
    first, _, rest = copy.read_text("utf-8").partition("\n" if place.endswith("l") else "\0")
    content = json.loads(first)
    assert content["schema"] == SCHEMA
    copy.write_text(json.dumps({**content, "schema": LATER}) + "\n" + rest, "utf-8")
    with pytest.raises(UserError) as refused:
        read(tmp_path / "files")
    sentence = str(refused.value)
    assert f"the format {LATER}" in sentence
    assert f"reads the formats 1 to {SCHEMA}. Update compassion" in sentence


def copied(files: Any, tmp_path: Path, place: str) -> Path:
    """Copy the folder with a file; return the file."""
    folder = place.split("/")[0]
    shutil.copytree(files / folder, tmp_path / "files" / folder)
    return tmp_path / "files" / place


def test_a_database_with_a_later_schema_is_refused_with_a_sentence(files, tmp_path):
    file = copied(files, tmp_path, "collector/study.sqlite")
    with closing(sqlite3.connect(file)) as opened, opened:
        opened.execute("UPDATE about SET value = ? WHERE name = 'schema'", (str(LATER),))
    with pytest.raises(UserError, match="written by a later version of compassion"):
        give(file)


@pytest.mark.parametrize("place", WITH_FORMAT)
def test_a_later_format_is_refused_with_a_sentence(files, tmp_path, place):
    file = copied(files, tmp_path, place)
    content = json.loads(file.read_text("utf-8"))
    name, _, number = content["format"].rpartition(" ")
    file.write_text(json.dumps({**content, "format": f"{name} {int(number) + 100}"}), "utf-8")
    with pytest.raises(AnalysisError) as refused:
        WITH_FORMAT[place](tmp_path / "files")
    assert str(file) in str(refused.value)
    assert refused.value.remedy
