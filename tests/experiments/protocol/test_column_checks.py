"""Columns that cannot be computed are faults of the study."""

from __future__ import annotations

import pytest

END = "  - page: Thank you."
ASKED = """\
  - ask:
      well: {choice: Well?, options: yes_no}
      said: {text: What did you think?}"""


def faults(desk, column: str) -> list[tuple[str, str, str]]:
    columns = ("hypothesis:", f"columns: {{x: '{column}'}}\nhypothesis:")
    return [(f.key, f.found, f.remedy) for f in desk.faults(desk.small((END, ASKED), columns))]


@pytest.mark.parametrize(
    ("column", "found", "remedy"),
    [
        ("mean(compassion where group = our)", "'group' has no level 'our'", "Did you mean 'ours'?"),
        ("compassion where group != our", "'group' has no level 'our'", "Did you mean 'ours'?"),
        ("mean(compassion where severity = ours)", "'severity' has no level 'ours'", "'ours' is a level of 'group'. Allowed here: mild, severe."),
        ("group = our", "'group' has no level 'our'", "Did you mean 'ours'?"),
        ("compassion - mean(compassion where well = maybe)", "'well' has no level 'maybe'", "Allowed here: yes, no."),
        ("count(compassion > 8)", "'compassion > 8' never holds: 'compassion' goes from 1 to 7", "Compare it with a number from 1 to 7."),
        ("count(compassion where compassion.time < 5)", "found '5' without a unit", "Write the unit: 5 s, 5 ms, 5 min, 5 h or 5 days."),
        ("group + 1", "'x' computes with 'group', which is in words", "Write a test: group = ours."),
        ("-cause", "'x' computes with 'cause', which is in words", "Write a test: cause = own."),
        ("mean(group)", "'x' computes with 'group', which is in words", "Write a test: group = ours."),
        ("first(well) + 1", "'x' computes with 'well', which is in words", "Write a test: well = yes."),
        ("severity * 2", "'x' computes with 'severity', which is in words", "Write a test: severity = mild."),
        ("item - 1", "'x' computes with 'item', which is in words", "Write a test: item = a."),
        ("log(said)", "'x' computes with 'said', which is in words", "Name a question that is answered with a number."),
        ("compassion / 0", "'compassion / 0' divides by zero", "Divide by another number."),
        ("mean(compassion / (1 - 1))", "'compassion / (1 - 1)' divides by zero", "Divide by another number."),
        ("log(compassion - 7)", "'log(compassion - 7)' is the logarithm of zero or less", "Take the logarithm of a number above zero."),
        ("compasion + 1", "there is no measure, column or factor 'compasion'", "Did you mean 'compassion'?"),
    ],
)  # fmt: skip
def test_a_column_that_cannot_be_computed(desk, column, found, remedy):
    assert faults(desk, column) == [("columns.x", found, remedy)]


@pytest.mark.parametrize(
    "column",
    [
        "mean(compassion where group = ours) - mean(compassion where severity = mild)", "group = ours", "well",
        "first(well)", "count(well = yes)", "count(said)", "compassion / 7", "log(compassion)", "trial / 4",
        "count(compassion where compassion.time < 5 s)", "mean(compassion where item = a or b)",
    ],
)  # fmt: skip
def test_a_column_that_can(desk, column):
    assert faults(desk, column) == []


def test_signals_are_imported_for_periods(desk):
    rest = (END, "  - {wait: Rest., time: 60 s, period: rest}\n  - page: Thank you.")
    known = ("hypothesis:", "columns: {x: import physiology.lnhf}\nhypothesis:")
    assert desk.faults(desk.small(rest, known)) == []
    (fault,) = desk.faults(desk.small(known))
    assert fault.found == "signals are imported, and no step has a period"
    other = ("hypothesis:", "columns: {x: import physiology.lnh}\nhypothesis:")
    (fault,) = desk.faults(desk.small(rest, other))
    assert (fault.found, fault.remedy) == (
        "found 'physiology.lnh'",
        "Did you mean 'physiology.lnhf'?",
    )


def test_a_standardised_column_is_a_number(desk):
    columns = ("hypothesis:", "columns: {x: {of: well, standard: yes}}\nhypothesis:")
    fault = desk.fault(desk.small((END, ASKED), columns))
    assert fault.found == "'x' computes with 'well', which is in words"


def test_a_circle_is_reported_in_each_of_its_columns(desk):
    columns = ("hypothesis:", "columns: {x: y + 1, y: x + 1, z: x}\nhypothesis:")
    found = [(f.key, f.found) for f in desk.faults(desk.small(columns))]
    assert found == [
        ("columns.x", "'x' is computed from itself"),
        ("columns.y", "'y' is computed from itself"),
    ]


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        ("x: mean(compassion where cause = own) - mean(compassion where cause = chance)", ["x"]),
        ("x: mean(compassion where cause != own) / mean(compassion where cause = own)", ["x"]),
        ("x: 'a - b', a: mean(compassion where cause = own), b: mean(compassion where cause = chance)", ["x"]),
        ("x: mean(a where cause = own), a: compassion where cause = chance", ["x"]),
        ("x: mean(compassion where cause = own) - mean(compassion)", []),
        ("x: mean(compassion where group = ours) - mean(compassion where group = theirs)", []),
        ("x: count(compassion where cause = own) - count(compassion where cause = chance)", []),
        ("x: mean(compassion where cause = own and group = ours) - mean(compassion where cause = own)", []),
    ],
)  # fmt: skip
def test_a_column_has_no_two_levels_of_what_differs_between_participants(desk, columns, missing):
    change = ("hypothesis:", f"columns: {{{columns}}}\nhypothesis:")
    found = desk.faults(desk.small(change))
    assert [fault.key for fault in found] == [f"columns.{name}" for name in missing]
    assert all("several levels of 'cause'" in fault.found for fault in found)


def test_a_column_of_what_varies_within_participants_in_one_mode_can_be_computed(desk):
    both = "mean(compassion where cause = own) - mean(compassion where cause = chance)"
    columns = ("hypothesis:", f"columns: {{x: '{both}'}}\nhypothesis:")
    modes = ("flow:\n", "modes: {separate: {}, together: {within: [cause]}}\nflow:\n")
    cross = ("    rotate: group", "    cross: [group, cause]")
    assert desk.faults(desk.small(columns, modes, cross)) == []
