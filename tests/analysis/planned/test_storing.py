"""Results on disk are the results in memory."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.planned import analyse_data, read_results, write_results


@pytest.fixture(scope="module")
def results(groups):
    return analyse_data(*groups)


def test_what_is_read_is_what_was_written(tmp_path, results):
    file = write_results(results, tmp_path / "one")
    again = read_results(file)
    assert again.provenance == results.provenance
    assert again.hash == results.hash
    assert again.study == results.study
    # Missing numbers are not equal to themselves; the tests are compared as a table, below.
    decided = [replace(each.modes[0].comparison.verdict, tests=()) for each in (again, results)]
    assert decided[0] == decided[1]
    planned = [[model.planned for model in each.modes[0].models] for each in (again, results)]
    assert planned[0] == planned[1]
    for name, table in results.tables().items():
        pd.testing.assert_frame_equal(again.tables()[name], table, check_dtype=False)
    second = write_results(again, tmp_path / "two")
    assert second.read_bytes() == file.read_bytes()


def test_infinite_degrees_of_freedom_survive(tmp_path, letters):
    results = analyse_data(*letters)
    terms = read_results(write_results(results, tmp_path)).modes[0].models[1].terms
    assert np.isinf(terms.loc[terms["part"] == "whether", "df"]).all()


def test_every_file_is_marked_as_simulated(tmp_path, results):
    file = write_results(results, tmp_path)
    assert json.loads(file.read_text())["simulated"] is True
    tables = sorted((tmp_path / "tables").glob("*.csv"))
    assert len(tables) > 20
    for path in tables:
        assert path.read_text().splitlines()[0].endswith("simulated")


def test_codes_that_look_like_formulas_harm_no_spreadsheet(tmp_path, results):
    result = results.modes[0]
    audit = result.audit.head(1).assign(participant="=1+1")
    changed = replace(results, modes=(replace(result, audit=audit),))
    write_results(changed, tmp_path)
    assert "'=1+1" in (tmp_path / "tables" / "audit.csv").read_text()
    assert read_results(tmp_path).modes[0].audit["participant"].tolist() == ["=1+1"]


@pytest.mark.parametrize(
    ("content", "message"),
    [("no json", "cannot be read"), ("{}", "no results"), ("[]", "no results")],
)
def test_other_files_are_refused(tmp_path, content, message):
    (tmp_path / "results.json").write_text(content)
    with pytest.raises(AnalysisError, match=message):
        read_results(tmp_path)


def test_damaged_results_are_refused(tmp_path, results):
    file = write_results(results, tmp_path)
    stored = json.loads(file.read_text())
    del stored["modes"][0]["flow"]
    file.write_text(json.dumps(stored))
    with pytest.raises(AnalysisError, match=r"damaged: modes.0.flow: Field required"):
        read_results(file)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(AnalysisError, match="compassion analyse"):
        read_results(tmp_path / "nowhere")
