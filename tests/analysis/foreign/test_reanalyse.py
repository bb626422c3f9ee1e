"""Comparisons and models of imported tables: paired by design, without tests of constants, with each message of a fit.

The tables are small ones that once gave a wrong figure; right values are those of R 4.2.2.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.foreign.importing import import_foreign
from analysis.foreign.reanalyse import Reanalysis, reanalyse
from experiments.files.faults import InvalidFileError

CASES = Path(__file__).parent / "cases"


def reanalysed(case: str, folder: Path) -> Reanalysis:
    own = CASES / case
    import_foreign(own / "map.yaml", [own / "table.csv"], folder / "data")
    return reanalyse(folder / "data")


def test_two_people_who_met_both_groups_do_not_make_a_paired_test(tmp_path):
    found = reanalysed("22_paired_by_one", tmp_path)
    one = found.comparisons["in minus out"]
    assert (one.kind, one.n) == ("independent", (30, 30))
    assert one.difference == pytest.approx(3.947, abs=5e-4)
    assert one.statistic == pytest.approx(4.7797, abs=5e-5)
    assert one.df == pytest.approx(57.97, abs=5e-3)
    assert one.p == pytest.approx(1.24e-5, rel=5e-3)
    assert "2 participants (p00, p01)" in found.text()
    assert "The rows of 2 participants (p00, p01) are taken to be independent" in found.text()


MAP = """\
study: mine
version: 1.0.0
title: Mine
source: Invented.
licence: CC0-1.0
participant: who
factors:
  group: {sentence: Group., column: grp, levels: {a: a, b: b}VARIES}
measures:
  y: {sentence: Answer., column: y}
analysis:
  differences: [{name: d, measure: y, factor: group, higher: a, lower: b}]
"""


def compared(folder: Path, table: pd.DataFrame, varies: str = "") -> Reanalysis:
    table.to_csv(folder / "table.csv", index=False)
    (folder / "map.yaml").write_text(MAP.replace("VARIES", varies), encoding="utf-8")
    import_foreign(folder / "map.yaml", [folder / "table.csv"], folder / "data")
    return reanalyse(folder / "data")


def both_levels(without: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {"who": np.repeat([f"p{n:02}" for n in range(12)], 2), "grp": ["a", "b"] * 12}
    )
    return table.assign(y=rng.normal(size=24).round(3)).drop(index=range(1, 2 * without, 2))


def test_most_participants_with_both_levels_make_a_paired_test_and_the_others_are_named(tmp_path):
    found = compared(tmp_path, both_levels(without=3))
    assert (found.comparisons["d"].kind, found.comparisons["d"].n) == ("paired", (9,))
    assert (
        "Left out: 3 participants (p00, p01, p02) with one level of 'group' only." in found.text()
    )


def test_the_mapping_decides_where_it_says_how_a_factor_varies(tmp_path):
    found = compared(tmp_path, both_levels(without=8), ", varies: within")
    assert (found.comparisons["d"].kind, found.comparisons["d"].n) == ("paired", (4,))
    assert "taken to vary" not in found.text()


def test_who_has_both_levels_of_a_factor_between_stays_in_the_first(tmp_path):
    table = both_levels()
    table.loc[table["who"] > "p05", "grp"] = ["b", "a"] * 6
    found = compared(tmp_path, table, ", varies: between")
    assert (found.comparisons["d"].kind, found.comparisons["d"].n) == ("independent", (6, 6))
    assert "Left out: the later level of 'group' of 12 participants (p00, " in found.text()
    assert "taken to vary" not in found.text()


def test_constants_are_not_tested(tmp_path):
    text = reanalysed("23_constant_answers", tmp_path).text()
    assert text.count("no test.") == 2
    assert "e+" not in text
    assert "10¹" not in text


def test_unequal_groups_have_the_degrees_of_freedom_of_welch_in_a_model_too(tmp_path):
    found = reanalysed("27_unequal_groups", tmp_path)
    assert found.comparisons["a minus b"].p == pytest.approx(0.01225, abs=5e-6)
    assert found.models["by group"].terms["p"][1] == pytest.approx(0.01225, abs=5e-6)


def test_a_code_of_missing_answers_is_compared_as_a_number_and_an_underscore_makes_no_number(
    tmp_path,
):
    with pytest.raises(InvalidFileError) as caught:
        reanalysed("28_missing_code_as_number", tmp_path)
    (fault,) = caught.value.faults
    assert (fault.line, fault.found) == (10, "found '1_000', which is not a number")


def test_every_message_of_a_fit_is_below_its_table(tmp_path):
    found = reanalysed("29_messages_of_the_fit", tmp_path)
    assert found.models["by group"].terms["se"][1] == pytest.approx(0.14956, abs=5e-6)
    assert found.models["by group"].messages
    for message in found.models["by group"].messages:
        assert message in found.text()
    assert "Singular fit" in found.text()
    assert "Only 6 stimulus levels" in found.text()


def test_one_model_that_cannot_be_estimated_leaves_the_other_results(tmp_path):
    more = "  models: [{name: m, measure: y, formula: group + nothing}]\n"
    table = both_levels()
    table.to_csv(tmp_path / "table.csv", index=False)
    (tmp_path / "map.yaml").write_text(MAP.replace("VARIES", "") + more, encoding="utf-8")
    import_foreign(tmp_path / "map.yaml", [tmp_path / "table.csv"], tmp_path / "data")
    text = reanalyse(tmp_path / "data").text()
    assert "d: difference" in text
    assert "m: no model. The formula" in text
