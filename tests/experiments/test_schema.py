"""The list of columns."""

from __future__ import annotations

from experiments.schema import COLUMNS, NAMES, faults_of


def good() -> dict:
    row = dict.fromkeys(NAMES)
    row.update(study="s", cells={"victim": "joint"}, sequence=0, simulated=False, status="answered")
    return row


def test_each_column_has_a_sentence_and_a_name_of_its_own():
    assert len(set(NAMES)) == len(COLUMNS)
    assert all(column.sentence.endswith(".") for column in COLUMNS)


def test_a_good_row_has_no_faults():
    assert faults_of(good()) == []


def test_faults_are_named():
    row = good()
    del row["study"]
    row.update(extra=1, sequence="0", status="maybe", number=True)
    messages = " ".join(faults_of(row))
    for word in (
        "'study' is missing",
        "'extra' is unknown",
        "'sequence'",
        "'status'",
        "'number'",
    ):
        assert word in messages
    assert faults_of([1]) == ["it is not a JSON object"]
