"""Exclusions: each rule finds those it is meant for, and the audit adds up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.data.attrition import attrition
from analysis.data.exclude import Excluded, exclude
from analysis.data.load import Data, load
from analysis.errors import AnalysisError
from analysis.simulate import Assumptions, simulate
from experiments.study import Study, open_study

SMALL = Path(__file__).resolve().parents[1] / "small_study" / "small.yaml"
CAREFUL = Assumptions(careless=0, skipping=0, skipped=0, declines=0, right=1)


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study(SMALL)


@pytest.fixture(scope="module")
def clean(study: Study, tmp_path_factory) -> Data:
    path = tmp_path_factory.mktemp("data") / "s"
    simulate(study, path, 12, "M5", 4, mode="between", dropout=0, assumed=CAREFUL)
    return load(path)


def changed(data: Data, participant: str, measure: str, **cells: object) -> Data:
    rows = data.rows.copy()
    chosen = (rows["participant"] == participant) & (rows["measure"] == measure)
    assert chosen.any()
    for name, value in cells.items():
        rows.loc[chosen, name] = value
    return replace(data, rows=rows)


def session(data: Data, participant: str, **cells: object) -> Data:
    sessions = data.sessions.copy()
    for name, value in cells.items():
        sessions.loc[sessions["participant"] == participant, name] = value
    return replace(data, sessions=sessions)


def rules_of(excluded: Excluded, participant: str) -> list[str]:
    return excluded.audit.loc[excluded.audit["participant"] == participant, "rule"].tolist()


def test_nobody_is_excluded_without_a_reason(clean: Data, study: Study) -> None:
    excluded = exclude(clean, study)
    assert excluded.audit.empty
    assert len(excluded.data.sessions) == len(excluded.without.sessions) == 12
    pd.testing.assert_frame_equal(excluded.data.rows, clean.rows)


def test_each_rule_finds_the_participants_it_is_meant_for(clean: Data, study: Study) -> None:
    data = changed(clean, "simbetween000001", "consent", value="decline")
    data = changed(data, "simbetween000002", "age", number=17.0)
    data = changed(data, "simbetween000003", "attention", correct=False)
    data = changed(data, "simbetween000004", "donation", status="skipped", number=None)
    data = session(data, "simbetween000005", seconds=10.0)
    data = session(data, "simbetween000006", outcome="left")
    again = data.sessions[data.sessions["participant"] == "simbetween000007"].assign(
        session="2", begun="2999-01-01T00:00:00Z"
    )
    rows = data.rows[data.rows["participant"] == "simbetween000007"].assign(session="2")
    data = replace(
        data,
        sessions=pd.concat([data.sessions, again], ignore_index=True),
        rows=pd.concat([data.rows, rows], ignore_index=True),
    )
    excluded = exclude(data, study)
    expected = {
        "simbetween000001": ["no_consent"],
        "simbetween000002": ["under_age"],
        "simbetween000003": ["failed_checks"],
        "simbetween000004": ["missing_primary"],
        "simbetween000005": ["too_fast"],
        "simbetween000006": ["incomplete"],
        "simbetween000007": ["duplicate"],
        "simbetween000008": [],
    }
    assert {participant: rules_of(excluded, participant) for participant in expected} == expected
    assert len(excluded.without.sessions) == 13 - 3
    assert len(excluded.data.sessions) == 13 - 6
    assert len(excluded.strict.sessions) == 13 - 7
    assert excluded.data.sessions.query("participant == 'simbetween000007'")[
        "session"
    ].tolist() == ["1"]
    assert set(excluded.data.rows["participant"]) == set(excluded.data.sessions["participant"])
    why = excluded.audit.set_index("rule")["why"]
    assert why["under_age"] == "is younger than 18"
    assert why["too_fast"].startswith("took 10 s, less than")
    assert why["duplicate"] == "took part again; the session '1' counts"
    assert excluded.counts.set_index("rule")["all sessions"].sum() == 7
    assert excluded.flow["left"].tolist() == [13, 12, 11, 10, 9, 8, 7]
    cells = [name for name in excluded.flow.columns if name.startswith("victims = ")]
    assert cells == ["victims = 1", "victims = 2", "victims = 8", "victims = 100"]
    assert (excluded.flow[cells].sum(axis=1) == excluded.flow["left"]).all()


def test_a_check_passed_at_the_second_asking_is_passed(clean: Data, study: Study) -> None:
    rows = clean.rows.copy()
    first = rows[
        (rows["participant"] == "simbetween000003") & (rows["measure"] == "attention")
    ].copy()
    first["correct"] = False
    first["sequence"] = -1
    data = replace(clean, rows=pd.concat([first, rows], ignore_index=True))
    assert exclude(data, study).audit.empty


def test_checks_that_were_not_asked_exclude_nobody(clean: Data, study: Study) -> None:
    rows = clean.rows[clean.rows["measure"] != "attention"]
    assert exclude(replace(clean, rows=rows), study).audit.empty


def test_the_condition_of_those_who_never_met_it_is_known(study: Study, tmp_path: Path) -> None:
    simulate(study, tmp_path, 60, "M5", 9, mode="between", dropout=0.5, assumed=CAREFUL)
    excluded = exclude(load(tmp_path), study)
    table = excluded.dropout.table
    assert table["began"].sum() == 60
    assert table["gone"].sum() == (load(tmp_path).sessions["outcome"] == "left").sum() > 15
    assert 0 < excluded.dropout.p <= 1


def test_data_of_another_protocol_are_refused(clean: Data, study: Study) -> None:
    other = replace(clean, sessions=clean.sessions.assign(protocol_hash="0" * 16))
    with pytest.raises(
        AnalysisError, match="content hash 0000000000000000; the content hash of this file is"
    ):
        exclude(other, study)
    with pytest.raises(AnalysisError, match="study 'other'"):
        exclude(replace(clean, study="other"), study)
    with pytest.raises(AnalysisError, match="slot 9999"):
        exclude(session(clean, "simbetween000001", slot=9999), study)


def frame(counts: dict[str, tuple[int, int]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"cell": cell, "gone": number < gone}
            for cell, (began, gone) in counts.items()
            for number in range(began)
        ]
    )


def test_attrition_is_pearsons_chi_square() -> None:
    found = attrition(frame({"a": (100, 10), "b": (100, 30)}))
    expected = stats.chi2_contingency([[10, 90], [30, 70]], correction=False)
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.p == pytest.approx(expected.pvalue)


def test_sparse_tables_get_an_exact_p() -> None:
    found = attrition(frame({"a": (12, 0), "b": (12, 5)}))
    exact = stats.fisher_exact([[0, 12], [5, 7]]).pvalue
    assert found.method.endswith("random tables")
    assert found.p == pytest.approx(exact, abs=0.01)


def test_where_there_is_nothing_to_compare_it_says_so() -> None:
    assert attrition(frame({"a": (10, 3)})).method == "there is only one condition"
    nobody = attrition(frame({"a": (10, 0), "b": (10, 0)}))
    assert nobody.method == "no session is lost"
    assert np.isnan(nobody.p)
