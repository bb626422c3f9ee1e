"""Files state the version of their format; those of a later version are refused with a sentence, earlier ones are read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from analysis.data.load import load
from analysis.simulate import simulate
from experiments.errors import UserError
from experiments.online.collector.database import connect
from experiments.package import write_package
from experiments.package.tidy import TIDY
from experiments.places import shipped_folder
from experiments.schema import SCHEMA, SchemaError, check_schema
from experiments.session.collection import CARD, read_collection
from experiments.session.journal import read_journal
from experiments.study import open_study


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "simulated"
    simulate(open_study(shipped_folder("protocols") / "identified_victim.yaml"), folder, 4)
    return folder


def stated(path: Path, schema: Any) -> Callable[[], None]:
    """Change the version that a file states in its first line or object; return what restores it."""
    before = path.read_text("utf-8")
    first, _, rest = before.partition("\n") if path.suffix == ".jsonl" else (before, "", "")
    content = json.loads(first)
    if schema is None:
        del content["schema"]
    else:
        content["schema"] = schema
    path.write_text(json.dumps(content) + "\n" + rest, "utf-8")
    return lambda: path.write_text(before, "utf-8") and None


@pytest.mark.parametrize("schema", [1, SCHEMA])
def test_the_versions_up_to_the_present_one_are_known(schema: int) -> None:
    check_schema("file", {"schema": schema})
    check_schema("file", {})


@pytest.mark.parametrize("schema", [0, -1, True, None, "2", 2.0])
def test_other_values_are_damage(schema: Any) -> None:
    with pytest.raises(ValueError, match="whole number from 1"):
        check_schema("file", {"schema": schema})


@pytest.mark.parametrize("kind", ["collection", "journal", "package"])
def test_a_later_file_is_refused_and_an_earlier_one_is_read(
    collection: Path, tmp_path: Path, kind: str
) -> None:
    if kind == "package":
        data = write_package([collection], tmp_path / "package")[0]
        path = data / TIDY / "about.json"
    else:
        data = collection
        path = data / CARD if kind == "collection" else read_collection(data).journals()[0]
    text = path.read_text("utf-8")
    assert json.loads(text.partition("\n")[0] if kind == "journal" else text)["schema"] == SCHEMA
    rows = len(load(data).rows)
    restore = stated(path, SCHEMA + 1)
    sentence = f"it has the format {SCHEMA + 1}, and this version reads the formats 1 to {SCHEMA}"
    with pytest.raises(SchemaError, match=sentence) as told:
        load(data)
    assert str(path) in str(told.value)
    assert "Update compassion" in str(told.value)
    restore()
    restore = stated(path, None)
    assert len(load(data).rows) == rows
    restore()


def test_a_damaged_version_is_told_from_a_later_one(collection: Path) -> None:
    journal = read_collection(collection).journals()[0]
    restore = stated(journal, "two")
    with pytest.raises(UserError, match="has no session line"):
        read_journal(journal)
    restore()
    restore = stated(collection / CARD, "two")
    with pytest.raises(UserError, match="is damaged"):
        read_collection(collection)
    restore()


def value(database: Path, **stated: str) -> str | None:
    """Return the version that a database states, after changing it if one is given."""
    with closing(sqlite3.connect(database)) as opened, opened:
        for name, version in stated.items():
            opened.execute("UPDATE about SET value = ? WHERE name = ?", (version, name))
        found = opened.execute("SELECT value FROM about WHERE name = 'schema'").fetchone()
    return None if found is None else str(found[0])


def test_a_database_states_it_and_a_later_one_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "study.sqlite"
    connect(database).close()
    assert value(database) == str(SCHEMA)
    for reading in (False, True):
        value(database, schema=str(SCHEMA + 1))
        with pytest.raises(UserError, match="written by a later version of compassion"):
            connect(database, reading=reading)
        value(database, schema="two")
        with pytest.raises(UserError, match="is damaged"):
            connect(database, reading=reading)
        value(database, schema=str(SCHEMA), tables="2")
        with pytest.raises(UserError, match="has tables of a later version of the collector"):
            connect(database, reading=reading)
        value(database, tables="1")
    connect(database, reading=True).close()


def test_an_earlier_database_states_the_present_version_once_it_is_written_to(
    tmp_path: Path,
) -> None:
    database = tmp_path / "study.sqlite"
    connect(database).close()
    with closing(sqlite3.connect(database)) as opened, opened:
        opened.execute("DELETE FROM about WHERE name = 'schema'")
    connect(database, reading=True).close()
    assert value(database) is None
    connect(database, deleting=True).close()
    assert value(database) is None
    connect(database).close()
    assert value(database) == str(SCHEMA)
