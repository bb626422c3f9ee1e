"""What a laboratory sets once for all its studies."""

from __future__ import annotations

import pytest

from experiments.protocol.lab import hash_of, load_lab, printed
from experiments.protocol.values import faults_of_values

LAB = "values: {contact: lab@example.org, help_line: '116 123'}\napproval: {severity: Committee A 17}\n"


def test_a_folder_without_the_file_sets_nothing(tmp_path):
    assert load_lab(tmp_path).values_for("severity") == {}


def test_values_and_the_approval_of_the_study(desk):
    desk.write("lab.yaml", LAB)
    assert desk.open(desk.small()).values == {
        "contact": "lab@example.org", "help_line": "116 123", "approval": "Committee A 17",
    }  # fmt: skip
    other = desk.open(desk.small(("study: severity", "study: other")))
    assert "approval" not in other.values


def test_the_study_overrides_the_laboratory(desk):
    desk.write("lab.yaml", LAB)
    opened = desk.open(desk.small(("flow:\n", "values: {contact: me@example.org}\nflow:\n")))
    assert opened.values["contact"] == "me@example.org"
    assert "contact" not in opened.lab_values


def test_two_laboratories_run_one_study(desk):
    alone = desk.open(desk.small()).expansion
    desk.write("lab.yaml", LAB)
    assert desk.open(desk.small()).expansion.hash == alone.hash


def test_its_faults_are_reported_with_those_of_the_study(desk):
    path = desk.write("lab.yaml", "valeus: {contact: A}\n")
    fault = desk.fault(desk.small())
    assert (fault.file, fault.line, fault.remedy) == (
        str(path.resolve()),
        1,
        "Did you mean 'values'?",
    )


def test_values_are_printed_and_hashed_apart():
    values = {"contact": "lab@example.org"}
    assert printed(values) == "values: {contact: lab@example.org}\n"
    assert hash_of(values) != hash_of({"contact": "other@example.org"})
    assert len(hash_of(values)) == 16


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("cause", "'cause' is a factor and a value"),
        ("compassion", "'compassion' is a value and a question"),
        ("people", "'people' is a value and a step"),
        ("minutes", "'minutes' has a fixed meaning and cannot be a value"),
        ("severity", "'severity' is a value and a column of people.csv"),
    ],
)
def test_a_value_has_no_name_of_something_else_in_the_study(desk, name, found):
    path = desk.write("lab.yaml", f"values: {{contact: Ada, {name}: yyyy}}\n")
    study = desk.small(('"One of {group}: {text}"', '"One of {group}, {severity}: {text}"'))
    (fault,) = faults_of_values(desk.open(study))
    assert (fault.file, fault.line, fault.key) == (str(path.resolve()), 1, f"values.{name}")
    assert fault.found == found


def test_a_value_may_have_the_name_of_a_column_that_nobody_reads(desk):
    desk.write("lab.yaml", "values: {severity: mild, place: Ulm}\n")
    assert faults_of_values(desk.open(desk.small())) == []
