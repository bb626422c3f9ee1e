"""Estimates, standard errors, df, p, weights and verdicts of the stored collections are the same as before."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest
from changes import Change, changes_of, read_changes, unexpected
from named_numbers import differences, numbers_of, reanalysis_numbers
from renamed import renamed
from small_studies import COLLECTIONS
from statsmodels.stats.multitest import multipletests
from table_cells import cell_differences, cells_of

from analysis.foreign.reanalyse import reanalyse
from analysis.planned import analyse, write_results
from analysis.report import render

NAMES = [small.study for small in COLLECTIONS]
#: The same changes in the tables of the report; sentences on verdicts and on evidence were rewritten.
CHANGED_CELLS = (
    r"From sessions started to sessions analysed: Device failure, ",
    r"Sessions to which each rule applies, by condition: Device failure, Applies in: ",
    r"Estimates and tests: ",
    r"(gift|feelings5) \w+ \| Fixed effects: .*, Second engine \(SE\): ",
    r"(gift|feelings5) \w+ \| Random effects and spread: item: the row is missing",
    r"The verdict with and without exclusions: .*, Verdict: ",
    r"Published findings that the study names: ",
    # Kenward-Roger tests, since there are eight letters.
    r"Tests with and without exclusions: ",
    r"Is it flat\? Every pair of cells against the smallest effect of interest: ",
    r"Fixed effects: .*, (SE|df|t|p|95 % interval): ",
    # Effect sizes and Bayes factors of the model, with what was used.
    r"Too small to matter\? Effect sizes and Bayes factors: ",
    # Columns and words of other tables.
    r"Fully specified curves against the means: the table is missing",
    r"Time and frames: nothing \(simulated\): the row is missing",
)
#: Mixed models are estimated by iteration, and the levels of `group` have another order: numbers that may differ by more
#: than 1e-6, but not by more than 1e-5.
ITERATED = r"(contrasts|sensitivity|model) \| .* \| (sd|df|p|ci_low|d_low)"


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


@pytest.fixture(scope="module")
def compared(stored, analysed, tmp_path_factory):
    """Return a function that gives the stored numbers of a study under their names of today, and those of today."""

    def read(name):
        before = renamed(stored(f"results/{name}/numbers.json.gz"), name)
        file = write_results(analysed(name), tmp_path_factory.mktemp(name))
        return before, numbers_of(json.loads(file.read_text(encoding="utf-8")))

    return cache(read)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_the_same_but_for_those_that_are_listed(compared, name):
    before, now = compared(name)
    assert len(before) > 500
    found, listed = changes_of(differences(before, now)), read_changes(name)
    apart = changes_of(differences(before, now, relative=1e-5))
    iterated = [each for each in found if each not in apart and each not in listed]
    assert [each for each in iterated if not re.fullmatch(ITERATED, each.partition(" | ")[2])] == []
    assert len(iterated) < 15
    assert unexpected({n: c for n, c in found.items() if n not in iterated}, listed) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_change_that_is_listed_has_a_reason(name):
    assert {each.why for each in read_changes(name).values() if len(each.why) < 20} == set()


@pytest.mark.parametrize("name", NAMES)
def test_secondary_tests_are_corrected_together(analysed, name):
    (mode,) = analysed(name).modes
    tests = mode.contrasts
    for role in ("primary", "secondary"):
        own = tests[tests["role"] == role]
        # A test that failed counts as one with p = 1.
        expected = multipletests(own["p"].fillna(1.0), method="holm")[1]
        tested = own["p"].notna().to_numpy()
        assert own["p_holm"].to_numpy()[tested] == pytest.approx(expected[tested])


def test_tables_of_the_report_are_the_same(stored, analysed, tmp_path):
    name = "identified_victim"
    render(analysed(name), tmp_path / "report.html", pdf=False)
    now = cells_of((tmp_path / "report.html").read_text(encoding="utf-8"))
    before = stored(f"results/{name}/cells.json.gz")
    assert len(before) > 20
    found = cell_differences(before, now)
    assert [line for line in found if not any(re.search(p, line) for p in CHANGED_CELLS)] == []
    assert all(any(re.search(pattern, line) for line in found) for pattern in CHANGED_CELLS)


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


def test_a_change_is_excused_only_as_it_is_listed():
    listed = {
        "a | p": Change("0.2", "0.21", "Why."),
        "b | kind: d": Change("Cohen's d", "", "Why."),
    }
    lines = ["a | p: 0.2 before, 0.2100001 now", "b | kind: d: Cohen's d is missing"]
    assert unexpected(changes_of(lines), listed) == []
    for line, found in (
        ("a | p: 0.2 before, 0.22 now", "a | p: 0.22 now, listed 0.21"),
        ("a | p: 0.2 is missing", "a | p: none now, listed 0.21"),
    ):
        assert unexpected(changes_of([line, lines[1]]), listed) == [found]
    more = changes_of([*lines, "c | p: 0.3 before, 0.4 now", "d | p: 1.0 is new"])
    assert unexpected(more, listed) == ["c | p: 0.3 before, 0.4 now", "d | p: none before, 1.0 now"]
    assert unexpected({}, listed) == [f"{each}: listed, and did not change" for each in listed]


def test_cells_that_differ_are_found():
    page = "<h2>Tests</h2><div aria-label='Means'><table><tr><th>n<th>M</tr><tr><td>4<td>{}</table></div>"
    page = page.replace("<th>M", "</th><th>M</th>").replace("<td>{}", "</td><td>{}</td></tr>")
    before = cells_of(page.format("0.5&nbsp;<b>a</b>"))
    assert before == {"Tests | Means": [["n", "M"], ["4", "0.5 a"]]}
    assert cell_differences(before, cells_of(page.format("0.6"))) == [
        "Tests | Means: 4, M: '0.5 a' before, '0.6' now"
    ]
    assert cell_differences(before, cells_of(page.format("0.5 a").replace(">4<", ">5<"))) == [
        "Tests | Means: 4: the row is missing"
    ]
    assert cell_differences(before, {}) == ["Tests | Means: the table is missing"]


def test_an_imported_table_is_reanalysed_as_before(stored, old):
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
