"""A database of the collector made before gives the same rows, and can be served and imported."""

from __future__ import annotations

import dataclasses
import json
import shutil

import pytest
from small_studies import journal_rows, untouched

from experiments.online.collector import give
from experiments.online.collector.export import Study
from experiments.online.collector.store import Store
from experiments.online.results.importing import import_results
from experiments.online.results.results import read_results
from experiments.session.keeping import KEPT
from experiments.study import open_study


@pytest.fixture
def database(old, tmp_path):
    """Return a copy of the database."""
    shutil.copytree(old("collector"), tmp_path / "collector")
    return tmp_path / "collector" / "study.sqlite"


def test_a_database_gives_the_same_data_as_before(stored, database):
    before = stored("collector.json.gz")
    given = give(database)
    now = json.loads(json.dumps({name: getattr(given, name) for name in before}))
    assert len(before["rows"]) == 74
    assert now == before
    assert untouched(now["rows"]) == stored("untouched.json")["collector"]
    assert len(dataclasses.asdict(given)) == len(before)


def test_a_database_goes_on_collecting(database):
    content = json.loads((database.parent / "export" / "study.json").read_bytes())
    before = give(database).rows
    Store(database, Study.model_validate(content)).close()
    assert give(database).rows == before


def test_a_database_is_imported_with_every_row(stored, database, tmp_path):
    results = read_results("collector", [str(database)])
    study = open_study(database.parent / "export" / KEPT)
    result = import_results(study, tmp_path / "data", results)
    before = stored("collector.json.gz")
    assert result.sessions == 4
    assert result.rows == len(before["rows"])

    def place(row):
        return row["session"], row["sequence"]

    now = sorted(journal_rows(tmp_path / "data"), key=place)
    assert now == sorted(before["rows"], key=place)
    assert len(result.faults) == 1
