"""Data packages have the same contents as before, and packages of earlier versions can be loaded."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest

from analysis.data.load import load
from experiments.package import write_package
from experiments.schema import SCHEMA

#: Columns renamed since (former name -> name): the table of sessions counts runs of a session.
RENAMED = {"sessions.csv": {b"sittings": b"runs"}}
#: Columns that are new.
ADDED = {"position"}
#: Files whose wording may change: only their presence is compared.
WORDS = {"README.md", "CHANGES", "code/read.R", "code/read.py"}
#: Keys of JSON files that hold sentences or versions.
SENTENCES = {"Description", "description", "Instructions", "LongName", "GeneratedBy", "packaged_by"}
SENTENCES |= {"code_version", "rules"}


@pytest.fixture(scope="module")
def packages(old, tmp_path_factory):
    """Return the package made before, and one made now of the same collections."""
    target = tmp_path_factory.mktemp("packages") / "package"
    folders = [old("identified_victim"), old("lab_sessions")]
    write_package(folders, target, licence="CC0", authors=("Ada Author",))
    return old("package"), target


def files(folder):
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_a_package_has_the_same_files(packages):
    before, now = packages
    assert files(now) == files(before)


def test_tables_of_a_package_are_the_same(packages):
    before, now = packages
    names = [name for name in sorted(files(before)) if name.endswith((".tsv", ".csv"))]
    assert len(names) > 60
    for name in names:
        expected = (before / name).read_bytes()
        for former, current in RENAMED.get(name.rpartition("/")[2], {}).items():
            expected = expected.replace(former, current)
        found = (now / name).read_bytes()
        header = found.partition(b"\n")[0].decode()
        if any(column in header for column in ADDED):
            assert without_added(found, name) == without_added(expected, name)
        else:
            assert found == expected, name


def without_added(table, name):
    """Return the cells of a table without the columns that are new."""
    separator = "\t" if name.endswith(".tsv") else ","
    rows = list(csv.reader(io.StringIO(table.decode("utf-8")), delimiter=separator))
    kept = [place for place, column in enumerate(rows[0]) if column not in ADDED]
    return [[row[place] for place in kept] for row in rows]


def test_codebook_and_descriptions_name_the_same_things(packages):
    before, now = packages
    for name in sorted(files(before) - WORDS):
        if name.endswith(".json"):
            contents = [
                json.loads((folder / name).read_text(encoding="utf-8")) for folder in (before, now)
            ]
            for each in contents:
                # The levels of the column "measure" are the sentences of the measures.
                if "measure" in each:
                    levels = each["measure"]["Levels"]
                    each["measure"]["Levels"] = dict.fromkeys(levels, "a sentence")
            # Since there is a Back button, rows can have one status more.
            columns = contents[1].get("columns", contents[1])
            if "status" in columns:
                assert columns["status"]["Levels"].pop("back")
            # Packages of 0.1.0 do not state the version of their format.
            if name.endswith("tidy/about.json"):
                assert contents[1].pop("schema") == SCHEMA
            assert without_sentences(contents[1]) == without_sentences(contents[0]), name


def without_sentences(content):
    """Return JSON data in which sentences and versions are replaced by a mark that they exist."""
    if isinstance(content, dict):
        return {
            key: bool(value) if key in SENTENCES else without_sentences(value)
            for key, value in content.items()
            if key not in ADDED
        }
    return [without_sentences(each) for each in content] if isinstance(content, list) else content


def test_a_package_made_before_is_loaded_as_its_collections_are(old):
    package = load(old("package"))
    collections = load([old("identified_victim"), old("lab_sessions")])
    keys = ["participant", "session", "sequence"]
    columns = [name for name in collections.rows.columns if name != "code_version"]
    pd.testing.assert_frame_equal(
        package.rows[columns].sort_values(keys, ignore_index=True),
        collections.rows[columns].sort_values(keys, ignore_index=True),
        check_dtype=False,
    )
    assert package.factors == collections.factors
    assert package.simulated
    assert set(package.sessions["participant"]) == set(collections.sessions["participant"])
    assert package.sessions["outcome"].value_counts().to_dict() == (
        collections.sessions["outcome"].value_counts().to_dict()
    )
