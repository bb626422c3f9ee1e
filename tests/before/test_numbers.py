"""Estimates, standard errors, df, p, weights and verdicts of the stored collections are the same as before."""

from __future__ import annotations

import json

import pytest
from named_numbers import differences, numbers_of
from small_studies import COLLECTIONS
from table_cells import cell_differences, cells_of

from analysis.foreign.reanalyse import reanalyse
from analysis.planned import analyse, write_results
from analysis.report import render

NAMES = [small.study for small in COLLECTIONS]
#: The weights of the leading family with and without exclusions, which were inside a sentence before.
ADDED = ("weight_bic", "weight_aicc")
#: The sentence in this table is now a verdict, the leading family and its weights, in columns of their own.
REWRITTEN = "Exclusions, and whether they matter | The verdict with and without exclusions"


@pytest.fixture(scope="module")
def analysed(old):
    """Return a function that analyses a stored collection once."""
    made = {}

    def run(name):
        if name not in made:
            # Before, the second engine always ran.
            made[name] = analyse([old(name)], seed=1, second_engine=True)
        return made[name]

    return run


@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_the_same(stored, analysed, tmp_path, name):
    before = stored(f"results/{name}/numbers.json.gz")
    file = write_results(analysed(name), tmp_path)
    now = numbers_of(json.loads(file.read_text(encoding="utf-8")))
    assert len(before) > 500
    assert [line for line in differences(before, now) if not added(line)] == []


def added(line: str) -> bool:
    """Return whether a line is about a part that was added on purpose."""
    if " | verdicts | " in line and line.endswith(" is new"):
        return any(f" | {column}: " in line for column in ADDED)
    return False


def test_tables_of_the_report_are_the_same(stored, analysed, tmp_path):
    name = "identified_victim"
    render(analysed(name), tmp_path / "report.html", pdf=False)
    now = cells_of((tmp_path / "report.html").read_text(encoding="utf-8"))
    before = stored(f"results/{name}/cells.json.gz")
    assert len(before) > 20
    found = [line for line in cell_differences(before, now) if not line.startswith(REWRITTEN)]
    assert found == []


def test_differences_are_found():
    before = {"a | estimate": 1.0, "a | p": 0.2, "best_supported": "flat", "gone": 1}
    assert differences(before, {**before, "a | estimate": 1.0 + 1e-8}) == []
    now = {"a | estimate": 1.00001, "a | p": 0.2, "best_supported": "steep", "more": 2}
    assert differences(before, now) == [
        "a | estimate: 1.0 before, 1.00001 now",
        "best_supported: flat before, steep now",
        "gone: 1 is missing",
        "more: 2 is new",
    ]


def test_cells_that_differ_are_found():
    page = "<h2>Tests</h2><div aria-label='Means'><table><tr><th>n<th>M</tr><tr><td>4<td>{}</table></div>"
    page = page.replace("<th>M", "</th><th>M</th>").replace("<td>{}", "</td><td>{}</td></tr>")
    before = cells_of(page.format("0.5&nbsp;<b>a</b>"))
    assert before == {"Tests | Means": [["n", "M"], ["4", "0.5 a"]]}
    assert cell_differences(before, cells_of(page.format("0.6"))) == [
        "Tests | Means: row 1 (4), column 1 (M): '0.5 a' before, '0.6' now"
    ]
    assert cell_differences(before, {}) == ["Tests | Means: the table is missing"]


def test_an_imported_table_is_reanalysed_as_before(stored, old):
    from make import reanalysis_numbers

    before = stored("reanalysis.json")
    assert differences(before, reanalysis_numbers(old("imported") / "data")) == []
    assert "in minus out" in reanalyse(old("imported") / "data").text()


def test_a_table_is_imported_as_before(old, tmp_path):
    from analysis.data.load import load
    from analysis.foreign.importing import import_foreign

    home = old("imported")
    import_foreign(home / "map.yaml", [home / "table.csv"], tmp_path / "data")
    before, now = load(home / "data"), load(tmp_path / "data")
    columns = [name for name in before.rows.columns if name not in ("code_version", "time")]
    assert len(before.rows) > 150
    assert now.rows[columns].equals(before.rows[columns])
