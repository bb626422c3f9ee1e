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
from experiments.study import Study

ALWAYS = ["no consent", "not eligible", "took part again", "device failure"]
WRITTEN = ["attention wrong and money wrong", "duration < 1/3 median", "donation missing"]


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


def test_nobody_is_excluded_without_a_reason(careful: Data, study: Study) -> None:
    excluded = exclude(careful, study)
    assert excluded.audit.empty
    assert len(excluded.data.sessions) == len(excluded.without.sessions) == 12
    same = [name for name in careful.rows if name != "victims"]
    pd.testing.assert_frame_equal(excluded.data.rows[same], careful.rows[same])
    assert excluded.trials.empty
    assert excluded.counts["rule"].tolist() == [*ALWAYS, *WRITTEN, "believed < 3"]
    assert excluded.counts["applies"].tolist() == [
        *["always"] * 4, *["main analysis"] * 3, "sensitivity only",
    ]  # fmt: skip
    assert excluded.flow["step"].tolist() == ["sessions", *ALWAYS, *WRITTEN]


def test_each_rule_finds_the_participants_it_is_meant_for(careful: Data, study: Study) -> None:
    data = careful
    data = changed(data, "simbetween000001", "consent.agree", value="no")
    data = changed(data, "simbetween000002", "consent.age", number=17.0)
    data = changed(data, "simbetween000003", "attention.attention", correct=False)
    data = changed(data, "simbetween000004", "appeals.donation", status="skipped", number=None)
    data = session(data, "simbetween000005", seconds=10.0)
    data = changed(data, "simbetween000006", "believed", number=2.0)
    data = session(data, "simbetween000009", device_failures=1)
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
        "simbetween000001": ["no consent"],
        "simbetween000002": ["not eligible"],
        "simbetween000003": ["attention wrong and money wrong"],
        "simbetween000004": ["donation missing"],
        "simbetween000005": ["duration < 1/3 median"],
        "simbetween000006": ["believed < 3"],
        "simbetween000007": ["took part again"],
        "simbetween000008": [],
        "simbetween000009": ["device failure"],
    }
    assert {participant: rules_of(excluded, participant) for participant in expected} == expected
    assert len(excluded.without.sessions) == 13 - 4
    assert len(excluded.data.sessions) == 13 - 7
    assert len(excluded.strict.sessions) == 13 - 8
    assert excluded.data.sessions.query("participant == 'simbetween000007'")[
        "session"
    ].tolist() == ["1"]
    assert set(excluded.data.rows["participant"]) == set(excluded.data.sessions["participant"])
    why = excluded.audit.set_index("rule")["why"]
    assert why["no consent"] == "did not consent"
    assert why["not eligible"] == "is younger than 18"
    assert why["duration < 1/3 median"].startswith("took 10 s, less than")
    assert why["took part again"] == "took part again; the session '1' counts"
    assert why["attention wrong and money wrong"] == "failed all checks that were asked (1)"
    assert why["donation missing"] == "never answered 'donation'"
    assert why["believed < 3"] == "believed < 3"
    assert excluded.counts.set_index("rule")["all sessions"].sum() == 8
    assert excluded.flow["left"].tolist() == [13, 12, 11, 10, 9, 8, 7, 6]
    cells = [name for name in excluded.flow.columns if name.startswith("victims = ")]
    assert cells == ["victims = 1", "victims = 2", "victims = 8", "victims = 100"]
    assert (excluded.flow[cells].sum(axis=1) == excluded.flow["left"]).all()


def test_a_check_passed_at_the_second_asking_is_passed(careful: Data, study: Study) -> None:
    rows = careful.rows.copy()
    chosen = (rows["participant"] == "simbetween000003") & (
        rows["measure"] == "attention.attention"
    )
    first = rows[chosen].copy()
    first["correct"] = False
    first["sequence"] = -1
    data = replace(careful, rows=pd.concat([first, rows], ignore_index=True))
    assert exclude(data, study).audit.empty


def test_checks_that_were_not_asked_exclude_nobody(careful: Data, study: Study) -> None:
    rows = careful.rows[careful.rows["measure"] != "attention.attention"]
    assert exclude(replace(careful, rows=rows), study).audit.empty


def test_the_condition_of_those_who_never_met_it_is_known(study: Study, tmp_path: Path) -> None:
    careful = Assumptions(careless=0, skipping=0, skipped=0, declines=0, right=1)
    simulate(study, tmp_path, 60, None, 9, mode="between", dropout=0.5, assumed=careful)
    excluded = exclude(load(tmp_path), study)
    table = excluded.dropout.table
    assert table["began"].sum() == 60
    assert table["gone"].sum() == (load(tmp_path).sessions["outcome"] == "left").sum() > 15
    assert 0 < excluded.dropout.p <= 1


def test_data_of_another_protocol_are_refused(careful: Data, study: Study) -> None:
    other = replace(careful, sessions=careful.sessions.assign(protocol_hash="0" * 16))
    with pytest.raises(AnalysisError, match="hash 0000000000000000; the hash of this file is"):
        exclude(other, study)
    with pytest.raises(AnalysisError, match="study 'other'"):
        exclude(replace(careful, study="other"), study)
    with pytest.raises(AnalysisError, match="place 9999"):
        exclude(session(replace(careful, simulated=False), "simbetween000001", slot=9999), study)


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
