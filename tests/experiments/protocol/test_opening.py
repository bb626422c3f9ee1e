"""Opening the items of a study: conditions files of every kind, and stimulus sets."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from experiments.protocol.slots import AllocationList

PEOPLE = (
    "item,text,severity\na,A is ill,mild\nb,B is ill,mild\nc,C is ill,severe\nd,D is ill,severe\n"
)


def items_of(study):
    return study.items["people"]


def test_csv_tsv_and_excel_files_give_the_same_items(desk):
    rows = [line.split(",") for line in PEOPLE.splitlines()]
    desk.write("people.csv", PEOPLE)
    desk.write("people.tsv", PEOPLE.replace(",", "\t"))
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(desk.folder / "people.xlsx")
    text = desk.small()
    found = [
        items_of(desk.open(text.replace("people.csv", name)))
        for name in ("people.csv", "people.tsv", "people.xlsx")
    ]
    assert found[0].names == ("a", "b", "c", "d")
    assert found[0].fields["severity"] == ("mild", "mild", "severe", "severe")
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("ending", ["", ".csv"])
@pytest.mark.parametrize("key", ["each", "scale"])
def test_what_no_file_can_be_called_is_not_there(desk, key, ending):
    name = "a whole text " * 30 + ending
    old, new = {
        "each": ("each: people.csv", f"each: {name}"),
        "scale": ("  - page: Thank you.", f"  - scale: {name}"),
    }[key]
    faults = desk.faults(desk.small((old, new)))
    assert any(fault.key.endswith(key) and "there is no" in fault.found for fault in faults)


@pytest.mark.parametrize("name", ["../people.csv", "/tmp/people.csv", "C:/people.csv", "../people"])
@pytest.mark.parametrize("key", ["each", "scale", "picture", "page"])
def test_everything_is_in_the_folder_of_the_study(desk, key, name):
    """A collection keeps everything, and could not keep it in the same place."""
    old, new = {
        "each": ("each: people.csv", f"each: {name}"),
        "scale": ("  - page: Thank you.", f"  - scale: {name}"),
        "picture": ("  - page: Thank you.", f"  - picture: {name}"),
        "page": ("  - page: Thank you.", f'  - page: "{{file: {name}}}"'),
    }[key]
    faults = desk.faults(desk.small((old, new)))
    assert f"'{name}' is not in the folder of the study" in [fault.found for fault in faults]


def test_a_loop_without_a_name_has_that_of_its_file(desk):
    text = desk.small(("  - name: people\n    each: people.csv", "  - each: people.tsv"))
    desk.write("people.tsv", PEOPLE.replace(",", "\t"))
    study = desk.open(text)
    assert study.names.measure("compassion").address == "people.compassion"


def test_headings_of_a_builder_file_get_the_names_of_the_study(desk):
    desk.write("people.csv", PEOPLE.replace("item", "storyID").replace("severity", "sev"))
    change = ("    rotate: group", "    rotate: group\n    columns: {item: storyID, severity: sev}")
    items = items_of(desk.open(desk.small(change)))
    assert items.names == ("a", "b", "c", "d")
    assert set(items.fields) == {"text", "severity"}


def test_the_same_text_twice_needs_a_column_item(desk):
    text = "A text of more than forty characters, so that it is no level."
    desk.write("people.csv", f'text,severity\n"{text}",mild\n"{text}",severe\n')
    fault = desk.fault(desk.small())
    assert fault.key == "flow[1].each"
    assert "have the same 'text' and the file has no column 'item'" in fault.found
    desk.write("people.csv", f'item,text,severity\n1,"{text}",mild\n2,"{text}",severe\n')
    assert desk.faults(desk.small()) == []


def test_practice_items_of_a_set_are_no_trials_and_do_not_hide_its_fields(desk):
    """The set ``vignettes`` has sixteen items and two for practice, of which the study uses one."""
    text = desk.small(
        ("each: people.csv", "each: vignettes"),
        (
            "    rotate: group",
            "    rotate: group\n    practice: {where: item = practice_bus}\n    FILL",
        ),
        ('page: "One of {group}: {text}"', 'page: "One of {group}: {vignette}"'),
    )
    text = text.replace("FILL", 'fill: {sufferer: "{group}"}')
    study = desk.open(text)
    assert "domain" in study.items["people"].fields
    slot = next(iter(AllocationList(study, "main", "s").slots()))
    (trials,) = [trials for trials in slot.trials.values() if trials]
    assert [trial.item for trial in trials if trial.practice] == ["practice_bus"]
    drawn = [trial.item for trial in trials if not trial.practice]
    assert len(drawn) == 16
    assert not any(item.startswith("practice") for item in drawn)
    without = desk.open(text.replace("    practice: {where: item = practice_bus}\n", ""))
    slot = next(iter(AllocationList(without, "main", "s").slots()))
    assert [len(trials) for trials in slot.trials.values()] == [16]
